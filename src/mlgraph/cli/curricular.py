"""What the commands on curricula are given: a file, or a name in the graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.cli.option import opened
from mlgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgraph.analysis.curriculum import Curriculum, CurriculumCourse, DegreePlan, Road

__all__ = ["Subject", "chosen_road", "deliver", "is_file", "subject_of"]

KINDS = ("program", "topic", "role", "course")


class Subject(NamedTuple):
    """A curriculum or plan of a file, or topics of the graph with their goals; remarks on reading it."""

    value: Curriculum | DegreePlan
    kind: str
    goals: tuple[str, ...] = ()
    road: Road | None = None
    notes: tuple[str, ...] = ()

    @property
    def curriculum(self) -> Curriculum:
        """The curriculum, of a degree plan the one that it lays out."""
        from mlgraph.analysis.difference import curriculum_of

        return curriculum_of(self.value)


def is_file(name: str) -> bool:
    """Say whether a name means a file: there is one, or it ends as one."""
    return Path(name).is_file() or name.lower().endswith(".csv")


def subject_of(name: str, data: Sequence[Path] | None = None) -> Subject:
    """Return what a name means: a file in the layout of CurricularAnalytics, or a thing of the graph."""
    from mlgraph.analysis.curriculum import DegreePlan

    if is_file(name):
        from mlgraph.interchange.curricular import read_curricular_file

        found = read_curricular_file(name)
        kind = "plan" if isinstance(found.value, DegreePlan) else "curriculum"
        return Subject(found.value, kind, notes=found.notes)
    from mlgraph.catalog.naming import resolve
    from mlgraph.planning.topic_curriculum import topic_curriculum

    store = opened(data)
    topics = topic_curriculum(store, resolve(store, name, KINDS))
    return Subject(topics.curriculum, "topics", topics.goals, topics.road)


def chosen_road(courses: Sequence[CurriculumCourse], chosen: Sequence[str]) -> Road:
    """Return the road that choices ``COURSE=OPTION`` mean.

    Raises
    ------
    UsageError
        If a choice has no sense, or the course has no such option.
    """
    from mlgraph.analysis.curriculum import forks
    from mlgraph.analysis.edit import find_course

    road: Road = {}
    for text in chosen:
        name, equals, option = text.partition("=")
        if not equals:
            raise UsageError(f"--choose: {text[:60]!r} has no sense", 'write "COURSE=OPTION"')
        course, taken = find_course(courses, name), find_course(courses, option)
        places = [fork for fork in forks(courses) if fork.place[0] == course.id]
        fitting = [(fork, way) for fork in places for way in fork.ways if taken.id in way]
        if not fitting:
            raise UsageError(
                f"{course.code} does not leave the choice of {taken.code}",
                "only requisites with several options leave one",
            )
        fork, way = fitting[0]
        road[fork.place] = way
    return road


def deliver(text: str, output: Path) -> None:
    """Write a file in one step and say so."""
    import sys

    from mlgraph.build.dataset import write_atomically

    write_atomically(output, text)
    sys.stderr.write(f"wrote {output}\n")
