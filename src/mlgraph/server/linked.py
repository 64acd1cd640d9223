"""Linked data: things under their names, the ontology, the dataset's description, dumps and sitemap."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from starlette.routing import Route

from mlgraph.catalog.entity import describe
from mlgraph.catalog.extent import is_large
from mlgraph.interchange.schemaorg import schema_org
from mlgraph.rdf.interop import serialize
from mlgraph.rdf.writer import to_turtle
from mlgraph.server.description import dataset_description, facts_of
from mlgraph.server.dump import DUMPS, Dumped, dumps_of
from mlgraph.server.links import Links
from mlgraph.server.negotiate import TRIPLES, Format, preferred, wanted
from mlgraph.server.neighbourhood import picture
from mlgraph.server.ontology import SHAPES, ontology_facts, ontology_quads, sections, shapes_text
from mlgraph.server.render import citation, claim_groups, page
from mlgraph.server.reply import Once, failure, reply, see_other
from mlgraph.server.thing import find, triples_about, used_by
from mlgraph.vocab import DATASET, DCTERMS, ONTOLOGY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyoxigraph as ox
    from starlette.requests import Request
    from starlette.responses import Response

    from mlgraph.model import Thing
    from mlgraph.server.state import State

__all__ = ["SUFFIXES", "routes"]

SUFFIXES = {"html": "text/html", "ttl": "turtle", "jsonld": "jsonld", "nt": "nt", "rdf": "rdfxml"}
"""Suffix of a document -> its format."""

_SUFFIX_OF = {"turtle": "ttl", "jsonld": "jsonld", "nt": "nt", "rdfxml": "rdf"}
_LISTED = (
    "topic skill role course program project area institution platform resource source statement".split()
)
_EXPLORED = frozenset({"topic", "area", "role", "course", "program", "project"})
"""Kinds that have a place in the viewer."""

_MOST_USES = 25


class _Site(NamedTuple):
    """What the handlers share: the state, the addresses, and what is computed once."""

    state: State
    links: Links
    dumps: Once[dict[str, Dumped]]
    ontology: Once[list[ox.Quad]]
    sitemap: Once[str]


def routes(state: State) -> list[Route]:
    """Return the routes of linked data.

    Parameters
    ----------
    state : State
        Settings and store; dumps and counts are made when first asked for, and kept.
    """
    links = Links.of(state.settings)
    site = _Site(
        state,
        links,
        Once(lambda: dumps_of(state.store)),
        Once(ontology_quads),
        Once(lambda: _sitemap(state, links)),
    )

    handlers: dict[str, Callable[[_Site, Request], Response]] = {
        "/id/{kind}/{slug}": _thing,
        "/ontology": _ontology,
        "/ontology.{suffix}": _ontology,
        "/ontology/{name}": _shapes,
        "/dataset": _dataset,
        "/dataset.{suffix}": _dataset,
        "/.well-known/void": _void,
        "/dump/{name}": _dump,
        "/sitemap.xml": _map,
        "/robots.txt": _robots,
    }
    # a handler that is no coroutine runs in a thread, so a slow page holds up no other
    return [Route(path, _bound(site, handler)) for path, handler in handlers.items()]


def _bound(site: _Site, handler: Callable[[_Site, Request], Response]) -> Callable[[Request], Response]:
    def handle(request: Request) -> Response:
        return handler(site, request)

    return handle


# -- choosing a form


def _chosen(request: Request) -> str | None:
    """Return the suffix of the document that a client wants: html, or that of a data format; None for 406."""
    asked = request.query_params.get("format", "")
    if asked:
        if asked in {"html", "text/html"}:
            return "html"
        form = wanted(asked, TRIPLES)
        return _SUFFIX_OF[form[0].name] if form else None
    first = tuple(form.types[0] for form in TRIPLES)
    rest = tuple(name for form in TRIPLES for name in form.types[1:])
    found = preferred(request.headers.get("accept"), (SUFFIXES["html"], *first, *rest))
    if found is None:
        return None
    if found == SUFFIXES["html"]:
        return "html"
    return next(_SUFFIX_OF[form.name] for form in TRIPLES if found in form.types)


def _data_format(request: Request) -> Format | None:
    """Return the data format that a client wants where there is no page; browsers get Turtle."""
    found = _chosen(request)
    if found is None:
        return None
    return _format_of("ttl" if found == "html" else found)


def _format_of(suffix: str) -> Format | None:
    return next((form for form in TRIPLES if _SUFFIX_OF[form.name] == suffix), None)


def _not_acceptable(request: Request) -> Response:
    types = ", ".join(("text/html", *(form.types[0] for form in TRIPLES)))
    return failure(request, 406, f"none of the formats asked for is here; there are {types}")


def _elsewhere(site: _Site, path: str, request: Request) -> Response:
    """Return the 303 from the name of a thing to a document about it."""
    suffix = _chosen(request)
    if suffix is None:
        return _not_acceptable(request)
    return see_other(f"{site.links.root}{path}.{suffix}", _alternates(site, path))


def _alternates(site: _Site, path: str) -> str:
    """Return the Link header that names the other forms of a document."""
    forms = [("html", "text/html"), *((_SUFFIX_OF[form.name], form.types[0]) for form in TRIPLES)]
    return ", ".join(
        f'<{site.links.root}{path}.{suffix}>; rel="alternate"; type="{media}"' for suffix, media in forms
    )


def _data(
    request: Request, quads: Sequence[ox.Quad], form: Format, headers: dict[str, str] | None = None
) -> Response:
    body = to_turtle(quads).encode() if form.name == "turtle" else serialize(quads, form.name)
    media = form.types[0] + ("; charset=utf-8" if form.charset else "")
    return reply(request, body, media, headers=headers)


# -- things


def _thing(site: _Site, request: Request) -> Response:
    kind, name = request.path_params["kind"], request.path_params["slug"]
    store = site.state.store
    found = find(store, site.links, kind, name)
    if found is not None:
        return _elsewhere(site, f"/id/{kind}/{name}", request)
    slug, dot, suffix = name.rpartition(".")
    found = find(store, site.links, kind, slug) if dot and suffix in SUFFIXES else None
    if found is None:
        return _missing(site, request, kind, name)
    path = f"/id/{kind}/{slug}"
    canonical = f'<{found.iri}>; rel="describes", {_alternates(site, path)}'
    if suffix == "html":
        return _thing_page(site, request, found)
    form = _format_of(suffix)
    if form is None:
        return _missing(site, request, kind, name)
    document = f"{site.links.url}{path}.{suffix}"
    quads = triples_about(store, found.iri, document, facts_of(site.state.store).one(DCTERMS.license))
    return _data(request, quads, form, {"Link": canonical})


def _thing_page(site: _Site, request: Request, found: Thing) -> Response:
    store = site.state.store
    described = describe(store, found)
    path = f"/id/{found.kind}/{found.slug}"
    uses = (
        used_by(store, found.iri) if found.kind in {"source", "evidence", "requirement", "offering"} else None
    )
    facts = facts_of(site.state.store)
    response = page(
        request,
        site.state,
        "thing.html",
        thing=found,
        listed=found.kind in _LISTED,
        explored=found.kind in _EXPLORED,
        found=described,
        forward=claim_groups(described.outgoing, backward=False),
        backward=claim_groups(described.incoming, backward=True),
        picture=picture(described),
        uses=uses,
        most=_MOST_USES,
        path=path,
        suffixes=[suffix for suffix in SUFFIXES if suffix != "html"],
        structured=schema_org(store, found),
        cite=citation(found, facts.one(DCTERMS.hasVersion), facts.one(DCTERMS.issued)),
        licence=facts.one(DCTERMS.license),
    )
    response.headers["Link"] = f'<{found.iri}>; rel="canonical", {_alternates(site, path)}'
    return response


def _missing(site: _Site, request: Request, kind: str, name: str) -> Response:
    if _chosen(request) == "html":
        return page(request, site.state, "missing.html", status=404, kind=kind[:40], name=name[:80])
    return failure(request, 404, "the graph has nothing of that name")


# -- the ontology, the dataset, and the whole of it


def _ontology(site: _Site, request: Request) -> Response:
    suffix = request.path_params.get("suffix")
    if suffix is None:
        return _elsewhere(site, "/ontology", request)
    quads = site.ontology()
    links = {"Link": f'<{ONTOLOGY}>; rel="describes", {_alternates(site, "/ontology")}'}
    form = _format_of(suffix)
    if form is not None:
        return _data(request, quads, form, links)
    if suffix != "html":
        return failure(request, 404, "the ontology has no such form")
    return page(
        request,
        site.state,
        "ontology.html",
        about=ontology_facts(quads),
        sections=sections(quads),
        iri=ONTOLOGY,
        shapes=SHAPES,
        suffixes=[each for each in SUFFIXES if each != "html"],
    )


def _description(site: _Site) -> list[ox.Quad]:
    dumps = [each.dump for each in site.dumps().values()]
    return dataset_description(site.state, facts_of(site.state.store), dumps)


def _dataset(site: _Site, request: Request) -> Response:
    suffix = request.path_params.get("suffix")
    if suffix is None:
        return _elsewhere(site, "/dataset", request)
    form = _format_of(suffix)
    if form is not None:
        return _data(request, _description(site), form)
    if suffix != "html":
        return failure(request, 404, "the description of the dataset has no such form")
    facts = facts_of(site.state.store)
    return page(
        request,
        site.state,
        "dataset.html",
        iri=DATASET,
        facts=facts,
        title=facts.one(DCTERMS.title) or "The dataset",
        description=facts.one(DCTERMS.description),
        dataset_version=facts.one(DCTERMS.hasVersion),
        issued=facts.one(DCTERMS.issued),
        licence=facts.one(DCTERMS.license),
        dumps=[each.dump for each in site.dumps().values()],
        url=site.links.url,
        suffixes=[each for each in SUFFIXES if each != "html"],
    )


def _void(site: _Site, request: Request) -> Response:
    form = _data_format(request)
    return _not_acceptable(request) if form is None else _data(request, _description(site), form)


def _shapes(_site: _Site, request: Request) -> Response:
    name = request.path_params["name"]
    if name not in SHAPES:
        return failure(request, 404, "there are no such shapes")
    return reply(request, shapes_text(name), "text/turtle; charset=utf-8")


def _map(site: _Site, request: Request) -> Response:
    return reply(request, site.sitemap(), "application/xml; charset=utf-8")


def _robots(site: _Site, request: Request) -> Response:
    lines = (
        "User-agent: *",
        "Disallow: /api/",
        "Disallow: /sparql?",
        f"Sitemap: {site.links.url}/sitemap.xml",
    )
    return reply(request, "\n".join(lines) + "\n", "text/plain; charset=utf-8")


def _dump(site: _Site, request: Request) -> Response:
    name = request.path_params["name"]
    if name == "SHA256SUMS":
        lines = [f"{each.dump.sha256}  {each.dump.name}\n" for each in site.dumps().values()]
        return reply(request, "".join(lines), "text/plain; charset=utf-8")
    stem = name.removesuffix(".sha256")
    if stem not in DUMPS:
        return failure(request, 404, f"there is no such dump; there are {', '.join(DUMPS)} and SHA256SUMS")
    found = site.dumps().get(stem)
    if found is None:
        return failure(request, 404, "this graph is too large for a dump; ask for what you need in SPARQL")
    if stem != name:
        return reply(request, f"{found.dump.sha256}  {stem}\n", "text/plain; charset=utf-8")
    return reply(
        request,
        found.content,
        "application/gzip",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Digest": f"sha-256={_base64(found)}",
        },
    )


def _base64(found: Dumped) -> str:
    import base64  # noqa: PLC0415 - for this header only

    return base64.b64encode(bytes.fromhex(found.dump.sha256)).decode()


def _sitemap(state: State, links: Links) -> str:
    """Return the sitemap: every page that says something of its own, with the day of its last check.

    Without the courses of a large graph: a sitemap holds 50,000 pages at most.
    """
    listed = _LISTED if not is_large(state.store) else [kind for kind in _LISTED if kind != "course"]
    starts = " || ".join(f'STRSTARTS(STR(?x), "{links.base}id/{kind}/")' for kind in listed)
    rows = state.store.select(
        f"SELECT ?x (MAX(?on) AS ?day) WHERE {{ ?x rdfs:label ?l FILTER({starts}) "
        "OPTIONAL { ?x mlg:checkedOn ?on } } GROUP BY ?x"
    )
    pages = {links.path(row["x"].value): row["day"].value if row["day"] else "" for row in rows if row["x"]}
    fixed = dict.fromkeys(("/", "/browse", "/sparql", "/api", "/ontology.html", "/dataset.html"), "")
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ]
    for path, day in [*fixed.items(), *sorted((f"{path}.html", day) for path, day in pages.items() if path)]:
        when = f"<lastmod>{escape(day)}</lastmod>" if day else ""
        lines.append(f"<url><loc>{escape(links.url + path)}</loc>{when}</url>")
    return "\n".join([*lines, "</urlset>"]) + "\n"
