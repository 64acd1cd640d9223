"""Questions about the domain over HTTP, answered with the same JSON that the commands print."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.routing import Route

from mlgraph.catalog import courses as catalog
from mlgraph.catalog.claims import claims
from mlgraph.catalog.curriculum import free_examples
from mlgraph.catalog.entity import describe
from mlgraph.catalog.naming import NAMED_KINDS, resolve, resolve_many, search
from mlgraph.catalog.topics import soft_links, topics, unlocks
from mlgraph.errors import LookupFailedError, MlgraphError, PlanError, QueryError, UsageError
from mlgraph.interchange.jsonform import (
    claim_data,
    description_data,
    document_text,
    explanation_data,
    hits_data,
    path_data,
    role_data,
    topic_data,
    unlocks_data,
)
from mlgraph.interchange.jsonlearner import gap_data, next_data
from mlgraph.interchange.known import Entry, apply, name_entries, split_level
from mlgraph.planning.frontier import next_topics
from mlgraph.planning.gap import gap_to
from mlgraph.planning.goal import resolve_goals, target
from mlgraph.planning.learner import Learner, knowledge
from mlgraph.planning.prerequisite import explain, prerequisites
from mlgraph.server.links import Links
from mlgraph.server.openapi import ENDPOINTS, Endpoint, Parameter, openapi
from mlgraph.server.reply import reply
from mlgraph.server.thing import find
from mlgraph.vocab import MLG

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from mlgraph.rdf.store import Store
    from mlgraph.server.state import State

__all__ = ["MOST_NAMES", "routes"]

MOST_NAMES = 200
"""Names that one parameter may list."""

_JSON = "application/json; charset=utf-8"
_NUMBER = re.compile(r"[0-9]{1,6}")
_YES, _NO = {"1", "true", "yes", ""}, {"0", "false", "no"}

Data = tuple[str, dict[str, Any]]


class _Asked(NamedTuple):
    """A request read by its endpoint: only known parameters, each with one value of its type."""

    store: Store
    links: Links
    values: dict[str, str]

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def flag(self, name: str) -> bool:
        return name in self.values and self.values[name].lower() in _YES

    def number(self, name: str, default: int) -> int:
        return int(self.values.get(name) or default)

    def names(self, name: str) -> list[str]:
        found = [each.strip() for each in self.text(name).split(",") if each.strip()]
        if len(found) > MOST_NAMES:
            raise UsageError(f"{name} lists {len(found)} names; {MOST_NAMES} are allowed")
        return found

    def iri(self, name: str, *kinds: str) -> str:
        return resolve(self.store, self.text(name), kinds).iri if self.text(name) else ""


def routes(state: State) -> list[Route]:
    """Return the routes of the API.

    Parameters
    ----------
    state : State
        Settings and store.
    """
    links = Links.of(state.settings)

    def described(request: Request) -> Response:
        text = json.dumps(openapi(links.url), ensure_ascii=False, indent=2) + "\n"
        return reply(request, text, _JSON)

    answers = [Route(each.path, _handler(state, links, each, _ANSWERS[each.shape])) for each in ENDPOINTS]
    return [Route("/api/openapi.json", described), *answers]


def _handler(
    state: State, links: Links, endpoint: Endpoint, answer: Callable[[_Asked], Data]
) -> Callable[[Request], Response]:
    """Return what answers one path; it runs in a thread, so a slow question holds up no other."""

    def handle(request: Request) -> Response:
        try:
            schema, data = answer(_Asked(state.store, links, _read(request, endpoint)))
        except MlgraphError as error:
            return _problem(request, error)
        return reply(request, document_text(schema, data), _JSON)

    return handle


def _problem(request: Request, error: MlgraphError) -> Response:
    if isinstance(error, LookupFailedError):
        status = 404
    elif isinstance(error, UsageError | QueryError | PlanError):
        status = 400
    else:
        status = 503
    told = {
        "error": type(error).__name__.removesuffix("Error"),
        "message": error.message,
        "hint": _hint(error),
    }
    return reply(request, json.dumps(told, ensure_ascii=False, indent=2) + "\n", _JSON, status=status)


def _hint(error: MlgraphError) -> str:
    """Return what to do, in terms of addresses and not of commands."""
    return error.mend.replace("`mlgraph search TEXT`", "/api/search?q=TEXT")


def _read(request: Request, endpoint: Endpoint) -> dict[str, str]:
    """Return the parameters of a request.

    Raises
    ------
    UsageError
        If one is unknown, repeated, missing, or not of its type.
    """
    known = {each.name: each for each in endpoint.parameters}
    values: dict[str, str] = dict(request.path_params)
    for name, value in request.query_params.multi_items():
        if name not in known or known[name].place == "path":
            raise UsageError(f"there is no parameter {name[:40]!r}", f"there are {', '.join(known)}")
        if name in values:
            raise UsageError(f"the parameter {name} is given twice", "separate several names by commas")
        values[name] = value
    for each in endpoint.parameters:
        if each.required and not values.get(each.name, "").strip():
            raise UsageError(f"the parameter {each.name} is missing", each.meaning)
        if each.name in values:
            _judge(each, values[each.name])
    return values


def _judge(parameter: Parameter, value: str) -> None:
    """Refuse a value that is not of the type of its parameter."""
    said = f"{parameter.name} is {value[:40]!r}"
    if parameter.type == "boolean" and value.lower() not in _YES | _NO:
        raise UsageError(said, "say true or false")
    if parameter.type == "integer" and not (_NUMBER.fullmatch(value) and 1 <= int(value) <= 1000):
        raise UsageError(said, "say a number from 1 to 1000")
    if parameter.choices and value and value not in parameter.choices:
        raise UsageError(said, f"one of {', '.join(parameter.choices)}")


# -- the answers


def _prereqs(asked: _Asked) -> Data:
    store = asked.store
    path = prerequisites(
        store, _topics(asked, [asked.text("topic")]), _topics(asked, asked.names("known")), lang=_lang(asked)
    )
    shown = [step.topic.iri for step in path.steps]
    why = None
    if asked.flag("reasons"):
        why = claims(store, predicate=MLG.requires, subjects=shown, objects=shown) if shown else []
    soft = soft_links(store, shown) if asked.flag("soft") and shown else []
    return "prereqs", path_data(path, direct=asked.flag("direct"), why=why, soft=soft)


def _topics(asked: _Asked, names: Sequence[str]) -> list[str]:
    return [each.iri for each in resolve_many(asked.store, names, ["topic"])]


def _lang(asked: _Asked) -> str:
    return asked.text("lang") or "en"


def _unlocks(asked: _Asked) -> Data:
    topic = resolve(asked.store, asked.text("topic"), ["topic"])
    found = unlocks(asked.store, topic.iri, direct=asked.flag("direct"), lang=_lang(asked))
    return "unlocks", unlocks_data(topic, found, direct=asked.flag("direct"))


def _path(asked: _Asked) -> Data:
    goals, known = _topics(asked, asked.names("to")), _topics(asked, asked.names("known"))
    if not goals:
        raise UsageError("the parameter to names nothing", "say where to go, for example to=transformer")
    return "path", path_data(prerequisites(asked.store, goals, known, lang=_lang(asked)))


def _why(asked: _Asked) -> Data:
    first = resolve(asked.store, asked.text("topic"), ["topic"])
    if not asked.text("needed"):
        direct = claims(asked.store, predicate=MLG.requires, subjects=[first.iri])
        return "why", {"claims": [claim_data(claim) for claim in direct]}
    second = resolve(asked.store, asked.text("needed"), ["topic"])
    return "why", explanation_data(first, second, explain(asked.store, first.iri, second.iri))


def _learner(asked: _Asked) -> Learner:
    """Return somebody who knows what the request says; profiles on disk are never read."""
    names = asked.names("known")
    if not names:
        return Learner()
    named, faults = name_entries(asked.store, [Entry(*split_level(name)) for name in names])
    if faults:
        near = [name for each in faults for name in each.near]
        raise LookupFailedError(
            "; ".join(each.what for each in faults), f"did you mean {', '.join(near)}?" if near else ""
        )
    return apply(Learner(), named, "")


def _next(asked: _Asked) -> Data:
    goals = resolve_goals(asked.store, asked.names("to")) if asked.names("to") else []
    has = knowledge(asked.store, _learner(asked))
    wanted = target(asked.store, goals) if goals else None
    found = next_topics(asked.store, has, wanted)
    notes = list(wanted.notes) if wanted else []
    return "next", {
        "profile": "",
        **next_data(found, goals, notes, len(has.levels), asked.number("limit", 10)),
    }


def _gap(asked: _Asked) -> Data:
    goals = resolve_goals(asked.store, asked.names("to"))
    learner = _learner(asked)
    has = knowledge(asked.store, learner)
    return "gap", {"profile": "", **gap_data(gap_to(asked.store, goals, has, learner), len(has.levels))}


def _courses(asked: _Asked) -> Data:
    if asked.text("depth") and not asked.text("topic"):
        raise UsageError("depth says how deeply a topic is taught", "add topic")
    found = catalog.courses(
        asked.store,
        topic=asked.iri("topic", "topic", "skill"),
        level=asked.text("depth"),
        free=asked.flag("free"),
        pacing=asked.text("pacing"),
        language=asked.text("language"),
        delivery=asked.text("delivery"),
        provider=asked.iri("provider", "institution"),
        audience=asked.text("level"),
    )
    return "courses", {"courses": [each._asdict() for each in found]}


def _programs(asked: _Asked) -> Data:
    found = catalog.programs(
        asked.store,
        region=asked.text("region"),
        role=asked.iri("role", "role"),
        delivery=asked.text("delivery"),
        institution=asked.iri("institution", "institution"),
        topic=asked.iri("topic", "topic"),
    )
    return "programs", {"programs": [each._asdict() for each in found]}


def _role(asked: _Asked) -> Data:
    store = asked.store
    role = resolve(store, asked.text("role"), ["role"])
    needs = catalog.needs(store, role.iri)
    free = {
        need.thing.slug: free_examples(store, need.thing.iri, 2)
        for need in needs
        if need.essential and need.thing.kind == "topic"
    }
    return "role", role_data(role, needs, catalog.programs(store, role=role.iri), free)


def _roles(asked: _Asked) -> Data:
    found = catalog.roles(asked.store, skill=asked.iri("skill", "topic", "skill"))
    return "roles", {"roles": [each._asdict() for each in found]}


def _topic_list(asked: _Asked) -> Data:
    found = topics(asked.store, area=asked.iri("area", "area"), lang=_lang(asked))
    return "topics", {"topics": [topic_data(each) for each in found]}


def _show(asked: _Asked) -> Data:
    thing = find(asked.store, asked.links, asked.text("kind"), asked.text("slug"))
    if thing is None:
        raise LookupFailedError("the graph has nothing of that name", "try /api/search?q=TEXT")
    return "show", description_data(describe(asked.store, thing))


def _search(asked: _Asked) -> Data:
    kinds = asked.names("kind") or list(NAMED_KINDS)
    unknown = [each for each in kinds if each not in NAMED_KINDS]
    if unknown:
        raise UsageError(f"no such kind: {', '.join(unknown)[:80]}", f"kinds are {', '.join(NAMED_KINDS)}")
    if len(asked.text("q")) > 200:
        raise UsageError("the text to search for is longer than 200 characters")
    return "search", hits_data(search(asked.store, asked.text("q"), kinds, asked.number("limit", 20)))


_ANSWERS: dict[str, Callable[[_Asked], Data]] = {
    "prereqs": _prereqs,
    "unlocks": _unlocks,
    "path": _path,
    "why": _why,
    "next": _next,
    "gap": _gap,
    "courses": _courses,
    "programs": _programs,
    "role": _role,
    "roles": _roles,
    "topics": _topic_list,
    "show": _show,
    "search": _search,
}
