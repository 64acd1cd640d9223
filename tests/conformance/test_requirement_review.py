"""The judged sample of requirement texts: it is whole, it holds no text of a source, and its courses exist."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from mlgraph.interchange.imports.registry import READERS
from mlgraph.interchange.imports.row import CourseRow
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FRESH = "20261126"
SIZES = {"mit": 80, "rpi": 60, "princeton": 60}


def judged() -> list[dict[str, str]]:
    with (ROOT / "data" / "review" / "requirements.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_the_fresh_sample_is_judged_whole_and_meets_the_bar() -> None:
    rows = [row for row in judged() if row["seed"] == FRESH]
    assert Counter(row["source"] for row in rows) == SIZES
    assert len({(row["source"], row["course"]) for row in rows}) == 200
    assert {row["verdict"] for row in judged()} <= {"right", "wrong", "text", "unread"}
    assert sum(row["verdict"] in {"right", "text"} for row in rows) >= 0.98 * len(rows)
    assert all(row["remark"] for row in rows)


@pytest.mark.parametrize("form", sorted(SIZES))
def test_judged_courses_ask_for_something_and_what_was_right_is_still_read(form: str, shared: Path) -> None:
    place = shared / "imports" / form
    if not place.is_dir():
        pytest.skip(f"no catalogue at {place}")
    wanted = {row["course"]: row["verdict"] for row in judged() if row["source"] == form}
    rows = {row.code: row for row in READERS[form].rows(place) if isinstance(row, CourseRow)}
    assert wanted.keys() <= {code for code, row in rows.items() if row.asks}
    unread = {code for code in wanted if not all(part.tree for part in rows[code].parts)}
    assert unread <= {code for code, verdict in wanted.items() if verdict in {"unread", "text"}}
