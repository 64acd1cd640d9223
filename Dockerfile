# The server in a container: the wheel is built with its checked dataset, then installed without the sources.
#   docker build -t mlgraph . && docker run --rm -p 127.0.0.1:8000:8000 mlgraph
FROM python:3.12-slim AS build
WORKDIR /source
COPY . .
RUN pip wheel --no-cache-dir --constraint constraints.txt --wheel-dir /wheels .

FROM python:3.12-slim
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-index --find-links /wheels mlgraph \
 && rm -rf /wheels \
 && useradd --system --uid 10001 --home-dir /nonexistent mlgraph \
 && install -d -o mlgraph /var/cache/mlgraph
# The store is made from the dataset once, here, so that the server starts at once and may be read-only.
USER mlgraph
ENV MLGRAPH_CACHE=/var/cache/mlgraph PYTHONUNBUFFERED=1
RUN mlgraph query 'ASK { ?topic a mlg:Topic }'
# Within its container it listens on all addresses; which ones outside lead to it, the container's owner says.
ENV MLGRAPH_SERVE_HOST=0.0.0.0 MLGRAPH_SERVE_PORT=8000
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
ENTRYPOINT ["mlgraph"]
CMD ["serve"]
