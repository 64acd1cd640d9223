"""The API in OpenAPI 3.1: its paths, their parameters, and the shapes of the answers."""

from __future__ import annotations

from typing import Any, NamedTuple

from mlgraph import __version__
from mlgraph.catalog.naming import NAMED_KINDS

__all__ = ["ENDPOINTS", "SHAPES", "Endpoint", "Parameter", "openapi"]


class Parameter(NamedTuple):
    """A part of the address: in the path, or after the question mark."""

    name: str
    meaning: str
    type: str = "string"
    place: str = "query"
    required: bool = False
    choices: tuple[str, ...] = ()


class Endpoint(NamedTuple):
    """One path: what it answers, in which shape, what it can be told, and an example."""

    path: str
    summary: str
    shape: str
    parameters: tuple[Parameter, ...]
    example: str


def _in_path(name: str, meaning: str) -> Parameter:
    return Parameter(name, meaning, place="path", required=True)


_LANG = Parameter("lang", "Language of the labels, English where there is none.")
_KNOWN = Parameter("known", "What is known: topics or whole areas, separated by commas.")
_KNOWN_TOO = Parameter(
    "known", "What is known: topics (also TOPIC:LEVEL), areas or courses, separated by commas."
)
_GOALS = "topics (also TOPIC:LEVEL), roles, programs, courses or skills, separated by commas"
_DELIVERY = Parameter("delivery", "How it is given.", choices=("on-campus", "online", "hybrid", "immersive"))
_TOPIC = Parameter("topic", "About this topic: slug, label or alias.")

ENDPOINTS = (
    Endpoint(
        "/api/prereqs/{topic}",
        "What must be known before a topic, in an order in which nothing comes before what it needs.",
        "prereqs",
        (
            _in_path("topic", "Slug, label or alias of a topic, or of an area for all its topics."),
            _KNOWN,
            Parameter("direct", "Only what the topic names itself.", "boolean"),
            Parameter("soft", "Also what is recommended but not needed.", "boolean"),
            Parameter("reasons", "Also the claims, with reasons and sources.", "boolean"),
            _LANG,
        ),
        "/api/prereqs/deep-learning",
    ),
    Endpoint(
        "/api/unlocks/{topic}",
        "What a topic opens the way to: the topics that need it.",
        "unlocks",
        (
            _in_path("topic", "Slug, label or alias of a topic."),
            Parameter("direct", "Only topics that name it themselves.", "boolean"),
            _LANG,
        ),
        "/api/unlocks/positional-encoding",
    ),
    Endpoint(
        "/api/path",
        "The way from what you know to where you want to be, with the hours it takes.",
        "path",
        (
            Parameter("to", "Where you want to be: topics, separated by commas.", required=True),
            _KNOWN,
            _LANG,
        ),
        "/api/path?to=transformer&known=calculus",
    ),
    Endpoint(
        "/api/why/{topic}",
        "Why a topic needs what it names itself, or another one: a chain of claims with reasons and sources.",
        "why",
        (
            _in_path("topic", "Slug, label or alias of a topic."),
            Parameter("needed", "The topic that it is said to need."),
        ),
        "/api/why/backpropagation?needed=chain-rule",
    ),
    Endpoint(
        "/api/next",
        "What can be learned next: topics whose needs are all known, the most useful first.",
        "next",
        (
            _KNOWN_TOO,
            Parameter("to", f"Only what leads to these goals: {_GOALS}."),
            Parameter("limit", "Most topics in the answer; 10 by default.", "integer"),
        ),
        "/api/next?known=linear-algebra,probability&to=deep-learning",
    ),
    Endpoint(
        "/api/gap",
        "What separates somebody from goals: topics, skills, levels and hours, for each goal and in all.",
        "gap",
        (Parameter("to", f"The goals: {_GOALS}.", required=True), _KNOWN_TOO),
        "/api/gap?to=machine-learning-engineer&known=python,linear-algebra",
    ),
    Endpoint(
        "/api/courses",
        "Courses, filtered by what they teach, for whom, and how they are given.",
        "courses",
        (
            _TOPIC,
            Parameter(
                "level", "For whom.", choices=("introductory", "beginner", "undergraduate", "graduate")
            ),
            Parameter(
                "depth", "How deeply the topic is taught at least.", choices=("awareness", "working", "deep")
            ),
            Parameter("free", "Only what can be used or audited without paying.", "boolean"),
            Parameter("pacing", "When it is given.", choices=("self-paced", "cohort")),
            Parameter("language", "Language of instruction, such as en."),
            _DELIVERY,
            Parameter("provider", "Only this institution."),
        ),
        "/api/courses?topic=deep-learning&free=true",
    ),
    Endpoint(
        "/api/programs",
        "Degree programs, filtered; a disputed one is marked.",
        "programs",
        (
            Parameter("region", "Part of a region's name, such as US East."),
            Parameter("role", "That are said to prepare for this role."),
            _DELIVERY,
            Parameter("institution", "Only this one."),
            _TOPIC,
        ),
        "/api/programs?region=Europe",
    ),
    Endpoint(
        "/api/roles/{role}",
        "What a role needs, how many courses teach each, and which programs prepare for it.",
        "role",
        (_in_path("role", "Slug, label or alias of a role."),),
        "/api/roles/machine-learning-engineer",
    ),
    Endpoint(
        "/api/roles",
        "Job roles.",
        "roles",
        (Parameter("skill", "That need this topic or skill."),),
        "/api/roles",
    ),
    Endpoint(
        "/api/topics",
        "Topics, by area and depth.",
        "topics",
        (Parameter("area", "Only this area."), _LANG),
        "/api/topics?area=neural-network",
    ),
    Endpoint(
        "/api/show/{kind}/{slug}",
        "Everything about one thing: its facts, what it is linked to, and the evidence for each link.",
        "show",
        (
            Parameter("kind", "Its kind.", place="path", required=True, choices=tuple(NAMED_KINDS)),
            _in_path("slug", "Its slug."),
        ),
        "/api/show/topic/chain-rule",
    ),
    Endpoint(
        "/api/search",
        "Things by name; misspellings are forgiven.",
        "search",
        (
            Parameter("q", "Words of a name, in any order.", required=True),
            Parameter("kind", "Only these kinds, separated by commas."),
            Parameter("limit", "Most hits; 20 by default.", "integer"),
        ),
        "/api/search?q=bakpropagation",
    ),
)
"""All paths of the API, the order is that of its page."""

_HITS = "kind slug label iri"
_TOPIC_KEYS = "slug label iri area depth:integer hours:Hours"
_MEASURE = "asked:integer hours:number hoursHad:number exact:boolean missing:[Missing]"

SHAPES = {
    "Thing": _HITS,
    "Hours": "low:number typical:number high:number",
    "Topic": _TOPIC_KEYS,
    "Evidence": "source url locator kind checked_on observation",
    "Claim": "iri subject:Thing predicate object:Thing status level confidence:number? reason part verifiedOn "
    "supportedBy:[Evidence] contradictedBy:[Evidence]",
    "Step": f"{_TOPIC_KEYS} level hoursNeeded:number needs:[string]",
    "Choice": "for chosen:[string] others:[string] reason",
    "Recommendation": "before topic level reason",
    "Goal": f"{_HITS} level",
    "Ready": f"{_TOPIC_KEYS} level have hoursNeeded:number opens:[string] towards:[string] above:integer hoursAbove:number",
    "Missing": f"{_TOPIC_KEYS} level have hoursNeeded:number why:[string]",
    "Part": f"{_HITS} level",
    "PartGap": f"{_HITS} level missing:[string]",
    "Entry": "options:[Thing] external:[string] minimum:number timing met:boolean",
    "GoalGap": f"goal:Thing level reached:boolean passed:boolean {_MEASURE} skills:[PartGap] softSkills:[Part] "
    "entry:[Entry] notes:[string]",
    "Course": "iri slug name code provider platforms:[string] languages:[string] level pacing:[string] formats:[string] "
    "cost:[string] hours:number? topics:integer url",
    "Program": "iri slug name institution award region formats:[string] months:number? units topics:integer "
    "roles:[string] status url",
    "Role": "iri slug label definition essential:integer optional:integer programs:integer matches:[string]",
    "Need": f"{_HITS} level essential:boolean reason status courses:integer freeCourses:[string]",
    "Prepared": "slug name institution",
    "Facts": "{[string]}",
    "Parts": "kind facts:Facts",
    "Hit": f"{_HITS} name score:number",
    "prereqs": "schema goals:[Topic] known:[string] hours:number exact:boolean steps:[Step] choices:[Choice] "
    "claims:[Claim]- recommended:[Recommendation]-",
    "unlocks": "schema topic:Thing direct:boolean unlocks:[Topic]",
    "path": "schema goals:[Topic] known:[string] hours:number exact:boolean steps:[Step] choices:[Choice]",
    "why": "schema topic:Thing- needed:Thing- holds:boolean- reverse:boolean- recommended:boolean- chain:[Claim]- "
    "claims:[Claim]-",
    "next": "schema profile known:integer goals:[Goal] left:integer hours:number exact:boolean ready:integer "
    "next:[Ready] notes:[string]",
    "gap": f"schema profile known:integer {_MEASURE} nearest:Thing? goals:[GoalGap]",
    "courses": "schema courses:[Course]",
    "programs": "schema programs:[Program]",
    "role": "schema role:Thing needs:[Need] programs:[Prepared]",
    "roles": "schema roles:[Role]",
    "topics": "schema topics:[Topic]",
    "show": "schema thing:Thing facts:Facts parts:[Parts] claims:[Claim] claimedBy:[Claim] supportedBy:[Evidence] "
    "contradictedBy:[Evidence] mentionedBy:[Thing] mentionsNotListed:integer",
    "search": "schema hits:[Hit]",
    "Problem": "error message hint",
}
"""Shape -> its keys, each with a type: text unless one is named; ``?`` may be null, ``-`` may be missing."""

_SIMPLE = ("string", "integer", "number", "boolean")


def _type(written: str) -> dict[str, Any]:
    if written.endswith("?"):
        return {"anyOf": [_type(written[:-1]), {"type": "null"}]}
    if written.startswith("["):
        return {"type": "array", "items": _type(written[1:-1])}
    if written.startswith("{"):
        return {"type": "object", "additionalProperties": _type(written[1:-1])}
    return {"type": written} if written in _SIMPLE else {"$ref": f"#/components/schemas/{written}"}


def _schema(keys: str) -> dict[str, Any]:
    """Return a shape as JSON Schema."""
    if keys.startswith("{"):
        return _type(keys)
    properties: dict[str, Any] = {}
    required = []
    for key in keys.split():
        name, _, written = key.partition(":")
        properties[name] = _type(written.removesuffix("-") or "string")
        if not written.endswith("-"):
            required.append(name)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _parameter(each: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": each.type}
    if each.choices:
        schema["enum"] = list(each.choices)
    if each.type == "integer":
        schema |= {"minimum": 1, "maximum": 1000}
    return {
        "name": each.name,
        "in": each.place,
        "required": each.required,
        "description": each.meaning,
        "schema": schema,
    }


def _answer(meaning: str, shape: str) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{shape}"}
    return {"description": meaning, "content": {"application/json": {"schema": reference}}}


def openapi(url: str) -> dict[str, Any]:
    """Return the description of the API.

    Parameters
    ----------
    url : str
        The address under which clients reach the server.

    References
    ----------
    OpenAPI 3.1.0, https://spec.openapis.org/oas/v3.1.0
    """
    paths = {
        each.path: {
            "get": {
                "operationId": each.shape,
                "summary": each.summary,
                "parameters": [_parameter(parameter) for parameter in each.parameters],
                "responses": {
                    "200": _answer(f"As `mlgraph {each.shape} --format json` prints it.", each.shape),
                    "304": {"description": "Unchanged since the entity tag that was sent."},
                    "400": _answer("A parameter has no sensible meaning.", "Problem"),
                    "404": _answer("The graph has nothing, or several things, of that name.", "Problem"),
                },
            }
        }
        for each in ENDPOINTS
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "mlgraph",
            "version": __version__,
            "summary": "Questions about topics, prerequisites, courses, degree programs and job roles.",
            "license": {"name": "Data: CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": url}],
        "paths": paths,
        "components": {"schemas": {name: _schema(keys) for name, keys in SHAPES.items()}},
    }
