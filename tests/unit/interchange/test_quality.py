"""The report on data quality says what the graph holds, and what the reviews found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlgraph.catalog.quality import quality
from mlgraph.errors import DataError
from mlgraph.interchange.quality import Checked, Judged, read_checked, read_judged, to_report
from tests.little import RECORDS, built_store, claim

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "one\ttwo\tthree\tfour\tfive\tsix\n"


def test_counts_are_those_of_the_little_graph() -> None:
    found = quality(built_store())
    assert (found.topics, found.hard, found.soft, found.groups) == (9, 7, 1, 1)
    assert found.beginnings == 2, "arithmetic and python; training has links and a group"
    assert found.prerequisites == {1: 7}
    assert found.kinds == {"Textbook": 7}
    assert found.resources == 1
    assert found.courses["all"] == 2
    assert found.courses["with five topics or more"] == 0
    assert [(area.slug, area.topics, area.hard, area.editorial, area.soft) for area in found.areas] == [
        ("mathematics", 9, 7, 0, 1)
    ]


def test_editorial_prerequisites_cite_nothing_and_only_verified_ones_count() -> None:
    records = {
        **RECORDS,
        "more.ttl": claim("topic:jax", "mlg:requires", "topic:algebra", kind="Editorial")
        + claim("topic:pytorch", "mlg:requires", "topic:algebra", status="Proposed"),
    }
    found = quality(built_store(records))
    assert found.prerequisites == {0: 1, 1: 7}
    assert found.areas[0].editorial == 1
    assert "**1 hard ones (12.5 %) rest on editorial judgement alone**" in to_report(found)


def test_report_counts_verdicts_and_outcomes() -> None:
    judged = [
        Judged("b", "a", "needed", "requires", "", ""),
        Judged("c", "a", "usual", "recommends", "The Book, chapter 2", "it helps"),
        Judged("d", "a", "usual", "requires", "editorial", "the definition uses it"),
        Judged("e", "a", "missing", "requires", "editorial", ""),
    ]
    report = to_report(quality(built_store()), judged)
    assert "3 hard prerequisites were judged a second time" in report
    assert "| usual | 2 | 66.7 % |" in report
    assert "| soft now | 1 | 1 |" in report
    assert "| hard now | 1 | 0 |" in report
    assert "proposed 1 prerequisites" in report
    assert "Second look" not in report


def test_report_gives_the_error_rate_among_what_could_be_found() -> None:
    checked = [
        Checked("course/x", "url", "a", "confirmed", "page", ""),
        Checked("course/x", "hours", "4", "wrong", "page", "6 hours"),
        Checked("course/y", "code", "1.01", "not found", "", ""),
    ]
    report = to_report(quality(built_store()), (), checked)
    assert "2 records, a random sample" in report
    assert "1 (33.3 %) could not be found again" in report
    assert "of the 2 that could, 1 were wrong (50.0 %)" in report
    assert "| hours | 0 | 1 | 0 |" in report
    assert "suspicious facts first" not in report
    assert "suspicious facts first: of 1 records" in to_report(
        quality(built_store()), (), checked, checked[:1]
    )


def test_review_files_are_read_and_a_short_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.tsv"
    path.write_text(HEAD + 'a\tb\tneeded\trequires\t\tsays "so"\n', encoding="utf-8")
    assert read_judged(path) == [Judged("a", "b", "needed", "requires", "", 'says "so"')]
    assert read_checked(path)[0].note == 'says "so"'
    path.write_text(HEAD + "a\tb\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_judged(path)
    assert caught.value.line == 2
