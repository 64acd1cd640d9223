"""The short way of plain requests is the long way's equal: it reads as the full reader does, and sends what it may."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any, BinaryIO

import h11
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from uvicorn.protocols.http.flow_control import FlowControl

from mlgraph.server.exchange import Exchange, Plain, read_plain
from tests.server.serving import PATIENCE, served, store_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Message, Receive, Scope, Send

    from tests.server.serving import Served

ASK = b"GET /sparql?query=ASK%7B%7D&format=csv HTTP/1.1\r\n"
HOST = b"Host: a\r\n"
PIECES = [
    b"GET ", b"POST ", b"HEAD ", b"PUT ", b"get ", b"/", b"/a?b=%20", b"http://h/a", b"*", b" HTTP/1.1", b" HTTP/1.0",
    b"\r\n", b"\n", b"\r", b" ", b"\t", b"\0", b"\xe9", b"Host: a\r\n", b"host:b\r\n", b"A : b\r\n", b": b\r\n", b"A:\r\n",
    b"A:  b\t\r\n", b" folded\r\n", b"Content-Length: 3\r\n", b"Content-Length: 0\r\n", b"Content-Length: 03\r\n",
    b"Content-Length: +3\r\n", b"Content-Length: 3, 3\r\n", b"Transfer-Encoding: chunked\r\n", b"Expect: 100-continue\r\n",
    b"Connection: close\r\n", b"Connection: keep-alive\r\n", b"Connection: Upgrade\r\n", b"Upgrade: h2c\r\n", b"abc",
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"3\r\nabc\r\n0\r\n\r\n",
]  # fmt: skip
LIKELY = st.tuples(
    st.sampled_from([b"GET /a?b HTTP/1.1\r\n", b"POST / HTTP/1.1\r\n", b"HEAD /%41 HTTP/1.1\r\n"]),
    st.lists(st.sampled_from([each for each in PIECES if each.endswith(b"\r\n")]), max_size=5),
    st.sampled_from([b"\r\n", b"\r\nabc", b"\r\nab", b"\n", b""]),
).map(lambda parts: parts[0] + b"".join(parts[1]) + parts[2])


def read_fully(data: bytes) -> Plain | None:
    """Return the request by the full reader; None where it is not one, or not all that is there."""
    line = h11.Connection(h11.SERVER)
    line.receive_data(data)
    try:
        first = line.next_event()
        if not isinstance(first, h11.Request) or first.http_version != b"1.1":
            return None
        body = b""
        while isinstance(event := line.next_event(), h11.Data):
            body += event.data
    except h11.RemoteProtocolError:
        return None
    if not isinstance(event, h11.EndOfMessage) or event.headers or line.trailing_data[0]:
        return None
    return Plain(first.method, first.target, [(name.lower(), value) for name, value in first.headers], body)


@given(st.one_of(LIKELY, st.lists(st.sampled_from(PIECES), max_size=10).map(b"".join)))
def test_what_is_read_the_short_way_is_read_alike_the_long_way(data: bytes) -> None:
    found = read_plain(data)
    assert found is None or found == read_fully(data)


@pytest.mark.parametrize(
    "lines",
    [
        ASK + HOST,
        ASK + HOST + b"Accept: text/csv ,\t*/*;q=0.1\r\nAccept: a\r\nX:\r\n",
        ASK + HOST + b"Connection: Keep-Alive\r\n",
        b"POST /sparql HTTP/1.1\r\nContent-Length: 5\r\n" + HOST,
    ],
)
def test_usual_request_is_plain(lines: bytes) -> None:
    data = lines + b"\r\n" + (b"ASK{}" if lines.startswith(b"POST") else b"")
    assert read_plain(data) == read_fully(data) != None  # noqa: E711 - both at once
    assert read_plain(data[:-1]) is None
    assert read_plain(data + b"G") is None


@pytest.mark.parametrize(
    "line",
    [
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Length: 0\r\n",
        b"Expect: 100-continue\r\n",
        b"Connection: close\r\n",
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n",
        HOST,
        b"A: b\r\n c\r\n",
        b"A : b\r\n",
        b"A: b\n",
        b"A: \0\r\n",
    ],
)
def test_request_that_is_anything_else_goes_the_long_way(line: bytes) -> None:
    assert read_plain(ASK + HOST + b"\r\n") is not None
    assert read_plain(ASK + HOST + line + b"\r\n") is None
    assert read_plain(ASK + b"\r\n") is None


# -- what is sent


class Wire:
    """Stands for the connection to a client: holds what was written, and whether it is closed."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.writes.append(data)

    def close(self) -> None:
        self.closed = True


def exchanged(*messages: Message, method: bytes = b"GET", fails: bool = False) -> tuple[Wire, list[bool]]:
    """Have an application send some messages, and perhaps fail then."""
    wire: Any = Wire()
    ends: list[bool] = []

    async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
        for each in messages:
            await send(each)
        if fails:
            raise ArithmeticError

    async def test() -> None:
        request = Plain(method, b"/a%20b?c", [(b"host", b"a")], b"")
        exchange = Exchange(request, {}, wire, FlowControl(wire), [(b"date", b"today")], ends.append)
        assert (exchange.scope["path"], exchange.scope["query_string"]) == ("/a b", b"c")
        await exchange.run(application)

    asyncio.run(test())
    return wire, ends


def start(status: int = 200, *headers: tuple[bytes, bytes]) -> Message:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(data: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": more}


LENGTH = (b"content-length", b"3")


def test_whole_answer_is_one_write() -> None:
    wire, ends = exchanged(start(200, LENGTH), body(b"abc"))
    assert wire.writes == [b"HTTP/1.1 200 OK\r\ndate: today\r\ncontent-length: 3\r\n\r\nabc"]
    assert (wire.closed, ends) == (False, [True])


def test_answer_of_unknown_length_is_in_chunks() -> None:
    wire, ends = exchanged(
        start(), body(b"ab", more=True), body(b"", more=True), body(b"c" * 16, more=True), body(b"")
    )
    sent = b"".join(wire.writes)
    assert sent.endswith(
        b"transfer-encoding: chunked\r\n\r\n2\r\nab\r\n10\r\n" + b"c" * 16 + b"\r\n0\r\n\r\n"
    )
    assert ends == [True]


def test_answer_to_head_and_an_empty_one_have_no_body() -> None:
    assert exchanged(start(200, LENGTH), body(b"abc"), method=b"HEAD")[0].writes[0].endswith(b": 3\r\n\r\n")
    assert exchanged(start(304), body(b""))[0].writes == [b"HTTP/1.1 304 Not Modified\r\ndate: today\r\n\r\n"]


def test_application_may_end_the_connection() -> None:
    wire, ends = exchanged(start(408, LENGTH, (b"connection", b"close")), body(b"abc"))
    assert wire.writes[0].count(b"connection: close") == 1
    assert (wire.closed, ends) == (True, [False])


@pytest.mark.parametrize(
    ("messages", "fails"),
    [
        ([start(), body(b"a", more=True)], False),
        ([start(), body(b"a", more=True)], True),
        ([start(200, LENGTH), body(b"a", more=True)], False),
        ([start(200, LENGTH), body(b"ab")], False),
        ([start(200, LENGTH), body(b"abcd")], False),
        ([start(200, LENGTH), body(b"abc", more=True), body(b"d")], False),
    ],
)
def test_answer_that_breaks_off_is_seen_to(messages: list[Message], fails: bool) -> None:
    wire, ends = exchanged(*messages, fails=fails)
    sent = b"".join(wire.writes)
    assert not sent.endswith(b"0\r\n\r\n")
    assert b"content-length" not in sent or len(sent.partition(b"\r\n\r\n")[2]) < 3 or b"abc" in sent
    assert (wire.closed, ends) == (True, [])


@pytest.mark.parametrize("messages", [[], [start(200, (b"location", b"a\r\nset-cookie: b"))], [body(b"a")]])
def test_application_that_sends_nonsense_is_an_error_of_the_server(messages: list[Message]) -> None:
    wire, _ = exchanged(*messages)
    sent = b"".join(wire.writes)
    assert sent.startswith(b"HTTP/1.1 500 ")
    assert b"cookie" not in sent
    assert wire.closed


# -- over a connection


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    quad = ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("o"))
    with served(store_folder(tmp_path_factory.mktemp("exchange") / "store", [quad])) as here:
        yield here


def answers(server: Served, *parts: bytes) -> list[tuple[int, bytes]]:
    """Send requests part by part, each when all before are answered; return status and body of all answers."""
    with socket.create_connection(server.address, timeout=PATIENCE) as line, line.makefile("rb") as stream:
        found = []
        for part in parts:
            line.sendall(part)
            found += [one_answer(stream) for _ in range(part.count(b" HTTP/1.1\r\n"))]
        return found


def one_answer(stream: BinaryIO) -> tuple[int, bytes]:
    first = stream.readline()
    if not first:
        return 0, b""
    length = 0
    while (line := stream.readline()) != b"\r\n":
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return int(first.split()[1]), stream.read(length)


LAST = ASK + HOST + b"Connection: close\r\n\r\n"
TRUE = (200, b"true")
POST = b"POST /sparql?format=csv HTTP/1.1\r\n" + HOST + b"Content-Type: application/sparql-query\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK{}\r\n0\r\n\r\n"


def test_requests_of_both_ways_follow_one_another_on_a_connection(server: Served) -> None:
    plain = ASK + HOST + b"\r\n"
    posted = POST + b"Content-Length: 5\r\n\r\nASK{}"
    bad = b"GET /sparql?query=ASK HTTP/1.1\r\n" + HOST + b"\r\n"
    found = answers(server, plain, plain, CHUNKED, plain, posted, bad, CHUNKED, CHUNKED, plain, LAST)
    assert [status for status, _ in found] == [200] * 5 + [400] + [200] * 4
    assert all(each == TRUE for each in found if each[0] == 200)


def test_requests_that_come_at_once_are_answered_in_order(server: Served) -> None:
    asked = [
        b"GET /sparql?query=SELECT(%d%%20AS%%20%%3Fn)%%7B%%7D&format=csv HTTP/1.1\r\n" % each
        for each in range(40)
    ]
    data = b"".join(each + HOST + b"\r\n" for each in asked)
    expected = [(200, b"n\r\n%d\r\n" % each) for each in range(40)]
    assert answers(server, data) == expected
    first, rest = data.split(b"\r\n\r\n", 1)
    assert answers(server, first + b"\r\n\r\n" + rest[:30], rest[30:] + LAST)[:40] == expected


def test_rest_of_a_head_that_comes_later_belongs_to_it(server: Served) -> None:
    with socket.create_connection(server.address, timeout=PATIENCE) as line, line.makefile("rb") as stream:
        for cut in (3, 30, len(ASK) + 4, len(ASK + HOST) + 1):
            line.sendall((ASK + HOST + b"\r\n")[:cut])
            assert server.query("ASK {}").status == 200  # so that the server has seen the first part
            line.sendall((ASK + HOST + b"\r\n")[cut:])
            assert one_answer(stream) == TRUE


@pytest.mark.parametrize("host", [b"http://a", b"HTTP://other.example:81", b"https://[::1]:8"])
def test_target_may_be_absolute(server: Served, host: bytes) -> None:
    """RFC 9112, section 3.2.2: a server must accept the absolute form."""
    data = ASK.replace(b" /", b" " + host + b"/") + HOST + b"\r\n"
    assert answers(server, data, LAST) == [TRUE, TRUE]
    health = b"GET " + host + b"/health HTTP/1.1\r\n" + HOST + b"\r\n"
    assert answers(server, health)[0][0] == 200
    nothing = b"GET " + host + b"/http://a/sparql HTTP/1.1\r\n" + HOST + b"\r\n"
    assert answers(server, nothing)[0][0] == 404


def test_target_without_a_path_is_the_root_and_any_other_is_not_found(server: Served) -> None:
    def status(target: bytes) -> int:
        return answers(server, b"OPTIONS " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n")[0][0]

    assert [status(each) for each in (b"*", b"http://a", b"http://a?b")] == [204] * 3
    strange = b"GET ftp://a/sparql?query=ASK%7B%7D HTTP/1.1\r\n" + HOST + b"\r\n"
    assert answers(server, strange)[0][0] == 404
