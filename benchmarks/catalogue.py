"""A seeded catalogue of courses as N-Triples, to be laid over the shipped graph: 1,000 to 1,000,000 courses.

    python benchmarks/catalogue.py FOLDER [--courses 1000000] [--topics 20000] [--seed 7]

It is made to look like many universities put together. A university has 50 departments of 20 courses; a
department works in one area, of the shipped ones or of those made up; its courses climb from first to last
topics of the area, and ask for courses of the same department that come before. Equal arguments give equal
bytes. Memory does not grow with the number of courses.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.build.opening import open_store
from mlgraph.vocab import MLG, RDF, SCHEMA, SKOS, XSD, thing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgraph.rdf.store import Store

DEPARTMENTS = 50
COURSES = 20
TOPICS_AN_AREA = 200
_FIRST = "Applied Statistical Sparse Bayesian Discrete Stochastic Numerical Convex Causal Quantum Spectral Robust".split()
_SECOND = "inference optimisation graphs control signals logic languages networks vision markets genomes fluids".split()
_KINDS = "Introduction to,Foundations of,Methods of,Topics in,Seminar on,Laboratory for".split(",")


class Area(NamedTuple):
    """An area: its IRI, and its topics from first to last."""

    iri: str
    name: str
    topics: tuple[str, ...]


def shipped_areas(store: Store) -> list[Area]:
    """Return the areas of the graph with their topics, easiest first."""
    found: dict[str, list[str]] = {}
    for row in store.select(
        "SELECT ?t ?a WHERE { ?t a mlg:Topic ; skos:broader ?a ; mlg:learningDepth ?d } ORDER BY ?a ?d ?t"
    ):
        found.setdefault(row["a"].value, []).append(row["t"].value)
    return [Area(iri, iri.rpartition("/")[2].replace("-", " "), tuple(each)) for iri, each in found.items()]


def _line(subject: str, predicate: str, target: str) -> str:
    return f"<{subject}> <{predicate}> <{target}> .\n"


def _said(subject: str, predicate: str, value: str, kind: str = "") -> str:
    suffix = f"^^<{kind}>" if kind else ""
    return f'<{subject}> <{predicate}> "{value}"{suffix} .\n'


def made_topics(count: int, seed: int, areas: list[Area]) -> Iterator[str]:
    """Yield the lines of made-up topics; the areas they form are appended to ``areas``."""
    pick = random.Random(f"{seed}-topics")
    for start in range(0, count, TOPICS_AN_AREA):
        number = start // TOPICS_AN_AREA
        area = thing("area", f"made-{number}")
        subject = f"{_FIRST[number % len(_FIRST)]} {_SECOND[number // len(_FIRST) % len(_SECOND)]} {number}"
        yield _line(area, RDF.type, MLG.Area) + f'<{area}> <{SKOS.prefLabel}> "{subject}"@en .\n'
        own = tuple(
            thing("topic", f"made-{each}") for each in range(start, min(start + TOPICS_AN_AREA, count))
        )
        for place, topic in enumerate(own):
            lines = [
                _line(topic, RDF.type, MLG.Topic),
                f'<{topic}> <{SKOS.prefLabel}> "{subject}, part {place + 1}"@en .\n',
                _line(topic, SKOS.broader, area),
                _said(topic, MLG.hoursTypical, f"{pick.randint(2, 12)}.0", XSD.decimal),
            ]
            if place:
                near = range(max(0, place - 30), place)
                before = {
                    own[each] for each in pick.sample(near, min(len(near), pick.choice((1, 1, 2, 2, 3))))
                }
                if areas and pick.random() < 0.02:
                    before.add(pick.choice(pick.choice(areas).topics))
                lines += [_line(topic, MLG.requires, each) for each in sorted(before)]
            yield "".join(lines)
        areas.append(Area(area, subject, own))


def made_courses(count: int, seed: int, areas: list[Area]) -> Iterator[str]:
    """Yield the lines of one course after the other, behind those of its university."""
    for number in range(0, count, DEPARTMENTS * COURSES):
        university = number // (DEPARTMENTS * COURSES)
        slug = f"made-{university}"
        home = thing("institution", slug)
        yield (
            _line(home, RDF.type, SCHEMA.Organization)
            + f'<{home}> <{SCHEMA.name}> "University {university}"@en .\n'
        )
        for department in range(DEPARTMENTS):
            pick = random.Random(f"{seed}-{university}-{department}")
            area = pick.choice(areas)
            for place in range(COURSES):
                if number + department * COURSES + place < count:
                    yield _course(pick, (home, slug), department, place, area)


def _course(pick: random.Random, home: tuple[str, str], department: int, place: int, area: Area) -> str:
    code = f"D{department:02} {100 + 20 * place}"
    slug = f"{home[1]}-d{department:02}-{100 + 20 * place}"
    course, offering = thing("course", slug), thing("offering", f"{slug}.1")
    middle = len(area.topics) * (place + 0.5) / COURSES
    width = max(6.0, len(area.topics) / 8)
    pool = list(area.topics[max(0, int(middle - width)) : int(middle + width) + 1])
    online = pick.random() < 0.7
    free = pick.random() < 0.5
    lines = [
        _line(course, RDF.type, SCHEMA.Course),
        f'<{course}> <{SCHEMA.name}> "{pick.choice(_KINDS)} {area.name}, {place + 1}"@en .\n',
        _said(course, SCHEMA.courseCode, code),
        _line(course, SCHEMA.provider, home[0]),
        _line(course, SCHEMA.hasCourseInstance, offering),
        *(_line(course, MLG.teaches, each) for each in pick.sample(pool, min(len(pool), pick.randint(3, 8)))),
        _line(offering, RDF.type, SCHEMA.CourseInstance),
        _said(offering, SCHEMA.inLanguage, "en" if pick.random() < 0.8 else pick.choice(("de", "es", "zh"))),
        _line(offering, MLG.hasFormat, MLG.Online if online else MLG.OnCampus),
        _line(offering, MLG.pacing, MLG.SelfPaced if online and pick.random() < 0.6 else MLG.Cohort),
        _line(offering, MLG.costKind, MLG.Free if free else MLG.Paid),
        _said(offering, MLG.workloadHours, f"{pick.randint(15, 160)}.0", XSD.decimal),
    ]
    if not free:
        lines.append(_said(offering, SCHEMA.price, f"{pick.randint(10, 900)}", XSD.decimal))
    if place and pick.random() < 0.5:
        for count in range(pick.choice((1, 1, 2))):
            group = thing("requirement", f"course.{slug}.{count + 1}")
            below = pick.sample(range(place), min(place, pick.choice((1, 1, 2, 3))))
            lines += [
                _line(course, MLG.hasRequirement, group),
                _line(group, RDF.type, MLG.RequirementGroup),
                *(
                    _line(group, MLG.anyOf, thing("course", f"{home[1]}-d{department:02}-{100 + 20 * each}"))
                    for each in sorted(below)
                ),
                _said(group, MLG.minimumCount, "1", XSD.integer),
                _line(group, MLG.obligation, MLG.Mandatory),
                _line(group, MLG.timing, MLG.Before),
                _line(group, MLG.purpose, MLG.Entry),
            ]
    return "".join(lines)


def write(folder: Path, courses: int, topics: int, seed: int) -> Path:
    """Write a catalogue into a folder and return its file."""
    areas = shipped_areas(open_store())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "catalogue.nt"
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(made_topics(topics, seed, areas))
        file.writelines(made_courses(courses, seed, areas))
    return path


def main() -> int:
    """Write the catalogue that the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--courses", type=int, default=1_000_000)
    parser.add_argument("--topics", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    path = write(given.folder, given.courses, given.topics, given.seed)
    print(f"{path}: {path.stat().st_size / 1e6:,.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
