"""Everything that mlgraph raises on purpose.

::

    MlgraphError
    ├── DataError                    a curator can mend it: path, line, node, mend
    │   ├── EncodingError            a file is not UTF-8
    │   ├── FileTooLargeError        a record file is larger than the limit
    │   ├── TurtleSyntaxError        a file is not Turtle 1.1
    │   ├── ProfileError             a learner's profile is damaged
    │   ├── CycleError               hard prerequisites form a cycle (carries it)
    │   └── CheckFailedError         a build was refused: carries the findings
    ├── LookupFailedError            the caller named something that is not in the graph
    │   ├── UnknownNameError         nothing has that name (carries near ones)
    │   └── AmbiguousNameError       several things have that name (carries them)
    ├── QueryError                   the caller can mend the query
    │   ├── QuerySyntaxError         not SPARQL 1.1 (carries line and column)
    │   ├── QueryForbiddenError      would write, or call out
    │   ├── QueryTimeoutError        stopped after the time limit
    │   ├── QueryDisplacedError      stopped for another client's turn
    │   └── QueryEngineError         the engine failed or ran out of memory
    ├── PlanError                    no plan meets the wishes (carries the conflict)
    ├── StoreError                   the store cannot be opened or built
    └── UsageError                   an argument has no sensible meaning
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlgraph.model import Finding

__all__ = [
    "AmbiguousNameError",
    "CheckFailedError",
    "CycleError",
    "DataError",
    "EncodingError",
    "FileTooLargeError",
    "LookupFailedError",
    "MlgraphError",
    "PlanError",
    "ProfileError",
    "QueryDisplacedError",
    "QueryEngineError",
    "QueryError",
    "QueryForbiddenError",
    "QuerySyntaxError",
    "QueryTimeoutError",
    "StoreError",
    "TurtleSyntaxError",
    "UnknownNameError",
    "UsageError",
]


class MlgraphError(Exception):
    """The root of everything that mlgraph raises on purpose.

    Parameters
    ----------
    message : str
        What is wrong, in one sentence.
    mend : str
        What the reader can do about it; empty if there is nothing to say.
    """

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend


class DataError(MlgraphError):
    """A data file is wrong, and a curator can mend it."""

    def __init__(
        self, message: str, mend: str = "", *, path: Path | None = None, line: int | None = None
    ) -> None:
        super().__init__(message, mend)
        self.path = path
        self.line = line

    def __str__(self) -> str:
        """Put the place before the message, as compilers do."""
        if self.path is None:
            return self.message
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.message}"


class EncodingError(DataError):
    """A file is not UTF-8."""


class FileTooLargeError(DataError):
    """A record file is larger than the limit for one record."""


class TurtleSyntaxError(DataError):
    """A file is not Turtle 1.1 (https://www.w3.org/TR/turtle/)."""


class ProfileError(DataError):
    """A learner's profile is damaged, and is left as it is."""


class CycleError(DataError):
    """Hard prerequisites form a cycle, so no order of learning exists."""

    def __init__(self, cycle: Sequence[str]) -> None:
        super().__init__(
            "hard prerequisites form a cycle: " + " -> ".join(cycle),
            "decide which of these arrows is not really needed, and remove its claim",
        )
        self.cycle = tuple(cycle)


class CheckFailedError(DataError):
    """A build was refused because its data has errors."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        count = len(findings)
        super().__init__(
            f"{count} error{'s' if count != 1 else ''} in the data; nothing was built",
            "run `mlgraph check` on the same folders to see each with its place",
        )
        self.findings = tuple(findings)


class LookupFailedError(MlgraphError):
    """The caller named something that the graph does not hold, or not clearly."""


class UnknownNameError(LookupFailedError):
    """No thing of the wanted kind has that name."""

    def __init__(self, name: str, wanted: str, near: Sequence[str] = ()) -> None:
        shown = name if len(name) <= 60 else f"{name[:57]}..."
        hint = f"did you mean {', '.join(near)}?" if near else "try `mlgraph search TEXT`"
        super().__init__(f"no {wanted} is called {shown!r}", hint)
        self.name = name
        self.near = tuple(near)


class AmbiguousNameError(LookupFailedError):
    """A name fits several things equally well."""

    def __init__(self, name: str, matches: Sequence[str]) -> None:
        super().__init__(f"{name!r} fits several things", f"say which: {', '.join(matches)}")
        self.matches = tuple(matches)


class QueryError(MlgraphError):
    """A SPARQL query cannot be answered, and its author can mend it."""


class QuerySyntaxError(QueryError):
    """A query is not SPARQL 1.1 (https://www.w3.org/TR/sparql11-query/)."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message, "see https://www.w3.org/TR/sparql11-query/#grammar")
        self.line = line
        self.column = column


class QueryForbiddenError(QueryError):
    """A query would change the graph or call another server."""


class QueryTimeoutError(QueryError):
    """A query was stopped because it ran longer than allowed."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"the query did not end within {seconds:g} s and was stopped",
            "bind a subject first, close property paths in a sub-select, or raise --timeout",
        )
        self.seconds = seconds


class QueryDisplacedError(QueryError):
    """A query was stopped so that another client has its turn."""

    def __init__(self) -> None:
        super().__init__(
            "the query was stopped: others wait for their first, and several of yours were running",
            "ask one query at a time, and this one again in a moment",
        )


class QueryEngineError(QueryError):
    """The engine gave up on a query, for example for lack of memory."""


class PlanError(MlgraphError):
    """No plan meets all wishes; carries the smallest set of them that conflict."""

    def __init__(self, message: str, mend: str = "", conflict: Sequence[str] = ()) -> None:
        super().__init__(message, mend)
        self.conflict = tuple(conflict)


class StoreError(MlgraphError):
    """The store cannot be opened or built."""


class UsageError(MlgraphError):
    """An argument has no sensible meaning."""
