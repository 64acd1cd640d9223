"""Running the server: logs, health, metrics, flags and environment, faults at the start, and a graceful stop."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from tests.server.serving import PATIENCE, offspring, parents, served, store_folder, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.serving import Served

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
STREAM = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SOME = f"{STREAM} LIMIT 200000"


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    p = ox.NamedNode("urn:p")
    quads = (ox.Quad(ox.NamedNode(f"urn:{each}"), p, ox.Literal(str(each))) for each in range(200))
    return store_folder(tmp_path_factory.mktemp("operations") / "store", quads)


@pytest.fixture(scope="module")
def server(crowd: Path) -> Iterator[Served]:
    with served(crowd) as here:
        yield here


# -- what it tells


def test_health_counts_the_workers(server: Served) -> None:
    until(lambda: server.metric('workers{state="idle"}') == 2, "both workers")
    reply = server.request("GET", "/health")
    assert reply.status == 200
    assert reply.headers["cache-control"] == "no-store"
    assert b'"status":"ok"' in reply.body
    assert b'"workers":2' in reply.body


def test_health_says_when_no_worker_can_be_had(crowd: Path) -> None:
    """The zygote is gone and cannot come back: the store has been moved away."""
    source = crowd.with_name("moved")
    subprocess.run(["cp", "-r", str(crowd), str(source)], check=True)
    with served(source) as here:
        zygote = next(each for each, parent in parents().items() if parent == here.process.pid)
        source.rename(crowd.with_name("elsewhere"))
        os.kill(zygote, signal.SIGKILL)
        until(lambda: here.request("GET", "/health").status == 503, "the loss to be said")
        assert b"no worker" in here.request("GET", "/health").body
        crowd.with_name("elsewhere").rename(source)
        until(lambda: here.request("GET", "/health").status == 200, "a new worker")
        assert here.query("ASK {}").status == 200


def test_metrics_are_the_text_that_prometheus_reads(server: Served) -> None:
    server.query("SELECT * {")
    server.query("ASK {}")
    server.query("ASK {}", "image/png")
    reply = server.request("GET", "/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    families: dict[str, str] = {}
    for line in reply.text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in families
            families[name] = kind
        elif not line.startswith("# HELP "):
            found = re.fullmatch(
                r'(mlgraph_[a-z_]+)(\{[a-z]+="[^"\\\n]*"(?:,[a-z]+="[^"\\\n]*")*\})? [0-9.e+-]+', line
            )
            assert found, line
            name = found[1]
            family = re.sub(r"_(?:bucket|sum|count)$", "", name)
            assert name in families or families.get(family) == "histogram", line
            assert families.get(name) != "counter" or name.endswith("_total")
    assert server.metric('queries_total{outcome="syntax"}') >= 1
    assert server.metric('queries_total{outcome="format"}') >= 1
    assert server.metric('requests_total{route="sparql",method="GET",status="406"}') >= 1
    told = dict(line.rsplit(" ", 1) for line in reply.text.splitlines() if not line.startswith("#"))
    assert told["mlgraph_request_seconds_count"] == told['mlgraph_request_seconds_bucket{le="+Inf"}']


def test_labels_do_not_grow_with_what_clients_send(server: Served) -> None:
    before = len(server.request("GET", "/metrics").text.splitlines())
    for each in range(30):
        server.request("GET", f"/{each}/x")
        server.request(f"X{each}", f"/sparql/{each}")
    assert len(server.request("GET", "/metrics").text.splitlines()) <= before + 4


def test_each_request_is_one_line_of_json_without_its_query(server: Served) -> None:
    server.query("ASK { <urn:very-private> ?p ?o }", "text/csv")
    server.request("GET", "/no\nsuch\x1bpath".replace("\n", "%0A").replace("\x1b", "%1B"))

    def noted() -> bool:
        return any("such" in str(each.get("path")) for each in server.lines())

    until(noted, "the lines to be written")
    line = next(each for each in reversed(server.lines()) if each.get("path") == "/sparql")
    assert {"time", "level", "event", "client", "method", "path", "status", "bytes", "seconds"} <= set(line)
    assert (line["event"], line["client"], line["status"]) == ("request", "127.0.0.1", 200)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert "very-private" not in server.log.read_text()
    assert "\x1b" not in server.log.read_text()


# -- the end


def test_stop_lets_a_running_answer_end_and_takes_no_new_request(crowd: Path) -> None:
    with served(crowd, stop=60.0) as here:
        with closing(http.client.HTTPConnection(*here.address, timeout=PATIENCE)) as connection:
            connection.request("GET", f"/sparql?{urlencode({'query': SOME, 'format': 'csv'})}")
            answer = connection.getresponse()
            begin = answer.read(100)
            here.process.send_signal(signal.SIGTERM)
            until(lambda: refuses(here), "the server to listen no more")
            assert (begin + answer.read()).count(b"\n") == 200_001
        assert here.process.wait(PATIENCE) == 0
        assert any(each["event"] == "Application shutdown complete." for each in here.lines())


def refuses(here: Served) -> bool:
    try:
        socket.create_connection(here.address, timeout=PATIENCE).close()
    except ConnectionError:
        return True
    return False


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_stop_does_not_wait_for_an_endless_query(crowd: Path, sign: signal.Signals) -> None:
    with served(crowd, stop=1.0, time=600.0) as here:
        family = here.family()
        assert len(family) in {3, 4}  # the zygote, two workers, and for a moment who draws the viewer
        with closing(http.client.HTTPConnection(*here.address, timeout=PATIENCE)) as connection:
            connection.request("GET", f"/sparql?{urlencode({'query': ENDLESS})}")
            until(lambda: here.metric('workers{state="busy"}') == 1, "the query to run")
            here.process.send_signal(sign)
            assert here.process.wait(PATIENCE) == 0
        until(lambda: not family & set(parents()), "the end of all workers")


def test_killed_server_leaves_no_worker(crowd: Path) -> None:
    with served(crowd) as here:
        family = here.family()
        here.process.kill()
        here.process.wait()
        until(lambda: not family & set(parents()), "the end of all workers")


# -- the command


def command(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "mlgraph", "serve", *arguments],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_command_serves_the_shipped_graph_with_flags_and_variables() -> None:
    with command("--port", "0", "--workers", "1", "--time", "7", MLGRAPH_SERVE_DEPTH="33") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said = process.stdout.readline()
        found = re.fullmatch(r"mlgraph serves http://127\.0\.0\.1:(\d+)/ \(SPARQL at \S+/sparql\)\n", said)
        assert found, said + process.stderr.read()
        with closing(http.client.HTTPConnection("127.0.0.1", int(found[1]), PATIENCE)) as connection:
            connection.request("GET", "/limits")
            limits = connection.getresponse().read()
            assert b'"time":{"value":7.0,' in limits
            assert b'"depth":{"value":33,' in limits
            query = "SELECT (COUNT(*) AS ?n) { ?t a mlg:Topic }"
            connection.request("GET", f"/sparql?{urlencode({'query': query, 'format': 'csv'})}")
            assert int(connection.getresponse().read().split()[1]) > 500
        assert offspring(process.pid)
        process.terminate()
        assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "http"], "port"),
        (["--time", "soon"], "time"),
        (["--memory", "1"], "memory"),
        (["--host", "no.such.host.invalid"], "cannot listen"),
        (["--workers", "0"], "workers"),
    ],
)
def test_wrong_flag_is_said_in_one_line(arguments: list[str], words: str) -> None:
    with command(*arguments) as process:
        out, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert words in error
    assert "Traceback" not in error
    assert out == ""


def test_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with command("--port", port) as process:
            _, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert f"port {port}" in error
    assert "--port" in error
