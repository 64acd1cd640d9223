"""Requests of the protocol are understood, and others are refused with the right status."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgraph.server.request import (
    DIRECT,
    FORM,
    UPDATE,
    Body,
    Query,
    RequestError,
    _parameters,
    header,
    read_request,
)

ASK = "ASK { ?s ?p '100%25 & +ü' }"
ENCODED = urlencode({"query": ASK}).encode()


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (ENCODED, None),
        (b"", Body(FORM, ENCODED)),
        (b"", Body("Application/X-WWW-Form-URLencoded; charset=UTF-8", ENCODED)),
        (b"", Body(DIRECT, ASK.encode())),
        (b"", Body(f'{DIRECT}; charset="utf-8"', ASK.encode())),
    ],
)
def test_query_is_read_from_url_form_and_body_and_decoded_once(url: bytes, body: Body | None) -> None:
    assert read_request(url, body) == Query(ASK)


def test_graphs_and_format_are_read_in_order_from_url_and_form() -> None:
    url = b"default-graph-uri=urn:a&named-graph-uri=urn:c"
    form = Body(FORM, b"query=ASK{}&default-graph-uri=urn:b&named-graph-uri=urn:d&format=xml")
    assert read_request(url, form) == Query("ASK{}", ("urn:a", "urn:b"), ("urn:c", "urn:d"), "xml")
    assert read_request(url, Body(DIRECT, b"ASK{}")) == Query("ASK{}", ("urn:a",), ("urn:c",))


def test_request_without_a_query_asks_for_the_description() -> None:
    assert read_request(b"", None).text is None
    assert read_request(b"format=ttl", None).form == "ttl"
    assert read_request(b"query=", None).text == ""


@pytest.mark.parametrize(
    ("url", "body", "status"),
    [
        (b"query=ASK{}&query=ASK{}", None, 400),
        (b"query=ASK{}", Body(DIRECT, b"ASK{}"), 400),
        (b"query=ASK{}", Body(FORM, b"query=ASK{}"), 400),
        (b"", Body(FORM, b""), 400),
        (b"", Body(FORM, b"format=xml"), 400),
        (b"query=%ff", None, 400),
        (b"query=\xff", None, 400),
        (b"", Body(FORM, b"query=%ff"), 400),
        (b"", Body(DIRECT, b"ASK{} \xff"), 400),
        (b"a=1&" * 2000, None, 400),
        (b"update=CLEAR+ALL", None, 400),
        (b"", Body(FORM, b"update=CLEAR+ALL"), 403),
        (b"query=ASK{}", Body(FORM, b"update=CLEAR+ALL"), 403),
        (b"", Body(UPDATE, b"CLEAR ALL"), 403),
        (b"update=CLEAR+ALL", Body(DIRECT, b"ASK{}"), 403),
        (b"", Body("", b"query=ASK{}"), 415),
        (b"", Body("text/plain", b"ASK{}"), 415),
        (b"", Body("multipart/form-data; boundary=a", b"ASK{}"), 415),
        (b"", Body(f"{DIRECT}; charset=UTF-16", "ASK {}".encode("utf-16")), 415),
        (b"", Body(f"{FORM}; charset=latin-1", b"query=ASK{}"), 415),
    ],
)
def test_other_requests_are_refused_with_the_status_that_fits(
    url: bytes, body: Body | None, status: int
) -> None:
    with pytest.raises(RequestError) as caught:
        read_request(url, body)
    assert caught.value.status == status
    assert caught.value.message


@given(st.binary(max_size=60), st.sampled_from(["", FORM, DIRECT, f"{DIRECT}; charset=", ";;;", "a/b"]))
def test_any_bytes_are_a_request_or_a_refusal(data: bytes, kind: str) -> None:
    for url, body in ((data, None), (b"", Body(kind, data)), (data, Body(kind, data))):
        try:
            assert isinstance(read_request(url, body), Query)
        except RequestError as error:
            assert 400 <= error.status < 500  # noqa: PT017 - either is a right answer


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_every_text_comes_through_each_way_unchanged(text: str) -> None:
    encoded = urlencode({"query": text}).encode()
    assert read_request(encoded, None).text == text
    assert read_request(b"", Body(FORM, encoded)).text == text
    assert read_request(b"", Body(DIRECT, text.encode())).text == text


def test_header_that_comes_twice_is_joined() -> None:
    headers = [(b"accept", b"text/csv"), (b"x", b"y"), (b"accept", b"*/*;q=0.1")]
    assert header(headers, b"accept") == "text/csv, */*;q=0.1"
    assert header(headers, b"range") is None


@given(
    st.lists(st.sampled_from([*"%%%%&&===+;aF09. \t\r\n", "%C3%A9", "%ff", "é"]), max_size=14).map("".join)
)
def test_parameters_are_read_as_the_standard_library_reads_them(text: str) -> None:
    body = Body(FORM, b"query=ASK&" + text.encode())
    try:
        expected = parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(RequestError, match="UTF-8"):
            read_request(b"", body)
        return
    found = read_request(b"", body)
    assert found.text == "ASK"
    assert found.form == next((value for name, value in expected if name == "format"), "")
    assert _parameters(text.encode()) == expected
