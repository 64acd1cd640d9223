"""Limits of a running server: each is shown, each holds, and who keeps to them is served meanwhile."""

from __future__ import annotations

import http.client
import json
import re
import socket
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from mlgraph.errors import UsageError
from mlgraph.server.settings import LIMITS, Limits, Settings, read_limits, read_settings, read_size
from tests.conftest import ROOT
from tests.server.serving import PATIENCE, served, store_folder, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.serving import Served

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
STREAM = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ASK = "/sparql?query=ASK%20%7B%7D"


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    p = ox.NamedNode("urn:p")
    quads = (ox.Quad(ox.NamedNode(f"urn:{each}"), p, ox.Literal(str(each))) for each in range(1000))
    return store_folder(tmp_path_factory.mktemp("limits") / "store", quads)


@pytest.fixture(scope="module")
def tight(crowd: Path) -> Iterator[Served]:
    """A server that one can fill."""
    limits = {"in_flight": 3, "per_client": 2, "connections": 64, "query": 1000, "depth": 5, "result": 2**30}
    with served(crowd, None, **limits) as server:
        yield server


@pytest.fixture(scope="module")
def hasty(crowd: Path) -> Iterator[Served]:
    """A server that waits for nobody."""
    limits = {"receive": 0.5, "send": 0.5, "time": 20.0, "idle": 1.0, "connections": 40, "result": 2**30}
    with served(crowd, None, **limits) as server:
        yield server


@contextmanager
def asking(server: Served, query: str, source: str = "127.0.0.1") -> Iterator[http.client.HTTPConnection]:
    """Ask from some address, and do not wait for the answer; the question ends with the block."""
    address = (source, 0)
    with closing(http.client.HTTPConnection(*server.address, PATIENCE, address)) as connection:
        connection.request("GET", f"/sparql?{urlencode({'query': query})}")
        yield connection


def status_from(server: Served, source: str) -> tuple[int, dict[str, str]]:
    with asking(server, "ASK {}", source) as connection:
        answer = connection.getresponse()
        answer.read()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}


# -- what is told


def test_limits_are_shown_with_their_meaning(tight: Served) -> None:
    shown = json.loads(tight.request("GET", "/limits").body)
    assert set(shown) == set(Limits._fields) == set(LIMITS)
    assert {name: shown[name]["value"] for name in ("in_flight", "per_client", "query", "depth")} == {
        "in_flight": 3,
        "per_client": 2,
        "query": 1000,
        "depth": 5,
    }
    assert all(each["unit"] and each["meaning"] for each in shown.values())


def test_flag_wins_over_variable_and_variable_over_default() -> None:
    told = read_limits(
        {"time": "5", "result": None}, {"MLGRAPH_SERVE_TIME": "6", "MLGRAPH_SERVE_RESULT": "2M"}
    )
    assert (told.time, told.result, told.depth) == (5.0, 2 * 2**20, Limits().depth)


@pytest.mark.parametrize(
    ("name", "text"),
    [("time", "soon"), ("time", "nan"), ("time", "-1"), ("depth", "2.5"), ("memory", "1K"), ("result", "1T")],
)
def test_limit_without_sense_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(UsageError, match=name if text != "1T" else "no size"):
        read_limits({name: text}, {})


def test_settings_are_read_from_the_environment(tmp_path: Path) -> None:
    told = read_settings(
        tmp_path,
        {"port": "81"},
        {"MLGRAPH_SERVE_HOST": "::1", "MLGRAPH_SERVE_PORT": "80", "MLGRAPH_SERVE_WORKERS": "3"},
    )
    assert (told.host, told.port, told.workers) == ("::1", 81, 3)
    assert told.at(81).endpoint == "http://[::1]:81/sparql"
    assert Settings(tmp_path, host="0.0.0.0").at(5).url == "http://127.0.0.1:5"
    with pytest.raises(UsageError, match="port"):
        read_settings(tmp_path, {"port": "65536"}, {})


def test_size_may_have_a_unit() -> None:
    assert [read_size(each) for each in ("1k", "2 MiB", "0.5G")] == [1024, 2**21, 2**29]


# -- how many at once


def test_one_client_has_a_share_and_others_are_served(tight: Served) -> None:
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(asking(tight, ENDLESS))
        until(lambda: tight.metric("requests_in_flight") == 2, "both to run")
        status, headers = status_from(tight, "127.0.0.1")
        assert (status, headers["retry-after"]) == (429, "1")
        assert tight.request("GET", "/health").status == 200
        assert status_from(tight, "127.0.0.2")[0] == 200
        stack.enter_context(asking(tight, ENDLESS, "127.0.0.3"))
        until(lambda: tight.metric("requests_in_flight") == 3, "all three to run")
        status, headers = status_from(tight, "127.0.0.2")
        assert (status, headers["retry-after"]) == (503, "1")
        assert tight.request("GET", "/health").status == 200
    until(lambda: tight.metric("requests_in_flight") == 0, "the clients' leaving to be noted")
    assert status_from(tight, "127.0.0.1")[0] == 200


def test_who_has_several_queries_loses_one_to_who_has_none(crowd: Path) -> None:
    with served(crowd, {"workers": 3}, patience=0.2) as server, ExitStack() as stack:
        first = stack.enter_context(asking(server, ENDLESS))
        until(lambda: server.metric('workers{state="busy"}') == 1, "the first to run")
        stack.enter_context(asking(server, ENDLESS))
        stack.enter_context(asking(server, ENDLESS, "127.0.0.2"))
        until(lambda: server.metric('workers{state="busy"}') == 3, "all to run")
        assert status_from(server, "127.0.0.3")[0] == 200
        answer = first.getresponse()
        assert (answer.status, answer.getheader("retry-after")) == (503, "5")
        assert b"others wait" in answer.read()
        assert server.metric('workers_ended_total{reason="displaced"}') == 1


def test_query_whose_client_has_gone_is_ended(tight: Served) -> None:
    before = tight.metric('workers_ended_total{reason="abandoned"}')
    with asking(tight, ENDLESS):
        until(lambda: tight.metric('workers{state="busy"}') == 1, "the query to run")
    until(lambda: tight.metric('workers_ended_total{reason="abandoned"}') > before, "its worker to be ended")
    until(lambda: tight.metric('workers{state="idle"}') == 2, "a new worker")


def test_length_and_depth_of_a_query_are_bounded(tight: Served) -> None:
    assert tight.query("ASK {" + " " * 990 + "}").status == 200
    assert tight.query("ASK {" + " " * 1000 + "}").status == 414
    assert tight.post("ASK {" + " " * 1000 + "}").status == 413
    assert tight.query("ASK " + "{" * 5 + "}" * 5).status == 200
    assert tight.query("ASK " + "{" * 6 + "}" * 6).status == 403


# -- slow clients


def ended(line: socket.socket) -> bool:
    """Return whether the other side has ended a connection, after what it has to say."""
    try:
        return line.recv(65536) == b""
    except ConnectionError:
        return True


def test_head_that_drips_is_cut_off(hasty: Served) -> None:
    before = hasty.metric("connections_cut_total")
    with socket.create_connection(hasty.address, timeout=PATIENCE) as line:
        line.sendall(b"GET /sparql HTTP/1.1\r\n")

        def refused() -> bool:
            try:
                line.sendall(b"X-A: b\r\n")
            except ConnectionError:
                return True
            return False

        until(refused, "the connection to be cut though bytes still come")
    assert hasty.metric("connections_cut_total") > before


def test_connection_that_says_nothing_is_cut_off(hasty: Served) -> None:
    with socket.create_connection(hasty.address, timeout=PATIENCE) as line:
        assert ended(line)


def test_body_that_does_not_come_is_408(hasty: Served) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: 9\r\n\r\nASK"
    with socket.create_connection(hasty.address, timeout=PATIENCE) as line:
        line.sendall(head)
        said = b""
        while data := line.recv(65536):
            said += data
    assert said.startswith(b"HTTP/1.1 408 ")


def test_client_that_takes_nothing_is_cut_off_and_its_worker_is_free(hasty: Served) -> None:
    before = hasty.metric("connections_cut_total")
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(PATIENCE)
        line.connect(hasty.address)
        target = f"/sparql?{urlencode({'query': STREAM})}"
        line.sendall(f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        until(lambda: hasty.metric("connections_cut_total") > before, "the connection to be cut")
        until(lambda: hasty.metric('workers{state="idle"}') == 2, "the worker to be free")
    assert hasty.metric("requests_in_flight") == 0


def test_many_slow_connections_of_one_address_leave_room_for_others(hasty: Served) -> None:
    with ExitStack() as stack:
        for _ in range(60):
            line = stack.enter_context(socket.socket())
            line.bind(("127.0.0.7", 0))
            line.connect(hasty.address)
        assert status_from(hasty, "127.0.0.8")[0] == 200


def test_request_after_request_on_one_connection(hasty: Served) -> None:
    """The limit on the head of a request starts anew with each request."""
    with closing(http.client.HTTPConnection(*hasty.address, timeout=PATIENCE)) as connection:
        for _ in range(200):
            connection.request("GET", ASK)
            answer = connection.getresponse()
            assert (answer.status, len(answer.read())) == (200, 26)


# -- what is documented


@pytest.mark.parametrize("name", LIMITS)
def test_page_names_each_limit_with_its_default(name: str) -> None:
    page = (ROOT / "docs" / "sparql.md").read_text(encoding="utf-8")
    found = re.search(rf"^\| `--{name.replace('_', '-')}` \| ([^|]+) \|", page, re.MULTILINE)
    assert found, f"docs/sparql.md has no line for --{name}"
    value, unit = getattr(Limits(), name), LIMITS[name].unit
    if unit == "bytes":
        assert read_size(found[1]) == value
    else:
        assert float(found[1].replace(",", "").removesuffix(" s ").removesuffix(" s")) == value


@pytest.mark.parametrize("name", sorted(set(Settings._fields) - {"source", "limits"}))
def test_page_names_each_setting(name: str) -> None:
    assert f"`--{name}`" in (ROOT / "docs" / "sparql.md").read_text(encoding="utf-8")
