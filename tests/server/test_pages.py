"""Pages for people: the editor, the picture, browsing and searching; everything from this server."""

from __future__ import annotations

import hashlib
import html
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

import mlgraph.server.pages
from mlgraph.build.dataset import find_layout
from mlgraph.build.opening import store_source
from mlgraph.catalog.question import questions
from mlgraph.rdf.guard import query_form
from mlgraph.rdf.sparql import run_query
from mlgraph.server.pages import editor
from mlgraph.server.reply import POLICY
from tests.server.asking import URL, Answer, ask, state_of
from tests.server.test_linked import ROOT, Page

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from mlgraph.rdf.store import EmbeddedStore

STATIC = Path(mlgraph.server.pages.__file__).parent / "static"


@pytest.fixture(scope="module")
def sparql(store: EmbeddedStore) -> Answer:
    return ask(editor(state_of(store)), "/sparql", accept="text/html")


def settings_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="settings">(.*?)</script>', text, re.DOTALL)
    assert found
    settings: dict[str, Any] = json.loads(found[1])
    return settings


def test_editor_is_from_this_server_alone(sparql: Answer) -> None:
    page = Page(sparql.text)
    assert sparql.status == 200
    assert not page.inline
    assert len(page.loaded) == 6
    assert all(each.startswith(f"{ROOT}/static/") for each in page.loaded)
    policy = sparql.headers["content-security-policy"]
    assert re.sub(r" 'sha256-[^']+'", "", policy) == POLICY
    assert "unsafe" not in policy


def test_editor_has_every_shipped_question(sparql: Answer) -> None:
    settings = settings_of(sparql.text)
    shipped = questions(find_layout().ontology / "queries")
    assert [each["name"] for each in settings["examples"]] == [each.name for each in shipped]
    for each in shipped:
        assert html.escape(each.label, quote=False).replace("'", "&#39;") in sparql.text
    assert settings["endpoint"] == f"{ROOT}/sparql"


def test_examples_spell_out_the_prefixes_that_they_use(sparql: Answer, store: EmbeddedStore) -> None:
    """Other tools know none of our prefixes: an example must run where it is pasted."""
    source = store_source(store)
    examples = settings_of(sparql.text)["examples"]
    heads = [re.findall(r"^PREFIX (\w+):", each["query"], re.MULTILINE) for each in examples]
    for each, head in zip(examples, heads, strict=True):
        body = re.sub(r"^PREFIX .*\n", "", each["query"], flags=re.MULTILINE)
        bare = re.sub(r"<[^>]*>|\"[^\"]*\"|#.*", " ", body)
        assert set(re.findall(r"(?<![\w?$:])([a-z]+):", bare)) <= set(head), each["name"]
    for each in examples[::20]:
        form = query_form(each["query"])
        assert run_query(source, each["query"], "json" if form in {"SELECT", "ASK"} else "nt", 60)


@pytest.mark.parametrize(
    "path", sorted(each.relative_to(STATIC).as_posix() for each in STATIC.rglob("*") if each.is_file())
)
def test_files_of_pages_are_served_as_they_are(small: Starlette, path: str) -> None:
    answer = ask(small, f"/static/{path}")
    assert answer.status == 200
    assert answer.body == (STATIC / path).read_bytes()
    assert "max-age" in answer.headers["cache-control"]


def test_vendored_files_are_those_that_the_note_names() -> None:
    note = (STATIC / "yasgui" / "README.txt").read_text(encoding="utf-8")
    sums = re.findall(r"^([0-9a-f]{64})  (\S+)$", note, re.MULTILINE)
    assert {name for _, name in sums} == {"yasgui.min.js", "yasgui.min.css"}
    for digest, name in sums:
        assert hashlib.sha256((STATIC / "yasgui" / name).read_bytes()).hexdigest() == digest
    assert "@zazuko/yasgui 4.6.2" in note
    assert "MIT" in (STATIC / "yasgui" / "LICENSES.txt").read_text(encoding="utf-8")


def test_styles_ask_nothing_of_other_servers() -> None:
    for path in STATIC.rglob("*.css"):
        for address in re.findall(r"url\(([^)]*)\)|@import", path.read_text(encoding="utf-8")):
            assert address.strip("'\"").startswith(("data:", "#")), (path, address)


def test_front_is_the_viewer_under_its_own_policy_with_the_way_to_the_rest(small: Starlette) -> None:
    answer = ask(small, "/")
    assert answer.status == 200
    meta = re.search(r'Content-Security-Policy" content="([^"]*)"', answer.text)
    assert meta
    policy = answer.headers["content-security-policy"]
    assert policy == f"{html.unescape(meta[1])}; frame-ancestors 'none'"
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    inside = [link for link in Page(answer.text).links if link.startswith("/")]
    assert len(inside) == 5
    for link in inside:
        if link != f"{ROOT}/sparql":  # the editor lies at the endpoint
            assert ask(small, link.removeprefix(ROOT), accept="text/html").status == 200
    assert ask(small, "/", if_none_match=answer.headers["etag"]).status == 304


def test_topic_under_any_name_is_a_place_in_the_viewer(small: Starlette) -> None:
    assert ask(small, "/?topic=Algebra").headers["location"] == f"{ROOT}/#topic/algebra"
    link = f'href="{ROOT}/#topic/training"'
    assert link in ask(small, "/id/topic/training.html").text
    answer = ask(small, "/?topic=%3Cb%3Enothing")
    assert answer.status == 404
    assert "<b>nothing" not in answer.text


@pytest.mark.parametrize(
    "address", ["/nothing", "/id", "/id/topic", "/id/topic/algebra/more", "/api/", "/static"]
)
def test_address_with_nothing_is_told_to_people_and_to_programs(small: Starlette, address: str) -> None:
    shown = ask(small, address, accept="text/html")
    assert shown.status == 404
    assert Page(shown.text).headings == [1]
    assert shown.headers["content-security-policy"] == POLICY
    told = ask(small, address)
    assert told.status == 404
    assert told.headers["content-type"].startswith("text/plain")


def test_browsing_reaches_every_topic(whole: Starlette, store: EmbeddedStore) -> None:
    first = ask(whole, "/browse/topic")
    pages = int(re.findall(r"page 1 of (\d+)", first.text)[0])
    found = {
        link
        for number in range(1, pages + 1)
        for link in Page(ask(whole, f"/browse/topic?page={number}").text).links
        if "/id/topic/" in link
    }
    assert len(found) == len(list(store.select("SELECT ?x WHERE { ?x a mlg:Topic }")))


@pytest.mark.parametrize("page", ["0", "-1", "999999", "9999999999", "x", "%00", "\u0661", ""])
def test_page_number_that_makes_no_sense_is_the_nearest(small: Starlette, page: str) -> None:
    assert ask(small, f"/browse/topic?page={quote(page, safe='%')}").status == 200


def test_kind_that_is_none_is_404(small: Starlette) -> None:
    for kind in ("nothing", "claim", "..%2ftopic", "TOPIC"):
        assert ask(small, f"/browse/{kind}").status == 404


def test_search_finds_and_escapes(small: Starlette) -> None:
    found = ask(small, "/search?q=algebar")
    assert f"{ROOT}/id/topic/algebra" in Page(found.text).links
    for words in ("%22%3E%3Cscript%3Ex", "", "%00", "a" * 3000):
        answer = ask(small, f"/search?q={words}")
        assert answer.status == 200
        assert "<script>x" not in answer.text


def test_page_of_the_api_lists_every_path_with_an_example(small: Starlette) -> None:
    page = Page(ask(small, "/api").text)
    described = ask(small, "/api/openapi.json").json
    assert described["servers"] == [{"url": URL}]
    assert sum(link.startswith(f"{ROOT}/api/") for link in page.links) == len(described["paths"]) + 1
