"""What each piece of a selection comes after, following one order of doing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgraph.planning.learner import RANK
from mlgraph.planning.play import Piece, Play, Problem, is_topic, least, opens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Precedence", "precedence"]


class Precedence(NamedTuple):
    """Piece -> all pieces that come before it.

    ``needed`` leaves out that the first piece of a course, which bears the way into it, stays the first;
    ``forced`` says that every order has to keep all that is left.
    """

    before: dict[Piece, frozenset[Piece]]
    needed: dict[Piece, frozenset[Piece]]
    forced: bool


class _Builder:
    """Plays an order and notes by which pieces the needs of each next one were met."""

    def __init__(
        self, problem: Problem, taught: Mapping[str, Mapping[str, str]], order: Sequence[Piece]
    ) -> None:
        self.problem, self.order = problem, order
        self.known = Play(problem, taught, order)
        self.play = Play(problem, taught, order)
        self.last = Play(problem, taught, order)
        for piece in order:
            self.last.do(piece)
        self.forced = True

    def build(self) -> Precedence:
        before: dict[Piece, frozenset[Piece]] = {}
        needed: dict[Piece, frozenset[Piece]] = {}
        entered: dict[str, Piece] = {}
        for piece in self.order:
            direct = self._needs(piece) | (self._entry(piece.course) if piece.course else set())
            needed[piece] = frozenset(direct).union(*(needed[each] for each in direct))
            if piece.course:
                direct |= {entered.setdefault(piece.course, piece)} - {piece}
            before[piece] = frozenset(direct).union(*(before[each] for each in direct))
            self.play.do(piece)
        return Precedence(before, needed, self.forced)

    def _givers(self, pair: tuple[str, str]) -> list[Piece]:
        """Return the pieces that can be the first to bring a topic to a level, in order."""
        topic, level = pair
        return [
            piece
            for piece in self.order
            if RANK[self.play.gains(piece).get(topic, "")] >= RANK[level]
            and (piece.topic == "" or RANK[piece.below] < RANK[level])
        ]

    def _giver(self, pair: tuple[str, str]) -> set[Piece]:
        """Return the piece that brings a topic to a level first; nothing if it is known."""
        if self.known.has(pair):
            return set()
        givers = self._givers(pair)
        self.forced = self.forced and len(givers) == 1
        return set(givers[:1])

    def _needs(self, piece: Piece) -> set[Piece]:
        whole = "" if piece.topic else piece.course
        found = self._giver((piece.topic, piece.below)) if piece.below else set()
        lifted = self.play.lifted(piece)
        for topic in self.known.lifted(piece):
            if topic not in lifted:  # something else brings it before this course starts
                found |= self._giver((topic, "working"))
                self.forced = False
        for topic in lifted:
            for minimum, pairs in self.play.asked(topic):
                own = [pair for pair in pairs if self.known.has(pair, whole)]
                now = [pair for pair in pairs if pair not in own and self.play.has(pair)]
                wanted = max(0, minimum - len(own))
                later = [pair for pair in pairs if pair not in own and self.last.has(pair)]
                self.forced = self.forced and (wanted == 0 or len(later) == wanted)
                for pair in now[:wanted]:
                    found |= self._giver(pair)
        return found

    def _entry(self, course: str) -> set[Piece]:
        found: set[Piece] = set()
        candidate = self.problem.supply.candidates[course]
        for group in candidate.entry:
            opened = {
                name: [
                    option
                    for option in group.options
                    if opens(self.problem, option, group.level, play.done, play.passed)
                ]
                for name, play in (("known", self.known), ("now", self.play), ("last", self.last))
            }
            wanted = max(0, least(candidate, group) - len(opened["known"]))
            self.forced = self.forced and (
                wanted == 0 or len(opened["last"]) - len(opened["known"]) == wanted
            )
            now = [option for option in opened["now"] if option not in opened["known"]]
            for option in now[:wanted]:
                found |= self._opener(option, group.level)
        return found

    def _opener(self, option: str, level: str) -> set[Piece]:
        """Return the pieces by which an option of an entry requirement was met."""
        if is_topic(self.problem, option):
            return self._giver((option, level))
        taught = self.problem.supply.equivalents.get(option, {})
        passed = {Piece(option, "", "")} & set(self.order)
        if passed and option in self.play.passed:
            self.forced = self.forced and not all(self.last.has(pair) for pair in taught.items())
            return passed
        self.forced = self.forced and not passed
        return {each for pair in taught.items() for each in self._giver(pair)}


def precedence(
    problem: Problem, taught: Mapping[str, Mapping[str, str]], order: Sequence[Piece]
) -> Precedence:
    """Return what each piece comes after, so that its needs are met as they were in an order.

    Parameters
    ----------
    problem : Problem
    taught : mapping of course to mapping of topic to level
        What courses taken whole are taken for.
    order : sequence of Piece
        An order in which all can be done.

    Returns
    -------
    Precedence
        Closed: what comes before something before comes before. Any order that keeps it can be done.
    """
    return _Builder(problem, taught, order).build()
