"""plan."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from mlgraph.catalog.naming import resolve, resolve_many
from mlgraph.cli.option import Data, complete, opened, split
from mlgraph.cli.planned import PlanFormat, Shown, print_plan
from mlgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mlgraph.rdf.store import Store

__all__ = ["plan_command"]


class Minimise(StrEnum):
    """What a plan is best in."""

    hours = "hours"
    cost = "cost"
    courses = "courses"
    finish = "finish"


def plan_command(
    to: Annotated[
        Optional[list[str]],
        typer.Option(
            "--to",
            help="Goals: topics (topic:deep for deeply), roles, programs, courses; separated by commas.",
            autocompletion=complete("topic", "role", "program", "course"),
        ),
    ] = None,
    known: Annotated[
        Optional[list[str]],
        typer.Option(
            "--known",
            help="Topics or areas known besides the profile.",
            autocompletion=complete("topic", "area"),
        ),
    ] = None,
    profile: Annotated[str, typer.Option("--profile", help="Name or file of the profile.")] = "",
    hours_per_week: Annotated[
        float, typer.Option("--hours-per-week", help="Hours of study a week.", show_default=True)
    ] = 8.0,
    start: Annotated[str, typer.Option("--start", help="First day (ISO). Default: today.")] = "",
    by: Annotated[str, typer.Option("--by", help="Day to be ready by (ISO).")] = "",
    free: Annotated[bool, typer.Option("--free", help="Only what is free, or free to audit.")] = False,
    max_cost: Annotated[Optional[float], typer.Option("--max-cost", help="Most to pay in all.")] = None,
    language: Annotated[
        str,
        typer.Option("--language", help="Languages of courses and resources, such as en,es; any for all."),
    ] = "en",
    delivery: Annotated[
        str, typer.Option("--delivery", help="online, hybrid, on-campus; several by commas.")
    ] = "",
    pacing: Annotated[str, typer.Option("--pacing", help="self-paced or cohort; several by commas.")] = "",
    parallel: Annotated[int, typer.Option("--at-most-parallel", help="Most things at once.")] = 2,
    include: Annotated[
        Optional[list[str]],
        typer.Option("--include", help="Courses that must be in.", autocompletion=complete("course")),
    ] = None,
    exclude: Annotated[
        Optional[list[str]],
        typer.Option("--exclude", help="Courses that must not be in.", autocompletion=complete("course")),
    ] = None,
    minimise: Annotated[
        Minimise, typer.Option("--minimize", "--minimise", help="What counts first.")
    ] = Minimise.hours,
    projects: Annotated[bool, typer.Option("--projects/--no-projects", help="End with projects.")] = True,
    soft_skills: Annotated[
        bool, typer.Option("--soft-skills", help="Choose projects that practise the goals' soft skills too.")
    ] = False,
    alternatives: Annotated[
        int, typer.Option("--alternatives", help="Also show N plans with mostly other courses.", min=0, max=9)
    ] = 0,
    why_not: Annotated[
        str,
        typer.Option(
            "--why-not", help="Say why a course is not in the plan.", autocompletion=complete("course")
        ),
    ] = "",
    started: Annotated[
        Optional[list[str]],
        typer.Option("--started", help="Courses begun: kept from now on.", autocompletion=complete("course")),
    ] = None,
    save: Annotated[
        bool, typer.Option("--save", help="Keep the plan in the profile, to compare later.")
    ] = False,
    seconds: Annotated[
        float,
        typer.Option("--time-limit", help="Seconds for the solver; then the best so far, with its gap."),
    ] = 30.0,
    form: Annotated[
        PlanFormat,
        typer.Option("--format", "-f", help="table, json, csv, md (checklist), ics or html (chart)."),
    ] = PlanFormat.table,
    output: Annotated[Optional[Path], typer.Option("--output", "-o", help="Write to this file.")] = None,
    data: Data = None,
) -> None:
    """Make the best plan to a goal: which courses, what to study alone, in which weeks, and why.

    Exact: the optimum and its proof are stated. What no course covers is studied alone from located
    free resources, for which 1.5 times the hours are counted.
    """
    from mlgraph.planning.candidate import Wishes
    from mlgraph.planning.goal import resolve_goals, target
    from mlgraph.planning.learner import knowledge, profile_path, read_learner, write_learner
    from mlgraph.planning.plan import alternatives as other_plans
    from mlgraph.planning.plan import make_plan, problem_for
    from mlgraph.planning.plan import why_not as reasons_against
    from mlgraph.planning.progress import changes, remember, started_courses

    if output is not None and form.value not in {"md", "ics", "html"}:
        raise UsageError("--output goes with md, ics and html", "redirect the others: > FILE")
    store = opened(data)
    path = profile_path(profile)
    learner = read_learner(path)
    goals = resolve_goals(store, split(to))
    first = _day(start, "--start") if start else date.today()
    begun = {*started_courses(store, learner), *_courses(store, started)} - set(learner.courses)
    wishes = Wishes(
        hours_per_week,
        _weeks(first, by, today=not start),
        free,
        max_cost,
        () if language.strip().lower() in {"any", ""} else tuple(split([language])),
        tuple(split([delivery])),
        tuple(split([pacing])),
        parallel,
        tuple(sorted({*_courses(store, include), *begun})),
        tuple(_courses(store, exclude)),
        minimise.value,
    )
    _one_of(wishes.delivery, {"online", "hybrid", "on-campus", "immersive"}, "delivery")
    _one_of(wishes.pacing, {"self-paced", "cohort"}, "pacing")
    besides = {each.iri: "working" for each in resolve_many(store, split(known), ["topic"])}
    knows = knowledge(store, learner, besides)
    wanted = target(store, goals)
    with _ticking(seconds) as progress:
        problem = problem_for(store, wanted, knows, wishes, sorted(learner.courses), progress)
        progress(0)
        plan = make_plan(store, wanted, problem, seconds=seconds, projects=projects, soft=soft_skills)
        others = (
            other_plans(store, wanted, problem, plan, alternatives, seconds=seconds) if alternatives else []
        )
        against = (
            reasons_against(store, wanted, problem, plan, resolve(store, why_not, ["course"]).iri)
            if why_not
            else []
        )
    told = changes(store, learner, wanted, plan)
    if save or started:
        write_learner(path, remember(store, learner, wanted, plan, begun, first))
    if first < date.today():
        sys.stderr.write(
            f"note: the plan starts on {first}, and today is {date.today()}; leave --start out to begin today\n"
        )
    print_plan(Shown(plan, first, wishes, tuple(others), why_not, tuple(against), tuple(told)), form, output)


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option}: not a date: {text[:40]!r}", "write it as 2027-03-31") from error


def _weeks(first: date, by: str, *, today: bool) -> float | None:
    if not by:
        return None
    last = _day(by, "--by")
    if last <= first:
        what = "today" if today else "the start"
        raise UsageError(f"{last} does not lie after {what}, {first}", "give a later --by")
    return (last - first).days / 7


def _one_of(values: Sequence[str], allowed: set[str], what: str) -> None:
    for value in values:
        if value not in allowed:
            raise UsageError(f"no such {what}: {value[:40]!r}", f"one of {', '.join(sorted(allowed))}")


def _courses(store: Store, names: Sequence[str] | None) -> list[str]:
    return sorted(resolve(store, name, ["course"]).iri for name in split(names))


@contextmanager
def _ticking(seconds: float) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how long a search takes, once it takes longer than a second.

    Yields what is to be told how many courses and offerings of a large catalogue were read, and 0 when it is over.
    """
    done = threading.Event()
    read = 0

    def tell(count: int) -> None:
        nonlocal read
        read = count

    def tick() -> None:
        passed = 0
        while not done.wait(1.0):
            if read:
                text = f"reading the catalogue, once: {read:,} courses and offerings"
            else:
                passed += 1
                bar = "#" * round(30 * min(1.0, passed / max(seconds, 1.0)))
                text = f"looking for the best plan [{bar:<30}] {passed} s of at most {seconds:g} s"
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()

    thread = threading.Thread(target=tick, daemon=True) if sys.stderr.isatty() else None
    if thread:
        thread.start()
    try:
        yield tell
    finally:
        done.set()
        if thread:
            thread.join()
            sys.stderr.write("\r\x1b[K")
