"""The report on data quality as Markdown, and the records of the reviews that it quotes."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.errors import DataError
from mlgraph.rdf.reader import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from mlgraph.catalog.quality import Quality

__all__ = ["Checked", "Judged", "read_checked", "read_judged", "to_report"]


class Judged(NamedTuple):
    """A prerequisite that a second reader judged, what it is now, and by what that was settled."""

    dependent: str
    prerequisite: str
    verdict: str
    now: str
    settled_by: str
    why: str


class Checked(NamedTuple):
    """A fact of a course or program that was looked up a second time, with the outcome."""

    record: str
    fact: str
    value: str
    outcome: str
    place: str
    note: str


def _rows(path: Path, width: int) -> list[list[str]]:
    lines = csv.reader(read_text(path).splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    next(lines, None)
    found = list(lines)
    for number, row in enumerate(found, 2):
        if len(row) != width:
            raise DataError(f"{len(row)} columns, {width} expected", path=path, line=number)
    return found


def read_judged(path: Path) -> list[Judged]:
    """Read the second judgements of prerequisites: tab-separated, a header line, six columns.

    Raises
    ------
    DataError
        If a line has another number of columns.
    """
    return [Judged(*row) for row in _rows(path, 6)]


def read_checked(path: Path) -> list[Checked]:
    """Read the second look at courses and programs: tab-separated, a header line, six columns.

    Raises
    ------
    DataError
        If a line has another number of columns.
    """
    return [Checked(*row) for row in _rows(path, 6)]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return [*lines, ""]


def to_report(
    quality: Quality,
    judged: Sequence[Judged] = (),
    checked: Sequence[Checked] = (),
    rest: Sequence[Checked] = (),
) -> str:
    """Return the report on data quality.

    Parameters
    ----------
    quality : Quality
        Counts of the graph.
    judged : sequence of Judged
        Second judgements of prerequisites.
    checked, rest : sequence of Checked
        Facts that were looked up a second time: of a random sample, and of the other records.

    Returns
    -------
    str
        Markdown; the same graph and reviews give the same text.
    """
    lines = [
        "# Data quality",
        "",
        "Written by `mlgraph quality -o docs/data-quality.md` from the graph and the review records in `data/review/`;",
        "do not edit. A test compares it with the graph.",
        "",
        "## What is there",
        "",
        *_table(("class", "count"), quality.things.items()),
        "## Topics",
        "",
        *_table(
            ("what", "topics", "share"),
            (
                (name, count, _share(count, quality.topics))
                for name, count in (
                    ("all", quality.topics),
                    ("with three checkable goals or more", quality.goals),
                    ("with a located free resource", quality.resources),
                    ("matched to another vocabulary", quality.matched),
                    *((f"matched to {name}", count) for name, count in quality.matches.items()),
                    ("that need nothing (beginnings)", quality.beginnings),
                )
            ),
        ),
        *_prerequisites(quality),
        *_by_area(quality),
        "## Claims",
        "",
        *_table(("status", "claims"), quality.statuses.items()),
        *_table(("property", "claims"), quality.claims.items()),
        "## Sources that evidence cites",
        "",
        *_table(("kind", "sources"), quality.sources.items()),
        "## Courses",
        "",
        *_table(
            ("what", "courses", "share"),
            ((name, count, _share(count, quality.courses["all"])) for name, count in quality.courses.items()),
        ),
        *_review(judged),
        *_second_look(checked, rest),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _prerequisites(quality: Quality) -> list[str]:
    above = quality.topics - quality.beginnings
    editorial = quality.prerequisites.get(0, 0)
    return [
        "## Prerequisites",
        "",
        f"{quality.hard:,} hard prerequisites, {quality.hard / above if above else 0:.2f} for each topic that is not a "
        f"beginning; {quality.soft:,} soft ones; {quality.groups} either-or groups of topics.",
        f"**{editorial:,} hard ones ({_share(editorial, quality.hard)}) rest on editorial judgement alone**; the others cite "
        "sources. Both are marked so on the claim (`mlg:evidenceKind`, `mlg:confidence`).",
        "",
        *_table(
            ("cited sources", "hard prerequisites", "share"),
            (
                ("none: editorial" if number == 0 else number, count, _share(count, quality.hard))
                for number, count in quality.prerequisites.items()
            ),
        ),
        *_table(("kind of evidence", "hard prerequisites with it"), quality.kinds.items()),
    ]


def _by_area(quality: Quality) -> list[str]:
    return [
        "## By area",
        "",
        *_table(
            ("area", "topics", "hard", "editorial only", "soft", "matched"),
            (
                (
                    each.label,
                    each.topics,
                    each.hard,
                    _share(each.editorial, each.hard),
                    each.soft,
                    each.matched,
                )
                for each in quality.areas
            ),
        ),
    ]


def _review(judged: Sequence[Judged]) -> list[str]:
    if not judged:
        return []
    seen = [each for each in judged if each.verdict != "missing"]
    missing = [each for each in judged if each.verdict == "missing"]
    verdicts = Counter(each.verdict for each in seen)
    unlike = [each for each in seen if each.verdict != "needed"]

    def outcomes(rows: Sequence[Judged]) -> Iterable[tuple[str, int, int]]:
        words = {"requires": "hard now", "recommends": "soft now", "none": "no link now"}
        for key, name in words.items():
            found = [each for each in rows if each.now == key]
            yield name, len(found), sum(each.settled_by not in {"", "editorial"} for each in found)

    return [
        "## Second judgement of hard prerequisites",
        "",
        f"{len(seen):,} hard prerequisites were judged a second time by a reader who had not written them and saw the two",
        "topics' names and definitions alone.",
        "",
        *_table(
            ("verdict", "prerequisites", "share"),
            (
                (name, verdicts.get(name, 0), _share(verdicts.get(name, 0), len(seen)))
                for name in ("needed", "usual", "reverse", "unrelated")
            ),
        ),
        f"What became of the {len(unlike)} on which the readers differ, and how many were settled by a source (the rest by",
        "a third reader's judgement):",
        "",
        *_table(("outcome", "prerequisites", "by a source"), outcomes(unlike)),
        f"The second reader proposed {len(missing)} prerequisites that were missing:",
        "",
        *_table(("outcome", "proposals", "by a source"), outcomes(missing)),
        "Every row, with source and reason, is in [data/review/prerequisites.tsv](../data/review/prerequisites.tsv).",
        "",
    ]


def _second_look(checked: Sequence[Checked], rest: Sequence[Checked]) -> list[str]:
    if not checked:
        return []
    lines = [
        "## Second look at courses and programs",
        "",
        f"{len({each.record for each in checked})} records, a random sample, were compared with their sources again as far as a",
        f"stored copy could be found. {_rate(checked)}",
        "",
        *_outcomes(checked),
    ]
    if rest:
        lines += [
            f"Since that was over 3 %, the other records were gone through too, suspicious facts first: of "
            f"{len({each.record for each in rest})} records facts could be",
            f"compared. {_rate(rest)}",
            "That is no rate for all of them, as what looked wrong was looked up first. What has no row was read for",
            "contradictions, and no source was looked up.",
            "",
            *_outcomes(rest),
        ]
    return [
        *lines,
        "Every row, with the place and what was wrong, is in [data/review/facts.tsv](../data/review/facts.tsv) and",
        "[data/review/facts-rest.tsv](../data/review/facts-rest.tsv).",
        "",
    ]


def _rate(checked: Sequence[Checked]) -> str:
    outcomes = Counter(each.outcome for each in checked)
    found = len(checked) - outcomes["not found"]
    return (
        f"{len(checked):,} facts: {outcomes['not found']} ({_share(outcomes['not found'], len(checked))}) could not be found again; "
        f"**of the {found:,} that could, {outcomes['wrong']} were wrong ({_share(outcomes['wrong'], found)})** and were mended."
    )


def _outcomes(checked: Sequence[Checked]) -> list[str]:
    by_fact: dict[str, Counter[str]] = {}
    for each in checked:
        by_fact.setdefault(each.fact, Counter())[each.outcome] += 1
    return _table(
        ("fact", "confirmed", "wrong", "not found"),
        (
            (name, count["confirmed"], count["wrong"], count["not found"])
            for name, count in sorted(by_fact.items())
        ),
    )
