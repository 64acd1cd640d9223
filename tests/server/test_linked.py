"""Things answer under their names, as pages and as data, and nothing else does."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest

from mlgraph.build.dataset import find_layout
from mlgraph.catalog.claims import thing_of
from mlgraph.interchange.schemaorg import schema_org
from mlgraph.rdf.reader import read_turtle
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.server.dump import dumps_of
from mlgraph.server.links import Links
from mlgraph.server.thing import as_quads
from mlgraph.vocab import DATASET, FOAF, ID, KINDS, MLG, VOID, kind_and_slug, thing
from tests.little import RECORDS, built_store, topic
from tests.server import schemaorg
from tests.server.asking import URL, application, ask

if TYPE_CHECKING:
    from starlette.applications import Starlette

ROOT = urlsplit(URL).path
DATA = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
}
EVIL = '<script>alert("x")</script>'


def triples(body: bytes, suffix: str) -> set[str]:
    return {str(quad.triple) for quad in ox.parse(body, format=DATA[suffix][1])}


class Page(HTMLParser):
    """What matters of a page: links, scripts, styles, ids and headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.loaded: list[str] = []
        self.scripts: list[dict[str, str | None]] = []
        self.inline: list[str] = []
        self.headings: list[int] = []
        self.structured: list[Any] = []
        self._in = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if "href" in found and tag == "a":
            self.links.append(found["href"] or "")
        if tag in {"script", "img", "iframe"} and found.get("src"):
            self.loaded.append(found["src"] or "")
        if tag == "link" and found.get("rel") in {"stylesheet", "icon"}:
            self.loaded.append(found["href"] or "")
        if tag == "script":
            self.scripts.append(found)
            self._in = found.get("type") or "script"
        if tag == "style" or "style" in found or any(name.startswith("on") for name in found):
            self.inline.append(self.get_starttag_text() or tag)
        if found.get("id"):
            self.ids.append(found["id"] or "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in == "application/ld+json":
            self.structured.append(json.loads(data))


# -- negotiation


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("text/html", "html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("text/turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ("application/json", "jsonld"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "rdf"),
        ("text/turtle;q=0.5, application/rdf+xml;q=0.9", "rdf"),
        ("text/html;q=0, */*", "ttl"),
        ("*/*", "html"),
        ("", "html"),
    ],
)
def test_name_leads_to_the_form_that_is_liked_best(small: Starlette, accept: str, suffix: str) -> None:
    answer = ask(small, "/id/topic/algebra", accept=accept)
    assert answer.status == 303
    assert answer.headers["location"] == f"{ROOT}/id/topic/algebra.{suffix}"
    assert answer.headers["vary"] == "Accept"
    assert answer.headers["link"].count('rel="alternate"') == 5


def test_format_parameter_wins(small: Starlette) -> None:
    answer = ask(small, "/id/topic/algebra?format=nt", accept="text/html")
    assert answer.headers["location"] == f"{ROOT}/id/topic/algebra.nt"


@pytest.mark.parametrize("address", ["/id/topic/algebra", "/ontology", "/dataset", "/.well-known/void"])
def test_what_cannot_be_had_is_406(small: Starlette, address: str) -> None:
    assert ask(small, address, accept="image/png").status == 406
    assert ask(small, f"{address}?format=pdf", accept="*/*").status == 406
    assert "text/turtle" in ask(small, address, accept="image/png").text


@pytest.mark.parametrize("suffix", ["html", *DATA])
def test_document_says_what_it_is_and_is_unchanged_for_who_has_it(small: Starlette, suffix: str) -> None:
    first = ask(small, f"/id/course/mit-1.01.{suffix}")
    assert first.status == 200
    assert first.headers["content-type"].startswith(DATA[suffix][0] if suffix in DATA else "text/html")
    assert "Accept" in first.headers["vary"]
    again = ask(small, f"/id/course/mit-1.01.{suffix}", if_none_match=f'W/"old", {first.headers["etag"]}')
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    head = ask(small, f"/id/course/mit-1.01.{suffix}", "HEAD")
    assert head.status == 200
    assert head.headers["etag"] == first.headers["etag"]


def test_long_answer_is_compressed_where_that_is_taken(small: Starlette) -> None:
    plain = ask(small, "/id/topic/algebra.nt")
    packed = ask(small, "/id/topic/algebra.nt", accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]


# -- data


def test_forms_of_a_thing_say_the_same_but_for_their_own_address(small: Starlette) -> None:
    found = {}
    for suffix in DATA:
        body = ask(small, f"/id/topic/training.{suffix}").body
        document = f"{URL}/id/topic/training.{suffix}"
        assert f"<{document}> <{VOID.inDataset}> <{DATASET}>" in triples(body, suffix)
        found[suffix] = {each for each in triples(body, suffix) if document not in each}
    assert found["ttl"] == found["nt"] == found["jsonld"] == found["rdf"]
    assert found["ttl"]


def test_data_of_a_thing_hold_facts_claims_evidence_parts_and_what_points_to_it(small: Starlette) -> None:
    found = triples(ask(small, "/id/topic/training.nt").body, "nt")
    text = "\n".join(found)
    claim = thing("claim", "topic.training.requires.topic.gradient")
    assert f'<{claim}> <{MLG.reason}> "topic:gradient is used in topic:training."@en' in found
    assert (
        f'<{thing("evidence", "topic.training.requires.topic.gradient.1")}> <{MLG.locator}> "chapter 1"'
        in found
    )
    assert f"<{thing('requirement', 'topic.training.1')}> <{MLG.anyOf}> <{thing('topic', 'jax')}>" in found
    assert f"<{thing('course', 'eth-7')}> <{MLG.teaches}> <{thing('topic', 'training')}>" in found
    assert f"<{URL}/id/topic/training.nt> <{FOAF.primaryTopic}> <{thing('topic', 'training')}>" in found
    assert '"Training Networks"' in text, "what is named has a label"


def test_iris_stay_what_they_are_and_only_documents_lie_here(small: Starlette) -> None:
    subjects = {each.split()[0] for each in triples(ask(small, "/id/topic/algebra.nt").body, "nt")}
    here = {each for each in subjects if URL in each}
    assert here == {f"<{URL}/id/topic/algebra.nt>"}


# -- names


def test_slug_that_looks_like_a_suffix_is_a_name_first() -> None:
    app = application(built_store(RECORDS | {"topics/node.ttl": topic("node") + topic("node.nt")}))
    assert (
        ask(app, "/id/topic/node.nt", accept="text/html")
        .headers["location"]
        .endswith("/id/topic/node.nt.html")
    )
    assert ask(app, "/id/topic/node", accept="text/html").headers["location"].endswith("/id/topic/node.html")
    assert "node.nt" in ask(app, "/id/topic/node.nt.ttl").text


HOSTILE = [
    "/id/topic/nothing-of-that-name",
    "/id/topic/nothing-of-that-name.ttl",
    "/id/topic/algebra.exe",
    "/id/topic/algebra.html.html",
    "/id/nokind/algebra",
    "/id/topic/ALGEBRA",
    "/id/topic/algebra%20",
    "/id/topic/algebra%00",
    "/id/topic/algebra%3E%20%7D",
    "/id/topic/..%2F..%2Fpyproject.toml",
    "/id/topic/%2e%2e",
    "/id/topic/%2e%2e%2fsecret.ttl",
    "/id/..%2f..%2fetc/passwd",
    "/id/topic/....%5c....%5cwindows",
    "/id/topic/" + "a" * 5000,
    "/dump/..%2fmlgraph.ttl",
    "/dump/mlgraph.ttl",
    "/ontology/..%2fmlgraph.ttl",
    "/ontology/mlgraph.ttl",
    "/ontology.exe",
    "/dataset.exe",
    "/static/..%2fapp.py",
    "/static/../app.py",
    "/static//etc/passwd",
    "/static/%2e%2e/templates/base.html",
]


@pytest.mark.parametrize("address", HOSTILE)
@pytest.mark.parametrize("accept", ["text/turtle", "text/html"])
def test_what_is_not_in_the_graph_is_404(small: Starlette, address: str, accept: str) -> None:
    answer = ask(small, address, accept=accept)
    assert answer.status == 404
    assert b"[project]" not in answer.body
    assert b"root:" not in answer.body


def test_names_are_never_looked_for_on_disk(small: Starlette, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = io.open

    def watched(file: str, mode: str = "r") -> object:
        opened.append(str(file))
        return real(file, mode)

    monkeypatch.setattr("builtins.open", watched)
    monkeypatch.setattr("io.open", watched)
    for address in HOSTILE:
        ask(small, address, accept="text/turtle")
    assert opened == []


# -- pages


def things_of(store: EmbeddedStore) -> list[tuple[str, str]]:
    rows = store.select(
        f'SELECT DISTINCT ?x WHERE {{ ?x ?p ?o FILTER(STRSTARTS(STR(?x), "{ID}")) }} ORDER BY ?x'
    )
    return [known for row in rows if (known := kind_and_slug(row["x"].value))]


def test_everything_in_the_graph_has_a_page(small: Starlette, little: EmbeddedStore) -> None:
    kinds = set()
    for kind, slug in things_of(little):
        answer = ask(small, f"/id/{kind}/{slug}.html")
        assert answer.status == 200, (kind, slug)
        page = Page(answer.text)
        assert page.headings[0] == 1
        assert all(
            later - earlier <= 1 for earlier, later in zip(page.headings, page.headings[1:], strict=False)
        )
        assert len(page.ids) == len(set(page.ids)), (kind, slug)
        kinds.add(kind)
    assert kinds == set(KINDS)


def test_every_link_on_a_page_leads_somewhere(small: Starlette, little: EmbeddedStore) -> None:
    seen: set[str] = set()
    for kind, slug in things_of(little):
        page = Page(ask(small, f"/id/{kind}/{slug}.html").text)
        anchors = {link[1:] for link in page.links if link.startswith("#")}
        assert anchors <= {*page.ids, "content"}
        seen |= {link for link in page.links if link.startswith(ROOT)}
        outside = [link for link in page.links if not link.startswith(("#", ROOT, "http://", "https://"))]
        assert not outside
    inside = {link for link in seen if "/sparql" not in link}
    assert len(inside) > 50
    for link in sorted(inside):
        assert ask(small, link.removeprefix(ROOT).partition("#")[0] or "/", accept="text/html").status in {
            200,
            303,
        }


def test_page_holds_reasons_evidence_and_how_to_cite(small: Starlette) -> None:
    text = ask(small, "/id/topic/training.html").text
    assert "topic:gradient is used in topic:training." in text
    assert "The Book" in text
    assert "Editorial judgement" in text
    assert "@misc{mlgraph-topic-training" in text
    assert "<svg" in text
    assert re.search(r">Gradient</(text|tspan)>", text)


def test_disputed_claim_is_marked_with_what_speaks_against_it(small: Starlette) -> None:
    text = ask(small, "/id/program/eth-ghost.html").text
    assert "disputed" in text
    assert "Against:" in text


def test_nothing_from_the_data_becomes_markup_or_a_strange_link() -> None:
    evil = (
        topic("evil")
        .replace('"Evil"@en', json.dumps(EVIL) + "@en")
        .replace(
            "dcterms:source",
            f"schema:url <javascript:alert(1)> ; skos:scopeNote {json.dumps(EVIL)} ; dcterms:source",
        )
    )
    app = application(built_store(RECORDS | {"topics/evil.ttl": evil}))
    for address in (
        "/id/topic/evil.html",
        "/browse/topic",
        "/search?q=script",
        "/search?q=%3Cscript%3Ealert(1)",
    ):
        answer = ask(app, address)
        assert answer.status == 200
        page = Page(answer.text)
        assert "alert(" in answer.text
        assert EVIL not in answer.text
        assert all(each.get("type") == "application/ld+json" for each in page.scripts)
        assert not [link for link in page.links if link.startswith("javascript")]
    assert Page(ask(app, "/id/topic/evil.html").text).structured[0]["name"] == EVIL


@pytest.mark.parametrize(
    "address", ["/id/topic/training.html", "/ontology.html", "/dataset.html", "/browse", "/api"]
)
def test_page_runs_nothing_and_asks_nobody_else(small: Starlette, address: str) -> None:
    answer = ask(small, address)
    page = Page(answer.text)
    assert not page.inline
    assert page.loaded
    assert all(each.startswith(f"{ROOT}/static/") for each in page.loaded)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


# -- schema.org


def test_checker_of_schema_org_sees_faults() -> None:
    assert schemaorg.faults({"@type": "Course", "name": "a", "provider": "MIT"}) == [
        "Course.provider is 'MIT', not Organization Person"
    ]
    assert schemaorg.faults({"@type": "Occupation", "name": "a", "teaches": "b"})
    assert schemaorg.faults(
        {"@type": "EducationalOccupationalProgram", "name": "a", "timeToComplete": "24 months"}
    )
    assert schemaorg.faults({"@type": "EducationalOccupationalProgram", "name": "a", "numberOfCredits": 12.5})
    assert schemaorg.faults(
        {"@type": "Course", "name": "a", "hasCourseInstance": {"@type": "CourseInstance"}}
    )
    assert schemaorg.faults({"@type": "Curse"})
    assert not schemaorg.faults({"@type": "Course", "name": "a", "courseCode": ["1", "2"]})


def test_course_says_its_instances_and_offers(small: Starlette) -> None:
    (node,) = Page(ask(small, "/id/course/mit-1.01.html").text).structured
    assert node["@context"] == "https://schema.org"
    assert node["@type"] == "Course"
    assert node["provider"]["name"] == "MIT"
    online, campus = node["hasCourseInstance"]
    assert online["courseMode"] == "online"
    assert online["courseWorkload"] == "PT30H"
    assert online["offers"] == {"@type": "Offer", "category": "Free", "price": 0, "priceCurrency": "USD"}
    assert campus["offers"] == {"@type": "Offer", "category": "Paid"}
    assert [each["category"] for each in node["offers"]] == ["Free", "Paid"]


def test_program_and_role_say_what_they_are(small: Starlette) -> None:
    (program,) = Page(ask(small, "/id/program/mit-msc.html").text).structured
    assert program["@type"] == "EducationalOccupationalProgram"
    assert program["timeToComplete"] == "P24M"
    assert program["occupationalCategory"] == "15-2051.00"
    assert program["hasCourse"]["name"] == "Calculus for All"
    (role,) = Page(ask(small, "/id/role/trainer.html").text).structured
    assert role["@type"] == "Occupation"
    assert {each["name"] for each in role["skills"]} == {"Training", "Modelling", "Patience"}


@pytest.mark.parametrize(
    "kind", ["course", "program", "role", "project", "institution", "skill", "resource", "topic"]
)
def test_what_the_shipped_graph_says_in_schema_org_is_valid(store: EmbeddedStore, kind: str) -> None:
    rows = store.select(
        f'SELECT ?x ?l WHERE {{ ?x rdfs:label ?l FILTER(STRSTARTS(STR(?x), "{ID}{kind}/")) }} ORDER BY ?x'
    )
    things = [thing_of(row["x"].value, row["l"].value) for row in rows]
    assert len(things) > 20
    for each in things[:: 1 if len(things) < 400 else 15]:
        node = schema_org(store, each)
        assert node is not None
        assert schemaorg.faults(node) == [], each.iri


# -- the ontology


def test_every_term_has_its_place_on_the_page_of_the_ontology(small: Starlette) -> None:
    page = Page(ask(small, "/ontology.html").text)
    assert set(page.ids) >= MLG.terms
    assert len(page.ids) == len(set(page.ids))
    anchors = {link[1:] for link in page.links if link.startswith("#")}
    assert anchors - {"content"} <= set(page.ids)


@pytest.mark.parametrize("suffix", sorted(DATA))
def test_forms_of_the_ontology_are_the_ontology(small: Starlette, suffix: str) -> None:
    quads = read_turtle(find_layout().ontology / "mlgraph.ttl")
    assert triples(ask(small, f"/ontology.{suffix}").body, suffix) == {str(quad.triple) for quad in quads}


def test_ontology_and_shapes_answer(small: Starlette) -> None:
    assert ask(small, "/ontology", accept="text/turtle").headers["location"] == f"{ROOT}/ontology.ttl"
    shapes = ask(small, "/ontology/shapes.ttl")
    assert shapes.text == (find_layout().ontology / "shapes.ttl").read_text(encoding="utf-8")


# -- dumps, sitemap, links


def test_dumps_are_the_whole_graph_with_true_checksums(small: Starlette, little: EmbeddedStore) -> None:
    expected = {str(each.triple) for each in as_quads(little.triples())}
    assert len(expected) == len(little)
    lines = [line.split() for line in ask(small, "/dump/SHA256SUMS").text.splitlines()]
    sums = {name: digest for digest, name in lines}
    for name, suffix in (("mlgraph.ttl.gz", "ttl"), ("mlgraph.nt.gz", "nt")):
        answer = ask(small, f"/dump/{name}", accept_encoding="gzip")
        assert "content-encoding" not in answer.headers, "the file itself is compressed"
        assert answer.headers["content-type"] == "application/gzip"
        assert triples(gzip.decompress(answer.body), suffix) == expected
        assert sums[name] == hashlib.sha256(answer.body).hexdigest()
        assert ask(small, f"/dump/{name}.sha256").text == f"{sums[name]}  {name}\n"


def test_dumps_have_the_same_bytes_whatever_the_order(little: EmbeddedStore) -> None:
    quads = [ox.Quad(each.subject, each.predicate, each.object) for each in little.triples()]
    shuffled = EmbeddedStore.of_quads(
        sorted(quads, key=lambda each: hashlib.sha256(str(each).encode()).digest())
    )
    assert dumps_of(shuffled) == dumps_of(little)


def test_sitemap_lists_pages_that_answer(small: Starlette) -> None:
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    tree = ET.fromstring(ask(small, "/sitemap.xml").text)
    addresses = [each.text or "" for each in tree.findall("s:url/s:loc", names)]
    assert f"{URL}/id/topic/algebra.html" in addresses
    assert not [each for each in addresses if "/claim/" in each or "/evidence/" in each]
    for address in addresses:
        assert address.startswith(f"{URL}/")
        path = address.removeprefix(URL)
        if path not in {"/", "/sparql"}:  # the picture has a test of its own; the editor lies at the endpoint
            assert ask(small, path, accept="text/html").status == 200, path
    assert tree.findall("s:url/s:lastmod", names)
    assert f"Sitemap: {URL}/sitemap.xml" in ask(small, "/robots.txt").text


@pytest.mark.parametrize(
    ("iri", "href"),
    [
        (thing("topic", "a.b-c"), "/kg/id/topic/a.b-c"),
        (MLG.requires, "/kg/ontology#requires"),
        (DATASET, "/kg/dataset"),
        ("https://example.org/a?b=c&d", "https://example.org/a?b=c&d"),
        ("javascript:alert(1)", ""),
        ("JAVASCRIPT:alert(1)", ""),
        ("data:text/html,x", ""),
        ('https://a.org/"onmouseover=x', ""),
        ("file:///etc/passwd", ""),
        ("//example.org/x", ""),
        (f"{ID}topic/../x", f"{ID}topic/../x"),
    ],
)
def test_links_lead_here_or_to_the_web_or_nowhere(iri: str, href: str) -> None:
    links = Links("https://w3id.org/mlgraph/", "https://example.org/kg", "/kg")
    assert links.href(iri) == href


def test_base_of_iris_is_apart_from_the_address_of_the_server() -> None:
    links = Links("https://own.example/kb/", "http://127.0.0.1:8000", "")
    assert links.iri("topic", "x") == "https://own.example/kb/id/topic/x"
    assert links.href("https://own.example/kb/id/topic/x") == "/id/topic/x"
