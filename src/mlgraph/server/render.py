"""Fill the page templates: everything is escaped, and only http(s) links come out."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mlgraph import __version__
from mlgraph.server.links import Links
from mlgraph.server.neighbourhood import FORWARD, phrase
from mlgraph.server.reply import POLICY, reply
from mlgraph.vocab import ID, KINDS, PREFIXES, SCHEMA, local_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request
    from starlette.responses import Response

    from mlgraph.model import Claim, Thing
    from mlgraph.server.state import State

__all__ = ["Citation", "Group", "Shown", "citation", "claim_groups", "page", "shown", "spaced"]

_NAMED = re.compile(rf"(.+) \(({'|'.join(KINDS)}):([a-z0-9.-]+)\)", re.DOTALL)
_SAID = {
    "altLabel": "also called",
    "alternateName": "also called",
    "hiddenLabel": "also spelt",
    "prefLabel": "called",
    "name": "called",
    "broader": "area",
    "exactMatch": "same as",
    "closeMatch": "close to",
    "broadMatch": "narrower than",
    "narrowMatch": "broader than",
    "relatedMatch": "related to",
    "url": "web page",
    "hoursLow": "hours, awareness",
    "hoursTypical": "hours, working",
    "hoursHigh": "hours, deep",
    "hoursBasis": "hours rest on",
    "learningDepth": "depth",
    "scopeNote": "note",
    "isAccessibleForFree": "free",
    "goal": "you can, afterwards",
    "anyOf": "one of",
    "externalOption": "or else",
}
"""What people read instead of some names of properties."""
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Shown(NamedTuple):
    """A value for people: its text, where a link on it leads (or nothing), and its language (or nothing)."""

    text: str
    href: str
    language: str = ""


class Group(NamedTuple):
    """Claims of one kind seen from one side: the anchor and words of the heading, and the claims in order."""

    anchor: str
    title: str
    backward: bool
    claims: tuple[Claim, ...]


class Citation(NamedTuple):
    """How to cite a page: as a sentence, and as an entry for BibTeX."""

    sentence: str
    bibtex: str


def claim_groups(claims: Iterable[Claim], *, backward: bool) -> list[Group]:
    """Return claims by predicate, verified and sure ones first; seen from the object if ``backward``."""
    found: dict[str, list[Claim]] = {}
    for each in claims:
        found.setdefault(each.predicate, []).append(each)
    order = list(FORWARD)
    ranked = sorted(found, key=lambda name: (order.index(name) if name in order else len(order), name))
    return [
        Group(
            f"{'to' if backward else 'from'}-{name}",
            phrase(name, backward=backward),
            backward,
            tuple(
                sorted(
                    found[name],
                    key=lambda each: (
                        each.status != "verified",
                        (each.subject if backward else each.object).kind,
                        (each.subject if backward else each.object).label,
                    ),
                )
            ),
        )
        for name in ranked
    ]


def citation(thing: Thing, dataset_version: str, issued: str) -> Citation:
    """Return how to cite what the graph says about a thing.

    Examples
    --------
    >>> from mlgraph.model import Thing
    >>> thing = Thing("https://w3id.org/mlgraph/id/topic/limit", "topic", "limit", "Limit")
    >>> citation(thing, "0.1.0", "2026-11-25").sentence
    'mlgraph maintainers (2026): Limit (topic). In: mlgraph 0.1.0. https://w3id.org/mlgraph/id/topic/limit'
    """
    year = issued[:4]
    whole = f"mlgraph {dataset_version}".strip()
    safe = re.sub(r"([&%$#_{}\\])", r"\\\1", thing.label)
    bibtex = (
        f"@misc{{mlgraph-{thing.kind}-{thing.slug},\n"
        f"  author = {{{{mlgraph maintainers}}}},\n  title = {{{safe} ({thing.kind})}},\n"
        f"  howpublished = {{{whole}}},\n  year = {{{year}}},\n  url = {{{thing.iri}}}\n}}"
    )
    when = f" ({year})" if year else ""
    sentence = f"mlgraph maintainers{when}: {thing.label} ({thing.kind}). In: {whole}. {thing.iri}"
    return Citation(sentence, bibtex)


def spaced(name: str) -> str:
    """Return a name of a term as words.

    Examples
    --------
    >>> spaced("courseCode"), spaced("altLabel")
    ('course code', 'also called')
    """
    return _SAID.get(name) or _WORD.sub(" ", name).lower()


def shown(value: str, links: Links) -> Shown:
    """Return a fact of `mlgraph.catalog.entity.describe` with its link.

    Examples
    --------
    >>> here = Links("https://w3id.org/mlgraph/", "", "")
    >>> shown("Neural networks (area:neural-network)", here)
    Shown(text='Neural networks', href='/id/area/neural-network', language='')
    >>> shown("Bonjour @fr", here).language
    'fr'
    """
    named = _NAMED.fullmatch(value)
    if named:
        return Shown(named[1], links.href(f"{ID}{named[2]}/{named[3]}"))
    prefix, colon, rest = value.partition(":")
    if colon and prefix in PREFIXES and PREFIXES[prefix].startswith(ID):
        return Shown(value, links.href(PREFIXES[prefix] + rest))
    text, at, language = value.rpartition(" @")
    if at and re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", language):
        return Shown(text, "", language)
    own = local_name(value) if value.startswith((SCHEMA.base, links.base)) else value
    return Shown(own, links.href(value) if "://" in value else "")


@lru_cache(maxsize=8)
def _environment(links: Links) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["href"] = links.href
    environment.filters["shown"] = lambda value: shown(value, links)
    environment.filters["spaced"] = spaced
    environment.filters["count"] = lambda value: f"{value:,}"
    environment.filters["words"] = lambda value: spaced(value).capitalize()
    environment.globals["root"] = links.root
    environment.globals["version"] = __version__
    return environment


def page(
    request: Request,
    state: State,
    template: str,
    *,
    status: int = 200,
    policy: str = POLICY,
    **values: object,
) -> Response:
    """Return a page from a template and the values that it shows."""
    text = _environment(Links.of(state.settings)).get_template(template).render(**values)
    return reply(request, text, "text/html; charset=utf-8", status=status, policy=policy)
