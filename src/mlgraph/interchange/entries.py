"""The graph entry by entry: JSON Lines, a SQLite database, and cards for Anki."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlgraph.catalog.claims import claims
from mlgraph.errors import StoreError
from mlgraph.interchange.facts import Facts
from mlgraph.vocab import MLG, SCHEMA, SKOS, kind_and_slug, local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgraph.rdf.store import Store

__all__ = ["to_anki", "to_jsonl", "write_sqlite"]

_NAMED = (
    MLG.Topic,
    MLG.Skill,
    MLG.TransversalSkill,
    MLG.JobRole,
    SCHEMA.Course,
    SCHEMA.EducationalOccupationalProgram,
    MLG.LearningProject,
    SCHEMA.LearningResource,
    SCHEMA.Organization,
    MLG.Platform,
    MLG.Area,
)


def _things(facts: Facts) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Yield (iri, kind, slug, label, description, url) of everything that has a name."""
    for iri in facts.of_type(*_NAMED):
        kind, slug = kind_and_slug(iri) or ("", "")
        described = facts.one(iri, SKOS.definition, SCHEMA.description)
        yield iri, kind, slug, facts.label(iri), described, facts.one(iri, SCHEMA.url)


def to_jsonl(store: Store) -> str:
    """Return things and claims as JSON Lines: one object a line, things first, sorted.

    Parameters
    ----------
    store : Store
        The graph.

    Returns
    -------
    str
        Things have ``type`` "thing", kind, slug, label, alternatives, description, url and iri; claims
        have ``type`` "claim", subject, predicate, object, level, status, confidence, reason, sources.
    """
    facts = Facts(store)
    lines: list[dict[str, Any]] = []
    for iri, kind, slug, label, described, url in _things(facts):
        names = facts.many(iri, SKOS.altLabel, SCHEMA.alternateName)
        lines.append(
            {
                "type": "thing",
                "kind": kind,
                "slug": slug,
                "label": label,
                "alternatives": names,
                "description": described,
                "url": url,
                "iri": iri,
            }
        )
    lines += [
        {
            "type": "claim",
            "subject": f"{claim.subject.kind}/{claim.subject.slug}",
            "predicate": claim.predicate,
            "object": f"{claim.object.kind}/{claim.object.slug}",
            "level": claim.level,
            "status": claim.status,
            "confidence": claim.confidence,
            "reason": claim.reason,
            "sources": [f"{each.source} {each.locator}".strip() for each in claim.support],
        }
        for claim in sorted(claims(store), key=lambda each: each.iri)
    ]
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines)


_SCHEMA = """
CREATE TABLE thing (iri TEXT PRIMARY KEY, kind TEXT NOT NULL, slug TEXT NOT NULL, label TEXT NOT NULL,
                    description TEXT NOT NULL, url TEXT NOT NULL);
CREATE TABLE name (iri TEXT NOT NULL REFERENCES thing, name TEXT NOT NULL);
CREATE TABLE topic (iri TEXT PRIMARY KEY REFERENCES thing, area TEXT NOT NULL, depth INTEGER NOT NULL,
                    hours_low REAL NOT NULL, hours_typical REAL NOT NULL, hours_high REAL NOT NULL);
CREATE TABLE claim (iri TEXT PRIMARY KEY, subject TEXT NOT NULL, predicate TEXT NOT NULL, object TEXT NOT NULL,
                    level TEXT NOT NULL, status TEXT NOT NULL, confidence REAL, reason TEXT NOT NULL,
                    verified_on TEXT NOT NULL);
CREATE TABLE evidence (claim TEXT NOT NULL REFERENCES claim, supports INTEGER NOT NULL, source TEXT NOT NULL,
                       locator TEXT NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL);
CREATE TABLE requirement (iri TEXT NOT NULL, owner TEXT NOT NULL, minimum INTEGER, option TEXT NOT NULL,
                          in_words INTEGER NOT NULL, obligation TEXT NOT NULL, timing TEXT NOT NULL);
CREATE INDEX name_name ON name (name);
CREATE INDEX claim_subject ON claim (subject, predicate);
CREATE INDEX claim_object ON claim (object, predicate);
CREATE INDEX requirement_owner ON requirement (owner);
"""


def write_sqlite(store: Store, path: Path) -> int:
    """Write the graph as a SQLite database; the file is there whole or not at all.

    Parameters
    ----------
    store : Store
        The graph.
    path : Path
        Where to; a file there is replaced.

    Returns
    -------
    int
        Bytes written.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        try:
            _fill(store, name)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
        return path.stat().st_size
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"cannot write {path}: {error}", "check space and permissions") from error


def _fill(store: Store, name: str) -> None:
    facts = Facts(store)
    with closing(sqlite3.connect(name)) as base, base:
        base.executescript(_SCHEMA)
        things = list(_things(facts))
        base.executemany("INSERT INTO thing VALUES (?,?,?,?,?,?)", things)
        base.executemany(
            "INSERT INTO name VALUES (?,?)",
            [
                (row[0], each)
                for row in things
                for each in facts.many(row[0], SKOS.altLabel, SCHEMA.alternateName)
            ],
        )
        base.executemany("INSERT INTO topic VALUES (?,?,?,?,?,?)", _topics(facts))
        found = sorted(claims(store), key=lambda each: each.iri)
        base.executemany(
            "INSERT INTO claim VALUES (?,?,?,?,?,?,?,?,?)",
            [
                (
                    each.iri,
                    each.subject.iri,
                    each.predicate,
                    each.object.iri,
                    each.level,
                    each.status,
                    each.confidence,
                    each.reason,
                    each.verified_on,
                )
                for each in found
            ],
        )
        base.executemany(
            "INSERT INTO evidence VALUES (?,?,?,?,?,?)",
            [
                (claim.iri, supports, each.source, each.locator, each.kind, each.url)
                for claim in found
                for supports, listed in ((1, claim.support), (0, claim.contradiction))
                for each in listed
            ],
        )
        base.executemany("INSERT INTO requirement VALUES (?,?,?,?,?,?,?)", list(_requirements(facts)))


def _topics(facts: Facts) -> list[tuple[str, str, int, float, float, float]]:
    def hours(iri: str, predicate: str) -> float:
        return float(facts.one(iri, predicate) or 0)

    return [
        (
            iri,
            local_name(facts.one(iri, SKOS.broader)),
            int(facts.one(iri, MLG.learningDepth) or 0),
            hours(iri, MLG.hoursLow),
            hours(iri, MLG.hoursTypical),
            hours(iri, MLG.hoursHigh),
        )
        for iri in facts.of_type(MLG.Topic)
    ]


def _requirements(facts: Facts) -> Iterator[tuple[str, str, int | None, str, int, str, str]]:
    for owner in facts.of_type(MLG.Topic, SCHEMA.Course, SCHEMA.EducationalOccupationalProgram):
        for group in facts.many(owner, MLG.hasRequirement):
            count = facts.one(group, MLG.minimumCount)
            obligation, timing = (local_name(facts.one(group, each)) for each in (MLG.obligation, MLG.timing))
            for words, predicate in ((0, MLG.anyOf), (1, MLG.externalOption)):
                for option in facts.many(group, predicate):
                    yield group, owner, int(count) if count else None, option, words, obligation, timing


def to_anki(store: Store) -> str:
    """Return cards on topics as a text that Anki imports (File, Import): two a topic.

    Parameters
    ----------
    store : Store
        The graph.

    Returns
    -------
    str
        Tab-separated, with Anki's own header lines: a fixed identifier a note, so that a later import
        updates cards and keeps what was learned; front, back, and the area as tag. One card asks for the
        definition, one for what the topic directly needs.
    """
    facts = Facts(store, MLG.Topic)
    lines = [
        "#separator:tab",
        "#html:true",
        "#notetype:Basic",
        "#deck:mlgraph",
        "#guid column:1",
        "#columns:guid\tFront\tBack\tTags",
        "#tags column:4",
    ]
    for iri in facts.of_type(MLG.Topic):
        slug, label = local_name(iri), facts.label(iri)
        area = local_name(facts.one(iri, SKOS.broader)) or "topic"
        definition = facts.one(iri, SKOS.definition)
        goals = facts.many(iri, MLG.goal)
        needs = [facts.label(each) for each in facts.many(iri, MLG.requires)]
        if definition:
            back = _card(definition) + _goals(goals)
            lines.append(f"mlgraph-{slug}-what\tWhat is <b>{_card(label)}</b>?\t{back}\tmlgraph::{area}")
        if needs:
            back = "<br>".join(_card(each) for each in sorted(needs))
            lines.append(
                f"mlgraph-{slug}-needs\tWhat does <b>{_card(label)}</b> directly build on?\t{back}\tmlgraph::{area}"
            )
    return "\n".join(lines) + "\n"


def _goals(goals: list[str]) -> str:
    return "".join(f"<br>- {_card(each)}" for each in goals)


def _card(text: str) -> str:
    """Return a text for a cell: HTML escaped, on one line."""
    plain = " ".join(text.split())
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
