"""The errors form the tree that their module draws, and each says what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mlgraph import errors
from mlgraph.errors import (
    AmbiguousNameError,
    CheckFailedError,
    CycleError,
    DataError,
    MlgraphError,
    QuerySyntaxError,
    QueryTimeoutError,
    UnknownNameError,
)
from mlgraph.model import Finding


def drawn_tree(drawing: str) -> dict[str, str]:
    """Read child -> parent from a tree drawn with box characters."""
    parents: dict[str, str] = {}
    trail: list[tuple[int, str]] = []
    for line in drawing.splitlines():
        found = re.match(r"([\s│├└─]*)([A-Z]\w*Error)\b", line)
        if not found:
            continue
        indent, name = len(found[1]), found[2]
        while trail and trail[-1][0] >= indent:
            trail.pop()
        parents[name] = trail[-1][1] if trail else "Exception"
        trail.append((indent, name))
    return parents


def test_drawn_tree_equals_the_classes() -> None:
    classes = {
        name: each.__base__.__name__
        for name, each in vars(errors).items()
        if isinstance(each, type) and issubclass(each, MlgraphError) and each.__base__
    }
    assert drawn_tree(errors.__doc__ or "") == classes


def test_parent_in_a_drawn_tree_is_the_last_line_that_is_less_indented() -> None:
    drawing = "AError\n├── BError   b\n│   └── CError   c\n└── DError"
    assert drawn_tree(drawing) == {
        "AError": "Exception",
        "BError": "AError",
        "CError": "BError",
        "DError": "AError",
    }


def test_all_errors_are_public() -> None:
    classes = {name for name, each in vars(errors).items() if isinstance(each, type)}
    assert set(errors.__all__) == classes
    assert errors.__all__ == sorted(errors.__all__)


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (DataError("broken"), "broken"),
        (DataError("broken", path=Path("a.ttl")), "a.ttl: broken"),
        (DataError("broken", path=Path("a.ttl"), line=3), "a.ttl:3: broken"),
        (DataError("broken", line=3), "broken"),
    ],
)
def test_data_error_puts_the_place_before_the_message(error: DataError, shown: str) -> None:
    assert str(error) == shown


def test_cycle_error_names_the_whole_cycle() -> None:
    error = CycleError(["a", "b", "a"])
    assert str(error) == "hard prerequisites form a cycle: a -> b -> a"
    assert error.cycle == ("a", "b", "a")


@pytest.mark.parametrize(("count", "words"), [(1, "1 error in"), (2, "2 errors in")])
def test_refused_build_counts_and_carries_its_findings(count: int, words: str) -> None:
    findings = [Finding("error", "rule", "node", f"message {each}", "", 0, "") for each in range(count)]
    error = CheckFailedError(findings)
    assert words in str(error)
    assert error.findings == tuple(findings)
    assert "mlgraph check" in error.mend


def test_unknown_name_offers_near_ones_or_a_search() -> None:
    assert UnknownNameError("x", "topic", ["y", "z"]).mend == "did you mean y, z?"
    assert "mlgraph search" in UnknownNameError("x", "topic").mend


def test_unknown_name_is_not_shown_at_any_length() -> None:
    error = UnknownNameError("x" * 10_000, "topic")
    assert len(str(error)) < 100
    assert error.name == "x" * 10_000


def test_ambiguous_name_lists_what_it_fits() -> None:
    assert AmbiguousNameError("x", ["a", "b"]).mend == "say which: a, b"


def test_syntax_error_carries_line_and_column() -> None:
    error = QuerySyntaxError("no", 2, 7)
    assert (error.line, error.column) == (2, 7)


def test_timeout_says_after_how_many_seconds() -> None:
    assert "within 0.5 s" in str(QueryTimeoutError(0.5))
