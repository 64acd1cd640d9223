"""What many names mean at once, in few queries: topics, areas and courses that somebody knows."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from mlgraph.catalog.claims import thing_of
from mlgraph.catalog.gather import more_than
from mlgraph.catalog.naming import MANY_COURSES, NAME_LIMIT
from mlgraph.catalog.spelling import normalise
from mlgraph.catalog.topics import batches
from mlgraph.errors import AmbiguousNameError, LookupFailedError, UnknownNameError, UsageError
from mlgraph.rdf.store import is_iri, text
from mlgraph.vocab import RDFS, SCHEMA, SLUG, curie, expand, local_name, thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.model import Thing
    from mlgraph.rdf.store import Store

__all__ = ["FEW", "LEARNABLE", "NEAR_LIMIT", "find_things"]

LEARNABLE = ("topic", "area", "course")
"""Kinds that can be known, in the order in which a bare name is tried."""

NEAR_LIMIT = 100
"""Unknown names for which near ones are looked for."""

FEW = 10
"""Names that are looked for letter by letter before all names are read."""

_CLASSES = "mlg:Topic mlg:Area schema:Course"
_NAMES = {
    "label": "rdfs:label",
    "prefLabel": "skos:prefLabel",
    "altLabel": "skos:altLabel",
    "hiddenLabel": "skos:hiddenLabel",
    "alternateName": "schema:alternateName",
    "courseCode": "schema:courseCode",
}
_ORDER = {"Topic": 0, "Area": 1, "Course": 2}


def find_things(store: Store, names: Sequence[str]) -> dict[str, Thing | LookupFailedError | UsageError]:
    """Return name -> the topic, area or course that it means, or why it means none.

    Parameters
    ----------
    store : Store
        The graph.
    names : sequence of str
        As for `mlgraph.catalog.naming.resolve`; blanks and case of course codes do not matter.

    Returns
    -------
    dict of str to Thing or error
        A slug beats a label, a label an alias, a topic an area, and an area a course. Errors are
        returned and not raised, so that all can be told at once.

    Examples
    --------
    >>> from mlgraph.rdf.store import EmbeddedStore
    >>> store = EmbeddedStore.of_turtle('''
    ... topic:limit a mlg:Topic ; rdfs:label "Limit"@en .
    ... course:x-1 a schema:Course ; rdfs:label "Limits for All"@en ; schema:courseCode "MATH 1" .
    ... ''')
    >>> {name: found.slug for name, found in find_things(store, ["Limits", "math1"]).items()}
    {'Limits': 'limit', 'math1': 'x-1'}
    """
    found: dict[str, Thing | LookupFailedError | UsageError] = {}
    todo = []
    for name in dict.fromkeys(names):
        if not name:
            found[name] = UsageError("the name is empty")
        elif len(name) > NAME_LIMIT:
            found[name] = UsageError(
                f"the name has {len(name):,} characters; no name is longer than {NAME_LIMIT}"
            )
        else:
            todo.append(name)
    found |= _by_iri(store, todo)
    rest = [name for name in todo if name not in found]
    if len(rest) <= FEW:
        found |= _by_literal(store, rest)
        rest = [name for name in rest if name not in found]
    if rest:
        index = _Index(store)
        found |= {name: index.find(name) for name in rest}
    return found


def _by_iri(store: Store, names: Sequence[str]) -> dict[str, Thing]:
    """Return what names mean that are IRIs, kind and slug, or slugs."""
    candidates: dict[str, list[str]] = {}
    for name in names:
        given = expand(name)
        slug = re.sub(r"[\s_]+", "-", name.lower())
        own = [given] if given and is_iri(given) else []
        candidates[name] = own + ([thing(kind, slug) for kind in LEARNABLE] if SLUG.fullmatch(slug) else [])
    labels: dict[str, str] = {}
    for block in batches(iri for each in candidates.values() for iri in each):
        rows = store.select(
            f"SELECT ?x ?l WHERE {{ VALUES ?x {{ {block} }} "
            f"?x a ?k ; rdfs:label ?l FILTER(?k IN ({', '.join(_CLASSES.split())})) }}"
        )
        labels |= {row["x"].value: text(row["l"]) for row in rows}
    found = {}
    for name, iris in candidates.items():
        iri = next((each for each in iris if each in labels), None)
        if iri:
            found[name] = thing_of(iri, labels[iri])
    return found


def _by_literal(store: Store, names: Sequence[str]) -> dict[str, Thing]:
    """Return what names mean that one thing carries letter by letter: the index of all is not needed for them."""
    if not names:
        return {}  # no values at all are a query that Virtuoso refuses
    spelt: dict[str, str] = {}
    for name in names:
        for word in (name, name[:1].upper() + name[1:], name.lower()):
            spelt.setdefault(word, name)
    hits: dict[str, dict[tuple[bool, int], dict[str, str]]] = {}
    listed = " ".join(f"{each}@en {each}" for each in map(_quoted, spelt))
    # neither classes nor properties are bound here: the engine would start from them
    for row in store.select(
        f"SELECT ?x ?n ?p ?k ?l WHERE {{ VALUES ?n {{ {listed} }} ?x ?p ?n . ?x a ?k ; rdfs:label ?l }}"
    ):
        if local_name(row["k"].value) in _ORDER and local_name(row["p"].value) in _NAMES:
            ranks = hits.setdefault(spelt[text(row["n"])], {})
            ranks.setdefault(_rank(row["p"].value, row["k"].value), {})[row["x"].value] = text(row["l"])
    found = {}
    for name, ranks in hits.items():
        best = ranks[min(ranks)]
        if len(best) == 1:
            found[name] = thing_of(*next(iter(best.items())))
    return found


def _quoted(word: str) -> str:
    """Return a text as SPARQL quotes it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


@cache
def _rank(link: str, kind: str) -> tuple[bool, int]:
    """Return how good a name is: a label before an alias, a topic before an area, an area before a course."""
    return local_name(link) not in {"label", "prefLabel"}, _ORDER[local_name(kind)]


class _Index:
    """All names of topics, areas and courses; without courses where there are more than `MANY_COURSES`."""

    def __init__(self, store: Store) -> None:
        self.labels: dict[str, str] = {}
        self.names: dict[str, dict[tuple[bool, int], set[str]]] = {}
        self.unknown = 0
        classes = "mlg:Topic mlg:Area" if more_than(store, MANY_COURSES) else _CLASSES
        rows = store.select(
            f"SELECT ?x ?n ?p ?k WHERE {{ VALUES ?k {{ {classes} }} ?x a ?k ; ?p ?n . "
            f"FILTER(?p IN ({', '.join(_NAMES.values())})) }}"
        )
        for row in rows:
            iri, link, name = row["x"].value, row["p"].value, row["n"].value
            if link == RDFS.label:
                self.labels[iri] = name
            keys = (normalise(name), _code(name)) if link == SCHEMA.courseCode else (normalise(name),)
            for key in keys:
                self.names.setdefault(key, {}).setdefault(_rank(link, row["k"].value), set()).add(iri)

    def find(self, name: str) -> Thing | LookupFailedError:
        """Return what a name means, or the error that says why it means nothing, or too much."""
        ranks = self.names.get(normalise(name)) or self.names.get(_code(name))
        if not ranks:
            return UnknownNameError(name, "topic, area or course", self._near(name))
        iris = sorted(ranks[min(ranks)])
        if len(iris) > 1:
            return AmbiguousNameError(name, [_short(iri) for iri in iris])
        return thing_of(iris[0], self.labels.get(iris[0], ""))

    def _near(self, name: str) -> list[str]:
        from difflib import get_close_matches  # noqa: PLC0415 - only when a name was not found

        self.unknown += 1
        if self.unknown > NEAR_LIMIT:
            return []
        close = get_close_matches(normalise(name), self.names, n=5, cutoff=0.7)
        iris = [iri for key in close for iri in sorted(self.names[key][min(self.names[key])])]
        return list(dict.fromkeys(_short(iri) for iri in iris))[:3]


def _code(name: str) -> str:
    """Return a course code without blanks and case, so that CS 229 is CS229."""
    return re.sub(r"\s+", "", name.casefold())


def _short(iri: str) -> str:
    return curie(iri).removeprefix("topic:")
