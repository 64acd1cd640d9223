"""Send many mixed requests, good, bad and hostile, to `mlgraph serve`, and count what went wrong. Never a test.

python benchmarks/soak.py [--requests 200000] [--minutes 30]

A good request must be answered 200 with the right answer; a bad one must be refused in the right way; a hostile
one may end in any way but must not end the server. Good and bad ones come from eight addresses of loopback,
hostile queries from two more, and a last one misbehaves below HTTP: nonsense, heads without an end, answers that
are not taken, clients that hang up. After a tenth of the requests, and again at the end, the server is left
alone for a moment; it must not have more processes, open files, or much more memory the second time.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import random
import socket
import threading
import time
from collections import Counter, deque
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlsplit

from server import family_of, mlgraph_server

import mlgraph
from mlgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = f"PREFIX mlg: <{PREFIXES['mlg']}> "
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query", "Accept": "text/csv"}
HOSTILE = [
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT (COUNT(*) AS ?n) { ?a (<x:q>|!<x:z>)* ?b . ?b (<x:q>|!<x:y>)+ ?c }",
    "SELECT * { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(110)) + " }",
    "SELECT (STRLEN(?x30) AS ?n) { VALUES ?x0 { 'aaaaaaaa' } "
    + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(30))
    + " }",
    "SELECT * { FILTER(1<2)#> '''\n" + "{" * 90_000 + "\n#'''\n}",
    "SELECT * { FILTER(" + "!" * 90_000 + "true) }",
    "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { " + "OPTIONAL { ?s ?p ?o " * 3000 + "}" * 3000 + " }",
]


class Request(NamedTuple):
    """A request, and what must come back; statuses may be any where none is named."""

    kind: str
    method: str
    target: str
    headers: dict[str, str]
    body: bytes | None
    statuses: frozenset[int]
    answer: bytes | None = None


def good_and_bad() -> tuple[list[Request], list[Request]]:
    """Return requests with their answers, which the embedded store gives."""
    store = mlgraph.open_store()
    good, bad = [], []
    ok = frozenset({200})
    for row in store.select("SELECT ?t { ?t a mlg:Topic } ORDER BY MD5(STR(?t)) LIMIT 200"):
        topic = row["t"].value
        lookup = f"SELECT (COUNT(*) AS ?n) {{ <{topic}> ?p ?o }}"
        closure = f"{HEAD}SELECT (COUNT(DISTINCT ?t) AS ?n) {{ <{topic}> mlg:requires+ ?t }}"
        for query in (lookup, closure):
            number = next(iter(store.select(query)))["n"].value
            answer = f"n\r\n{number}\r\n".encode()
            encoded = quote(query, safe="")
            good += [
                Request("good", "GET", f"/sparql?query={encoded}&format=csv", {}, None, ok, answer),
                Request("good", "POST", "/sparql?format=csv", FORM, f"query={encoded}".encode(), ok, answer),
                Request("good", "POST", "/sparql", DIRECT, query.encode(), ok, answer),
                Request("good", "HEAD", f"/sparql?query={encoded}", {}, None, ok, b""),
            ]
        describe = quote(f"DESCRIBE <{topic}>", safe="")
        gzip = {"Accept": "text/turtle", "Accept-Encoding": "gzip"}
        good.append(Request("good", "GET", f"/sparql?query={describe}", gzip, None, ok))
        path = urlsplit(topic).path.partition("/id/")[2]
        good.append(Request("good", "GET", f"/id/{path}.ttl", {}, None, ok))
        bad += [
            Request("bad", "GET", f"/sparql?query={encoded}%7B", {}, None, frozenset({400})),
            Request(
                "bad", "GET", f"/sparql?query={encoded}", {"Accept": "image/png"}, None, frozenset({406})
            ),
            Request("bad", "POST", "/sparql", FORM, b"update=DROP+ALL", frozenset({403})),
            Request("bad", "POST", "/sparql", {"Content-Type": "text/html"}, b"x", frozenset({415})),
            Request("bad", "PUT", "/sparql", {}, b"x", frozenset({405})),
            Request("bad", "GET", f"/id/{path}-not.ttl", {}, None, frozenset({404})),
            Request("bad", "POST", "/sparql", DIRECT, b"x" * 400_000, frozenset({413})),
            Request("bad", "GET", "/sparql?query=%FF", {}, None, frozenset({400})),
        ]
    good.append(Request("good", "GET", "/health", {}, None, ok))
    return good, bad


class Tally:
    """What came back, from all threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seen: Counter[tuple[str, object]] = Counter()
        self.wrong: list[str] = []

    def note(self, kind: str, end: object, fault: str = "") -> None:
        with self.lock:
            self.seen[kind, end] += 1
            if fault:
                self.wrong.append(fault)

    def count(self) -> int:
        with self.lock:
            return self.seen.total()


class Client:
    """A connection that is kept, from an address of its own."""

    def __init__(self, place: tuple[str, int], source: str) -> None:
        self._place, self._source = place, source
        self._line: http.client.HTTPConnection | None = None

    @property
    def kept(self) -> bool:
        """Whether the connection has served before: then the server may close it while a request is on its way."""
        return self._line is not None

    def send(self, request: Request) -> tuple[int, bytes]:
        if self._line is None:
            self._line = http.client.HTTPConnection(*self._place, 120, (self._source, 0))
        try:
            self._line.request(request.method, request.target, request.body, request.headers)
            answer = self._line.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if answer.will_close:
            self.close()
        return answer.status, body

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def ask_on(client: Client, requests: list[Request], tally: Tally, seed: int, over: threading.Event) -> None:
    choose = random.Random(seed)
    while not over.is_set():
        request = choose.choice(requests)
        kept = client.kept
        try:
            try:
                status, body = client.send(request)
            except ConnectionError:  # no answer has begun; on a kept connection that is no loss
                if not kept:
                    raise
                tally.note("again", request.kind)
                status, body = client.send(request)
        except (OSError, http.client.HTTPException) as error:
            # A hostile answer may break off, and who sends too much may be cut off while sending.
            expected = request.kind == "hostile" or 413 in request.statuses
            tally.note(request.kind, type(error).__name__, "" if expected else f"{request}: {error!r}")
            continue
        fault = ""
        if request.statuses and status not in request.statuses:
            fault = f"{request.kind} {request.method} {request.target[:200]}: {status} {body[:200]!r}"
        elif request.answer is not None and body != request.answer:
            fault = f"{request.target[:200]}: {body[:200]!r} instead of {request.answer!r}"
        tally.note(request.kind, status, fault)
    client.close()


def misbehave(place: tuple[str, int], tally: Tally, seed: int, over: threading.Event) -> None:
    """Send what is no proper request, or do not take what comes; some dozen connections at once."""
    choose = random.Random(seed)
    endless = b"GET /sparql?query=" + quote(HOSTILE[2], safe="").encode() + b" HTTP/1.1\r\nHost: a\r\n\r\n"
    ask = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\n"
    post = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\nquery=A"
    ways = {
        "nonsense": choose.randbytes(200) + b"\r\n\r\n",
        "half a head": ask + b"X-A: ",
        "half a body": post,
        "not taken": endless,
        "hang up": endless,
        "many behind one another": 30 * (ask + b"\r\n"),
    }
    lines: deque[socket.socket] = deque()
    while not over.wait(0.05):
        name = choose.choice(sorted(ways))
        line = socket.socket()
        line.settimeout(5)
        try:
            line.bind(("127.0.2.1", 0))
            line.connect(place)
            line.sendall(ways[name])
            if name == "hang up":
                line.recv(1000)
        except OSError:  # cut off, as it should be
            name += ", cut off"
        tally.note("misbehaved", name)
        lines.append(line)
        if len(lines) > 30:
            lines.popleft().close()
    for line in lines:
        line.close()


class Size(NamedTuple):
    """What a server holds: MiB of its main process and of all, open files, and processes."""

    memory: int
    total: int
    files: int
    processes: int

    def grown(self, later: Size) -> list[str]:
        """Return what has grown by more than is allowed: workers may keep a part of what a query needed."""
        allowed = Size(64, 512, 0, 0)
        gains = zip(self._fields, self, later, allowed, strict=True)
        return [f"{name} from {old} to {new}" for name, old, new, more in gains if new > old + more]


def size_of(process: int) -> Size:
    """Return the size, of which memory that processes share counts in parts."""
    memory = {}
    for each in family_of(process):
        with contextlib.suppress(OSError):  # it may just have ended
            said = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii")
            memory[each] = sum(int(line.split()[1]) for line in said.splitlines() if line.startswith("Pss:"))
    files = len(list(Path(f"/proc/{process}/fd").iterdir()))
    return Size(memory[process] >> 10, sum(memory.values()) >> 10, files, len(memory))


class Run(NamedTuple):
    """A server and what is sent to it."""

    place: tuple[str, int]
    mixed: list[Request]
    hostile: list[Request]
    tally: Tally
    alive: Callable[[], bool]

    def until(self, count: int, end: float, seed: int) -> None:
        """Send requests until there are so many of them, or it is so late, or the server is gone."""
        over = threading.Event()
        places = [(f"127.0.0.{10 + each}", self.mixed) for each in range(8)]
        places += [(f"127.0.1.{1 + each}", self.hostile) for each in range(2)]
        threads = [
            threading.Thread(
                target=ask_on, args=(Client(self.place, source), requests, self.tally, seed + at, over)
            )
            for at, (source, requests) in enumerate(places)
        ]
        threads.append(threading.Thread(target=misbehave, args=(self.place, self.tally, seed, over)))
        for thread in threads:
            thread.start()
        while self.tally.count() < count and time.monotonic() < end and self.alive():
            time.sleep(0.5)
        over.set()
        for thread in threads:
            thread.join()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--minutes", type=float, default=30.0, help="after which the run ends in any case")
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    good, bad = good_and_bad()
    hostile = [Request("hostile", "POST", "/sparql", DIRECT, each.encode(), frozenset()) for each in HOSTILE]
    tally = Tally()
    start = time.monotonic()
    end = start + 60 * told.minutes
    with mlgraph_server("--time", "10", "--memory", "512M") as (url, process):
        parts = urlsplit(url)
        place = (parts.hostname or "", parts.port or 0)
        run = Run(place, good + bad[: len(good) // 9], hostile, tally, lambda: process.poll() is None)
        sizes = []
        for count in (told.requests // 10, told.requests):
            run.until(count, end, told.seed + count)
            time.sleep(12.0)  # longer than a query may run: workers are replaced, connections end
            if run.alive():
                sizes.append(size_of(process.pid))
    print(f"{tally.count():,} requests in {time.monotonic() - start:.0f} s, load {os.getloadavg()[0]:.1f}")
    for (kind, way), number in sorted(tally.seen.items(), key=str):
        print(f"  {kind:10} {way!s:30} {number:9,}")
    for when, size in zip(("after a tenth", "at the end"), sizes, strict=False):
        print(f"{when:14} {size}")
    faults = sizes[0].grown(sizes[1]) if len(sizes) == 2 else ["the server ended"]
    print("leaks: " + (", ".join(faults) or "none"))
    print(f"{len(tally.wrong)} requests went wrong")
    for each in tally.wrong[:10]:
        print(f"  {each}")
    return 1 if tally.wrong or faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
