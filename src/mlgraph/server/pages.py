"""Pages for people: the viewer, the query editor, browsing, searching, and the files that pages need."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import Route

from mlgraph.build.dataset import find_layout
from mlgraph.catalog.naming import NAMED_KINDS, resolve, search
from mlgraph.catalog.question import Question, questions
from mlgraph.errors import LookupFailedError, UsageError
from mlgraph.model import Thing
from mlgraph.rdf.store import text
from mlgraph.server.front import Front
from mlgraph.server.links import Links
from mlgraph.server.openapi import ENDPOINTS
from mlgraph.server.render import page
from mlgraph.server.reply import POLICY, Frozen, Once, failure, freeze, reply, see_other, wants_page
from mlgraph.vocab import KINDS, PREFIXES

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from mlgraph.server.state import State

__all__ = ["editor", "nothing", "routes"]

_STATIC = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_WORDS = {
    "topic": "What can be learned, with its prerequisites",
    "skill": "What roles ask for, and the topics behind it",
    "role": "Jobs, and what they need",
    "course": "Courses, and what they teach",
    "program": "Degree programs",
    "project": "Things to build",
    "area": "Fields that topics belong to",
    "institution": "Who teaches",
    "platform": "Where courses are given",
    "resource": "Sections of books and sites that teach a topic",
    "source": "What evidence cites",
    "statement": "What texts assert that is no link",
}
_PAGE = 300
_GRIPS = "'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk='"
"""The one style that the editor writes itself, for the grips between columns."""


class _Listing(NamedTuple):
    """All things of the kinds that people look for, by kind, each by label."""

    things: dict[str, list[Thing]]


def routes(state: State, front: Front | None = None) -> list[Route]:
    """Return the routes of the pages for people.

    Parameters
    ----------
    state : State
        Settings and store.
    front : Front, optional
        The viewer, where it is being made already.
    """
    listing = Once(lambda: _listing(state))
    viewer = front or Front(state)

    async def start(request: Request) -> Response:
        name = request.query_params.get("topic", "")
        if name:
            return await run_in_threadpool(_place, state, name, request)
        shown = await viewer.page()
        return reply(request, shown.content, "text/html; charset=utf-8", policy=shown.policy)

    def browse(request: Request) -> Response:
        kinds = [(kind, words, len(listing().things.get(kind, []))) for kind, words in _WORDS.items()]
        return page(request, state, "browse.html", kinds=kinds)

    def kind(request: Request) -> Response:
        return _kind(state, listing(), request)

    def find(request: Request) -> Response:
        return _search(state, request)

    def interface(request: Request) -> Response:
        return page(request, state, "api.html", endpoints=ENDPOINTS)

    return [
        Route("/", start),
        Route("/browse", browse),
        Route("/browse/{kind}", kind),
        Route("/search", find),
        Route("/api", interface),
        Route("/static/{name:path}", _file),
    ]


@lru_cache(maxsize=1)
def _files() -> dict[str, Path]:
    """Return the files that pages need, by name: what is not listed here is not looked for on disk."""
    return {
        path.relative_to(_STATIC).as_posix(): path
        for path in _STATIC.rglob("*")
        if path.is_file() and path.suffix in _TYPES
    }


def _file(request: Request) -> Response:
    path = _files().get(request.path_params["name"])
    if path is None:
        return failure(request, 404, "there is no such file")
    headers = {"Cache-Control": "public, max-age=3600"}
    return reply(request, _frozen(path), _TYPES[path.suffix], headers=headers)


@cache
def _frozen(path: Path) -> Frozen:
    return freeze(path.read_bytes())


# -- the query editor


@lru_cache(maxsize=1)
def _questions() -> list[Question]:
    return [each for each in questions(find_layout().ontology / "queries") if each.sparql]


def _example(question: Question) -> dict[str, str]:
    """Return a shipped question as the editor shows it: with the prefixes that it uses spelled out."""
    used = [name for name in sorted(PREFIXES) if re.search(rf"(?<![\w:]){name}:", question.sparql)]
    heads = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in used)
    return {"name": question.name, "label": question.label, "query": f"{heads}\n{question.sparql.strip()}\n"}


def editor(state: State) -> ASGIApp:
    """Return what answers browsers that come to the endpoint without a query.

    Parameters
    ----------
    state : State
        Settings, for the address of the endpoint.
    """

    def rendered(request: Request) -> Response:
        examples = [_example(each) for each in _questions()]
        links = Links.of(state.settings)
        settings = {
            "endpoint": f"{links.root}/sparql",
            "prefixes": PREFIXES,
            "own": links.base,
            "pages": links.root,
            "examples": examples,
        }
        policy = POLICY.replace("style-src 'self'", f"style-src 'self' {_GRIPS}")
        return page(request, state, "sparql.html", policy=policy, settings=settings, examples=examples)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        response = await run_in_threadpool(rendered, Request(scope))
        await response(scope, receive, send)

    return application


# -- the viewer


def _place(state: State, name: str, request: Request) -> Response:
    """Return the way to a topic's place in the viewer, by any of its names."""
    try:
        goal = resolve(state.store, name, ["topic"])
    except (LookupFailedError, UsageError) as error:
        return page(
            request,
            state,
            "message.html",
            status=404,
            title="No such topic",
            message=error.message,
            hint=error.mend.replace("`mlgraph search TEXT`", "the search above"),
        )
    return see_other(f"{Links.of(state.settings).root}/#topic/{goal.slug}")


def nothing(state: State, request: Request) -> Response:
    """Return what is said at an address where there is nothing: a page to browsers, one line to programs."""
    if not wants_page(request):
        return failure(request, 404, "there is nothing at this address")
    return page(
        request,
        state,
        "message.html",
        status=404,
        title="There is nothing at this address",
        message="It may be misspelt, or have moved.",
        hint="",
    )


# -- browsing and searching


def _listing(state: State) -> _Listing:
    links = Links.of(state.settings)
    found: dict[str, list[Thing]] = {}
    starts = " || ".join(f'STRSTARTS(STR(?x), "{links.base}id/{kind}/")' for kind in _WORDS)
    for row in state.store.select(f"SELECT DISTINCT ?x ?l WHERE {{ ?x rdfs:label ?l FILTER({starts}) }}"):
        known = links.known(row["x"].value)
        if known:
            found.setdefault(known[0], []).append(Thing(row["x"].value, *known, text(row["l"])))
    return _Listing(
        {
            kind: sorted(things, key=lambda each: (each.label.casefold(), each.slug))
            for kind, things in found.items()
        }
    )


def _kind(state: State, listing: _Listing, request: Request) -> Response:
    kind = request.path_params["kind"]
    if kind not in KINDS or kind not in _WORDS:
        return page(
            request,
            state,
            "message.html",
            status=404,
            title="No such kind",
            message="There is no such kind of things.",
            hint=f"kinds are {', '.join(_WORDS)}",
        )
    things = listing.things.get(kind, [])
    pages = max(1, -(-len(things) // _PAGE))
    given = request.query_params.get("page", "1")
    number = min(max(int(given), 1), pages) if given.isascii() and given.isdigit() and len(given) < 7 else 1
    return page(
        request,
        state,
        "kind.html",
        kind=kind,
        words=_WORDS[kind],
        things=things[(number - 1) * _PAGE : number * _PAGE],
        total=len(things),
        number=number,
        pages=pages,
    )


def _search(state: State, request: Request) -> Response:
    wanted = request.query_params.get("q", "").strip()[:200]
    hits = []
    if wanted:
        hits = search(state.store, wanted, list(NAMED_KINDS), 50)
    return page(request, state, "search.html", wanted=wanted, hits=hits)
