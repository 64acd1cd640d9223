"""Put the pieces of a selection into weeks, so that nothing comes before what it needs."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.errors import UsageError
from mlgraph.planning.candidate import START_UP
from mlgraph.planning.play import Piece, Play, Problem, piece_hours
from mlgraph.planning.precedence import precedence
from mlgraph.planning.starts import Dated, starts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from mlgraph.planning.precedence import Precedence
    from mlgraph.planning.selection import Selection

__all__ = ["Schedule", "Timed", "day_of", "ordered", "schedule"]


_HORIZON = 1000
"""Weeks beyond which courses with dates are put one after the other."""


class Timed(NamedTuple):
    """A piece with its hours, and when it is done, in weeks from the start (fractions of a week count)."""

    piece: Piece
    hours: float
    start: float
    end: float


class Schedule(NamedTuple):
    """Pieces in the order in which they start; ``weeks`` is the end, ``bound`` a proven least end."""

    timed: tuple[Timed, ...]
    weeks: float
    bound: float


def day_of(start: date, weeks: float) -> date:
    """Return the day that lies some weeks after another.

    Examples
    --------
    >>> day_of(date(2026, 12, 1), 1.5)
    datetime.date(2026, 12, 11)

    Raises
    ------
    UsageError
        If no calendar goes so far.
    """
    try:
        return start + timedelta(days=int(weeks * 7))
    except OverflowError as error:
        raise UsageError(
            "the plan would end after the year 9999", "give an earlier --start or more --hours-per-week"
        ) from error


def ordered(problem: Problem, selection: Selection, book: Mapping[str, str]) -> list[Piece]:
    """Return the pieces in an order of doing that keeps courses and books together, each when it is needed.

    The shallowest comes first, and while its course or book has a piece that can start, that goes on; among equals
    the one that can be finished at once, or of which the largest share can be done in a row. Then each such
    stretch is put off until something needs it. ``book`` is the work in which a topic is studied alone.
    """
    play = Play(problem, selection.taught, selection.pieces)
    places: dict[str, list[Piece]] = {}
    for piece in play.waiting:
        places.setdefault(_place(piece, book), []).append(piece)
    stretches: list[tuple[str, list[Piece]]] = []
    while play.waiting:
        runs = {place: _run(play, pieces) for place, pieces in places.items() if pieces}
        best = min(
            (place for place, run in runs.items() if run),
            key=lambda place: (
                _depth(problem, runs[place][0]),
                len(runs[place]) < len(places[place]),
                -len(runs[place]) / len(places[place]),
                place,
            ),
        )
        for piece in runs[best]:
            play.do(piece)
            places[best].remove(piece)
        stretches.append((best, runs[best]))
    order = [piece for _, run in stretches for piece in run]
    return _put_off(stretches, precedence(problem, selection.taught, order).before)


def _put_off(
    stretches: Sequence[tuple[str, list[Piece]]], before: Mapping[Piece, frozenset[Piece]]
) -> list[Piece]:
    """Return stretches one after the other, each shortly before the first that needs it, or joined to its like on the way.

    What nothing needs stays where it is among the others.
    """
    late: list[tuple[str, list[Piece]]] = []
    for place, run in reversed(stretches):
        done = frozenset(run)
        users = (at for at, (_, later) in enumerate(late) if any(done & before[each] for each in later))
        user = next(users, None)
        if user is None:
            late.insert(0, (place, run))
            continue
        like = [at for at, (other, _) in enumerate(late[: user + 1]) if other == place]
        if like:
            late[like[0]] = (place, run + late[like[0]][1])
        else:
            late.insert(user, (place, run))
    return [piece for _, run in late for piece in run]


def _place(piece: Piece, book: Mapping[str, str]) -> str:
    return piece.course or f"alone {book.get(piece.topic, '')}"


def _depth(problem: Problem, piece: Piece) -> int:
    return problem.supply.topics[piece.topic].depth if piece.topic else -1


def _run(play: Play, pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces of one place that can be done in a row from here."""
    done, passed, waiting = dict(play.done), set(play.passed), list(play.waiting)
    left = sorted(pieces, key=lambda each: (_depth(play.problem, each), each))
    run: list[Piece] = []
    able = True
    while able:
        able = False
        for piece in list(left):
            if play.startable(piece):
                play.do(piece)
                left.remove(piece)
                run.append(piece)
                able = True
    play.done, play.passed, play.waiting = done, passed, waiting
    return run


def _hours(problem: Problem, order: Sequence[Piece]) -> dict[Piece, float]:
    """Return the hours of each piece; the first one of a course bears the way into it."""
    found: dict[Piece, float] = {}
    entered: set[str] = set()
    for piece in order:
        extra = START_UP if piece.course and piece.course not in entered else 0.0
        entered.add(piece.course)
        found[piece] = piece_hours(problem, piece) + extra
    return found


def schedule(problem: Problem, selection: Selection, book: Mapping[str, str], *, seconds: float) -> Schedule:
    """Put a selection into weeks.

    Parameters
    ----------
    problem : Problem
    selection : Selection
        Its pieces can be played through.
    book : mapping of topic to IRI
        The work in which a topic is studied alone.
    seconds : float
        Time for the exact model, where one is needed.

    Returns
    -------
    Schedule

    Notes
    -----
    Work at one's own pace fills whatever time there is, so without dated courses any order ends when
    the hours are spent, which is the bound. With dated courses, which run a number of weeks, their
    starts are chosen by HiGHS: other work is grouped by the dated courses before and after it, since
    within a group any order that respects the needs takes the same time (an exchange argument).
    """
    order = ordered(problem, selection, book)
    hours = _hours(problem, order)
    pace = problem.wishes.hours_per_week
    if not any(problem.supply.candidates[piece.course].weeks for piece in order if not piece.topic):
        return _in_a_row(order, hours, pace)
    before = precedence(problem, selection.taught, order)
    dated = _dated(problem, order, hours, before.before)
    begins, horizon = _one_by_one(dated, order, hours, pace)
    names = {each.piece for each in dated}
    others = {piece: (hours[piece], before.before[piece]) for piece in order if piece not in names}
    parallel = problem.wishes.parallel
    found = (
        starts(dated, others, pace, parallel, horizon=horizon, seconds=seconds)
        if horizon <= _HORIZON
        else None
    )
    least = max(sum(hours.values()) / pace, *(float(each.weeks) for each in dated))
    if found is not None:
        begins = found[0]
        if _binding(before, names):
            least = max(least, found[1])
    return _around(order, hours, dated, begins, problem, before.before)._replace(bound=least)


def _binding(before: Precedence, dated: AbstractSet[Piece]) -> bool:
    """Return whether no order could have other pieces before and after the dated courses.

    It is not so where a need could be met otherwise, or where another piece of a course could be its
    first and bear the way into it.
    """
    windows: dict[str, set[tuple[frozenset[Piece], frozenset[Piece]]]] = {}
    for piece, needed in before.needed.items():
        ahead = frozenset(each for each in dated if piece in before.needed[each])
        windows.setdefault(piece.course, set()).add((needed & dated, ahead))
    return before.forced and all(len(each) == 1 for course, each in windows.items() if course)


def _in_a_row(order: Sequence[Piece], hours: Mapping[Piece, float], pace: float) -> Schedule:
    timed, now = [], 0.0
    for piece in order:
        end = now + hours[piece] / pace
        timed.append(Timed(piece, hours[piece], now, end))
        now = end
    return Schedule(tuple(timed), now, now)


def _dated(
    problem: Problem,
    order: Sequence[Piece],
    hours: Mapping[Piece, float],
    before: Mapping[Piece, frozenset[Piece]],
) -> list[Dated]:
    """Return the courses with dates, and all pieces that each must come after."""
    found = []
    for piece in order:
        length = problem.supply.candidates[piece.course].weeks if not piece.topic else None
        if length:
            found.append(Dated(piece, round(length), hours[piece] / length, before[piece]))
    return found


def _one_by_one(
    dated: Sequence[Dated], order: Sequence[Piece], hours: Mapping[Piece, float], pace: float
) -> tuple[dict[Piece, int], int]:
    """Return starts for which one thing comes after the other, in the order of doing, and the end."""
    begins, now = {}, 0.0
    lengths = {each.piece: each.weeks for each in dated}
    for piece in order:
        if piece in lengths:
            begins[piece] = math.ceil(now - 1e-9)
            now = begins[piece] + lengths[piece]
        else:
            now += hours[piece] / pace
    return begins, math.ceil(now)


def _around(
    order: Sequence[Piece],
    hours: Mapping[Piece, float],
    dated: Sequence[Dated],
    begins: Mapping[Piece, int],
    problem: Problem,
    before: Mapping[Piece, frozenset[Piece]],
) -> Schedule:
    """Fill the time that dated courses leave with the other pieces: the most urgent that can be done.

    Urgent is what the next course needs; so no course starts too early if that is possible at all.
    """
    timed = {
        each.piece: Timed(
            each.piece,
            hours[each.piece],
            float(begins[each.piece]),
            float(begins[each.piece] + each.weeks),
        )
        for each in dated
    }
    ends = {piece: row.end for piece, row in timed.items()}
    position = {piece: index for index, piece in enumerate(order)}
    due = {
        piece: min((timed[each.piece].start for each in dated if piece in each.after), default=math.inf)
        for piece in order
    }
    free_from = {
        piece: max((ends[each] for each in before[piece] if each in ends), default=0.0) for piece in order
    }
    left = {piece: hours[piece] for piece in order if piece not in timed}
    begun: dict[Piece, float] = {}
    now = 0.0
    while left:
        week = math.floor(now + 1e-9)
        runs = [each for each in dated if begins[each.piece] <= week < begins[each.piece] + each.weeks]
        rate = problem.wishes.hours_per_week - sum(each.rate for each in runs)
        free = [piece for piece in left if free_from[piece] <= now + 1e-9]
        if not free or rate <= 1e-9 or len(runs) >= problem.wishes.parallel:
            now = week + 1.0
            continue
        piece = min(free, key=lambda each: (due[each], position[each]))
        begun.setdefault(piece, now)
        spent = min(left[piece], rate * (week + 1 - now))
        left[piece] -= spent
        now += spent / rate
        if left[piece] <= 1e-9:
            timed[piece] = Timed(piece, hours[piece], begun[piece], now)
            del left[piece]
    rows = sorted(timed.values(), key=lambda each: (each.start, position[each.piece]))
    return Schedule(tuple(rows), max((each.end for each in rows), default=0.0), 0.0)
