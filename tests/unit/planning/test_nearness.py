"""Roles near a learner: what the graph holds besides them is not fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.planning.learner import Knowledge, Known, Learner, knowledge
from mlgraph.planning.nearness import NearRole, near_roles
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.vocab import thing
from tests.little import RECORDS, built_store, claim, topic

if TYPE_CHECKING:
    import pyoxigraph as ox
    import pytest

ASIDE = "".join(topic(f"aside-{number}") for number in range(40)) + "".join(
    claim(f"topic:aside-{number + 1}", "mlg:requires", f"topic:aside-{number}") for number in range(39)
)


def asked(
    store: EmbeddedStore, known: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[NearRole], int]:
    """Return the roles and how many rows were fetched for them."""
    rows: list[ox.QuerySolution] = []
    select = EmbeddedStore.select

    def counted(self: EmbeddedStore, query: str) -> list[ox.QuerySolution]:
        found = list(select(self, query))
        rows.extend(found)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(EmbeddedStore, "select", counted)
        return near_roles(store, known), len(rows)


def test_topics_that_no_role_needs_are_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    little, larger = built_store(), built_store(RECORDS | {"topics/aside.ttl": ASIDE})
    known = knowledge(little, Learner({thing("topic", "algebra"): Known("working")}))
    found, rows = asked(little, known, monkeypatch)
    assert [(each.role.slug, each.measure.hours) for each in found] == [("trainer", 41.0), ("tester", 0)]
    assert asked(larger, known, monkeypatch) == (found, rows)
