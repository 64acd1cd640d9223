"""assess: find out by few questions what you know."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, NamedTuple, Optional

import typer

from mlgraph.cli.option import Data, Form, opened, split
from mlgraph.cli.output import Format, emit, plural, warn
from mlgraph.cli.profile import Goals, Profile, narrow, today
from mlgraph.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from mlgraph.cli.assessed import Seen
    from mlgraph.planning.assess import Ground, Sitting
    from mlgraph.planning.goal import Goal
    from mlgraph.planning.learner import Learner
    from mlgraph.rdf.store import Store

__all__ = ["assess_command"]

_WORDS = {
    **dict.fromkeys(("y", "yes"), "yes"),
    **dict.fromkeys(("n", "no"), "no"),
    **dict.fromkeys(("u", "unsure", "?"), "unsure"),
    **dict.fromkeys(("b", "undo", "back"), "undo"),
    **dict.fromkeys(("q", "quit"), "quit"),
}


def assess_command(
    to: Goals = None,
    questions: Annotated[
        Optional[int],
        typer.Option("--questions", min=1, help="Ask at most so many. Default: as many as it usually takes."),
    ] = None,
    error_rate: Annotated[
        Optional[float],
        typer.Option("--error-rate", help="Share of answers that may be wrong, 0 to 0.4. Default: 0.05."),
    ] = None,
    restart: Annotated[bool, typer.Option("--restart", help="Forget the answers given so far.")] = False,
    answers: Annotated[
        Optional[str],
        typer.Option(
            "--answers",
            metavar="y,n,u,...",
            help="Answers to the next questions, for scripts: y, n, u (unsure), undo. Empty: just show "
            "the next question.",
        ),
    ] = None,
    profile: Profile = "",
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """Find out by few questions what you already know of what a goal needs, and keep it in the profile.

    Without --to, of the whole graph. Each question is the one that settles most; a wrong answer is
    outvoted by the others. To know a topic means the level working. Answers are kept one by one: stop
    when you like, the same command goes on. At the end the profile states what you know.
    """
    from mlgraph.planning.goal import resolve_goals

    given = None if answers is None else _given(answers)
    if error_rate is not None and not 0 <= error_rate <= 0.4:
        raise UsageError(f"no share of wrong answers: {error_rate}", "a number from 0 to 0.4")
    if given is None and not sys.stdin.isatty():
        raise UsageError(
            "there is no terminal to answer in", "give the answers, such as --answers y,n,u, or --answers ''"
        )
    store = opened(data)
    goals = resolve_goals(store, split(to)) if to is not None else []
    course = _open(store, goals, profile, _Wish(questions, error_rate, restart))
    finished = course.ask() if given is None else course.take(given)
    if finished is not None:
        from mlgraph.cli.assessed import assessment_document

        emit(narrow(assessment_document(finished, form), form), form)


class _Wish(NamedTuple):
    """What was said on the command line."""

    questions: int | None
    error_rate: float | None
    restart: bool


def _given(answers: str) -> list[str]:
    words = [word.strip().casefold() for word in answers.split(",") if word.strip()]
    wrong = [word for word in words if _WORDS.get(word, "quit") == "quit"]
    if wrong:
        raise UsageError(f"no answer: {wrong[0][:40]!r}", "answers are y, n, u and undo, separated by commas")
    return [_WORDS[word] for word in words]


def _open(store: Store, goals: list[Goal], profile: str, wish: _Wish) -> _Course:
    """Return an assessment that goes on where it was left, or begins."""
    from mlgraph.planning.assess import Sitting, ground_for, resumed
    from mlgraph.planning.learner import knowledge, profile_path, read_learner

    path = profile_path(profile)
    learner = read_learner(path)
    wanted = tuple(sorted(goal.thing.iri for goal in goals))
    sitting = None if wish.restart else resumed(learner)
    if sitting is not None and sitting.goals != wanted:
        names = ", ".join(each.rpartition("/")[2] for each in sitting.goals)
        raise UsageError(
            f"the profile holds an unfinished assessment of {names or 'the whole graph'}, with "
            f"{plural(len(sitting.answers), 'answer')}",
            f"go on with `mlgraph assess{' --to ' + names.replace(', ', ',') if names else ''}`, or forget it with --restart",
        )
    before = sitting or Sitting(wanted)
    sitting = before._replace(
        questions=before.questions if wish.questions is None else wish.questions,
        error_rate=before.error_rate if wish.error_rate is None else wish.error_rate,
    )
    if any(goal.level != "working" for goal in goals):
        warn("only the level working is assessed")
    ground = ground_for(store, goals, knowledge(store, learner), learner)
    return _Course(store, path, goals, ground, sitting)


class _Course:
    """The course of an assessment: asks, keeps each answer, and keeps the result at the end."""

    def __init__(self, store: Store, path: Path, goals: list[Goal], ground: Ground, sitting: Sitting) -> None:
        self.store, self.path, self.goals, self.ground = store, path, goals, ground
        self.sitting = sitting

    def seen(self, *, saved: bool = False) -> Seen:
        """Return how it stands."""
        from mlgraph.catalog.mastery import Mastery, mastery
        from mlgraph.cli.assessed import Seen
        from mlgraph.planning.assess import standing

        now = standing(self.ground, self.sitting)
        found = Seen(self.path, self.goals, self.ground, self.sitting, now, Mastery(), saved)
        return found if found.next is None else found._replace(mastery=mastery(self.store, found.next.iri))

    def step(self, seen: Seen, answer: str) -> None:
        """Take one answer, or take the last one back."""
        from mlgraph.planning.assess import answered, undone

        if answer == "undo":
            self.sitting = undone(self.sitting)
        elif seen.next is not None:
            self.sitting = answered(self.sitting, seen.next.iri, answer)

    def keep(self) -> None:
        """Write the answers so far into the profile."""
        from mlgraph.planning.assess import kept

        self._write(kept(self._learner(), self.sitting))

    def finish(self) -> Seen:
        """Write the result into the profile, and return it."""
        from mlgraph.planning.assess import stored

        self._write(stored(self._learner(), self.ground, self.sitting, today()))
        return self.seen(saved=True)

    def _learner(self) -> Learner:
        from mlgraph.planning.learner import read_learner

        return read_learner(self.path)  # anew each time: another command may have written it meanwhile

    def _write(self, learner: Learner) -> None:
        from mlgraph.planning.learner import write_learner

        write_learner(self.path, learner)

    def take(self, given: list[str]) -> Seen:
        """Answer from a list; what is left over is told."""
        seen = self.seen()
        if not self.ground.topics:
            return seen
        rest = list(given)
        while rest and (not seen.standing.done or rest[0] == "undo"):
            self.step(seen, rest.pop(0))
            seen = self.seen()
        if rest:
            warn(f"{plural(len(rest), 'answer')} not needed")
        if seen.standing.done:
            return self.finish()
        self.keep()
        return seen

    def ask(self) -> Seen | None:
        """Ask in the terminal; None if the user quit."""
        from mlgraph.cli.assessed import question_lines

        seen = self.seen()
        if not self.ground.topics:
            return seen
        while True:
            if seen.standing.done:
                count = plural(len(seen.standing.verdict.known), "topic")
                answer = _prompt([f"That is all: you seem to know {count}."], "Keep it? (y, undo, quit)")
                if answer == "yes":
                    return self.finish()
            else:
                answer = _prompt(question_lines(seen), "(y, n, u = unsure, undo, quit)")
            if answer == "quit":
                done = plural(len(self.sitting.answers), "answer")
                sys.stderr.write(f"{done} kept; the same command goes on.\n")
                return None
            if seen.standing.done and answer != "undo":
                continue
            if answer == "undo" and not self.sitting.answers:
                sys.stderr.write("There is no answer to take back.\n")
                continue
            self.step(seen, answer)
            self.keep()
            seen = self.seen()


def _prompt(lines: list[str], choice: str) -> str:
    """Ask on standard error until there is an answer; the end of the input is quitting."""
    sys.stderr.write("\n" + "".join(f"{line}\n" for line in lines))
    while True:
        sys.stderr.write(f"{choice} ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            sys.stderr.write("\n")
            return "quit"
        answer = _WORDS.get(line.strip().casefold())
        if answer:
            return answer
