"""Claims and their evidence: why, and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.catalog.topics import values
from mlgraph.errors import UsageError
from mlgraph.model import Claim, Evidence, Statement, Thing
from mlgraph.rdf.store import text
from mlgraph.vocab import LEVELS, MLG, kind_and_slug, local_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlgraph.rdf.store import Store

__all__ = ["STATUSES", "claims", "claims_about", "evidence_of", "statements", "term_of", "thing_of"]

STATUSES = ("verified", "proposed", "disputed", "superseded")


def term_of(word: str) -> str:
    """Return self-paced as <…#SelfPaced>, for a query.

    Raises
    ------
    UsageError
        If the ontology has no such term.
    """
    name = "".join(part.capitalize() for part in word.replace("_", "-").split("-"))
    if name not in MLG.terms:
        raise UsageError(f"the ontology has no term {word!r}")
    return f"<{MLG.base}{name}>"


def thing_of(iri: str, label: str) -> Thing:
    """Return a thing from its IRI and label."""
    known = kind_and_slug(iri)
    return (
        Thing(iri, known[0], known[1], label or known[1])
        if known
        else Thing(iri, "term", local_name(iri), label or local_name(iri))
    )


def evidence_of(store: Store, nodes: Sequence[str]) -> dict[str, tuple[list[Evidence], list[Evidence]]]:
    """Return claim or statement IRI -> its supporting and contradicting evidence, sorted."""
    links: dict[str, list[tuple[str, bool]]] = {}
    for start in range(0, len(nodes), 2000):
        for row in store.select(
            f"SELECT ?c ?p ?e WHERE {{ VALUES ?c {{ {values(nodes[start : start + 2000])} }} "
            "?c ?p ?e FILTER(?p IN (mlg:supportedBy, mlg:contradictedBy)) }"
        ):
            links.setdefault(row["e"].value, []).append(
                (row["c"].value, row["p"].value == MLG.contradictedBy)
            )
    observed = _observed(store, sorted(links))
    found: dict[str, tuple[set[Evidence], set[Evidence]]] = {}
    for iri, uses in links.items():
        for node, against in uses:
            if iri in observed:
                found.setdefault(node, (set(), set()))[against].add(observed[iri])
    return {node: (sorted(pro), sorted(con)) for node, (pro, con) in found.items()}


def _observed(store: Store, iris: Sequence[str]) -> dict[str, Evidence]:
    """Return evidence by its IRI: a query of its own, since the engine joins it with claims slowly."""
    found = {}
    for start in range(0, len(iris), 2000):
        for row in store.select(
            f"SELECT ?e ?source ?url ?own ?at ?kind ?on ?says WHERE {{ VALUES ?e {{ {values(iris[start : start + 2000])} }} "
            "?e dcterms:source ?s ; mlg:evidenceKind ?kind ; mlg:checkedOn ?on . ?s rdfs:label ?source . "
            "OPTIONAL { ?s schema:url ?url } OPTIONAL { ?e schema:url ?own } "
            "OPTIONAL { ?e mlg:locator ?at } OPTIONAL { ?e mlg:observation ?says } }"
        ):
            found[row["e"].value] = Evidence(
                text(row["source"]),
                text(row["own"]) or text(row["url"]),
                text(row["at"]),
                local_name(text(row["kind"])),
                text(row["on"]),
                text(row["says"]),
            )
    return found


def claims(
    store: Store,
    *,
    status: str = "",
    predicate: str = "",
    subjects: Sequence[str] = (),
    objects: Sequence[str] = (),
    evidence: bool = True,
) -> list[Claim]:
    """Return claims, filtered.

    Parameters
    ----------
    store : Store
        The graph.
    status : str
        One of `STATUSES`, or empty for all.
    predicate : str
        IRI of the linking property, or empty.
    subjects, objects : sequence of str
        IRIs that the claim starts from or points to; empty for any.
    evidence : bool
        Also fetch the evidence.

    Returns
    -------
    list of Claim
        By subject, predicate and object.

    Raises
    ------
    UsageError
        If there is no such status.
    """
    where = []
    if status:
        where.append(f"VALUES ?status {{ {term_of(status)} }}")
    if predicate:
        where.append(f"VALUES ?p {{ <{predicate}> }}")
    if subjects:
        where.append(f"VALUES ?s {{ {values(subjects)} }}")
    if objects:
        where.append(f"VALUES ?o {{ {values(objects)} }}")
    rows = store.select(
        f"SELECT ?c ?s ?sl ?p ?o ?ol ?status ?level ?conf ?why ?part ?on WHERE {{ {' '.join(where)} "
        "?c rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; mlg:status ?status . "
        "OPTIONAL { ?s rdfs:label ?sl } OPTIONAL { ?o rdfs:label ?ol } OPTIONAL { ?c mlg:atLevel ?level } "
        "OPTIONAL { ?c mlg:confidence ?conf } OPTIONAL { ?c mlg:reason ?why } OPTIONAL { ?c mlg:neededPart ?part } "
        "OPTIONAL { ?c mlg:verifiedOn ?on } }"
    )
    found: dict[str, Claim] = {}
    for row in rows:
        found[row["c"].value] = Claim(
            row["c"].value,
            thing_of(row["s"].value, text(row["sl"])),
            local_name(row["p"].value),
            thing_of(row["o"].value, text(row["ol"])),
            local_name(row["status"].value).lower(),
            LEVELS.get(text(row["level"]), ""),
            float(text(row["conf"])) if row["conf"] is not None else None,
            text(row["why"]),
            text(row["part"]),
            text(row["on"]),
            (),
            (),
        )
    proof = evidence_of(store, list(found)) if evidence and found else {}
    full = [
        claim._replace(support=tuple(proof[iri][0]), contradiction=tuple(proof[iri][1]))
        if iri in proof
        else claim
        for iri, claim in found.items()
    ]
    return sorted(full, key=lambda each: (each.subject.label, each.predicate, each.object.label, each.iri))


def claims_about(store: Store, iri: str) -> tuple[list[Claim], list[Claim]]:
    """Return the claims that start from a thing, and those that point to it."""
    return claims(store, subjects=[iri]), claims(store, objects=[iri])


def statements(
    store: Store, *, status: str = "", kind: str = "", about: str = "", iris: Iterable[str] = ()
) -> list[Statement]:
    """Return statements, filtered, by kind and slug.

    Parameters
    ----------
    store : Store
        The graph.
    status, kind : str
        Words such as ``disputed`` or ``trend``; empty for all.
    about : str
        IRI of what they are about; empty for all.
    iris : iterable of str
        Only these; empty for all.

    Returns
    -------
    list of Statement

    Raises
    ------
    UsageError
        If there is no such status or kind.
    """
    where = [f"VALUES ?x {{ {values(iris)} }}"] if iris else []
    if status:
        where.append(f"?x mlg:status {term_of(status)} .")
    if kind:
        where.append(f"?x mlg:statementKind {term_of(kind)} .")
    if about:
        where.append(f"?x mlg:about <{about}> .")
    rows = store.select(
        f"SELECT ?x ?kind ?text ?status ?about WHERE {{ {' '.join(where)} ?x mlg:statementText ?text ; "
        "mlg:statementKind ?kind ; mlg:status ?status ; mlg:about ?about }"
    )
    found: dict[str, Statement] = {}
    for row in rows:
        iri = row["x"].value
        known = found.get(iri)
        target = kind_and_slug(row["about"].value)
        name = "/".join(target) if target else local_name(row["about"].value)
        found[iri] = Statement(
            iri,
            local_name(iri),
            local_name(row["kind"].value).lower(),
            tuple(sorted({*(known.about if known else ()), name})),
            text(row["text"]),
            local_name(row["status"].value).lower(),
        )
    return sorted(found.values(), key=lambda each: (each.kind, each.slug))
