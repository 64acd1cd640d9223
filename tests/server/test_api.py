"""The API answers with the JSON of the commands, says what it takes, and refuses the rest in words."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from mlgraph.cli.main import run
from mlgraph.server.openapi import ENDPOINTS, SHAPES, Endpoint, openapi
from tests.conftest import ROOT
from tests.server.asking import URL, ask

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.applications import Starlette

SAME = [
    ("/api/prereqs/deep-learning", "prereqs deep-learning"),
    ("/api/prereqs/Chain%20rule?reasons=true&soft=1", "prereqs 'Chain rule' --reasons --soft"),
    (
        "/api/prereqs/backpropagation?direct=yes&known=chain-rule",
        "prereqs backpropagation --direct --known chain-rule",
    ),
    ("/api/unlocks/chain-rule", "unlocks chain-rule"),
    ("/api/unlocks/chain-rule?direct=true", "unlocks chain-rule --direct"),
    (
        "/api/path?to=transformer&known=calculus,linear-algebra",
        "path calculus,linear-algebra --to transformer",
    ),
    ("/api/why/backpropagation?needed=limit", "why backpropagation limit"),
    ("/api/why/limit?needed=backpropagation", "why limit backpropagation"),
    ("/api/why/backpropagation", "why backpropagation"),
    ("/api/courses?topic=deep-learning&free=true", "courses --topic deep-learning --free"),
    (
        "/api/courses?topic=transformer&depth=working&level=graduate&pacing=cohort&language=en&delivery=on-campus",
        "courses --topic transformer --depth working --level graduate --cohort --language en --delivery on-campus",
    ),
    ("/api/programs?region=Europe", "programs --region Europe"),
    ("/api/programs?role=data-scientist", "programs --role data-scientist"),
    ("/api/roles/machine-learning-engineer", "role machine-learning-engineer"),
    ("/api/roles", "roles"),
    ("/api/topics?area=neural-network", "topics --area neural-network"),
    ("/api/show/topic/chain-rule", "show topic/chain-rule"),
    ("/api/show/course/mit-6.3900", "show course/mit-6.3900"),
    ("/api/search?q=bakpropagation&limit=5", "search bakpropagation --limit 5"),
    ("/api/search?q=learning&kind=role,skill", "search learning --kind role,skill"),
]


@pytest.mark.parametrize(("address", "command"), SAME, ids=[each[0] for each in SAME])
def test_answer_is_what_the_command_prints(
    whole: Starlette, capsys: pytest.CaptureFixture[str], address: str, command: str
) -> None:
    run([*shlex.split(command), "--format", "json"])
    printed = capsys.readouterr().out
    answer = ask(whole, address)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.text == printed


@pytest.mark.parametrize(
    ("address", "command"),
    [
        (
            "/api/next?known=linear-algebra&to=deep-learning&limit=3",
            "next --known linear-algebra --to deep-learning --limit 3",
        ),
        ("/api/next", "next"),
        (
            "/api/gap?to=machine-learning-engineer,transformer:deep&known=calculus:deep,course:mit-18.06",
            "gap --to machine-learning-engineer,transformer:deep --known calculus:deep,course:mit-18.06",
        ),
    ],
)
def test_answer_about_a_learner_is_that_of_an_empty_profile(
    whole: Starlette, capsys: pytest.CaptureFixture[str], tmp_path: Path, address: str, command: str
) -> None:
    run([*shlex.split(command), "--profile", str(tmp_path / "nobody.json"), "--format", "json"])
    printed = json.loads(capsys.readouterr().out) | {"profile": ""}
    assert ask(whole, address).json == printed


def test_profiles_on_disk_are_not_read(whole: Starlette, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLGRAPH_PROFILE", "/nowhere/at/all.json")
    assert ask(whole, "/api/next?to=deep-learning").json["known"] == 0
    assert ask(whole, "/api/next?profile=default").status == 400


# -- the description


KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def faults(value: object, schema: dict[str, Any], place: str, shapes: dict[str, Any]) -> list[str]:
    """Return where a value is not what a JSON Schema of ours says: as much of it as the description uses."""
    if "$ref" in schema:
        return faults(value, shapes[schema["$ref"].removeprefix("#/components/schemas/")], place, shapes)
    if "anyOf" in schema:
        found = [faults(value, each, place, shapes) for each in schema["anyOf"]]
        return found[0] if all(found) else []
    kind = schema["type"]
    if not isinstance(value, KINDS[kind]) or isinstance(value, bool) != (kind == "boolean"):
        return [f"{place} is {value!r}, not {kind}"]
    if isinstance(value, list):
        items = [(f"{place}[{number}]", each, schema["items"]) for number, each in enumerate(value)]
    elif isinstance(value, dict):
        known, more = schema.get("properties", {}), schema.get("additionalProperties")
        wrong = [f"{place}.{name} is missing" for name in schema.get("required", ()) if name not in value]
        wrong += [f"{place}.{name} is not described" for name in value if name not in known and not more]
        if wrong:
            return wrong
        items = [(f"{place}.{name}", each, known.get(name, more)) for name, each in value.items()]
    else:
        items = []
    return [fault for name, each, inner in items for fault in faults(each, inner, name, shapes)]


@pytest.fixture(scope="module")
def described(whole: Starlette) -> dict[str, Any]:
    found: dict[str, Any] = ask(whole, "/api/openapi.json").json
    return found


def test_description_is_openapi(described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.0"
    assert {"title", "version", "license"} <= set(described["info"])
    assert described == json.loads(json.dumps(openapi(URL)))
    names = [each["get"]["operationId"] for each in described["paths"].values()]
    assert len(names) == len(set(names))
    for path, each in described["paths"].items():
        in_path = {p["name"] for p in each["get"]["parameters"] if p["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path))
        assert all(p["required"] for p in each["get"]["parameters"] if p["in"] == "path")
        assert all(p["schema"]["type"] in {"string", "boolean", "integer"} for p in each["get"]["parameters"])
        assert all({"description"} <= set(answer) for answer in each["get"]["responses"].values())
    references = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(described)))
    assert references <= set(described["components"]["schemas"])
    used = references | {each.shape for each in ENDPOINTS}
    assert used == set(SHAPES), "no shape is described in vain"


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda each: each.path)
def test_example_answers_in_the_shape_that_is_described(
    whole: Starlette, described: dict[str, Any], endpoint: Endpoint
) -> None:
    answer = ask(whole, endpoint.example)
    assert answer.status == 200
    assert answer.json["schema"] == f"mlgraph/{endpoint.shape}/1"
    shapes = described["components"]["schemas"]
    assert faults(answer.json, shapes[endpoint.shape], endpoint.shape, shapes) == []


@pytest.mark.parametrize("address", [each[0] for each in SAME])
def test_other_answers_are_in_the_shape_that_is_described(
    whole: Starlette, described: dict[str, Any], address: str
) -> None:
    found = ask(whole, address).json
    shapes = described["components"]["schemas"]
    assert faults(found, shapes[found["schema"].split("/")[1]], address, shapes) == []


def test_faults_are_seen(described: dict[str, Any]) -> None:
    shapes = described["components"]["schemas"]
    good = {"kind": "topic", "slug": "a", "label": "A", "iri": "i"}
    assert not faults(good, shapes["Thing"], "x", shapes)
    assert faults(good | {"slug": 1}, shapes["Thing"], "x", shapes)
    assert faults(good | {"more": 1}, shapes["Thing"], "x", shapes)
    assert faults({"kind": "topic"}, shapes["Thing"], "x", shapes)


@pytest.mark.parametrize(
    "shape", ["Thing", "Hours", "Topic", "Evidence", "Claim", "Step", "Choice", "Recommendation"]
)
def test_shapes_have_the_keys_of_the_page_on_json(shape: str) -> None:
    text = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    section = re.search(rf"^### {shape}\n(.*?)(?=^#)", text, re.MULTILINE | re.DOTALL)
    assert section
    keys = re.findall(r"^\| `(\w+)`", section[1], re.MULTILINE)
    assert keys == [each.partition(":")[0] for each in SHAPES[shape].split()]


# -- what is refused


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        ("/api/prereqs/nothing-of-that-name", 404, "nothing-of-that-name"),
        ("/api/prereqs/deep-lerning", 404, "deep-learning"),
        ("/api/prereqs/..%2f..%2fetc", 404, ""),
        ("/api/prereqs/%00", 404, ""),
        ("/api/prereqs/" + "a" * 3000, 400, "longer"),
        ("/api/prereqs/deep-learning?nothing=1", 400, "nothing"),
        ("/api/prereqs/deep-learning?topic=algebra", 400, "topic"),
        ("/api/prereqs/deep-learning?direct=maybe", 400, "true or false"),
        ("/api/prereqs/deep-learning?known=a&known=b", 400, "twice"),
        ("/api/prereqs/deep-learning?known=" + ",".join(["a"] * 500), 400, "500"),
        ("/api/path", 400, "to"),
        ("/api/path?to=%20", 400, "to"),
        ("/api/path?to=,", 400, ""),
        ("/api/gap", 400, "to"),
        ("/api/gap?to=machine-learning-engineer:deep", 400, "level"),
        ("/api/next?limit=0", 400, "limit"),
        ("/api/next?limit=99999999999999999999", 400, "limit"),
        ("/api/next?limit=%D9%A1", 400, "limit"),
        ("/api/next?known=no-such-topic-at-all", 404, "no-such-topic"),
        ("/api/courses?level=phd", 400, "graduate"),
        ("/api/courses?depth=deep", 400, "topic"),
        ("/api/courses?language=%22%7D", 400, "language"),
        ("/api/courses?provider=nobody", 404, "nobody"),
        ("/api/search", 400, "q"),
        ("/api/search?q=a&kind=claim", 400, "kind"),
        ("/api/search?q=" + "a" * 300, 400, "200"),
        ("/api/show/topic/nothing", 404, ""),
        ("/api/show/claim/x", 400, "kind"),
        ("/api/roles/deep-learning", 404, ""),
        ("/api/nothing", 404, ""),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    whole: Starlette, address: str, status: int, word: str
) -> None:
    answer = ask(whole, address)
    assert answer.status == status
    if answer.headers["content-type"].startswith("application/json"):
        told = answer.json
        assert set(told) == {"error", "message", "hint"}
        assert told["message"]
        assert word in answer.text
        assert "`mlgraph" not in answer.text, "an address can run no command"


INJECTIONS = ['x" } #', "x> ?p ?o } #", "'); DROP", "\\u0022", "${7*7}", "{{7*7}}", "a\nb", "<script>"]


@pytest.mark.parametrize("text", INJECTIONS)
def test_text_of_strangers_stays_text(small: Starlette, text: str) -> None:
    word = quote(text, safe="")
    for address in (
        f"/api/prereqs/{word}",
        f"/api/path?to=algebra&known={word}",
        f"/api/prereqs/training?lang={word}",
        f"/api/programs?region={word}",
        f"/api/courses?language={word}",
        f"/api/search?q={word}",
        f"/api/gap?to={word}",
        f"/api/next?known={word}",
        f"/api/topics?lang={word}",
    ):
        answer = ask(small, address)
        assert answer.status in {200, 400, 404}, address
        assert answer.headers["content-type"].startswith("application/json")
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_answer_is_unchanged_for_who_has_it(whole: Starlette) -> None:
    first = ask(whole, "/api/unlocks/chain-rule")
    assert ask(whole, "/api/unlocks/chain-rule", if_none_match=first.headers["etag"]).status == 304
    assert ask(whole, "/api/unlocks/limit", if_none_match=first.headers["etag"]).status == 200


def test_only_reading_is_possible(whole: Starlette) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert ask(whole, "/api/roles", method).status == 405
        assert ask(whole, "/id/topic/deep-learning", method).status == 405
