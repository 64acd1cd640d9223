"""What `mlgraph serve` can be told: where it listens, what it serves, and its limits.

Every value has a flag of the command and a variable ``MLGRAPH_SERVE_<NAME>``; a flag wins.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.errors import UsageError
from mlgraph.vocab import ID

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "LIMITS",
    "Bound",
    "Limits",
    "Settings",
    "read_count",
    "read_limits",
    "read_settings",
    "read_size",
    "setting",
]

KIBI, MEBI, GIBI = 2**10, 2**20, 2**30
_LOCAL = "http://127.0.0.1:8000"
VARIABLE = "MLGRAPH_SERVE_"


class Limits(NamedTuple):
    """What one query, one client and all of them together may use; times in seconds."""

    time: float = 30.0
    memory: int = GIBI
    result: int = 64 * MEBI
    query: int = 100_000
    depth: int = 200
    in_flight: int = 64
    per_client: int = 16
    connections: int = 512
    receive: float = 10.0
    send: float = 20.0
    idle: float = 15.0
    stop: float = 10.0
    patience: float = 1.0


class Bound(NamedTuple):
    """One limit for people: what it bounds, in which unit, and which values make sense."""

    unit: str
    low: float
    high: float
    meaning: str


LIMITS: dict[str, Bound] = {
    "time": Bound("seconds", 0.1, 3600, "from the arrival of a query to the last byte of its answer"),
    "memory": Bound("bytes", 64 * MEBI, 2**46, "that a query may use beyond what its worker had before"),
    "result": Bound("bytes", KIBI, 2**46, "of one answer, before compression"),
    "query": Bound("characters", 16, 2**24, "of one query"),
    "depth": Bound("levels", 1, 1000, "to which the brackets of a query may nest"),
    "in_flight": Bound("requests", 1, 10_000, "that are worked on at once, in all"),
    "per_client": Bound("requests", 1, 10_000, "that are worked on at once for one client address"),
    "connections": Bound("connections", 1, 60_000, "that may be open at once, in all"),
    "receive": Bound("seconds", 0.1, 3600, "until the head of a request is here, and again for its body"),
    "send": Bound("seconds", 0.1, 3600, "in which a client must take what waits for it"),
    "idle": Bound("seconds", 0.1, 3600, "that a connection without a request is kept open"),
    "stop": Bound("seconds", 0.0, 3600, "that running answers get when the server is told to stop"),
    "patience": Bound(
        "seconds",
        0.1,
        3600,
        "that a client without a running query waits, until one with several loses its longest",
    ),
}
"""Name -> what the limit means; the order is that of `Limits`."""

_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([kmg]?)(?:i?b)?", re.IGNORECASE)
_FACTOR = {"": 1, "k": KIBI, "m": MEBI, "g": GIBI}


class Settings(NamedTuple):
    """All that a server needs to know before it starts.

    Parameters
    ----------
    source : Path
        A store folder, or a Turtle or N-Triples file; the workers open it read-only.
    host, port : str, int
        Where to listen; port 0 lets the system choose.
    url : str
        The address under which clients reach the server, without a slash at the end; where
        none is told, `at` says it.
    base : str
        What the IRIs of things begin with; they need not lie on this server.
    workers : int
        Processes that evaluate queries.
    held : int
        Bytes up to which a store folder is copied into memory, once for all workers: such queries run
        twice as fast. The copy takes about five times the room of the folder.
    proxies : str
        Addresses whose ``X-Forwarded-For`` is believed, separated by commas; none by default.
    limits : Limits
        What queries and clients may use.
    """

    source: Path
    host: str = "127.0.0.1"
    port: int = 8000
    url: str = _LOCAL
    base: str = ID.removesuffix("id/")
    workers: int = max(4, (os.cpu_count() or 1) + 2)
    held: int = 128 * MEBI
    proxies: str = ""
    limits: Limits = Limits()

    @property
    def endpoint(self) -> str:
        """The IRI of the SPARQL endpoint, against which relative IRIs in queries are resolved."""
        return f"{self.url}/sparql"

    def at(self, port: int) -> Settings:
        """Return the settings with the port that was had, and the address that follows, if none was told."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        host = "127.0.0.1" if host in {"0.0.0.0", "[::]"} else host  # noqa: S104 - only looked for
        return self._replace(
            port=port, url=f"http://{host}:{port}" if self.url == _LOCAL else self.url.rstrip("/")
        )


def read_size(text: str) -> int:
    """Return a number of bytes that may be written with K, M or G (powers of 1024).

    Raises
    ------
    UsageError
        If the text is no size.

    Examples
    --------
    >>> read_size("64M"), read_size("1.5 KiB"), read_size("100")
    (67108864, 1536, 100)
    """
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise UsageError(f"{text!r} is no size", "write bytes, or a number with K, M or G, such as 64M")
    return int(float(found[1]) * _FACTOR[found[2].lower()])


def read_count(name: str, text: str, low: int, high: int) -> int:
    """Return a whole number between two bounds.

    Raises
    ------
    UsageError
        If the text is none.
    """
    try:
        number = int(text)
    except ValueError as error:
        raise UsageError(f"{name} is {text!r}, which is no whole number") from error
    if not low <= number <= high:
        raise UsageError(f"{name} is {number}; it must lie between {low} and {high}")
    return number


def setting(name: str, given: str | None, environment: Mapping[str, str]) -> str | None:
    """Return what a flag says, else what its variable says, else None."""
    return given if given is not None else environment.get(VARIABLE + name.upper()) or None


def read_settings(source: Path, given: Mapping[str, str | None], environment: Mapping[str, str]) -> Settings:
    """Return settings from flags and environment, with defaults for the rest.

    Parameters
    ----------
    source : Path
        What is served.
    given : mapping
        Name of a setting or limit -> text of its flag; None where the flag was not given.
    environment : mapping
        The environment variables.

    Raises
    ------
    UsageError
        If a value has no sensible meaning.
    """
    told = {name: setting(name, given.get(name), environment) for name in Settings._fields}
    settings = Settings(source, limits=read_limits(given, environment))
    if (told["base"] or settings.base) != settings.base:
        raise UsageError(
            f"the names of the graph begin with {settings.base}, not with {told['base']}",
            "set MLGRAPH_BASE, which renames its things for every command",
        )
    return settings._replace(
        host=told["host"] or settings.host,
        port=read_count("port", told["port"] or str(settings.port), 0, 65535),
        url=told["url"] or settings.url,
        base=told["base"] or settings.base,
        workers=read_count("workers", told["workers"] or str(settings.workers), 1, 256),
        held=read_size(told["held"] or str(settings.held)),
        proxies=told["proxies"] or settings.proxies,
    )


def read_limits(given: Mapping[str, str | None], environment: Mapping[str, str]) -> Limits:
    """Return the limits from flags and environment, with defaults for the rest.

    Parameters
    ----------
    given : mapping
        Name of a limit -> text of its flag; None where the flag was not given.
    environment : mapping
        The environment variables.

    Raises
    ------
    UsageError
        If a value is no number, or outside of what makes sense.

    Examples
    --------
    >>> read_limits({"time": "5"}, {"MLGRAPH_SERVE_RESULT": "1M"})[:3]
    (5.0, 1073741824, 1048576)
    """
    limits = Limits()._asdict()
    for name, bound in LIMITS.items():
        text = setting(name, given.get(name), environment)
        if text is not None:
            limits[name] = _number(name, text, bound)
    return Limits(**limits)


def _number(name: str, text: str, bound: Bound) -> float:
    if bound.unit == "bytes":
        number: float = read_size(text)
    else:
        try:
            number = float(text) if bound.unit == "seconds" else int(text)
        except ValueError as error:
            raise UsageError(f"the limit {name} is {text!r}, which is no number of {bound.unit}") from error
    if not bound.low <= number <= bound.high:
        raise UsageError(
            f"the limit {name} is {text}; it must lie between {bound.low:g} and {bound.high:g} {bound.unit}"
        )
    return number
