"""Accept headers: q values, wildcards, specificity, nonsense; and names of formats."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgraph.server.negotiate import RESULTS, TRIPLES, accepted_encoding, choose, preferred, wanted

JSON, XML, CSV = "application/sparql-results+json", "application/sparql-results+xml", "text/csv"


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("   ", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/*", CSV),
        (XML, XML),
        (XML.upper(), XML),
        (f"{JSON};q=0.5, {XML}", XML),
        (f"{JSON};q=0.5, {XML};q=0.4", JSON),
        (f"{XML};q=0.5,*/*;q=0.1", XML),
        (f"{JSON};q=0, */*", XML),
        (f"{JSON};q=0, {XML};q=0, */*", CSV),
        (f"*/*;q=0.9, {CSV}", CSV),
        (f"{CSV};charset=utf-8;q=0.7, {XML};q=0.6", CSV),
        (f"{XML} ; Q=0.3 , {CSV} ; q = 0.2", XML),
        ("application/json", "application/json"),
        (f"application/json;q=0.9,{XML};q=0.9", XML),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml"),
        (f"{JSON},*/*;q=0.9", JSON),
        (f"{CSV};q=nonsense, {XML};q=0.1", XML),
        (f"{CSV};q=2, {XML};q=0.1", XML),
        (f"{CSV};q=-1, {XML};q=0.1", XML),
        (f"{CSV};q=nan, {XML};q=0.1", XML),
        (f",, ;q=1, {XML}", XML),
    ],
)
def test_best_liked_type_is_chosen(header: str | None, chosen: str) -> None:
    found = choose(header, RESULTS)
    assert found is not None
    assert found[1] == chosen


@pytest.mark.parametrize(
    "header", ["text/html", "image/*", f"{JSON};q=0", "*/*;q=0", "nonsense", "text/turtle", ",", "text /csv"]
)
def test_nothing_is_chosen_where_nothing_is_taken(header: str) -> None:
    assert choose(header, RESULTS) is None


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (None, "turtle"),
        ("application/n-triples,*/*;q=0.9", "nt"),
        ("application/ld+json", "jsonld"),
        ("application/json", "jsonld"),
        ("application/rdf+xml", "rdfxml"),
        ("application/xml", "rdfxml"),
    ],
)
def test_triples_have_types_of_their_own(header: str | None, name: str) -> None:
    found = choose(header, TRIPLES)
    assert found is not None
    assert found[0].name == name


@given(st.text(alphabet="*/;,=q.019 textcsvapplion+-", max_size=80), st.sampled_from([RESULTS, TRIPLES]))
def test_any_header_gives_an_offered_type_or_none(header: str, formats: tuple[object, ...]) -> None:
    chosen = choose(header, formats)  # type: ignore[arg-type]
    assert chosen is None or chosen[1] in chosen[0].types


@given(st.lists(st.tuples(st.sampled_from([JSON, XML, CSV]), st.integers(0, 10)), unique_by=lambda p: p[0]))
def test_type_of_highest_quality_wins_and_zero_never_does(ranges: list[tuple[str, int]]) -> None:
    header = ", ".join(f"{name};q={quality / 10}" for name, quality in ranges) or "image/png"
    best = max((quality for _, quality in ranges), default=0)
    chosen = preferred(header, (JSON, XML, CSV))
    if best == 0:
        assert chosen is None
    else:
        assert dict(ranges)[chosen or ""] == best


def test_huge_header_is_read_in_a_moment_and_only_its_beginning_counts() -> None:
    assert preferred("image/png," * 50_000 + JSON, (JSON,)) is None
    assert preferred(JSON + ",image/png" * 50_000, (JSON,)) == JSON


@pytest.mark.parametrize(
    ("name", "formats", "chosen"),
    [
        ("json", RESULTS, "json"),
        ("CSV", RESULTS, "csv"),
        (JSON, RESULTS, "json"),
        ("ttl", TRIPLES, "turtle"),
        ("rdf", TRIPLES, "rdfxml"),
        ("nt", TRIPLES, "nt"),
        ("application/ld+json", TRIPLES, "jsonld"),
    ],
)
def test_format_has_short_names_and_media_types(name: str, formats: tuple[object, ...], chosen: str) -> None:
    found = wanted(name, formats)  # type: ignore[arg-type]
    assert found is not None
    assert found[0].name == chosen


def test_format_that_is_not_known_is_none() -> None:
    assert wanted("png", RESULTS) is None
    assert wanted("csv", TRIPLES) is None


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        (None, ""),
        ("", ""),
        ("gzip", "gzip"),
        ("deflate, GZIP;q=0.5", "gzip"),
        ("*", "gzip"),
        ("gzip;q=0, *", ""),
        ("identity;q=1, gzip;q=0.5", ""),
        ("br", ""),
    ],
)
def test_gzip_is_used_where_it_is_taken(header: str | None, coding: str) -> None:
    assert accepted_encoding(header) == coding
