"""The shipped programs can be compared and ranked: a few facts that hold, and laws over all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlgraph.catalog.courses import programs, roles
from mlgraph.catalog.curriculum import curricula
from mlgraph.catalog.naming import resolve
from mlgraph.planning.comparison import compare
from mlgraph.planning.coverage import rank
from mlgraph.planning.goal import Goal, road_to, target
from mlgraph.planning.learner import Learner, knowledge
from mlgraph.vocab import local_name

if TYPE_CHECKING:
    from mlgraph.model import Thing
    from mlgraph.planning.coverage import Ranking
    from mlgraph.rdf.store import EmbeddedStore


def role(store: EmbeddedStore, slug: str) -> Thing:
    return resolve(store, slug, ["role"])


@pytest.fixture(scope="module")
def engineers(store: EmbeddedStore) -> Ranking:
    """All programs, ranked for machine learning engineers."""
    return rank(store, role(store, "machine-learning-engineer"), programs(store))


def test_carnegie_mellon_and_stanford_are_told_apart(store: EmbeddedStore) -> None:
    chosen = [resolve(store, slug, ["program"]) for slug in ("cmu-msml", "stanford-mscs-ai")]
    found = compare(store, chosen, role(store, "machine-learning-engineer"))
    cmu, stanford = found.portraits
    assert (cmu.program.region, stanford.program.region) == ("US East", "US West")
    assert {"machine-learning", "statistical-learning-theory"} <= set(map(local_name, cmu.only))
    assert "statistical-learning-theory" not in map(local_name, stanford.curriculum.both())
    assert any("robotics" in text for text in cmu.said["researchStrength"])
    assert "specialization" in stanford.said
    assert cmu.admission.asked
    assert "programming-basics" in map(local_name, cmu.admission.lacking)
    assert "bachelor's degree" in cmu.admission.unseen
    assert cmu.outlook is not None
    assert stanford.outlook is not None
    assert cmu.outlook.coverage.both.hours > stanford.outlook.coverage.both.hours
    assert cmu.outlook.left.hours < stanford.outlook.left.hours <= found.before
    assert cmu.outlook.left.picked.courses


def test_a_disputed_and_a_replaced_degree_say_so(store: EmbeddedStore) -> None:
    chosen = [resolve(store, slug, ["program"]) for slug in ("berkeley-ms-mlds", "mit-cdo-sm")]
    berkeley, mit = compare(store, chosen).portraits
    assert (berkeley.program.status, mit.program.status) == ("disputed", "superseded")
    assert all(doubt.reason for doubt in (*berkeley.doubts, *mit.doubts))
    assert ("isReplacedBy", "mit-cse-sm") in [(each.predicate, each.object.slug) for each in mit.doubts]


def test_every_program_is_in_the_ranking_once(store: EmbeddedStore, engineers: Ranking) -> None:
    assert sorted(each.program.iri for each in engineers.fits) == sorted(each.iri for each in programs(store))


def test_share_never_leaves_its_bounds(engineers: Ranking) -> None:
    yard = engineers.yardstick
    for each in engineers.fits:
        if each.coverage:
            core, both = each.coverage.core, each.coverage.both
            assert 0 <= core.hours <= both.hours <= yard.hours, each.program.slug
            assert 0 <= both.topics <= len(yard.levels)
            assert core.own + len(each.coverage.missing) <= len(yard.own)


def test_hours_covered_are_those_of_the_cheapest_road(store: EmbeddedStore, engineers: Ranking) -> None:
    yard, taught = engineers.yardstick, curricula(store)
    wanted = target(store, [Goal(yard.role)])
    for each in engineers.fits[:8]:
        assert each.coverage is not None
        left = road_to(wanted, knowledge(store, Learner(), taught[each.program.iri].both()))
        assert yard.hours - left.hours == pytest.approx(each.coverage.both.hours), each.program.slug


@pytest.mark.parametrize(
    "slug", ["data-scientist", "data-engineer", "ai-ethics-specialist", "robotics-engineer"]
)
def test_roles_tell_programs_apart(store: EmbeddedStore, slug: str) -> None:
    found = rank(store, role(store, slug), programs(store))
    hours = {each.coverage.both.hours for each in found.fits if each.coverage}
    assert len(hours) > 3
    assert slug in {each.slug for each in roles(store)}
