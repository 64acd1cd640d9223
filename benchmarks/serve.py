"""Measure `mlgraph serve` against `oxigraph serve` on the same data, as ratios within one run. Never a test.

Needs wrk (Debian: wrk) and oxigraph (PyPI: oxigraph). Both servers run at once, and take turns; every
query of a run is another one, so that no answer is from a cache. Run it on a quiet machine:
python benchmarks/serve.py

What an answer costs the engine decides about the ratio, since a request costs a fixed time in Python. So there are
closures of several sizes: over the shipped topics, and over a made layer of 400 topics, each with three of the
thirty before it, of which the last ones have some 330 topics behind them.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

from server import cpu_of, mlgraph_server, oxigraph_server

import mlgraph
from mlgraph.vocab import MLG, PREFIXES, RDF, SKOS, thing

CLIENTS = 8
PROLOGUE = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("mlg", "rdf", "schema", "skos"))
_CLOSURE = "SELECT ?t { <THING> mlg:requires+ ?t }"
DEEP = "closure of a deep topic"  # over the made layer; all others are over the shipped topics
KINDS = {
    "closure of a topic": (_CLOSURE, 0.9),
    DEEP: (_CLOSURE, 0.9),
    "closure of an area": (
        "SELECT ?a ?b { <THING> skos:broader ?area . ?a skos:broader ?area ; mlg:requires+ ?b }",
        0.9,
    ),
    "courses for a closure": (
        "SELECT ?course (COUNT(DISTINCT ?topic) AS ?n) { { SELECT DISTINCT ?topic { <THING> mlg:requires* ?topic } } "
        "?course mlg:teaches ?topic ; a schema:Course } GROUP BY ?course ORDER BY DESC(?n) ?course LIMIT 10",
        0.9,
    ),
    "topics behind roles": (
        "SELECT ?role (COUNT(DISTINCT ?topic) AS ?n) { ?role a mlg:JobRole ; "
        "mlg:essentialSkill/mlg:drawsOn?/mlg:requires* ?topic . ?topic a mlg:Topic FILTER(?topic != <THING>) } "
        "GROUP BY ?role ORDER BY DESC(?n) ?role LIMIT 10",
        0.9,
    ),
    "lookup": ("SELECT ?p ?o { <THING> ?p ?o }", 0.15),
    "aggregate": (
        "SELECT ?kind (COUNT(DISTINCT ?c) AS ?n) { ?c a mlg:Claim ; rdf:subject ?s . ?s a ?kind "
        "FILTER(?c != <THING>) } GROUP BY ?kind ORDER BY DESC(?n)",
        0.7,
    ),
}
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a mlg:requires+ ?b . ?b mlg:requires+ ?c FILTER(?a != <THING>) }"
SCRIPT = """
local paths, at = {}, OFFSET
for line in io.lines("QUERIES") do paths[#paths + 1] = line end
function request()
  at = at + 1
  return wrk.format("GET", "PATH?query=" .. paths[at % #paths + 1] .. "%23" .. at, {["Accept"] = "application/sparql-results+json"})
end
function done(summary, latency, requests)
  io.write(string.format("RESULT %d %d %d %d\\n", summary.requests, summary.duration,
    summary.errors.status + summary.errors.read + summary.errors.timeout + summary.errors.connect, latency:percentile(99)))
end
"""


def things() -> list[str]:
    """Return the IRIs of all topics, mixed."""
    rows = mlgraph.open_store().select("SELECT ?t { ?t a mlg:Topic } ORDER BY MD5(STR(?t))")
    found = [row["t"].value for row in rows]
    assert len(found) > 100
    return found


def deep_layer(path: Path, count: int = 400, near: int = 30, each: int = 3) -> list[str]:
    """Write topics of which each requires some that are shortly before it, as N-Triples; return the last eighth of them."""
    pick = random.Random("deep")
    made = [thing("topic", f"deep-{number}") for number in range(count)]
    area = thing("area", "deep")
    lines = [f"<{area}> <{RDF.type}> <{MLG.Area}> .", f'<{area}> <{SKOS.prefLabel}> "Deep"@en .']
    for number, topic in enumerate(made):
        lines += [
            f"<{topic}> <{RDF.type}> <{MLG.Topic}> .",
            f'<{topic}> <{SKOS.prefLabel}> "Deep {number}"@en .',
            f"<{topic}> <{SKOS.broader}> <{area}> .",
            *(
                f"<{topic}> <{MLG.requires}> <{b}> ."
                for b in pick.sample(made[max(0, number - near) : number], min(number, each))
            ),
        ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return made[-count // 8 :]


def encoded(query: str, iri: str) -> str:
    return quote(PROLOGUE + query.replace("THING", iri), safe="")


def ask(url: str, query: str) -> bytes:
    """Return the sorted CSV rows of an answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.request("GET", f"{parts.path}?query={query}", headers={"Accept": "text/csv"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{url} answered {answer.status}: {body!r}")
    return b"\n".join(sorted(body.split(b"\r\n")))


def wrk(url: str, queries: Path, seconds: int, offset: int, folder: Path) -> tuple[float, int, float]:
    """Return requests a second, errors, and the 99th percentile of the latency in milliseconds."""
    script = folder / "wrk.lua"
    script.write_text(
        SCRIPT.replace("QUERIES", str(queries))
        .replace("OFFSET", str(offset))
        .replace("PATH", urlsplit(url).path)
    )
    command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout", "60s", "-s", str(script), url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+)", said)
    if not found:
        raise SystemExit(f"wrk said: {said}")
    requests, micro, errors, late = map(int, found.groups())
    return requests / micro * 1e6, errors, late / 1000


def throughput(
    urls: dict[str, str],
    processes: dict[str, int],
    rounds: int,
    seconds: int,
    deep: list[str],
    only: list[str],
) -> list[dict[str, object]]:
    found = []
    kinds = {kind: each for kind, each in KINDS.items() if not only or any(word in kind for word in only)}
    shipped = things()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind, (query, bar) in kinds.items():
            iris = deep if kind == DEEP else shipped
            for iri in iris[:5]:
                answers = {ask(url, encoded(query, iri)) for url in urls.values()}
                assert len(answers) == 1, f"the servers answer {kind} differently"
            queries = folder / kind.replace(" ", "-")
            queries.write_text("".join(f"{encoded(query, iri)}\n" for iri in iris))
            rates: dict[str, list[float]] = {name: [] for name in urls}
            used, asked = dict.fromkeys(urls, 0.0), dict.fromkeys(urls, 0.0)
            errors = 0
            for turn in range(rounds):
                for server, url in urls.items():
                    before = cpu_of(processes[server])
                    rate, wrong, _ = wrk(url, queries, seconds, turn * 1_000_000, folder)
                    used[server] += cpu_of(processes[server]) - before
                    asked[server] += rate * seconds
                    rates[server].append(rate)
                    errors += wrong
            ours, theirs = (statistics.median(each) for each in rates.values())
            found.append(
                {"kind": kind, "mlgraph": ours, "oxigraph": theirs, "ratio": ours / theirs, "bar": bar}
            )
            cost = {server: 1000 * used[server] / asked[server] for server in urls}
            print(
                f"  {kind:23} {ours:9.1f}/s {theirs:9.1f}/s {ours / theirs:6.2f} x  (bar {bar})  errors {errors}"
                f"  processor {cost['mlgraph']:.2f} and {cost['oxigraph']:.2f} ms each"
            )
    return found


def beside_heavy(url: str, seconds: float, heavy: int) -> tuple[float, float, int]:
    """Return median and 99th percentile (ms) of a cheap query while heavy ones run, and how many were asked."""
    parts = urlsplit(url)
    iris = things()
    over = threading.Event()

    def load(number: int) -> None:
        at = number
        while not over.is_set():
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
            connection.request("GET", f"{parts.path}?query={encoded(HEAVY, iris[at % len(iris)])}")
            connection.getresponse().read()
            connection.close()
            at += heavy

    threads = [threading.Thread(target=load, args=(each,)) for each in range(heavy)]
    for thread in threads:
        thread.start()
    times: list[float] = []
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    end = time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        target = (
            f"{parts.path}?query={encoded(KINDS['lookup'][0], iris[len(times) % len(iris)])}%23{len(times)}"
        )
        connection.request("GET", target)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        answer.read()
        times.append(1000 * (time.perf_counter() - start))
    over.set()
    for thread in threads:
        thread.join()
    return statistics.median(times), statistics.quantiles(times, n=100)[-1], len(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="of each turn")
    parser.add_argument("--only", nargs="+", default=[], metavar="KIND", help="kinds whose name has this")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON at the end")
    told = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; {CLIENTS} clients, limits on")
    with tempfile.TemporaryDirectory() as folder:
        layer = Path(folder, "deep.nt")
        deep = deep_layer(layer)
        with mlgraph_server("--data", str(layer)) as (ours, one), oxigraph_server(layer) as (theirs, other):
            urls = {"mlgraph": ours, "oxigraph": theirs}
            print(f"  {'':23} {'mlgraph':>11} {'oxigraph':>11}")
            processes = {"mlgraph": one.pid, "oxigraph": other.pid}
            found = throughput(urls, processes, told.rounds, told.seconds, deep, told.only)
            for name, url in urls.items() if not told.only else ():
                median, late, count = beside_heavy(url, 2 * told.seconds, 1)
                bar = "  (bar p99 300 ms)" if name == "mlgraph" else ""
                print(
                    f"  a lookup beside a heavy query, {name:8}: median {median:6.1f} ms, "
                    f"p99 {late:6.1f} ms, {count} asked{bar}"
                )
                found.append({"kind": f"beside heavy, {name}", "median": median, "p99": late})
    if told.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
