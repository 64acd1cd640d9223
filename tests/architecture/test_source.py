"""Modules stay small, and only one spells an IRI."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from mlgraph.build.dataset import find_layout
from mlgraph.rdf.reader import read_turtle
from mlgraph.rdf.store import text
from mlgraph.vocab import MLG, ONTOLOGY, RDFS, SKOS
from tests.architecture.test_surface import MODULES, name_of
from tests.conftest import ROOT

LINES = 400
LONGER: dict[str, str] = {}
"""Modules that may be longer, each with its reason."""

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_is_not_long_without_a_reason(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    if name_of(path) in LONGER:
        assert lines > LINES, f"{name_of(path)} is short again: take it off the list"
    else:
        assert lines <= LINES, f"{name_of(path)} has {lines} lines: part it, or give a reason in LONGER"


def test_list_of_longer_modules_is_true() -> None:
    assert set(LONGER) <= set(map(name_of, MODULES))
    assert all(LONGER.values())


def test_no_module_has_a_name_that_says_nothing() -> None:
    names = {part.removesuffix(".py") for path in MODULES for part in Path(name_of(path)).parts}
    assert names.isdisjoint(FORBIDDEN_NAMES)


def iris_in(source: str) -> list[str]:
    """Return the string literals that spell an IRI of ours, docstrings aside."""
    tree = ast.parse(source)
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documentation
        and "w3id.org/mlgraph" in node.value
    ]


@pytest.mark.parametrize("path", [path for path in MODULES if name_of(path) != "vocab.py"], ids=name_of)
def test_module_spells_no_iri_of_ours(path: Path) -> None:
    assert iris_in(path.read_text(encoding="utf-8")) == []


def test_spelled_iri_would_be_found() -> None:
    assert iris_in('"""https://w3id.org/mlgraph/"""\nx = f"https://w3id.org/mlgraph/id/{1}"') == [
        "https://w3id.org/mlgraph/id/"
    ]
    assert iris_in((ROOT / "src" / "mlgraph" / "vocab.py").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_outside_cli_prints_and_asserts_nothing_and_catches_not_everything(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Assert), f"assert at line {node.lineno}"
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            assert caught not in {"everything", "Exception"}, f"line {node.lineno} catches {caught}"
        if not name_of(path).startswith("cli/"):
            assert not (isinstance(node, ast.Call) and ast.unparse(node.func) == "print")


# -- the ontology and the module that spells it


@pytest.fixture(scope="module")
def ontology() -> dict[str, dict[str, list[str]]]:
    """Term -> property -> values."""
    found: dict[str, dict[str, list[str]]] = {}
    for quad in read_turtle(find_layout().ontology / "mlgraph.ttl"):
        subject = text(quad.subject)
        if subject.startswith(MLG.base):
            term = found.setdefault(subject.removeprefix(MLG.base), {})
            term.setdefault(quad.predicate.value, []).append(text(quad.object))
    return found


def test_terms_in_code_are_those_of_the_ontology(ontology: dict[str, dict[str, list[str]]]) -> None:
    assert set(ontology) == MLG.terms


@pytest.mark.parametrize("term", sorted(MLG.terms))
def test_term_has_a_label_a_definition_and_says_where_it_is_defined(
    ontology: dict[str, dict[str, list[str]]], term: str
) -> None:
    facts = ontology[term]
    assert len(facts[RDFS.label]) == 1
    assert len(facts[SKOS.definition]) == 1
    assert facts[SKOS.definition][0].endswith(".")
    assert facts[RDFS.isDefinedBy] == [ONTOLOGY]


@pytest.mark.parametrize("name", ["shapes.ttl", "shapes-built.ttl"])
def test_shapes_use_terms_of_the_ontology_only(name: str) -> None:
    used = {
        text(term).removeprefix(MLG.base)
        for quad in read_turtle(find_layout().ontology / name)
        for term in (quad.subject, quad.object)
        if text(term).startswith(MLG.base)
    }
    assert used
    assert used <= MLG.terms
