"""Requirements as AND/OR trees, and the requirement groups that ask for the same."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "CLAUSE_LIMIT",
    "OPTION_LIMIT",
    "Clause",
    "Gate",
    "Leaf",
    "Node",
    "all_of",
    "any_of",
    "clauses",
    "leaves",
    "replace_leaves",
    "show",
]

CLAUSE_LIMIT = 40
"""Groups into which one requirement may be spread."""

OPTION_LIMIT = 400
"""Options that one group may have."""


class Leaf(NamedTuple):
    """A course by its code, or something in words; ``number`` of them where the code is a pattern."""

    value: str
    course: bool = True
    concurrent: bool = False
    number: int = 1


class Gate(NamedTuple):
    """At least ``minimum`` of the parts: 1 for any, as many as there are for all."""

    minimum: int
    parts: tuple[Node, ...]


Node = Leaf | Gate


class Clause(NamedTuple):
    """One requirement group: at least ``minimum`` of the options."""

    minimum: int
    options: tuple[Leaf, ...]


def all_of(parts: Iterable[Node]) -> Node:
    """Return what asks for every part, flattened."""
    flat: list[Node] = []
    for part in parts:
        inner = isinstance(part, Gate) and part.minimum == len(part.parts)
        flat.extend(part.parts if inner and isinstance(part, Gate) else [part])
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else Gate(len(unique), unique)


def any_of(parts: Iterable[Node]) -> Node:
    """Return what asks for any part, flattened."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Gate) and part.minimum == 1 else [part])
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else Gate(1, unique)


def show(tree: Node, *, inner: bool = False) -> str:
    """Return a tree as text: codes, words in quotes, ``&``, ``|`` and ``n of (...)``.

    Examples
    --------
    >>> show(Gate(2, (Leaf("A 1"), Leaf("B 2"), Leaf("some biology", course=False))))
    '2 of (A 1, B 2, "some biology")'
    """
    if isinstance(tree, Leaf):
        shown = ("$" if tree.concurrent else "") + (tree.value if tree.course else f'"{tree.value}"')
        return shown if tree.number == 1 else f"{tree.number} of ({shown.replace(' | ', ', ')})"
    if tree.minimum not in {1, len(tree.parts)}:
        return f"{tree.minimum} of ({', '.join(show(part, inner=True) for part in tree.parts)})"
    sign = " & " if tree.minimum == len(tree.parts) else " | "
    text = sign.join(show(part, inner=True) for part in tree.parts)
    return f"({text})" if inner else text


def leaves(tree: Node) -> list[Leaf]:
    """Return the leaves of a tree, in the order of the text, each once."""
    if isinstance(tree, Leaf):
        return [tree]
    return list(dict.fromkeys(leaf for part in tree.parts for leaf in leaves(part)))


def replace_leaves(tree: Node, change: Callable[[Leaf], Node]) -> Node:
    """Return the tree with every leaf replaced, flattened again."""
    if isinstance(tree, Leaf):
        return change(tree)
    parts = [replace_leaves(part, change) for part in tree.parts]
    if tree.minimum == 1:
        return any_of(parts)
    return all_of(parts) if tree.minimum == len(tree.parts) else Gate(tree.minimum, tuple(parts))


def clauses(tree: Node) -> list[Clause] | None:
    """Return requirement groups that together ask for what a tree asks for.

    Parameters
    ----------
    tree : Leaf or Gate
        The requirement.

    Returns
    -------
    list of Clause or None
        A conjunction of groups, none of which another one implies; None where that takes more than
        `CLAUSE_LIMIT` groups or `OPTION_LIMIT` options.

    Examples
    --------
    >>> a, b, c = Leaf("a"), Leaf("b"), Leaf("c")
    >>> [[leaf.value for leaf in clause.options] for clause in clauses(Gate(1, (a, Gate(2, (b, c)))))]
    [['a', 'b'], ['a', 'c']]
    """
    found = _clauses(tree)
    if found is None:
        return None
    sets = [(clause.minimum, frozenset(clause.options)) for clause in found]
    kept = []
    for place, (minimum, options) in enumerate(sets):
        implied = any(
            other != place
            and least >= minimum
            and wanted <= options
            and ((wanted, -least) != (options, -minimum) or other < place)
            for other, (least, wanted) in enumerate(sets)
        )
        if not implied:
            kept.append(found[place])
    return kept


def _clauses(tree: Node) -> list[Clause] | None:
    if isinstance(tree, Leaf):
        return [Clause(1, (tree,))]
    count = len(tree.parts)
    if tree.minimum not in {1, count}:
        if all(isinstance(part, Leaf) for part in tree.parts):
            return [Clause(tree.minimum, tuple(part for part in tree.parts if isinstance(part, Leaf)))]
        if count > 12:
            return None
        # k of n is: any of every n - k + 1 of them
        spread = [Gate(1, subset) for subset in combinations(tree.parts, count - tree.minimum + 1)]
        return _clauses(Gate(len(spread), tuple(spread)))
    ready: list[list[Clause]] = []
    for part in tree.parts:
        found = _clauses(part)
        if found is None:
            return None
        ready.append(found)
    return _together(ready) if tree.minimum == count else _either(ready)


def _together(each: list[list[Clause]]) -> list[Clause] | None:
    """Put "all of these conjunctions" into one."""
    flat = [clause for found in each for clause in found]
    return flat if len(flat) <= CLAUSE_LIMIT else None


def _either(each: list[list[Clause]]) -> list[Clause] | None:
    """Spread "any of these conjunctions" over their groups."""
    size = 1
    simple: list[list[Clause]] = []
    for found in each:
        flat: list[Clause] = []
        for clause in found:
            if clause.minimum == 1:
                flat.append(clause)
            else:
                width = len(clause.options) - clause.minimum + 1
                flat += [Clause(1, subset) for subset in combinations(clause.options, width)]
        simple.append(flat)
        size *= len(flat)
        if size > CLAUSE_LIMIT:
            return None
    spread = [
        Clause(1, tuple(dict.fromkeys(leaf for clause in chosen for leaf in clause.options)))
        for chosen in product(*simple)
    ]
    return spread if all(len(clause.options) <= OPTION_LIMIT for clause in spread) else None
