"""What the page's script reads: topics, arrows and goals as short lists of numbers.

All texts that are read by people are in the page's list of topics; only names come twice.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from mlgraph.viewer.box import whole
from mlgraph.viewer.content import disputed
from mlgraph.vocab import ID, MLG, local_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.viewer.box import Box
    from mlgraph.viewer.content import Content
    from mlgraph.viewer.picture import Web

__all__ = ["LEVEL", "payload"]

LEVEL = {"": 1, "awareness": 0, "working": 1, "deep": 2}


def payload(content: Content, net: Web, boxes: Sequence[Box]) -> dict[str, Any]:
    """Return the data of the page as plain values that JSON can hold.

    Parameters
    ----------
    content : Content
        What was gathered.
    net : Web
        Topics and arrows in order.
    boxes : sequence of Box
        The box of each topic.

    Returns
    -------
    dict
        Column by column, the first as steps: ``topics``: area, depth, width and height of the box;
        ``arrows``: after, before, whether deeply, whether drawn; ``options``: after, before, drawn;
        ``soft``: after, before. Row by row: ``groups``: dependent, minimum, options; ``odd``: lines
        of labels that cannot be broken at spaces. Names and hours are in the list of the page, and
        what courses, programs and projects teach too, where it can be read there without doubt.
    """
    area = {each.slug: index for index, each in enumerate(content.areas)}
    hard = [(a.after, a.before, int(a.deep), int(a.drawn)) for a in net.arrows if a.group < 0]
    recommends = local_name(MLG.recommends)
    soft = {
        (net.place[each.claim.subject.iri], net.place[each.claim.object.iri])
        for each in content.links
        if each.claim.predicate == recommends
        and each.claim.status == "verified"
        and each.claim.subject.iri in net.place
        and each.claim.object.iri in net.place
    }
    topics = [
        (
            area.get(content.needs.topics[iri].area, -1),
            content.needs.topics[iri].depth,
            size.width,
            size.height,
        )
        for iri, size in zip(net.iris, boxes, strict=True)
    ]
    odd = {
        net.place[iri]: list(size.lines)
        for iri, size in zip(net.iris, boxes, strict=True)
        if whole(size) != content.needs.topics[iri].label
    }
    options = [(a.after, a.before, int(a.drawn)) for a in net.arrows if a.group >= 0]
    return {
        "version": content.version,
        "issued": content.issued,
        "names": ID,
        "areas": [[each.slug, each.label] for each in content.areas],
        "topics": _columns(topics, 4),
        "odd": odd,
        "arrows": _columns(hard, 4),
        "groups": [
            [
                net.place[g.dependent],
                g.minimum,
                [net.place[o] for o in g.options if o in net.place],
                len(g.options),
            ]
            for g in content.groups
            if g.dependent in net.place
        ],
        "options": _columns(options, 3),
        "soft": _columns(sorted(soft), 2),
        "doubted": _doubted(content, net),
        **_things(content, net),
    }


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> list[list[int]]:
    """Return rows as columns, the first as steps from row to row: like beside like packs better."""
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
    return [[after - before for before, after in pairwise([0, *columns[0]])], *columns[1:]]


def _doubted(content: Content, net: Web) -> list[list[int | str]]:
    return [
        [net.place[claim.subject.iri], net.place[claim.object.iri], claim.status]
        for claim in disputed(content)
        if claim.subject.iri in net.place and claim.object.iri in net.place
    ]


def _things(content: Content, net: Web) -> dict[str, Any]:
    """Return courses, programs, roles and projects, each with the topics it is about."""

    def rows(pairs: Sequence[tuple[str, str]]) -> list[int]:
        return [n for iri, level in pairs if iri in net.place for n in (net.place[iri], LEVEL[level])]

    plain = _readable(content, net)

    def taught(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """Return nothing where the page's text says it in a way that can be read back."""
        known = [each for each in pairs if each[0] in net.place]
        return {} if all(iri in plain for iri, _ in known) else {"teaches": rows(known)}

    aims = {each.iri: each for each in content.aims}

    def aim(iri: str) -> dict[str, Any]:
        found = aims.get(iri)
        if found is None:
            return {}
        groups = [[g[0], [net.place[o] for o in g[1] if o in net.place], len(g[1])] for g in found.groups]
        own = found.entry if found.kind == "course" else found.needs
        shown: dict[str, Any] = {"presupposes": 1} if found.kind == "course" else {}
        return (
            shown
            | ({"needs": rows(own)} if own else {})
            | ({"groups": groups} if groups else {})
            | ({"presumed": 1} if found.presumed else {})
        )

    return {
        "courses": [
            {
                "code": each.code,
                "by": each.provider,
                "cost": list(each.cost),
                "pacing": list(each.pacing),
                "level": each.level,
                "hours": each.hours,
                **taught(content.teaches.get(each.iri, ())),
                **aim(each.iri),
            }
            for each in content.courses
        ],
        "programs": [
            {
                "by": each.institution,
                "level": each.award,
                "status": each.status,
                **taught(
                    sorted(content.curricula[each.iri].both().items())
                    if each.iri in content.curricula
                    else ()
                ),
                **aim(each.iri),
            }
            for each in content.programs
        ],
        "roles": [aim(each.iri) for each in content.roles],
        "projects": [
            {
                "hours": each.hours,
                **taught([(topic, "working") for topic in each.topics]),
            }
            for each in content.projects
        ],
    }


def _readable(content: Content, net: Web) -> set[str]:
    """Return the topics whose labels can be read back from a list of labels with levels in the page."""
    labels: dict[str, list[str]] = {}
    for iri in net.iris:
        labels.setdefault(content.needs.topics[iri].label, []).append(iri)
    return {
        found[0]
        for label, found in labels.items()
        if len(found) == 1
        and label == label.strip()
        and not re.search(r"[;\n\r]|\((?:awareness|deep)\)$", label)
    }
