"""Where the things of the graph are found on this server; IRIs themselves never change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from mlgraph.vocab import DATASET, KINDS, MLG, ONTOLOGY, SLUG

if TYPE_CHECKING:
    from mlgraph.server.settings import Settings

__all__ = ["Links"]

_WEB = re.compile(r"https?://[^\s<>\"'\\^`{|}\x00-\x1f]+")


class Links(NamedTuple):
    """The addresses of one server.

    Parameters
    ----------
    base : str
        What the IRIs of things begin with.
    url : str
        The address under which clients reach the server, without a slash at the end.
    root : str
        The path of that address: what links within pages begin with, so that they work under any host name.

    Examples
    --------
    >>> links = Links("https://w3id.org/mlgraph/", "https://example.org/kg", "/kg")
    >>> links.href("https://w3id.org/mlgraph/id/topic/chain-rule")
    '/kg/id/topic/chain-rule'
    >>> links.href("https://example.com/a"), links.href("javascript:alert(1)")
    ('https://example.com/a', '')
    """

    base: str
    url: str
    root: str

    @classmethod
    def of(cls, settings: Settings) -> Links:
        """Return the addresses that settings give."""
        url = settings.url.rstrip("/")
        return cls(settings.base, url, urlsplit(url).path.rstrip("/"))

    def iri(self, kind: str, slug: str) -> str:
        """Return the IRI of a thing, or nothing if there can be none of that kind and slug.

        Examples
        --------
        >>> Links("https://a.org/", "", "").iri("topic", "../secret")
        ''
        """
        return f"{self.base}id/{kind}/{slug}" if kind in KINDS and SLUG.fullmatch(slug) else ""

    def known(self, iri: str) -> tuple[str, str] | None:
        """Return kind and slug of an IRI of ours, or None."""
        kind, slash, slug = iri.removeprefix(f"{self.base}id/").partition("/")
        if not iri.startswith(f"{self.base}id/") or not slash or not self.iri(kind, slug):
            return None
        return kind, slug

    def path(self, iri: str) -> str:
        """Return the path, without `root`, at which this server answers for an IRI of ours; else nothing."""
        known = self.known(iri)
        if known:
            return f"/id/{known[0]}/{known[1]}"
        if iri == ONTOLOGY or iri.removeprefix(MLG.base) in MLG.terms:
            return f"/ontology{iri.removeprefix(ONTOLOGY)}"
        return "/dataset" if iri == DATASET else ""

    def href(self, iri: str) -> str:
        """Return where a link leads: here for what is ours, out for http(s), nowhere for the rest."""
        path = self.path(iri)
        if path:
            return self.root + path
        return iri if _WEB.fullmatch(iri) else ""
