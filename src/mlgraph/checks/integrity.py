"""Whole-graph rules: references, identity, cycles, redundant edges, names, orphans."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mlgraph.analysis.order import find_cycle
from mlgraph.analysis.reduction import redundant_prerequisites
from mlgraph.model import Finding
from mlgraph.network.projection import prerequisite_graph
from mlgraph.rdf.store import text
from mlgraph.vocab import ID, KINDS, MLG, RDF, SCHEMA, SKOS, SLUG, curie, kind_and_slug

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import networkx as nx

    from mlgraph.checks.record import Record, Records, Rows

    Locate = Callable[..., tuple[str, int]]

__all__ = ["check_integrity"]

_TYPES = {
    "area": {MLG.Area},
    "topic": {MLG.Topic},
    "skill": {MLG.Skill, MLG.TransversalSkill},
    "role": {MLG.JobRole},
    "course": {SCHEMA.Course},
    "offering": {SCHEMA.CourseInstance},
    "program": {SCHEMA.EducationalOccupationalProgram},
    "project": {MLG.LearningProject},
    "platform": {MLG.Platform},
    "institution": {SCHEMA.Organization},
    "resource": {SCHEMA.LearningResource},
    "source": {MLG.Source},
    "claim": {MLG.Claim},
    "evidence": {MLG.Evidence},
    "requirement": {MLG.RequirementGroup},
    "statement": {MLG.Statement},
}
_RANGES = {
    MLG.requires: ({"topic"}, {"topic"}),
    MLG.recommends: ({"topic"}, {"topic"}),
    MLG.corequisite: ({"topic"}, {"topic"}),
    MLG.encompasses: ({"topic"}, {"topic"}),
    MLG.partOf: ({"topic"}, {"topic"}),
    MLG.teaches: ({"course", "resource"}, {"topic", "skill"}),
    MLG.coreTopic: ({"program"}, {"topic"}),
    MLG.electiveTopic: ({"program"}, {"topic"}),
    MLG.essentialSkill: ({"role"}, {"topic", "skill"}),
    MLG.optionalSkill: ({"role"}, {"topic", "skill"}),
    MLG.drawsOn: ({"skill"}, {"topic"}),
    MLG.practises: ({"project"}, {"topic", "skill"}),
    MLG.preparesFor: ({"program", "course", "project"}, {"role"}),
    MLG.relatedRole: ({"role"}, {"role"}),
    SCHEMA.hasCourse: ({"program"}, {"course"}),
}


def check_integrity(records: Records, links: Sequence[ox.Quad], base: Rows | None = None) -> list[Finding]:
    """Check identity, references, cycles, redundancy, names and orphans.

    Parameters
    ----------
    records : Records
        The records under check.
    links : sequence of pyoxigraph.Quad
        The plain links that verified claims give (of records and base together).
    base : Rows, optional
        Triples that the records are laid over, taken as sound.

    Returns
    -------
    list of Finding
        Rules ``iri``, ``type``, ``duplicate``, ``dangling``, ``domain-range``, ``self``, ``cycle``,
        ``redundant``, ``name``, ``orphan``, ``unreachable``.

    Notes
    -----
    O(n + m) but for redundancy, which is O(n m) at worst.
    """

    def locate(node: str, predicate: str = "") -> tuple[str, int]:
        record = records.homes.get(node)
        return (str(record.path), record.line(node, predicate)) if record else ("", 0)

    below = base or {}
    return [
        *_identity(records, locate),
        *_references(records.rows, below, locate),
        *_ranges(records.rows, locate),
        *_prerequisites([below, records.rows], links, locate),
        *_names(records, below, locate),
        *_orphans(records.rows, links, locate),
        *_unreachable(records.rows, links, locate),
    ]


def _identity(records: Records, locate: Locate) -> Iterable[Finding]:
    typed: dict[str, list[tuple[Record, str]]] = {}
    for record in records.files:
        for quad in record.quads:
            if isinstance(quad.subject, ox.BlankNode):
                yield Finding(
                    "error",
                    "iri",
                    str(quad.subject),
                    "a blank node; every thing has an IRI",
                    str(record.path),
                    1,
                    f"give it an IRI under {ID}",
                )
            elif quad.predicate.value == RDF.type:
                typed.setdefault(text(quad.subject), []).append((record, text(quad.object)))
    for node, places in typed.items():
        yield from _named_well(node, places, locate)
        files = sorted({str(record.path) for record, _ in places})
        if len(files) > 1 and _same_folder(places):
            yield Finding(
                "error",
                "duplicate",
                node,
                f"defined twice: {' and '.join(files)}",
                files[1],
                1,
                "merge the two records, or give one another slug",
            )


def _named_well(node: str, places: list[tuple[Record, str]], locate: Locate) -> Iterable[Finding]:
    """Check kind, slug and type of one thing."""
    known = kind_and_slug(node)
    if known is None:
        if node.startswith(ID):
            message = f"no such kind of thing: {node[len(ID) :]}"
            yield Finding(
                "error", "iri", node, message, *locate(node, RDF.type), f"kinds are {', '.join(KINDS)}"
            )
        return
    kind, slug = known
    if not SLUG.fullmatch(slug):
        message = f"the slug {slug!r} is not lower-case words joined by - or ."
        mend = f"rename it; slugs match ^{SLUG.pattern}$"
        yield Finding("error", "iri", node, message, *locate(node, RDF.type), mend)
    for _, type_ in places:
        if type_ not in _TYPES[kind]:
            message = f"a {kind} cannot be a {curie(type_)}"
            mend = f"it is one of {', '.join(sorted(map(curie, _TYPES[kind])))}"
            yield Finding("error", "type", node, message, *locate(node, RDF.type), mend)


def _same_folder(places: list[tuple[Record, str]]) -> bool:
    """Return whether two files of one layer define a node (a later layer may extend an earlier one)."""
    roots = [record.root for record, _ in places]
    return len(set(roots)) < len({record.path for record, _ in places})


def _references(rows: Rows, base: Rows, locate: Locate) -> Iterable[Finding]:
    known = {subject for each in (base, rows) for subject, _, _ in each.get(RDF.type, ())}
    for predicate, triples in rows.items():
        for subject, target, is_iri in dict.fromkeys(triples):
            if not is_iri or target in known:
                continue
            ours = target.startswith(ID) or (
                target.startswith(MLG.base) and target[len(MLG.base) :] not in MLG.terms
            )
            if ours:
                yield Finding(
                    "error",
                    "dangling",
                    subject,
                    f"{curie(predicate)} points to {curie(target)}, which does not exist",
                    *locate(subject, predicate),
                    "write that record, or mend the name (`mlgraph search TEXT` finds names)",
                )


def _links_of(rows: Rows) -> dict[str, dict[str, str]]:
    """Return claim -> its subject, predicate and object, by the property that says so."""
    claims: dict[str, dict[str, str]] = {}
    for key in (RDF.subject, RDF.predicate, RDF.object):
        for claim, target, is_iri in rows.get(key, ()):
            if is_iri:
                claims.setdefault(claim, {})[key] = target
    return claims


def _ranges(rows: Rows, locate: Locate) -> Iterable[Finding]:
    claims = _links_of(rows)
    for claim, parts in claims.items():
        subject, predicate, object_ = (parts.get(key, "") for key in (RDF.subject, RDF.predicate, RDF.object))
        if subject == object_ and subject:
            yield Finding(
                "error",
                "self",
                claim,
                f"{curie(subject)} is linked to itself",
                *locate(claim, RDF.object),
                "remove the claim",
            )
        allowed = _RANGES.get(predicate)
        if not allowed:
            continue
        for node, kinds, role in ((subject, allowed[0], "subject"), (object_, allowed[1], "object")):
            known = kind_and_slug(node)
            if known and known[0] not in kinds:
                yield Finding(
                    "error",
                    "domain-range",
                    claim,
                    f"the {role} of {curie(predicate)} is a {known[0]}, not a {' or '.join(sorted(kinds))}",
                    *locate(claim, RDF.subject if role == "subject" else RDF.object),
                    "mend the claim",
                )


def _prerequisites(layers: Sequence[Rows], links: Sequence[ox.Quad], locate: Locate) -> Iterable[Finding]:
    network = prerequisite_graph(links)
    claims = {
        (parts.get(RDF.subject), parts.get(RDF.object)): claim
        for rows in layers
        for claim, parts in _links_of(rows).items()
        if parts.get(RDF.predicate) == MLG.requires
    }
    cycle = find_cycle(network)
    if cycle:
        on_cycle = [claims.get(pair, "") for pair in pairwise(cycle)]
        # the claim that lies in the records under check, where there is one, is the place to mend
        place = next((found for found in map(locate, on_cycle) if found[0]), ("", 0))
        yield Finding(
            "error",
            "cycle",
            cycle[0],
            "hard prerequisites form a cycle: " + " needs ".join(map(curie, cycle)),
            *place,
            "decide which arrow is not really needed, and remove or dispute its claim",
        )
        return
    yield from _option_cycle(network, layers, locate)
    for before, after, through in redundant_prerequisites(network):
        claim = claims.get((after, before), after)
        yield Finding(
            "warning",
            "redundant",
            claim,
            f"{curie(after)} needs {curie(before)} already through {curie(through)}",
            *locate(claim),
            "remove the claim: link to the nearest topic that is needed",
        )


def _option_cycle(network: nx.DiGraph[str], layers: Sequence[Rows], locate: Locate) -> Iterable[Finding]:
    """Find an option of an either-or group that itself needs the topic: nobody could take it."""

    def pairs(predicate: str) -> list[tuple[str, str]]:
        return [(node, target) for rows in layers for node, target, _ in rows.get(predicate, ())]

    topic = f"{ID}topic/"
    mandatory = {group for group, word in pairs(MLG.obligation) if word == MLG.Mandatory}
    topic_of = {
        group: node
        for node, group in pairs(MLG.hasRequirement)
        if node.startswith(topic) and group in mandatory
    }
    group_of = {
        (topic_of[group], option): group
        for group, option in pairs(MLG.anyOf)
        if option.startswith(topic) and group in topic_of
    }
    wider = network.copy()
    wider.add_edges_from((option, node) for node, option in sorted(group_of))
    cycle = find_cycle(wider)
    if cycle:
        group = next(group_of[pair] for pair in pairwise(cycle) if pair in group_of)
        yield Finding(
            "error",
            "cycle",
            group,
            "with its options, prerequisites form a cycle: " + " needs ".join(map(curie, cycle)),
            *locate(group, MLG.anyOf),
            "remove the option that itself needs the topic",
        )


def _names(records: Records, base: Rows, locate: Locate) -> Iterable[Finding]:
    """Two topics, or two skills, may not share a name: nobody could say which is meant."""
    owners: dict[tuple[str, str], set[str]] = {}
    for rows in (base, records.rows):
        for subject, name, _ in (*rows.get(SKOS.prefLabel, ()), *rows.get(SKOS.altLabel, ())):
            known = kind_and_slug(subject)
            if known:
                key = (known[0], " ".join(name.casefold().replace("-", " ").split()))
                owners.setdefault(key, set()).add(subject)
    mine = records.homes
    for (kind, name), nodes in sorted(owners.items()):
        if len(nodes) > 1 and not nodes.isdisjoint(mine):
            first, *others = sorted(nodes)
            yield Finding(
                "error",
                "name",
                others[0],
                f"the name {name!r} fits several {kind}s: {', '.join(map(curie, (first, *others)))}",
                *locate(others[0], SKOS.altLabel),
                "keep it on the one that it fits best",
            )


def _orphans(rows: Rows, links: Sequence[ox.Quad], locate: Locate) -> Iterable[Finding]:
    linked = {node for quad in links for node in (text(quad.subject), text(quad.object))}
    wanted = {MLG.Topic, MLG.Skill, MLG.TransversalSkill, MLG.JobRole}
    for node, type_, _ in rows.get(RDF.type, ()):
        if type_ in wanted and node not in linked:
            message = f"{curie(node)} has no verified link to anything"
            yield Finding("warning", "orphan", node, message, *locate(node), "add a claim that links it")


def _unreachable(rows: Rows, links: Sequence[ox.Quad], locate: Locate) -> Iterable[Finding]:
    """Name topics that nothing teaches: dead ends. A skill is learned through topics or by practice too."""
    learnable = {
        text(quad.object if quad.predicate.value == MLG.teaches else quad.subject)
        for quad in links
        if quad.predicate.value in {MLG.teaches, MLG.drawsOn}
    }
    learnable |= {text(quad.object) for quad in links if quad.predicate.value == MLG.practises}
    for node, type_, _ in rows.get(RDF.type, ()):
        if type_ in {MLG.Topic, MLG.Skill} and node not in learnable:
            yield Finding(
                "info",
                "unreachable",
                node,
                f"no course and no resource teaches {curie(node)}",
                *locate(node),
                "add a claim that a course or a located resource teaches it",
            )
