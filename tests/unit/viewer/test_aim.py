"""What courses, programs and roles ask for, read all at once, is what a goal asks for, read one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.model import Thing
from mlgraph.planning.goal import Goal, target
from mlgraph.viewer.content import gather

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.rdf.store import EmbeddedStore
    from mlgraph.viewer.aim import Aim


def differing(store: EmbeddedStore, found: Sequence[Aim]) -> list[str]:
    """Return the goals of which the two ways say different things."""
    wrong = []
    for aim in found:
        wanted = target(store, [Goal(Thing(aim.iri, aim.kind, aim.slug, aim.slug))]).requirements
        needs = {(each.prerequisite, each.level) for each in wanted.edges if each.dependent == aim.iri}
        groups = [(each.minimum, each.options) for each in wanted.groups if each.dependent == aim.iri]
        if needs != set(aim.needs) or groups != list(aim.groups):
            wrong.append(f"{aim.kind}/{aim.slug}")
    return wrong


def test_goals_of_the_little_graph(little: EmbeddedStore) -> None:
    found = gather(little).aims
    assert {"course/eth-7", "course/mit-1.01", "program/mit-msc", "role/trainer"} <= {
        f"{each.kind}/{each.slug}" for each in found
    }
    assert differing(little, found) == []


def test_goals_of_the_shipped_graph(store: EmbeddedStore) -> None:
    found = gather(store).aims
    some = [
        each for place, each in enumerate(found) if each.kind != "course" or each.groups or place % 7 == 0
    ]
    assert len(some) > 100
    assert sum(bool(each.groups) for each in some) > 2
    assert differing(store, some) == []
