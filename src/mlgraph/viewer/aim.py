"""What courses, programs and roles ask for, for all of them at once.

It says what `mlgraph.planning.goal.target` says of each, in a handful of queries; a test holds them together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.catalog.learning import entry_groups, named
from mlgraph.catalog.whole import role_parts
from mlgraph.vocab import kind_and_slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgraph.catalog.curriculum import Curriculum
    from mlgraph.catalog.learning import EntryGroup
    from mlgraph.model import Course, Program, Requirements
    from mlgraph.rdf.store import Store

__all__ = ["Aim", "aims"]

_RANK = ("awareness", "working", "deep").index


class Aim(NamedTuple):
    """A goal that is no topic: topics it needs with levels, either-or groups, and what cannot be read as topics.

    ``groups`` are (minimum, options); ``soft`` are names of soft skills; ``words`` is what else is
    asked on entry; ``presumed`` says that the topics are what its own topics presuppose; ``entry`` are those that a
    course names itself.
    """

    iri: str
    kind: str
    slug: str
    needs: tuple[tuple[str, str], ...]
    groups: tuple[tuple[int, tuple[str, ...]], ...] = ()
    soft: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    presumed: bool = False
    entry: tuple[tuple[str, str], ...] = ()


def aims(
    store: Store,
    needs: Requirements,
    taught: Mapping[str, Sequence[tuple[str, str]]],
    curricula: Mapping[str, Curriculum],
    courses: Sequence[Course],
    programs: Sequence[Program],
) -> list[Aim]:
    """Return what all courses, programs and roles ask for, by kind and slug.

    Parameters
    ----------
    store : Store
        The graph.
    needs : Requirements
        What all topics need.
    taught : mapping of course IRI to (topic, level)
        What courses teach.
    curricula : mapping of program IRI to Curriculum
    courses, programs : sequence
        All of them.

    Returns
    -------
    list of Aim
    """
    direct: dict[str, list[str]] = {}
    for edge in needs.edges:
        direct.setdefault(edge.dependent, []).append(edge.prerequisite)
    entry: dict[str, list[EntryGroup]] = {}
    owners = [*(each.iri for each in courses), *(each.iri for each in programs)]
    for group in entry_groups(store, owners):
        entry.setdefault(group.owner, []).append(group)
    labels = named(store, {option for groups in entry.values() for each in groups for option in each.options})
    found = []
    for iri, slug in ((each.iri, each.slug) for each in courses):
        own = {topic for topic, _ in taught.get(iri, ())}
        levels, groups, words = _entry(entry.get(iri, ()), labels)
        entered = _sorted(levels, needs)
        _raise(levels, _presupposed(own, direct))
        found.append(Aim(iri, "course", slug, _sorted(levels, needs), groups, (), words, entry=entered))
    for program in programs:
        levels, groups, words = _entry(entry.get(program.iri, ()), labels)
        presumed = not (levels or groups)
        if presumed and program.iri in curricula:
            _raise(levels, _presupposed(set(curricula[program.iri].core), direct))
        found.append(
            Aim(program.iri, "program", program.slug, _sorted(levels, needs), groups, (), words, presumed)
        )
    for role, parts in role_parts(store).items():
        asked: dict[str, str] = {}
        for part in parts:
            _raise(asked, part.topics)
        soft = tuple(part.thing.label for part in parts if part.soft)
        found.append(Aim(role.iri, "role", role.slug, _sorted(asked, needs), (), soft))
    return sorted(found, key=lambda each: (each.kind, each.slug))


def _entry(
    groups: Sequence[EntryGroup], labels: Mapping[str, str]
) -> tuple[dict[str, str], tuple[tuple[int, tuple[str, ...]], ...], tuple[str, ...]]:
    levels: dict[str, str] = {}
    either: list[tuple[int, tuple[str, ...]]] = []
    words: list[str] = []
    for group in groups:
        topics = [option for option in group.options if "/id/topic/" in option]
        if topics and len(topics) == len(group.options) and not group.external:
            if group.minimum >= len(topics):
                _raise(levels, [(topic, group.level) for topic in topics])
            else:
                either.append((group.minimum, group.options))
        else:
            names = [
                labels.get(option) or (kind_and_slug(option) or ("", option))[1] for option in group.options
            ]
            words.append(" or ".join([*names, *group.external]))
    return levels, tuple(either), tuple(words)


def _presupposed(own: set[str], direct: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(each, "working") for topic in own for each in direct.get(topic, ()) if each not in own]


def _raise(levels: dict[str, str], more: Sequence[tuple[str, str]]) -> None:
    for topic, level in more:
        if topic not in levels or _RANK(levels[topic]) < _RANK(level):
            levels[topic] = level


def _sorted(levels: Mapping[str, str], needs: Requirements) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(item for item in levels.items() if item[0] in needs.topics))
