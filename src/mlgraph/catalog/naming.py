"""Find the thing that a person means: by slug, label, alias, or nearly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from mlgraph.catalog.gather import more_than
from mlgraph.catalog.spelling import normalise
from mlgraph.errors import AmbiguousNameError, UnknownNameError, UsageError
from mlgraph.model import Match, Thing
from mlgraph.rdf.store import Store, is_iri
from mlgraph.vocab import ID, KINDS, MLG, SLUG, expand, kind_and_slug, local_name, thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "MANY_COURSES",
    "NAMED_KINDS",
    "NAME_LIMIT",
    "keep_names",
    "resolve",
    "resolve_many",
    "search",
    "slugs",
]

NAME_LIMIT = 200
"""Characters that a name may have."""

MANY_COURSES = 20_000
"""Courses beyond which one is found by slug, and by title letter by letter, but no longer by what sounds alike."""

NAMED_KINDS = ("topic skill role course program project platform institution area statement source").split()
"""Kinds that people ask for by name, in the order in which a bare name is tried."""

_CLASSES = {
    "topic": ("mlg:Topic",),
    "skill": ("mlg:Skill", "mlg:TransversalSkill"),
    "role": ("mlg:JobRole",),
    "course": ("schema:Course",),
    "program": ("schema:EducationalOccupationalProgram",),
    "project": ("mlg:LearningProject",),
    "platform": ("mlg:Platform",),
    "institution": ("schema:Organization",),
    "area": ("mlg:Area",),
    "statement": ("mlg:Statement",),
    "source": ("mlg:Source",),
}

_Names = list[tuple[str, str, str, str]]
_KEPT: WeakKeyDictionary[Store, _Names] = WeakKeyDictionary()
"""Stores that do not change, and all their names."""


def slugs(store: Store, kinds: Sequence[str], prefix: str = "") -> list[str]:
    """Return the slugs of some kinds that start with a prefix, sorted."""
    found = set()
    for kind in kinds:
        base = f"{ID}{kind}/"
        rows = store.select(
            f'SELECT DISTINCT ?x WHERE {{ ?x rdfs:label ?l FILTER(STRSTARTS(STR(?x), "{base}{prefix}")) }}'
            if SLUG.fullmatch(prefix.rstrip("-.") or "a")
            else "SELECT ?x WHERE { FILTER(false) }"
        )
        found |= {row["x"].value[len(base) :] for row in rows}
    return sorted(found)


def resolve(store: Store, name: str, kinds: Sequence[str] = NAMED_KINDS) -> Thing:
    """Return the one thing that a name means.

    Parameters
    ----------
    store : Store
        The graph.
    name : str
        A slug, ``kind/slug``, ``kind:slug``, IRI, label or alias; case, plural, hyphens and British
        spelling do not matter.
    kinds : sequence of str
        The kinds of things that are wanted, the most wanted first.

    Returns
    -------
    Thing
        A slug beats a label, a label beats an alias, an earlier kind beats a later one.

    Raises
    ------
    UnknownNameError
        If nothing has that name; carries up to five near ones.
    AmbiguousNameError
        If an alias fits several things of one kind.
    UsageError
        If the name is empty or longer than `NAME_LIMIT`.

    Examples
    --------
    >>> from mlgraph.rdf.store import EmbeddedStore
    >>> store = EmbeddedStore.of_turtle('topic:pca a mlg:Topic ; rdfs:label "Principal component analysis" .')
    >>> resolve(store, "principal component analyses", ["topic"]).slug
    'pca'
    """
    name = " ".join(name.encode(errors="replace").decode().split())
    if not name:
        raise UsageError("the name is empty", "give a slug such as deep-learning")
    if len(name) > NAME_LIMIT:
        raise UsageError(f"the name has {len(name):,} characters; no name is longer than {NAME_LIMIT}")
    exact = _exact(store, name, kinds)
    if exact:
        return exact
    wanted = normalise(name)
    table = _names(store, kinds)
    hits: dict[tuple[str, str], dict[str, str]] = {}
    for iri, label, text, rank in table:
        if normalise(text) == wanted:
            hits.setdefault((rank, _kind(iri)), {})[iri] = label
    for key in [(rank, kind) for rank in ("label", "alias") for kind in (*kinds, "term")]:
        found = hits.get(key, {})
        if len(found) == 1:
            iri, label = next(iter(found.items()))
            return _thing(iri, label)
        if found:
            raise AmbiguousNameError(name, sorted(local_name(iri) for iri in found))
    several = "thing" if len(kinds) > 3 else " or ".join(kinds)
    raise UnknownNameError(name, several, _near(wanted, table, kinds))


def _exact(store: Store, name: str, kinds: Sequence[str]) -> Thing | None:
    """Return the one thing that has a name letter by letter; costs the same however many names there are."""
    direct = _by_iri(store, name, kinds)
    if direct:
        return direct
    carriers = _by_literal(store, name, kinds)
    return carriers[0] if len(carriers) == 1 else None


def _by_literal(store: Store, name: str, kinds: Sequence[str]) -> list[Thing]:
    """Return the things of the first wanted kind that carry a name letter by letter (by index)."""
    spellings = " ".join(f'"{each}"@en' for each in _spellings(name))
    rows = store.select(
        f"SELECT DISTINCT ?x ?l WHERE {{ VALUES ?n {{ {spellings} }} ?x rdfs:label|skos:altLabel|schema:alternateName ?n ; "
        "rdfs:label ?l }"
    )
    found = [_thing(row["x"].value, row["l"].value) for row in rows]
    for kind in kinds:
        of_kind = [each for each in found if each.kind == kind]
        if of_kind:
            return sorted(of_kind)
    return []


def _spellings(name: str) -> list[str]:
    """Return a name as it may be written in the graph, most literal first; the index knows whole names only."""
    text = name.replace("\\", "\\\\").replace('"', '\\"')
    spaced = text.replace("-", " ").replace("_", " ")
    first, _, rest = spaced.partition(" ")
    usual = f"{first.upper()} {rest.lower()}".rstrip()  # ML engineer
    return list(
        dict.fromkeys(
            (text, text[:1].upper() + text[1:], spaced, spaced[:1].upper() + spaced[1:], usual, text.upper())
        )
    )


def resolve_many(store: Store, names: Iterable[str], kinds: Sequence[str]) -> list[Thing]:
    """Resolve several names; an area stands for all its topics where topics are wanted.

    An area that has a name letter by letter comes before topics whose name is only alike.

    Raises
    ------
    LookupFailedError
        As `resolve`, for the first name that fails.
    """
    found: dict[str, Thing] = {}
    for name in names:
        each = _topic_or_area(store, name, kinds) if "topic" in kinds else resolve(store, name, kinds)
        if each.kind == "area" and "topic" in kinds and "area" not in kinds:
            rows = store.select(
                f"SELECT ?t ?l WHERE {{ ?t skos:broader <{each.iri}> ; a mlg:Topic ; rdfs:label ?l }}"
            )
            # engines give rows in orders of their own
            for row in sorted(rows, key=lambda row: row["t"].value):
                found.setdefault(row["t"].value, _thing(row["t"].value, row["l"].value))
        else:
            found.setdefault(each.iri, each)
    return list(found.values())


def _topic_or_area(store: Store, name: str, kinds: Sequence[str]) -> Thing:
    """Resolve a name, or else that of an area; reads all names only where neither has it letter by letter."""
    plain = " ".join(name.encode(errors="replace").decode().split())
    if plain and len(plain) <= NAME_LIMIT:
        found = _exact(store, plain, kinds) or _exact(store, plain, ["area"])
        if found:
            return found
    try:
        return resolve(store, name, kinds)
    except UnknownNameError:
        try:
            return resolve(store, name, ["area"])
        except UnknownNameError:
            pass
        raise


def _kind(iri: str) -> str:
    known = kind_and_slug(iri)
    return known[0] if known else "term"


def _thing(iri: str, label: str) -> Thing:
    known = kind_and_slug(iri)
    return Thing(iri, known[0], known[1], label) if known else Thing(iri, "term", local_name(iri), label)


def _by_iri(store: Store, name: str, kinds: Sequence[str]) -> Thing | None:
    given = expand(name)
    if given and not is_iri(given):
        given = None
    candidates = [given] if given else []
    slug = re.sub(r"[\s_]+", "-", name.lower())
    if SLUG.fullmatch(slug):
        candidates += [thing(kind, slug) for kind in kinds]
        candidates += [MLG.base + slug[:1].upper() + slug[1:]] if "statement" in kinds else []
    if not candidates:
        return None
    values = " ".join(f"<{iri}>" for iri in candidates)
    rows = {
        row["x"].value: row["l"].value
        for row in store.select(f"SELECT ?x ?l WHERE {{ VALUES ?x {{ {values} }} ?x rdfs:label ?l }}")
    }
    for iri in candidates:
        if iri in rows:
            return _thing(iri, rows[iri])
    if given and given.startswith(ID) and store.ask(f"ASK {{ <{given}> ?p ?o }}"):
        return _thing(given, local_name(given))
    return None


def keep_names(store: Store) -> None:
    """Read the names of a store that does not change once for all: later questions for names are quick.

    Parameters
    ----------
    store : Store
        The graph; what is kept goes with it.
    """
    _KEPT[store] = _read_names(store, NAMED_KINDS)


def _names(store: Store, kinds: Sequence[str]) -> _Names:
    """Return (IRI, label, name, rank) of all names of some kinds; of terms too where statements are wanted.

    Where there are many courses, theirs are left out.
    """
    kept = _KEPT.get(store)
    if kept is None or not set(kinds) <= set(NAMED_KINDS):
        return _read_names(store, kinds)
    wanted = {*kinds, "term"} if "statement" in kinds else set(kinds)
    return kept if len(wanted) > len(NAMED_KINDS) else [each for each in kept if _kind(each[0]) in wanted]


def _read_names(store: Store, kinds: Sequence[str]) -> _Names:
    terms = "statement" in kinds
    many = "course" in kinds and more_than(store, MANY_COURSES)
    # a class is looked up by index; without one the labels of the whole graph are joined
    classes = " ".join(
        each for kind in kinds for each in _CLASSES.get(kind, ()) if not many or kind != "course"
    )
    patterns = ["" if terms and not many else f"VALUES ?class {{ {classes} }} ?x a ?class ."]
    if terms and many:
        patterns.append(f"VALUES ?x {{ {' '.join(f'mlg:{each}' for each in sorted(MLG.terms))} }}")
    rows = [
        row
        for within in patterns
        for row in store.select(
            # a filter: values would be joined to all labels, which takes four times as long
            f"SELECT ?x ?l ?n ?p WHERE {{ {within} ?x rdfs:label ?l ; ?p ?n . FILTER(?p IN (rdfs:label, skos:prefLabel, "
            "skos:altLabel, skos:hiddenLabel, schema:alternateName, schema:courseCode)) }"
        )
    ]
    wanted = set(kinds)
    found = []
    for row in rows:
        iri = row["x"].value
        kind = _kind(iri)
        if kind in wanted or (terms and kind == "term"):
            label = row["p"].value.endswith(("#label", "prefLabel"))
            found.append((iri, row["l"].value, row["n"].value, "label" if label else "alias"))
    return sorted(set(found))


def _near(wanted: str, table: Sequence[tuple[str, str, str, str]], kinds: Sequence[str]) -> list[str]:
    from difflib import get_close_matches  # noqa: PLC0415 - only when a name was not found

    named: dict[str, str] = {}
    for iri, _, text, _ in table:
        named.setdefault(normalise(text), iri)
        named.setdefault(local_name(iri).replace("-", " "), iri)
    close = get_close_matches(wanted, named, n=8, cutoff=0.7)
    several = len(kinds) > 1
    return list(
        dict.fromkeys(
            (f"{_kind(named[each])}/{local_name(named[each])}" if several else local_name(named[each]))
            for each in close
        )
    )[:5]


def search(store: Store, text: str, kinds: Sequence[str] = NAMED_KINDS, limit: int = 20) -> list[Match]:
    """Find things whose name resembles a text.

    Parameters
    ----------
    store : Store
        The graph.
    text : str
        Words in any order.
    kinds : sequence of str
        Kinds to look among.
    limit : int
        Most hits to return.

    Returns
    -------
    list of Match
        By falling score in [0, 1]: 1 is the name itself, 0.9 a beginning, 0.7 all words within it,
        less for a likeness of spelling; then by kind and label. Where there are more than
        `MANY_COURSES` courses, these are not searched.
    """
    from difflib import SequenceMatcher  # noqa: PLC0415 - not paid for by other commands

    wanted = normalise(text[:NAME_LIMIT])
    words = wanted.split()
    best: dict[str, Match] = {}
    if not words:
        return []
    matcher = SequenceMatcher(b=wanted, autojunk=False)
    for iri, label, name, _ in _names(store, kinds):
        norm = normalise(name)
        if norm == wanted:
            score = 1.0
        elif norm.startswith(wanted):
            score = 0.9
        elif all(word in norm for word in words):
            score = 0.7
        else:
            matcher.set_seq1(norm)
            likely = matcher.real_quick_ratio() > 0.75 and matcher.quick_ratio() > 0.75
            score = matcher.ratio() * 0.6 if likely else 0.0
            score = score if score > 0.45 else 0.0
        if score > best.get(iri, Match(_thing(iri, label), "", 0.0)).score:
            best[iri] = Match(_thing(iri, label), name, round(score, 3))
    order = {kind: rank for rank, kind in enumerate((*kinds, *KINDS))}
    ranked = sorted(
        best.values(), key=lambda hit: (-hit.score, order.get(hit.thing.kind, 99), hit.thing.label)
    )
    return ranked[:limit]
