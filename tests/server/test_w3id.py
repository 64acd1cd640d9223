"""The redirect rules of the documentation lead every kind of name to an answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from mlgraph.vocab import DATASET, KINDS, ONTOLOGY, SLUG, thing
from tests.conftest import ROOT
from tests.server.asking import ask

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from mlgraph.rdf.store import EmbeddedStore

HOME = "https://w3id.org/mlgraph/"
RULE = re.compile(r"^RewriteRule (\S+) %\{ENV:SERVER\}(\S*) \[R=302,L\]$", re.MULTILINE)


@pytest.fixture(scope="module")
def rules() -> list[tuple[str, str]]:
    text = (ROOT / "docs" / "w3id.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```apache\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    found = RULE.findall(block)
    assert len(found) == block.count("RewriteRule ")
    return found


def redirected(name: str, rules: list[tuple[str, str]]) -> str:
    """Return the path on the server to which a name is sent, as mod_rewrite would; nothing if to none."""
    rest = name.removeprefix(HOME)
    for pattern, target in rules:
        match = re.search(pattern, rest)
        if match:
            return re.sub(r"\$(\d)", lambda group, match=match: match[int(group[1])], target)  # type: ignore[misc]
    return ""


def test_names_of_everything_lead_to_an_answer(
    small: Starlette, little: EmbeddedStore, rules: list[tuple[str, str]]
) -> None:
    rows = little.select(f'SELECT DISTINCT ?x WHERE {{ ?x ?p ?o FILTER(STRSTARTS(STR(?x), "{HOME}id/")) }}')
    names = [row["x"].value for row in rows]
    assert len(names) > 50
    for name in names:
        assert ask(small, redirected(name, rules), accept="text/turtle").status == 303


@pytest.mark.parametrize(
    "name",
    [ONTOLOGY, f"{ONTOLOGY}/1.0.0", f"{ONTOLOGY}.ttl", f"{ONTOLOGY}.html", DATASET, HOME],
)
def test_other_names_lead_to_an_answer(small: Starlette, rules: list[tuple[str, str]], name: str) -> None:
    path = redirected(name, rules)
    assert path
    assert ask(small, path, accept="text/html").status in {200, 303}


def test_endpoint_has_a_name_too(rules: list[tuple[str, str]]) -> None:
    assert redirected(f"{HOME}sparql", rules) == "/sparql"


def test_rules_let_pass_what_can_be_a_name_and_nothing_else(rules: list[tuple[str, str]]) -> None:
    assert redirected(thing("course", "mit-6.3900"), rules) == "/id/course/mit-6.3900"
    assert all(redirected(thing(kind, "a"), rules) for kind in KINDS)
    for slug in ("../x", "a/b", "A", "a..b", "-a", "a b", ""):
        assert not SLUG.fullmatch(slug)
        assert redirected(thing("topic", slug), rules) == ""
