"""Whole-graph rules: references, identity, cycles, redundant edges, names, orphans."""

from __future__ import annotations

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

    from mlgraph.checks.record import Record, Records

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


def check_integrity(
    records: Records, links: Sequence[ox.Quad], base: Sequence[ox.Quad] = ()
) -> list[Finding]:
    """Check identity, references, cycles, redundancy, names and orphans.

    Parameters
    ----------
    records : Records
        The records under check.
    links : sequence of pyoxigraph.Quad
        The plain links that verified claims give (of records and base together).
    base : sequence of pyoxigraph.Quad
        Triples that the records are laid over, taken as sound.

    Returns
    -------
    list of Finding
        Rules ``iri``, ``type``, ``duplicate``, ``dangling``, ``domain-range``, ``self``, ``cycle``,
        ``redundant``, ``name``, ``orphan``.

    Notes
    -----
    O(n + m) but for redundancy, which is O(n m) at worst.
    """
    index = records.homes()

    def locate(node: str, predicate: str = "") -> tuple[str, int]:
        record = index.get(node)
        return (str(record.path), record.line(node, predicate)) if record else ("", 0)

    quads = records.quads
    everything = [*base, *quads]
    return [
        *_identity(records, locate),
        *_references(quads, everything, locate),
        *_ranges(quads, locate),
        *_prerequisites(everything, links, locate),
        *_names(quads, everything, locate),
        *_orphans(quads, links, locate),
    ]


def _identity(records: Records, locate: Locate) -> Iterable[Finding]:
    typed: dict[str, list[tuple[Record, str]]] = {}
    for record in records.files:
        for quad in record.quads:
            if quad.predicate.value == RDF.type and isinstance(quad.object, ox.NamedNode):
                typed.setdefault(text(quad.subject), []).append((record, text(quad.object)))
        for blank in {quad.subject for quad in record.quads if isinstance(quad.subject, ox.BlankNode)}:
            yield Finding(
                "error",
                "iri",
                str(blank),
                "a blank node; every thing has an IRI",
                str(record.path),
                1,
                f"give it an IRI under {ID}",
            )
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


def _references(quads: Sequence[ox.Quad], everything: Sequence[ox.Quad], locate: Locate) -> Iterable[Finding]:
    known = {text(quad.subject) for quad in everything if quad.predicate.value == RDF.type}
    seen: set[tuple[str, str, str]] = set()
    for quad in quads:
        target = quad.object
        if not isinstance(target, ox.NamedNode) or target.value in known:
            continue
        own = target.value.startswith(ID) or (
            target.value.startswith(MLG.base) and target.value[len(MLG.base) :] not in MLG.terms
        )
        key = (text(quad.subject), quad.predicate.value, target.value)
        if own and key not in seen:
            seen.add(key)
            path, line = locate(text(quad.subject), quad.predicate.value)
            yield Finding(
                "error",
                "dangling",
                text(quad.subject),
                f"{curie(quad.predicate.value)} points to {curie(target.value)}, which does not exist",
                path,
                line,
                "write that record, or mend the name (`mlgraph search TEXT` finds names)",
            )


def _ranges(quads: Sequence[ox.Quad], locate: Locate) -> Iterable[Finding]:
    claims: dict[str, dict[str, str]] = {}
    for quad in quads:
        if quad.predicate.value in {RDF.subject, RDF.predicate, RDF.object} and isinstance(
            quad.object, ox.NamedNode
        ):
            claims.setdefault(text(quad.subject), {})[quad.predicate.value] = text(quad.object)
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


def _prerequisites(
    everything: Sequence[ox.Quad], links: Sequence[ox.Quad], locate: Locate
) -> Iterable[Finding]:
    network = prerequisite_graph([*everything, *links])
    claims = _claim_of(everything)
    cycle = find_cycle(network)
    if cycle:
        claim = claims.get((cycle[0], cycle[1]), cycle[0])
        yield Finding(
            "error",
            "cycle",
            cycle[0],
            "hard prerequisites form a cycle: " + " needs ".join(map(curie, cycle)),
            *locate(claim),
            "decide which arrow is not really needed, and remove or dispute its claim",
        )
        return
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


def _claim_of(quads: Iterable[ox.Quad]) -> dict[tuple[str, str], str]:
    parts: dict[str, dict[str, str]] = {}
    for quad in quads:
        if quad.predicate.value in {RDF.subject, RDF.predicate, RDF.object}:
            parts.setdefault(text(quad.subject), {})[quad.predicate.value] = text(quad.object)
    return {
        (each[RDF.subject], each[RDF.object]): claim
        for claim, each in parts.items()
        if each.get(RDF.predicate) == MLG.requires and RDF.subject in each and RDF.object in each
    }


def _names(quads: Sequence[ox.Quad], everything: Sequence[ox.Quad], locate: Locate) -> Iterable[Finding]:
    """Two topics, or two skills, may not share a name: nobody could say which is meant."""
    owners: dict[tuple[str, str], set[str]] = {}
    for quad in everything:
        if quad.predicate.value in {SKOS.prefLabel, SKOS.altLabel} and isinstance(quad.object, ox.Literal):
            known = kind_and_slug(text(quad.subject))
            if known:
                key = (known[0], " ".join(text(quad.object).casefold().replace("-", " ").split()))
                owners.setdefault(key, set()).add(text(quad.subject))
    mine = {text(quad.subject) for quad in quads}
    for (kind, name), nodes in sorted(owners.items()):
        if len(nodes) > 1 and nodes & mine:
            first, *others = sorted(nodes)
            yield Finding(
                "error",
                "name",
                others[0],
                f"the name {name!r} fits several {kind}s: {', '.join(map(curie, (first, *others)))}",
                *locate(others[0], SKOS.altLabel),
                "keep it on the one that it fits best",
            )


def _orphans(quads: Sequence[ox.Quad], links: Sequence[ox.Quad], locate: Locate) -> Iterable[Finding]:
    linked = {node for quad in links for node in (text(quad.subject), text(quad.object))}
    topics = {MLG.Topic, MLG.Skill, MLG.TransversalSkill, MLG.JobRole}
    for quad in quads:
        if (
            quad.predicate.value == RDF.type
            and text(quad.object) in topics
            and text(quad.subject) not in linked
        ):
            yield Finding(
                "warning",
                "orphan",
                text(quad.subject),
                f"{curie(text(quad.subject))} has no verified link to anything",
                *locate(text(quad.subject)),
                "add a claim that links it",
            )
