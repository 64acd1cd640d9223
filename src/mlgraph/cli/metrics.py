"""metrics, diff, what-if: how hard a curriculum is to get through, and what a change does to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from mlgraph.cli.curricular import chosen_road, deliver, subject_of
from mlgraph.cli.figures import difference_document, metrics_document
from mlgraph.cli.option import Data, Form, complete, split
from mlgraph.cli.output import Format, emit, warn
from mlgraph.errors import UsageError

if TYPE_CHECKING:
    from mlgraph.analysis.curriculum import Curriculum, DegreePlan
    from mlgraph.cli.curricular import Subject

__all__ = ["diff_command", "metrics_command", "what_if_command"]

_complete = complete("program", "topic", "role", "course")
Source = Annotated[
    str,
    typer.Argument(
        metavar="FILE|NAME",
        help="A CSV of CurricularAnalytics, or a program, topic, role or course of the graph.",
        autocompletion=_complete,
    ),
]
Other = Annotated[
    str, typer.Argument(metavar="FILE|NAME", help="What to compare it with.", autocompletion=_complete)
]


def metrics_command(
    source: Source,
    choose: Annotated[
        Optional[list[str]],
        typer.Option("--choose", help='At an either-or requisite: "COURSE=OPTION"; may be repeated.'),
    ] = None,
    subject: Annotated[
        Optional[list[str]],
        typer.Option(
            "--subject", help="Prefixes of the own subject: a path that ends elsewhere is a dead end."
        ),
    ] = None,
    output: Annotated[
        Optional[Path],
        typer.Option("--output", "-o", help="Also write the file with metrics, in the same CSV layout."),
    ] = None,
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """Measure a curriculum: blocking, delay, complexity, centrality, long paths, redundancy, terms.

    The figures are those of CurricularAnalytics. Where requisites leave a choice, the best and the worst
    road are told too.
    """
    from mlgraph.analysis.alternatives import alternatives
    from mlgraph.analysis.curriculum import impossible
    from mlgraph.analysis.metrics import curriculum_metrics

    found = _read(source, data)
    courses = found.curriculum.courses
    road = {**(found.road or {}), **chosen_road(courses, choose or ())}
    stuck = impossible(courses, road)
    if stuck:
        names = found.curriculum.by_id()
        warn("no terms can hold: " + ", ".join(names[each].code for each in stuck))
    other = alternatives(courses, road, goals=found.goals, quarter=found.curriculum.system == "quarter")
    metrics = other.chosen if found.goals else curriculum_metrics(found.curriculum, road)
    if output is not None:
        from mlgraph.interchange.curricular_writer import to_curricular

        deliver(to_curricular(found.value, metrics), output)
    emit(metrics_document(found, metrics, other, split(subject)), form)


def diff_command(
    before: Source,
    after: Other,
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """Show what differs between two curricula, and what it does to the metrics."""
    from mlgraph.analysis.difference import difference

    first, second = _read(before, data), _read(after, data)
    found = difference(_whole(first), _whole(second))
    emit(difference_document("diff", found, (Path(before).name, Path(after).name)), form)


def what_if_command(
    source: Source,
    drop: Annotated[
        Optional[list[str]],
        typer.Option("--drop", help='A course, or a requisite "A -> B"; may be repeated.'),
    ] = None,
    add: Annotated[
        Optional[list[str]],
        typer.Option(
            "--add", help='A course "CODE : CREDITS", or "A -> B", "A -> B : co", "A -> B : strict".'
        ),
    ] = None,
    move: Annotated[
        Optional[list[str]],
        typer.Option("--move", help='A course to a term, "COURSE = 3", or a requisite, "A -> B = A -> C".'),
    ] = None,
    output: Annotated[
        Optional[Path], typer.Option("--output", "-o", help="Write the changed file in the same CSV layout.")
    ] = None,
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """Try a change of a curriculum and see what it does: courses are dropped, then added, then moved."""
    from mlgraph.analysis.difference import difference
    from mlgraph.analysis.edit import apply_edits, parse_edit

    wanted = {"drop": drop, "add": add, "move": move}
    edits = [parse_edit(action, text) for action, texts in wanted.items() for text in texts or ()]
    if not edits:
        raise UsageError("nothing is to be changed", "say what: --drop, --add or --move")
    found = _read(source, data)
    before = _whole(found)
    after = apply_edits(before, edits)
    if output is not None:
        from mlgraph.interchange.curricular_writer import to_curricular

        deliver(to_curricular(after), output)
    emit(
        difference_document("what-if", difference(before, after), (Path(source).name, "the changed one")),
        form,
    )


def _read(name: str, data: list[Path] | None) -> Subject:
    found = subject_of(name, data)
    for note in found.notes:
        warn(note)
    return found


def _whole(found: Subject) -> Curriculum | DegreePlan:
    """Return what is compared; of topics only those that the cheapest road takes, without a choice."""
    if not found.goals:
        return found.value
    from mlgraph.analysis.alternatives import on_road

    return found.curriculum._replace(
        courses=tuple(on_road(found.curriculum.courses, found.road or {}, found.goals))
    )
