"""The log: one line of JSON for each request and each event, on standard error.

Lines of requests are written together, some times a second: one at a time would cost more than a quarter
of a small query.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from functools import lru_cache
from json.encoder import encode_basestring_ascii

__all__ = ["JsonLines", "RequestLog", "write_log"]

_EVERY = 0.2


def write_log() -> None:
    """Write what the server and its libraries log as lines of JSON to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("mlgraph.server", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False


def _stamp(seconds: float) -> str:
    """Return a time as text, to the millisecond."""
    whole = int(seconds)
    return f"{_second(whole)}.{int(1000 * (seconds - whole)):03d}Z"


@lru_cache(maxsize=1)
def _second(whole: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))


class RequestLog:
    """Lines about requests, which are written a moment later; `flush` writes them at once."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def add(self, line: dict[str, str | float]) -> None:
        """Note a request."""
        if not self._lines:
            asyncio.get_running_loop().call_later(_EVERY, self.flush)
        told = ", ".join(
            [
                f'"{name}": {encode_basestring_ascii(value) if isinstance(value, str) else value}'
                for name, value in line.items()
            ]
        )
        self._lines.append(
            f'{{"time": "{_stamp(time.time())}", "level": "info", "event": "request", {told}}}'
        )

    def flush(self) -> None:
        """Write what is noted."""
        if self._lines:
            sys.stderr.write("\n".join(self._lines) + "\n")
            sys.stderr.flush()
            self._lines.clear()


class JsonLines(logging.Formatter):
    """Writes each record of the standard library's log as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        line = {
            "time": _stamp(record.created),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = f"{type(record.exc_info[1]).__name__}: {record.exc_info[1]}"
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line)
