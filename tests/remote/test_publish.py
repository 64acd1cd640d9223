"""Publish to real servers: whole or not at all, again and again, killed anywhere."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from mlgraph.catalog import topics
from mlgraph.errors import DataError, StoreError, UsageError
from mlgraph.interchange import publish as module
from mlgraph.interchange.publish import Content, Target, content_of, publish, target_of
from mlgraph.rdf.challenge import Credentials
from mlgraph.rdf.remote import RemoteStore
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.rdf.transport import Patience, Transport
from mlgraph.vocab import DATASET, thing
from tests.remote.lying import Said, answer, serving
from tests.remote.servers import Far, free_port, missing, oxigraph, oxigraph_command, running, sender

if TYPE_CHECKING:
    from pathlib import Path

    from mlgraph.rdf.transport import Reply

EVERY = {"oxigraph": 1, "virtuoso": 5}
"""Kind of server -> a publisher is killed before every n-th request; Virtuoso is slow at moving graphs."""


def little(*slugs: str) -> Content:
    """Return a small graph with those topics in a chain."""
    links = " ".join(f"topic:{b} mlg:requires topic:{a} ." for a, b in pairwise(slugs))
    heads = "\n".join(f'topic:{each} a mlg:Topic ; rdfs:label "{each}"@en .' for each in slugs)
    return content_of(EmbeddedStore.of_turtle(heads + links).triples())


class Tap(Transport):
    """A transport that dies before its n-th request, as a killed publisher does, and counts what it sends."""

    def __init__(self, far: Far, dies_at: int = 10**9) -> None:
        super().__init__(Patience(timeout=60), Credentials(None, far.user, far.password))
        self.left = dies_at
        self.sent: list[tuple[str, bytes]] = []

    def send(self, method: str, url: str, body: bytes | None = None, *args: Any, **more: Any) -> Reply:  # noqa: ANN401 - passed on
        if self.left <= 0:
            raise KeyboardInterrupt
        self.left -= 1
        self.sent.append((url, body or b""))
        return super().send(method, url, body, *args, **more)

    def writes(self) -> int:
        return sum("query=" not in body.decode()[:6] for _, body in self.sent)


def lines_in(far: Far, graph: str) -> set[str]:
    rows = RemoteStore(far.url, transport=sender(far), graph=graph).construct("CONSTRUCT WHERE { ?s ?p ?o }")
    return {f"{row.subject} {row.predicate} {row.object} .\n" for row in rows}


def graphs_in(far: Far, start: str) -> list[str]:
    rows = RemoteStore(far.url, transport=sender(far), graph="").select(
        f'SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{start}")) }}'
    )
    return sorted(row["g"].value for row in rows)


def test_publishing_again_changes_nothing_and_new_content_replaces_old(far: Far) -> None:
    graph, other = "http://example.org/again", "http://example.org/untouched"
    publish(little("x", "y"), target_of(far.url, graph=other), sender(far))
    first, second = little("a", "b", "c"), little("b", "c", "d")
    target = target_of(far.url, graph=graph)
    assert publish(first, target, sender(far)).outcome == "published"
    assert lines_in(far, graph) == set(first.lines)
    tap = Tap(far)
    assert publish(first, target, tap).outcome == "unchanged"
    assert tap.writes() == 0
    assert publish(second, target, sender(far)).outcome == "published"
    assert lines_in(far, graph) == set(second.lines)
    assert lines_in(far, other) == set(little("x", "y").lines)
    assert graphs_in(far, graph) == [graph, f"{graph}/publication"]


@pytest.mark.parametrize("by_store", [True, False])
def test_killed_anywhere_goes_on_where_it_stopped(
    far: Far, by_store: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STORE_BATCH", 4)
    monkeypatch.setattr(module, "UPDATE_BATCH", 4)
    old, new = little("a", "b"), little(*(f"t{count}" for count in range(5)))

    def place(name: str) -> Target:
        found = target_of(far.url, graph=f"http://example.org/killed-{by_store}-{name}")
        return found if by_store else found._replace(graph_store="")

    publish(old, place("whole"), sender(far))
    whole = Tap(far)
    publish(new, place("whole"), whole)
    resumed = []
    for dies_at in range(0, len(whole.sent), EVERY[far.name]):
        target = place(str(dies_at))
        publish(old, target, sender(far))
        with pytest.raises(KeyboardInterrupt):
            publish(new, target, Tap(far, dies_at))
        assert lines_in(far, target.graph) in (set(old.lines), set(new.lines)), "never half of one"
        resumed.append(publish(new, target, sender(far)).resumed)
        assert lines_in(far, target.graph) == set(new.lines)
        assert graphs_in(far, f"{target.graph}/") == [f"{target.graph}/publication"]
    assert resumed == sorted(resumed)
    assert resumed[0] == 0
    assert 0 < resumed[-1] <= len(new.lines), "what had arrived was not sent again"


def test_killed_publication_of_other_content_is_cleared_away(far: Far) -> None:
    graph = "http://example.org/cleared"
    with pytest.raises(KeyboardInterrupt):
        publish(little("a", "b"), target_of(far.url, graph=graph), Tap(far, 7))
    assert len(graphs_in(far, f"{graph}/staging/")) == 1
    publish(little("c", "d"), target_of(far.url, graph=graph), sender(far))
    assert lines_in(far, graph) == set(little("c", "d").lines)
    assert graphs_in(far, f"{graph}/") == [f"{graph}/publication"]


def test_graph_of_somebody_else_is_left_alone(far: Far) -> None:
    graph = "http://example.org/theirs"
    publish(little("a", "b"), target_of(far.url, graph=graph), sender(far))
    tap = Tap(far)
    target = target_of(far.url, graph=graph)
    sent = tap.send(
        "POST",
        target.update,
        f"DELETE WHERE {{ GRAPH <{graph}/publication> {{ ?s ?p ?o }} }}".encode(),
        {"Content-Type": "application/sparql-update"},
    )
    assert sent.status < 300
    with pytest.raises(StoreError, match="that mlgraph did not publish"):
        publish(little("c"), target, sender(far))
    assert lines_in(far, graph) == set(little("a", "b").lines)


def test_no_rights_to_write_is_told(far: Far) -> None:
    if not far.user:
        pytest.skip("everybody may write there")
    with pytest.raises(StoreError, match="does not let us in") as caught:
        publish(
            little("a"),
            target_of(far.url, graph="http://example.org/denied"),
            Transport(Patience(timeout=60)),
        )
    assert "MLGRAPH_STORE_USER" in caught.value.mend


def test_default_graph() -> None:
    if missing("oxigraph"):
        pytest.skip(missing("oxigraph"))
    with oxigraph() as far:
        found = publish(little("a", "b"), target_of(far.url, graph="default"), sender(far))
        assert found.outcome == "published"
        assert [each.slug for each in topics.topics(RemoteStore(far.url))] == []  # they have no depth
        assert topics.below(RemoteStore(far.url), [thing("topic", "b")]) == {
            thing("topic", slug) for slug in "ab"
        }
        assert (
            publish(little("a", "b"), target_of(far.url, graph="default"), sender(far)).outcome == "unchanged"
        )


def test_blank_nodes_and_bad_graphs_are_refused() -> None:
    with pytest.raises(DataError, match="blank node"):
        content_of(EmbeddedStore.of_turtle("topic:a mlg:about [] .").triples())
    with pytest.raises(UsageError, match="no IRI"):
        target_of("http://localhost/query", graph="not an iri")
    assert little("b", "a", "c") == little("b", "a", "c")
    assert target_of("http://h/ds/query", update="http://h/u").graph_store == ""


def test_server_that_dies_half_way_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing("oxigraph"):
        pytest.skip(missing("oxigraph"))
    monkeypatch.setattr(module, "STORE_BATCH", 4)
    port = free_port()
    url = f"http://127.0.0.1:{port}/query"
    command = oxigraph_command(port, "--location", str(tmp_path / "kept"))
    far = Far("oxigraph", url)
    old, new = little("a", "b"), little("a", "b", "c", "d")
    with running(command, url, tmp_path) as process:
        publish(old, target_of(url), sender(far))

        def die(done: int, _: int) -> None:
            if done >= 8:
                process.kill()
                process.wait(15)

        quick = sender(far, Patience(timeout=60, attempts=2, backoff=0.001))
        with pytest.raises(StoreError, match=r"cannot be reached .* after 2 attempts"):
            publish(new, target_of(url), quick, die)
    with running(command, url, tmp_path):
        assert topics.below(RemoteStore(url), [thing("topic", "b")]) == {
            thing("topic", each) for each in "ab"
        }
        assert lines_in(far, DATASET) == set(old.lines)
        found = publish(new, target_of(url), sender(far))
        assert (found.outcome, found.resumed) == ("published", 8)
        assert lines_in(far, found.graph) == set(new.lines)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said(b"<html><title>Welcome</title>", "text/html"), "a web page, titled 'Welcome'"),
        (Said(b"{}"), "cannot be read as that"),
        (Said(b"", "", 401), "does not let us in"),
        (Said(b"", "", 404), "no SPARQL endpoint"),
    ],
)
def test_what_is_no_server_is_never_written_to(said: Said, words: str) -> None:
    with serving(answer(said)) as (url, asked):
        with pytest.raises(StoreError, match=words):
            publish(little("a"), target_of(url), Transport(Patience(timeout=5)))
        assert len(asked) == 1
        assert "INSERT" not in asked[0].body
