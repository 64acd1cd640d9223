"""Programs that people have ask the server, as the page on clients shows it and in all their formats."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

import pytest

from tests.conftest import ROOT
from tests.server.serving import PATIENCE, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgraph.rdf.store import EmbeddedStore

SHOWN = "http://127.0.0.1:8000"
NEEDS = "SELECT ?n WHERE { topic:transformer mlg:requires ?n }"
SHAPE = "CONSTRUCT { ?n rdfs:label ?l } WHERE { topic:transformer mlg:requires ?n . ?n rdfs:label ?l }"
DESCRIPTION = "DESCRIBE topic:transformer"
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PATHS = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
"""Beside this Python lies what `make test` installs for itself."""

RUNNERS = {
    "sh": ("bash", "-euo", "pipefail"),
    "py": (sys.executable,),
    "js": ("node",),
    "r": ("Rscript", "--vanilla"),
}


class Example(NamedTuple):
    """A block of the page that is run, and what is said to come out."""

    language: str
    name: str
    text: str
    printed: str


def page() -> str:
    return (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")


def examples() -> list[object]:
    parts = SECTION.split(page())[1:]
    found: list[object] = []
    for title, text in zip(parts[::2], parts[1::2], strict=True):
        blocks = BLOCK.findall(text)
        for number, (code, output) in enumerate(zip(blocks[::2], blocks[1::2], strict=True), 1):
            language, name, body = code
            assert output[0] == "text", f"{title}: say what comes out"
            example = Example(language, name or f"example.{language}", body, output[2])
            found.append(pytest.param(example, id=f"{title}-{number}"))
    return found


@pytest.fixture(scope="module")
def url(store: EmbeddedStore) -> Iterator[str]:
    if store.folder is None:
        pytest.skip("the store is not on disk, so no other process can open it")
    with served(store.folder) as here:
        yield here.url


@pytest.mark.parametrize("example", examples())
def test_example_prints_what_the_page_shows(url: str, tmp_path: Path, example: Example) -> None:
    words = {
        RUNNERS[example.language][0],
        *re.findall(r"^(?:curl|comunica-sparql)\b", example.text, re.MULTILINE),
    }
    missing = sorted(word for word in words if shutil.which(word, path=PATHS) is None)
    if missing:
        pytest.skip(f"not installed here: {', '.join(missing)}")
    for _, name, text in BLOCK.findall(page()):
        if name:
            (tmp_path / name).write_text(text.replace(SHOWN, url), encoding="utf-8")
    (tmp_path / example.name).write_text(example.text.replace(SHOWN, url), encoding="utf-8")
    done = subprocess.run(
        [*RUNNERS[example.language], example.name],
        cwd=tmp_path,
        env=os.environ | {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1", "PATH": PATHS},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == example.printed.splitlines()


# -- SPARQLWrapper


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("way", ["GET", "form", "direct"])
@pytest.mark.parametrize(
    ("form", "query"),
    [
        ("json", NEEDS),
        ("xml", NEEDS),
        ("csv", NEEDS),
        ("tsv", NEEDS),
        ("turtle", SHAPE),
        ("rdf+xml", SHAPE),
        ("json-ld", SHAPE),
        ("n3", SHAPE),
        ("turtle", DESCRIPTION),
    ],
    ids=["json", "xml", "csv", "tsv", "turtle", "rdf+xml", "json-ld", "n3", "describe"],
)
def test_wrapper_gets_each_format_in_each_way(url: str, way: str, form: str, query: str) -> None:
    wrapper: Any = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed")
    endpoint = wrapper.SPARQLWrapper(f"{url}/sparql")
    endpoint.setQuery(
        "PREFIX mlg: <https://w3id.org/mlgraph/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        f"PREFIX topic: <https://w3id.org/mlgraph/id/topic/> {query}"
    )
    endpoint.setReturnFormat(form)
    endpoint.setMethod(wrapper.GET if way == "GET" else wrapper.POST)
    endpoint.setRequestMethod(wrapper.POSTDIRECTLY if way == "direct" else wrapper.URLENCODED)
    answer = endpoint.query()
    kind = answer.info()["content-type"].partition(";")[0]
    expected = {
        "json": "application/sparql-results+json",
        "xml": "application/sparql-results+xml",
        "csv": "text/csv",
        "tsv": "text/tab-separated-values",
        "turtle": "text/turtle",
        "n3": "text/turtle",
        "rdf+xml": "application/rdf+xml",
        "json-ld": "application/ld+json",
    }[form]
    assert kind == expected
    found = answer.convert()
    if form == "json":
        assert len(found["results"]["bindings"]) == 4
    elif form == "xml":
        assert len(found.getElementsByTagName("result")) == 4
    elif form in {"rdf+xml", "json-ld"}:
        assert len(found) == 4, "an rdflib graph"
    else:
        assert found.count(b"positional-encoding") >= 1


# -- rdflib


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_store_of_rdflib_reads_triples_rows_and_graphs(url: str, method: str) -> None:
    from rdflib import RDFS, Graph, Namespace
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    mlg, topic = (
        Namespace("https://w3id.org/mlgraph/ontology#"),
        Namespace("https://w3id.org/mlgraph/id/topic/"),
    )
    graph = Graph(SPARQLStore(f"{url}/sparql", method=method))
    assert set(graph.objects(topic.transformer, mlg.requires)) == {
        topic["layer-normalization"],
        topic["multi-head-attention"],
        topic["positional-encoding"],
        topic["residual-connection"],
    }
    assert str(graph.value(topic.transformer, RDFS.label)) == "Transformer"
    assert (topic.transformer, mlg.requires, topic.transformer) not in graph
    assert len(list(graph.query(NEEDS, initNs={"mlg": mlg, "topic": topic}))) == 4
    assert graph.query(f"ASK {{ <{topic.transformer}> ?p ?o }}").askAnswer
    described = graph.query(f"DESCRIBE <{topic.transformer}>").graph
    assert described is not None
    assert (topic.transformer, mlg.requires, topic["residual-connection"]) in described


# -- tables, and letters that are easily mangled


def test_table_is_the_same_by_each_way(url: str) -> None:
    pandas: Any = pytest.importorskip("pandas", reason="pandas is not installed")
    frames: Any = pytest.importorskip("sparql_dataframe", reason="sparql-dataframe is not installed")
    query = f"PREFIX mlg: <https://w3id.org/mlgraph/ontology#> PREFIX topic: <https://w3id.org/mlgraph/id/topic/> {NEEDS}"
    first = frames.get(f"{url}/sparql", query)
    assert list(first.columns) == ["n"]
    assert len(first) == 4
    assert frames.get(f"{url}/sparql", query, post=True).equals(first)
    assert pandas.read_csv(f"{url}/sparql?{urlencode({'query': query, 'format': 'csv'})}").equals(first)


def test_letters_come_back_as_they_were_sent(url: str) -> None:
    wrapper: Any = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed")
    for word in ("100%25", "a+b", "C\u00e9dric", "\u6df1\u5ea6", "a&b=c", "#x"):
        for method in (wrapper.GET, wrapper.POST):
            endpoint = wrapper.SPARQLWrapper(f"{url}/sparql")
            endpoint.setMethod(method)
            endpoint.setReturnFormat(wrapper.JSON)
            endpoint.setQuery(f'SELECT ?x WHERE {{ VALUES ?x {{ "{word}" }} }}')
            assert endpoint.query().convert()["results"]["bindings"][0]["x"]["value"] == word
