"""Which topics and arrows each picture holds, in an order that Python and the page agree on.

A topic is its place in the list of all topics by slug; an arrow is its place in the list of hard
needs, followed by the options of either-or groups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.analysis.road import below

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from mlgraph.viewer.aim import Aim
    from mlgraph.viewer.content import Content

__all__ = ["MOST_BOXES", "Arrow", "Picture", "Web", "pictures", "web"]


MOST_BOXES = 300
"""Boxes in one picture at most: of a larger one the page draws the part nearest to the goal, and says so."""


class Arrow(NamedTuple):
    """``before`` is needed by ``after``; ``drawn`` is False where other arrows say the same."""

    before: int
    after: int
    deep: bool
    group: int
    drawn: bool


class Web(NamedTuple):
    """All topics by slug with all arrows, and what each needs and opens."""

    iris: tuple[str, ...]
    place: dict[str, int]
    arrows: tuple[Arrow, ...]
    needs: dict[int, set[int]]


class Picture(NamedTuple):
    """One picture: its name in addresses, its topics and arrows in order; ``goal`` adds a box for the goal itself."""

    name: str
    topics: tuple[int, ...]
    arrows: tuple[tuple[int, int], ...]
    goal: str = ""


def web(content: Content) -> Web:
    """Return topics and arrows of everything.

    Notes
    -----
    An arrow is left out of pictures where a longer way of hard needs leads from the one topic to the
    other (a transitive reduction); O(n m) at worst on sets of places.
    """
    iris = tuple(sorted(content.needs.topics, key=lambda iri: (content.needs.topics[iri].slug, iri)))
    place = {iri: index for index, iri in enumerate(iris)}
    hard: dict[int, set[int]] = {}
    raw = []
    for edge in content.needs.edges:
        if edge.dependent in place and edge.prerequisite in place:
            after, before = place[edge.dependent], place[edge.prerequisite]
            hard.setdefault(after, set()).add(before)
            raw.append((after, before, edge.level == "deep"))
    full = _closure(hard)
    arrows = []
    for after, before, deep in sorted(raw):
        longer = any(before in full[other] for other in hard[after] if other != before)
        arrows.append(Arrow(before, after, deep, -1, not longer))
    needs = {after: set(found) for after, found in hard.items()}
    for number, group in enumerate(content.groups):
        for option in group.options:
            if group.dependent in place and option in place:
                after, before = place[group.dependent], place[option]
                needs.setdefault(after, set()).add(before)
                drawn = before not in full.get(after, set())
                arrows.append(Arrow(before, after, deep=False, group=number, drawn=drawn))
    return Web(iris, place, tuple(arrows), needs)


def _closure(needs: dict[int, set[int]]) -> dict[int, set[int]]:
    """Return everything below each node, itself left out; without recursion, chains may be long."""
    done: dict[int, set[int]] = {}
    for root in sorted(needs):
        todo = [(root, False)]
        while todo:
            node, ready = todo.pop()
            if node in done:
                continue
            if ready:
                found: set[int] = set()
                for each in needs.get(node, ()):
                    found |= done.get(each, set()) | {each}
                done[node] = found
            else:
                todo.append((node, True))
                todo.extend((each, False) for each in sorted(needs.get(node, ())) if each not in done)
    return done


def pictures(content: Content, net: Web, *, goals: bool = True) -> list[Picture]:
    """Return the pictures whose layout is worked out beforehand: topics, areas, roles and programs.

    A topic's picture holds all that it needs, also through options, and what it opens directly.
    Those of more than `MOST_BOXES` are not among them.
    """
    opens: dict[int, list[int]] = {}
    inside: dict[int, list[Arrow]] = {}
    for arrow in net.arrows:
        inside.setdefault(arrow.after, []).append(arrow)
        if arrow.drawn and arrow.group < 0:
            opens.setdefault(arrow.before, []).append(arrow.after)
    found = []
    for index, iri in enumerate(net.iris):
        whole = _within([index], net.needs)
        if whole is None:
            continue
        pairs = _pairs(whole, inside)
        above = sorted(set(opens.get(index, ())) - whole)
        pairs += [(index, each) for each in above]
        found.append(
            Picture(
                f"topic/{content.needs.topics[iri].slug}",
                tuple(sorted({*whole, *above})),
                tuple(sorted(pairs)),
            )
        )
    found += _area_pictures(content, net, inside)
    if goals:
        found += [_aim_picture(each, net, inside) for each in content.aims if each.kind != "course"]
    return [each for each in found if 0 < len(each.topics) <= MOST_BOXES]


def _within(roots: Sequence[int], needs: Mapping[int, Collection[int]]) -> set[int] | None:
    """Return some topics and all below them, or None where they are more than a picture can hold."""
    seen: set[int] = set()
    todo = list(roots)
    while todo:
        each = todo.pop()
        if each not in seen:
            seen.add(each)
            if len(seen) > MOST_BOXES:
                return None
            todo.extend(needs.get(each, ()))
    return seen


def _pairs(whole: set[int], inside: dict[int, list[Arrow]]) -> list[tuple[int, int]]:
    return list(
        dict.fromkeys(
            (arrow.before, arrow.after)
            for after in sorted(whole)
            for arrow in inside.get(after, ())
            if arrow.drawn and arrow.before in whole
        )
    )


def _area_pictures(content: Content, net: Web, inside: dict[int, list[Arrow]]) -> list[Picture]:
    """Return a picture of each area: its topics, and those of others that two or more of them need."""
    members: dict[str, set[int]] = {}
    for index, iri in enumerate(net.iris):
        members.setdefault(content.needs.topics[iri].area, set()).add(index)
    found = []
    for area, own in sorted(members.items()):
        users: dict[int, int] = {}
        for after in sorted(own):
            for arrow in inside.get(after, ()):
                if arrow.drawn and arrow.before not in own:
                    users[arrow.before] = users.get(arrow.before, 0) + 1
        whole = own | {before for before, count in users.items() if count > 1}
        pairs = [(before, after) for before, after in _pairs(whole, inside) if after in own]
        found.append(Picture(f"area/{area}", tuple(sorted(whole)), tuple(sorted(pairs))))
    return found


def _aim_picture(aim: Aim, net: Web, inside: dict[int, list[Arrow]]) -> Picture:
    """Return the picture of a goal: a box of its own at the right, after all topics (number -1)."""
    asked = {net.place[topic] for topic, _ in aim.needs}
    options = {net.place[each] for _, group in aim.groups for each in group if each in net.place}
    whole = below(sorted(asked | options), net.needs)
    pairs = _pairs(whole, inside)
    inner = {before for before, _ in pairs}
    pairs += [(each, -1) for each in sorted(asked | options) if each not in inner or each in options]
    return Picture(f"{aim.kind}/{aim.slug}", tuple(sorted(whole)), tuple(sorted(pairs)), aim.iri)
