"""A really running server on loopback for tests, and a plain client of it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

__all__ = ["PATIENCE", "Reply", "Served", "offspring", "parents", "served", "store_folder", "until"]

PATIENCE = 120.0
"""Seconds after which a test gives up; nothing waits so long when all is well."""

SMALL = {"time": 20.0, "memory": 512 * 2**20, "receive": 20.0, "send": 20.0, "stop": 10.0}


class Reply(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


class Served(NamedTuple):
    """A server that runs."""

    url: str
    process: subprocess.Popen[str]
    log: Path

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or 0

    def request(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Reply:
        connection = http.client.HTTPConnection(*self.address, timeout=PATIENCE)
        try:
            connection.request(method, target, body, dict(headers or {}))
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())
        finally:
            connection.close()

    def query(self, text: str, accept: str = "", method: str = "GET", **parameters: object) -> Reply:
        pairs = urlencode({"query": text, **parameters}, doseq=True)
        return self.request(method, f"/sparql?{pairs}", {"Accept": accept} if accept else {})

    def post(self, text: str, accept: str = "") -> Reply:
        """Ask by a direct POST, which takes longer queries."""
        headers = {"Content-Type": "application/sparql-query"} | ({"Accept": accept} if accept else {})
        return self.request("POST", "/sparql", headers, text.encode())

    def rows(self, text: str) -> list[dict[str, str]]:
        found = json.loads(self.query(text, "application/sparql-results+json").body)
        return [{name: term["value"] for name, term in row.items()} for row in found["results"]["bindings"]]

    def metric(self, line: str) -> float:
        """Return one value of /metrics; 0 if it is not there."""
        for each in self.request("GET", "/metrics").text.splitlines():
            name, _, value = each.rpartition(" ")
            if name == f"mlgraph_{line}":
                return float(value)
        return 0.0

    def family(self) -> set[int]:
        """Return the processes that the server has started, and theirs (where there is ``/proc``)."""
        return offspring(self.process.pid)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line]


def parents() -> dict[int, int]:
    """Return process -> parent, of all processes that have not ended."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (place / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it has just ended
            continue
        if state != "Z":
            found[int(place.name)] = int(parent)
    return found


def offspring(process: int) -> set[int]:
    """Return children and children's children of a process."""
    known = parents()
    found: set[int] = set()
    while fresh := {each for each, parent in known.items() if parent in found | {process}} - found:
        found |= fresh
    return found


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for a condition, not for a time."""
    give_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up, f"in vain waited for {what}"
        time.sleep(0.01)


def store_folder(folder: Path, quads: Iterable[ox.Quad]) -> Path:
    """Write a store that can be opened read-only."""
    store = ox.Store(str(folder))
    store.bulk_extend(quads)
    store.flush()
    del store
    return folder


@contextmanager
def served(source: Path, settings: Mapping[str, Any] | None = None, **limits: float) -> Iterator[Served]:
    """Run a server in a process of its own; it and all it has started are gone afterwards."""
    arguments = [str(source), json.dumps(SMALL | limits), json.dumps({"workers": 2} | dict(settings or {}))]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("w") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.server.launch", *arguments],
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                stdout=subprocess.PIPE,
                stderr=stream,
                text=True,
            )
        family: set[int] = set()
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url, log.read_text()
            here = Served(url, process, log)
            yield here
            if process.poll() is None:
                family = here.family()
                process.send_signal(signal.SIGTERM)
                assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        until(lambda: not family & set(parents()), "the end of all workers")
