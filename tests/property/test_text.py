"""Laws of what people type: names and queries."""

from __future__ import annotations

import contextlib
import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgraph.catalog.naming import resolve, search
from mlgraph.catalog.spelling import normalise
from mlgraph.errors import LookupFailedError, QueryError, QueryForbiddenError, UsageError
from mlgraph.rdf.guard import query_form

if TYPE_CHECKING:
    from mlgraph.rdf.store import EmbeddedStore

ENDINGS = [
    "s",
    "es",
    "ies",
    "ise",
    "ised",
    "isation",
    "our",
    "yse",
    "yses",
    "elling",
    "ss",
    "us",
    "is",
    "'s",
    "ours",
]
WORDS = st.builds(
    str.__add__, st.text(string.ascii_letters + "-_.()'β", max_size=6), st.sampled_from(ENDINGS)
)
NAMES = st.one_of(st.text(max_size=20), st.lists(WORDS, max_size=4).map(" ".join))
ODD = st.one_of(
    st.text(st.characters(), max_size=30),
    st.text('<>"{}|\\^`?#:/%[]() \n\r\t\0ab\udc80', max_size=30),
    st.builds(
        str.__add__,
        st.sampled_from(["topic:", "topic/", "https://", "<https://a.org/", "wd:"]),
        st.text(max_size=9),
    ),
)


@given(NAMES)
def test_normalising_twice_changes_nothing_more(name: str) -> None:
    once = normalise(name)
    assert normalise(once) == once


@given(st.lists(st.from_regex(r"[a-z]{2,8}", fullmatch=True), min_size=1, max_size=4))
def test_case_hyphens_and_spaces_do_not_matter(words: list[str]) -> None:
    name = normalise(" ".join(words))
    assert normalise("-".join(words)) == name
    assert normalise("  ".join(words).upper()) == name
    assert normalise(" ".join(words) + " (so called)") == name


@given(ODD)
def test_any_name_is_a_thing_or_a_helpful_error(little: EmbeddedStore, name: str) -> None:
    with contextlib.suppress(LookupFailedError, UsageError):
        assert resolve(little, name).iri
    assert all(0 < hit.score <= 1 for hit in search(little, name))


@given(st.text(max_size=200))
def test_any_text_has_a_form_or_is_refused(text: str) -> None:
    with contextlib.suppress(QueryError):
        assert query_form(text) in {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}


KEYWORDS = st.lists(
    st.sampled_from(
        ["SERVICE", "FROM", "DROP", "INSERT", " ", "{", "(", "}", "<", ">", "'", '"', "#", "\\", "\n", "x"]
    ),
    max_size=12,
).map("".join)


@given(KEYWORDS)
def test_words_in_a_string_never_matter(words: str) -> None:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    assert query_form(f'SELECT * {{ ?s ?p "{escaped}" }}') == "SELECT"
    assert query_form(f'SELECT * {{ ?s ?p """{escaped}""" }}') == "SELECT"


@given(KEYWORDS)
def test_words_in_a_comment_never_matter(words: str) -> None:
    comment = words.replace("\n", "")
    assert query_form(f"SELECT * {{ ?s ?p ?o }} # {comment}") == "SELECT"
    assert query_form(f"# {comment}\nSELECT * {{ ?s ?p ?o }}") == "SELECT"


@given(st.sampled_from(["SERVICE", "service", "Service"]), st.sampled_from([" ", "\n", "\t", " # c\n", ""]))
def test_keyword_between_patterns_is_always_found(word: str, gap: str) -> None:
    with pytest.raises(QueryForbiddenError):
        query_form(f"SELECT * {{ ?s ?p ?o .{gap}{word}{gap}<https://a.org/>{gap}{{ ?s ?p ?o }} }}")
