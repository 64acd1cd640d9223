"""Choose the format of an answer: the Accept header with its q values, or ``?format=``."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

__all__ = ["RESULTS", "TRIPLES", "Format", "accepted_encoding", "choose", "preferred", "wanted"]


class Format(NamedTuple):
    """One way to write an answer.

    Parameters
    ----------
    name : str
        Its short name, as in ``?format=``.
    types : tuple of str
        Its media types, its own one first.
    names : tuple of str
        Other short names.
    charset : bool
        Whether the media type is said with its charset.
    """

    name: str
    types: tuple[str, ...]
    names: tuple[str, ...] = ()
    charset: bool = False


RESULTS = (
    Format("json", ("application/sparql-results+json", "application/json"), ("srj",)),
    Format("xml", ("application/sparql-results+xml", "application/xml", "text/xml"), ("srx",)),
    Format("csv", ("text/csv",), (), charset=True),
    Format("tsv", ("text/tab-separated-values",), (), charset=True),
)
"""How SELECT and ASK are answered, the server's favourite first."""

TRIPLES = (
    Format("turtle", ("text/turtle", "application/x-turtle"), ("ttl", "n3"), charset=True),
    Format("nt", ("application/n-triples",), ("ntriples", "n-triples")),
    Format("jsonld", ("application/ld+json", "application/json"), ("json-ld",)),
    Format("rdfxml", ("application/rdf+xml", "application/xml", "text/xml"), ("rdf", "rdf/xml", "rdf+xml")),
)
"""How CONSTRUCT and DESCRIBE are answered, the server's favourite first."""

_MOST_RANGES = 64
_LONGEST_CACHED = 512


def preferred(header: str | None, offered: tuple[str, ...]) -> str | None:
    """Return the media type that an Accept header likes best, or None if it takes none.

    Parameters
    ----------
    header : str or None
        The header; None or blank takes everything.
    offered : tuple of str
        Media types in lower case, the server's favourite first.

    Notes
    -----
    RFC 9110, section 12.5.1: of the ranges that fit a type, the most specific one gives its quality;
    0 means never; equal qualities fall to the server's order. Parameters other than ``q`` are ignored,
    as is a range that is malformed. Of a header only the first 64 ranges count.

    Examples
    --------
    >>> preferred("text/*;q=0.5, text/csv;q=0, */*;q=0.1", ("text/csv", "text/html", "image/png"))
    'text/html'
    >>> preferred("image/gif", ("text/csv",)) is None
    True
    """
    if header is None or not header.strip():
        return offered[0]
    if len(header) > _LONGEST_CACHED:
        return _preferred.__wrapped__(header, offered)
    return _preferred(header, offered)


@lru_cache(maxsize=512)
def _preferred(header: str, offered: tuple[str, ...]) -> str | None:
    ranges = _ranges(header)
    best, chosen = 0.0, None
    for each in offered:
        kind = each.partition("/")[0]
        quality = next((ranges[name] for name in (each, f"{kind}/*", "*/*") if name in ranges), 0.0)
        if quality > best:
            best, chosen = quality, each
    return chosen


def _ranges(header: str) -> dict[str, float]:
    """Return media range or coding -> quality; the best where one is named twice."""
    found: dict[str, float] = {}
    for part in header.split(",", _MOST_RANGES)[:_MOST_RANGES]:
        name, *parameters = (each.strip() for each in part.lower().split(";"))
        quality = _quality(parameters)
        if name and quality is not None:
            found[name] = max(quality, found.get(name, 0.0))
    return found


def _quality(parameters: list[str]) -> float | None:
    """Return the q value among parameters, 1 if there is none, None if it is no quality."""
    for each in parameters:
        key, _, value = each.partition("=")
        if key.strip() == "q":
            try:
                number = float(value)
            except ValueError:
                return None
            return number if 0.0 <= number <= 1.0 else None
    return 1.0


def choose(header: str | None, formats: tuple[Format, ...]) -> tuple[Format, str] | None:
    """Return the format that an Accept header likes best, and the media type to call it by.

    Examples
    --------
    >>> choose("application/json", TRIPLES)[0].name, choose("*/*", RESULTS)[1]
    ('jsonld', 'application/sparql-results+json')
    >>> choose("image/png", RESULTS) is None
    True
    """
    offered = tuple(each for form in formats for each in form.types[:1]) + tuple(
        each for form in formats for each in form.types[1:]
    )
    found = preferred(header, offered)
    if found is None:
        return None
    return next(form for form in formats if found in form.types), found


def wanted(name: str, formats: tuple[Format, ...]) -> tuple[Format, str] | None:
    """Return the format of a short name or media type, and the media type to call it by.

    Examples
    --------
    >>> wanted("ttl", TRIPLES)[0].name, wanted("text/csv", RESULTS)[0].name, wanted("csv", TRIPLES)
    ('turtle', 'csv', None)
    """
    name = name.strip().lower()
    for form in formats:
        if name == form.name or name in form.names:
            return form, form.types[0]
        if name in form.types:
            return form, name
    return None


def accepted_encoding(header: str | None) -> str:
    """Return ``gzip`` if an Accept-Encoding header takes it, else nothing.

    Examples
    --------
    >>> accepted_encoding("gzip, deflate, br"), accepted_encoding("gzip;q=0"), accepted_encoding(None)
    ('gzip', '', '')
    """
    return _encoding(header) if header and len(header) <= _LONGEST_CACHED else ""


@lru_cache(maxsize=64)
def _encoding(header: str) -> str:
    found = _ranges(header)
    quality = found.get("gzip", found.get("x-gzip", found.get("*", 0.0)))
    return "gzip" if quality > 0.0 and quality >= found.get("identity", 0.0) else ""
