"""Catalogues: loaded in parts, the same after a kill, refused for structural faults, derived anew."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from mlgraph.build import catalogue
from mlgraph.build.catalogue import load_catalogues
from mlgraph.build.opening import open_store
from mlgraph.errors import (
    CheckFailedError,
    CycleError,
    DataError,
    MlgraphError,
    StoreError,
    TurtleSyntaxError,
)
from mlgraph.rdf.cache import resumable_store
from mlgraph.rdf.store import text
from mlgraph.vocab import MLG, RDF, RDFS, SCHEMA, SKOS, expand, thing
from tests.little import built_store

if TYPE_CHECKING:
    from pathlib import Path

    from mlgraph.rdf.store import EmbeddedStore

PART = 700


def line(subject: str, predicate: str, target: str) -> str:
    return f"<{expand(subject)}> <{predicate}> <{expand(target)}> .\n"


def said(subject: str, predicate: str, value: str) -> str:
    return f'<{expand(subject)}> <{predicate}> "{value}"@en .\n'


def topic(slug: str, *before: str) -> str:
    return (
        line(f"topic:{slug}", RDF.type, MLG.Topic)
        + said(f"topic:{slug}", SKOS.prefLabel, slug.title())
        + "".join(line(f"topic:{slug}", MLG.requires, f"topic:{each}") for each in before)
    )


def course(number: int, *teaches: str) -> str:
    return (
        line(f"course:x-{number}", RDF.type, SCHEMA.Course)
        + said(f"course:x-{number}", SCHEMA.name, f"Course {number}")
        + "".join(line(f"course:x-{number}", MLG.teaches, f"topic:{each}") for each in teaches)
    )


GOOD = (
    topic("wave", "calculus") + topic("tide", "wave") + "".join(course(n, "wave", "tide") for n in range(20))
)


class Place:
    """A cache and a catalogue, loaded over the little graph."""

    def __init__(self, folder: Path) -> None:
        self.cache = folder / "cache"
        self.path = folder / "catalogue.nt"
        self.told: list[tuple[str, int, int]] = []
        self.bases = 0

    def base(self, engine: ox.Store) -> None:
        self.bases += 1
        engine.bulk_extend(ox.Quad(*each) for each in built_store().triples())

    def open(self, content: str | bytes) -> EmbeddedStore:
        self.path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.again()

    def again(self) -> EmbeddedStore:
        def fill(engine: ox.Store, state: Path) -> None:
            load_catalogues(engine, state, self.base, [self.path], lambda *told: self.told.append(told))

        return resumable_store([self.path], fill, salt="catalogue", folder=self.cache)

    def left(self) -> list[str]:
        return sorted(
            each.name for each in self.cache.glob("*") if each.name.startswith(("loading", "store"))
        )


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(catalogue, "PART_BYTES", PART)
    return Place(tmp_path)


def lines_of(store: EmbeddedStore) -> list[str]:
    return sorted(str(each) for each in store.triples())


def test_what_follows_is_derived_over_the_base(place: Place) -> None:
    store = place.open(GOOD)
    assert store.ask('ASK { course:x-7 rdfs:label "Course 7"@en }')
    rows = store.select("SELECT ?t ?d WHERE { ?t mlg:learningDepth ?d }")
    depth = {row["t"].value: int(text(row["d"])) for row in rows}
    assert depth[thing("topic", "wave")] == depth[thing("topic", "calculus")] + 1
    assert depth[thing("topic", "tide")] == depth[thing("topic", "wave")] + 1


def test_a_link_into_the_base_moves_its_depth(place: Place) -> None:
    store = place.open(topic("wave") + line("topic:arithmetic", MLG.requires, "topic:wave"))
    rows = store.select("SELECT ?d WHERE { topic:arithmetic mlg:learningDepth ?d }")
    assert [text(row["d"]) for row in rows] == ["1"]


def test_it_is_loaded_in_parts_and_once(place: Place) -> None:
    place.open(GOOD)
    loaded = [done for what, done, _ in place.told if what == "loading"]
    assert len(loaded) >= len(GOOD) // (2 * PART)
    assert loaded == sorted(set(loaded))
    assert loaded[-1] == len(GOOD)
    told = len(place.told)
    place.again()
    assert (len(place.told), place.bases) == (told, 1)
    assert len(place.left()) == 1


def test_a_part_that_overtakes_another_is_noted_after_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    load, overtaken = catalogue._load, threading.Event()
    noted: list[bool] = []

    def held(engine: ox.Store, path: Path, start: int, part: bytes) -> None:
        if start == 0:
            assert overtaken.wait(30)  # the second part does not wait for the first
            noted.extend("catalogue.nt" in each.read_text() for each in place.cache.glob("loading-*.json"))
        load(engine, path, start, part)
        if start:
            overtaken.set()

    monkeypatch.setattr(catalogue, "_load", held)
    store = place.open(GOOD)
    assert noted == [False]
    assert store.ask('ASK { course:x-0 rdfs:label "Course 0"@en . course:x-19 rdfs:label "Course 19"@en }')


def test_a_killed_load_goes_on_and_ends_the_same(place: Place, tmp_path: Path) -> None:
    script = f"""
import os, signal, sys
from pathlib import Path
from mlgraph.build import catalogue
from tests.unit.build.test_catalogue import PART, Place
catalogue.PART_BYTES = PART
place = Place(Path({str(tmp_path)!r}))
class Fatal(list):
    def append(self, told):
        if told[1] > 3 * PART:
            os.kill(os.getpid(), signal.SIGKILL)
place.told = Fatal()
place.again()
"""
    place.path.write_text(GOOD)
    done = subprocess.run([sys.executable, "-c", script], check=False, timeout=120, env={**os.environ})
    assert done.returncode == -signal.SIGKILL
    assert any(name.endswith(".json") for name in place.left())
    resumed = place.again()
    assert place.bases == 0
    assert min(done for what, done, _ in place.told if what == "loading") > 4 * PART
    assert [name for name in place.left() if name.startswith("loading")] == []
    other = Place(tmp_path / "other")
    other.cache.parent.mkdir()
    assert lines_of(resumed) == lines_of(other.open(GOOD))


def test_a_catalogue_that_changes_while_it_is_loaded_is_refused(place: Place) -> None:
    class Writer(list[tuple[str, int, int]]):
        def append(self, told: tuple[str, int, int]) -> None:
            super().append(told)
            if len(self) == 2:
                with place.path.open("a") as file:
                    file.write(course(99, "wave"))

    place.told = Writer()
    with pytest.raises(StoreError, match="changed while it was loaded"):
        place.open(GOOD)
    assert [name for name in place.left() if not name.endswith(".lock")] == []
    place.told = []
    assert place.again().ask("ASK { course:x-99 mlg:teaches topic:wave }")


def test_a_catalogue_that_changes_after_a_kill_is_loaded_anew(place: Place) -> None:
    class Killed(list[tuple[str, int, int]]):
        def append(self, told: tuple[str, int, int]) -> None:
            if told[1] > 3 * PART:
                raise KeyboardInterrupt

    place.told = Killed()
    with pytest.raises(KeyboardInterrupt):
        place.open(GOOD)
    place.told = []
    changed = GOOD.replace(course(0, "wave", "tide"), course(98, "tide"))
    store = place.open(changed)
    assert min(done for what, done, _ in place.told if what == "loading") < 2 * PART
    assert store.ask("ASK { course:x-98 mlg:teaches topic:tide }")
    assert not store.ask("ASK { course:x-0 ?p ?o }")


def test_a_verified_claim_gives_its_link_and_a_proposed_one_does_not(place: Place) -> None:
    def claimed(number: int, status: str) -> str:
        claim = f"claim:course.x-{number}.teaches.topic.wave"
        return (
            line(claim, RDF.type, MLG.Claim)
            + line(claim, RDF.subject, f"course:x-{number}")
            + line(claim, RDF.predicate, MLG.teaches)
            + line(claim, RDF.object, "topic:wave")
            + line(claim, MLG.status, status)
        )

    store = place.open(
        topic("wave") + course(1) + course(2) + claimed(1, MLG.Verified) + claimed(2, MLG.Proposed)
    )
    rows = store.select("SELECT ?x WHERE { ?x mlg:teaches topic:wave }")
    assert [row["x"].value for row in rows] == [thing("course", "x-1")]


@pytest.mark.parametrize(
    ("more", "rule", "shown"),
    [
        (line("course:x-1", MLG.teaches, "topic:no-such"), "dangling", "topic:no-such"),
        (line("course:x-1", MLG.teaches, "course:x-2"), "dangling", "course:x-2"),
        (line("course:bare", RDF.type, SCHEMA.Course), "name", "course:bare"),
        (
            line("claim:topic.gradient.requires.topic.calculus", MLG.status, MLG.Proposed),
            "claim",
            "two states",
        ),
    ],
)
def test_structural_faults_are_refused_and_leave_nothing(
    more: str, rule: str, shown: str, place: Place
) -> None:
    with pytest.raises(CheckFailedError) as caught:
        place.open(GOOD + more)
    assert {each.rule for each in caught.value.findings} == {rule}
    assert shown in caught.value.findings[0].message
    assert [name for name in place.left() if not name.endswith(".lock")] == []


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (f"_:b <{RDF.type}> <{SCHEMA.Course}> .\n", "blank node"),
        (f"<{thing('course', 'x-1')}>\t<{SCHEMA.hasCourseInstance}>\t_:b .\n", "blank node"),
        (line("course:x-1", MLG.base + "teachez", "topic:wave"), "no such property: mlg:teachez"),
    ],
)
def test_lines_that_no_catalogue_may_have_are_named(more: str, message: str, place: Place) -> None:
    with pytest.raises(DataError, match=message) as caught:
        place.open(GOOD + more + GOOD)
    assert (caught.value.path, caught.value.line) == (place.path, GOOD.count("\n") + 1)


def test_labels_come_from_english_names_unless_there_is_one(place: Place) -> None:
    one, two, three, four = (f"<{thing('course', f'x-{number}')}>" for number in range(4))
    name, label, about = f"<{SCHEMA.name}>", f"<{RDFS.label}>", f"<{SCHEMA.description}>"
    store = place.open(
        f'{one}\t{name}\t"Tabs."@en\t.\n{one} {name} "Reiter"@de .\n{two} {name} "Plain" .\n'
        f'{two} {about} "_: <{MLG.base}nothing> and {name} \\"a\\"@en" .\n'
        f'{three} {name} "Given"@en .\n{three} {label} "Own"@en .\n{four} {name} "Vier"@de .\n'
    )
    rows = store.select("SELECT ?x ?l WHERE { ?x rdfs:label ?l FILTER(CONTAINS(STR(?x), 'course/x-')) }")
    found = sorted((f"<{row['x'].value}>", text(row["l"])) for row in rows)
    assert found == [(one, "Tabs."), (two, "Plain"), (three, "Own")]


def test_many_faults_of_a_kind_are_cut_off_and_it_says_so(place: Place) -> None:
    bare = "".join(line(f"course:bare-{number}", RDF.type, SCHEMA.Course) for number in range(50))
    with pytest.raises(CheckFailedError) as caught:
        place.open(bare)
    assert len(caught.value.findings) == 21
    assert "more than 20" in caught.value.findings[-1].message


def test_a_cycle_is_named(place: Place) -> None:
    with pytest.raises(CycleError) as caught:
        place.open(topic("wave", "tide") + topic("tide", "wave"))
    assert thing("topic", "wave") in caught.value.cycle


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (GOOD + "this is no triple\n", TurtleSyntaxError),
        (GOOD.encode() + b'<https://a.org/s> <https://a.org/p> "\xff" .\n', TurtleSyntaxError),
        (f'<https://a.org/s> <{RDFS.label}> "{"x" * (catalogue.LINE_LIMIT + PART)}" .\n', DataError),
        (b"\0" * 5000, DataError),
    ],
)
def test_what_is_no_n_triples_is_refused(
    content: str | bytes, error: type[MlgraphError], place: Place
) -> None:
    with pytest.raises(error) as caught:
        place.open(content)
    assert isinstance(caught.value, DataError)
    assert caught.value.path == place.path
    if error is TurtleSyntaxError:
        assert caught.value.line == GOOD.count("\n") + 1


def test_a_cache_that_cannot_be_written_is_told(place: Place) -> None:
    place.cache.write_text("a file, not a folder")
    with pytest.raises(StoreError, match="cannot be built"):
        place.open(GOOD)


def test_a_folder_with_a_catalogue_lies_over_the_shipped_graph(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "mine.nt").write_text(course(1, "deep-learning"))
    store = open_store([folder], cache=tmp_path / "cache")
    assert store.ask("ASK { course:x-1 mlg:teaches topic:deep-learning ; rdfs:label ?l }")
    assert store.ask("ASK { topic:deep-learning mlg:requires ?t }")
    alone = open_store([folder / "mine.nt"], cache=tmp_path / "cache")
    assert alone.folder == store.folder
