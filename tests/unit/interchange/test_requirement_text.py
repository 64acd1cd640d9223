"""Requirement texts: the grammar, what it refuses, and that groups ask for what the tree asks for."""

from __future__ import annotations

import csv
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgraph.interchange.imports.rpi import read_tree
from mlgraph.interchange.requirement_text import (
    DEPTH_LIMIT,
    GENERIC,
    MIT,
    PRINCETON,
    TEXT_LIMIT,
    Dialect,
    read_requirement,
)
from mlgraph.interchange.requirement_tree import Clause, Gate, Leaf, Node, clauses, leaves, show
from tests.conftest import ROOT

SAMPLE = ROOT / "tests" / "golden" / "requirement_sample.tsv"


def shown(text: str, dialect: Dialect = GENERIC) -> str:
    parts = read_requirement(text, dialect)
    assert len(parts) == 1
    return show(parts[0].tree) if parts[0].tree else "?"


def sample() -> list[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def read(row: dict[str, str]) -> str:
    if row["source"] == "rpi":
        tree = read_tree(json.loads(row["text"]))
        return show(tree) if tree else "?"
    return shown(row["text"], MIT if row["source"] == "mit" else PRINCETON)


def test_a_hand_checked_sample_is_read_and_nothing_in_it_wrongly() -> None:
    """200 expressions drawn at random, with what a person reads in each."""
    rows = sample()
    found = [(row, read(row)) for row in rows]
    assert len(rows) == 200
    assert {row["source"] for row in rows} == {"mit", "rpi", "princeton"}
    assert not [(row, got) for row, got in found if got not in {row["reading"], "?"}]
    assert sum(got == row["reading"] for row, got in found) >= 0.98 * len(rows)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("CS 101", "CS 101"),
        ("CS101 or CS102; MATH 200", "(CS101 | CS102) & MATH 200"),
        ("CS 101, MATH 2, or STAT 3", "CS 101 | MATH 2 | STAT 3"),
        ("CS 101, MATH 2, and STAT 3", "CS 101 & MATH 2 & STAT 3"),
        ("CS 101, MATH 2 or STAT 3", "CS 101 & (MATH 2 | STAT 3)"),
        ("two of CS 101, CS 102, CS 103", "2 of (CS 101, CS 102, CS 103)"),
        ("one of the following: CS 101, CS 102", "CS 101 | CS 102"),
        ("MATH 51 (Linear Algebra) or consent of instructor", 'MATH 51 | "consent of instructor"'),
        ("high school algebra", '"high school algebra"'),
        ("CS 101 and CS 102 or equivalents", '(CS 101 & CS 102) | "equivalents"'),
        ("CS 101 and CS 102; or equivalent", '(CS 101 & CS 102) | "equivalent"'),
        ("CS 101/2", "CS 101 | CS 102"),
    ],
)
def test_generic_texts(text: str, reading: str) -> None:
    assert shown(text) == reading


@pytest.mark.parametrize(
    "text",
    [
        "CS 101 and CS 102 or CS 103",
        "CS 101, CS 102 or CS 103, or CS 104",
        "(CS 101, CS 102",
        "CS 101)",
        "three of CS 101, CS 102",
        "Students should have taken CS 101.",
        "CS 101, and CS 102, or CS 103",
        "CS 101 or",
        ",",
        "(" * (DEPTH_LIMIT + 2) + "CS 101" + ")" * (DEPTH_LIMIT + 2),
        "CS 101, " * (TEXT_LIMIT // 8) + "CS 102",
    ],
)
def test_what_has_two_readings_or_none_stays_a_text(text: str) -> None:
    parts = read_requirement(text)
    assert len(parts) == 1
    assert parts[0].tree is None
    assert parts[0].text


@pytest.mark.parametrize(
    ("text", "dialect", "reading"),
    [
        ("18.04/''Coreq: 18.075''", MIT, "18.04 | $18.075"),
        ("''Coreq: 12 units UROP'', 7.002", MIT, '"Coreq: 12 units UROP" & 7.002'),
        ("6.1200 or a subject in probability or logic", MIT, '6.1200 | "a subject in probability or logic"'),
        ("6.1200 or a subject in probability or 18.06", MIT, '6.1200 | "a subject in probability" | 18.06'),
        ("MAT2** & MAT2** & PHY101", PRINCETON, "2 of (MAT2**) & PHY101"),
        ("$MAT2** & MAT2**", PRINCETON, "$MAT2** & MAT2**"),
        ("(SOC*** | HIS***) & (SOC*** | HIS***)", PRINCETON, "2 of (SOC***, HIS***)"),
        ("MAT103 & MAT103", PRINCETON, "MAT103"),
        ("(A1** & MAT2**) | PHY101", PRINCETON, "?"),
    ],
)
def test_marks_of_one_source(text: str, dialect: Dialect, reading: str) -> None:
    assert shown(text, dialect) == reading


def test_labels_part_a_text() -> None:
    parts = read_requirement("Prerequisites: CS 1. Corequisite: CS 2; Recommended: CS 3")
    assert [(each.text, each.concurrent, each.recommended) for each in parts] == [
        ("CS 1", False, False),
        ("CS 2", True, False),
        ("CS 3", False, True),
    ]


@pytest.mark.parametrize("text", ["", "None", "none.", "n/a", " - "])
def test_nothing_asked(text: str) -> None:
    assert read_requirement(text) == ()


def trees() -> st.SearchStrategy[Node]:
    leaf = st.sampled_from("abcde").map(Leaf)

    def gate(parts: list[Node]) -> st.SearchStrategy[Gate]:
        return st.integers(1, len(parts)).map(lambda minimum: Gate(minimum, tuple(parts)))

    return st.recursive(
        leaf, lambda inner: st.lists(inner, min_size=1, max_size=3, unique=True).flatmap(gate), max_leaves=8
    )


def holds(tree: Node, has: frozenset[str]) -> bool:
    if isinstance(tree, Leaf):
        return tree.value in has
    return sum(holds(part, has) for part in tree.parts) >= tree.minimum


def met(clause: Clause, has: frozenset[str]) -> bool:
    return sum(leaf.value in has for leaf in clause.options) >= clause.minimum


@given(trees(), st.frozensets(st.sampled_from("abcde")))
def test_groups_ask_for_what_the_tree_asks_for(tree: Node, has: frozenset[str]) -> None:
    found = clauses(tree)
    if found is not None:
        assert all(met(clause, has) for clause in found) == holds(tree, has)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for dialect in (GENERIC, MIT, PRINCETON):
        for part in read_requirement(text, dialect):
            assert part.tree is None or leaves(part.tree)


def test_what_would_take_too_many_groups_is_refused() -> None:
    pairs = tuple(Gate(2, (Leaf(f"a{n}"), Leaf(f"b{n}"))) for n in range(12))
    assert clauses(Gate(1, pairs)) is None
