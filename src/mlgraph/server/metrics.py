"""Count what happens, and say it in the text format of Prometheus."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgraph.server.pool import Pool

__all__ = ["Metrics"]

_EDGES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)


class Metrics:
    """Counters of one server; they only grow, but for the requests in flight."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.buckets = [0] * (len(_EDGES) + 1)
        self.seconds = 0.0
        self.bytes = 0
        self.in_flight = 0
        self.cut = 0

    def count(self, route: str, method: str, status: int, seconds: float, size: int) -> None:
        """Count one request that is over."""
        self.requests[route, method, status] += 1
        self.buckets[bisect_left(_EDGES, seconds)] += 1
        self.seconds += seconds
        self.bytes += size

    def text(self, pool: Pool) -> str:
        """Return all counters, and how the workers stand."""
        standing = pool.standing
        lines = [
            *_family("requests_total", "counter", "Requests by route, method and status."),
            *(
                f'mlgraph_requests_total{{route="{route}",method="{method}",status="{status}"}} {count}'
                for (route, method, status), count in sorted(self.requests.items())
            ),
            *_family("request_seconds", "histogram", "Seconds from the head of a request to its end."),
            *self._histogram(),
            *_single("response_bytes_total", "counter", "Bytes of bodies sent.", self.bytes),
            *_single("requests_in_flight", "gauge", "Requests that are worked on.", self.in_flight),
            *_single(
                "connections_cut_total",
                "counter",
                "Connections cut for being slow, or one too many.",
                self.cut,
            ),
            *_labelled("queries_total", "counter", "Queries by outcome.", "outcome", self.outcomes.items()),
            *_labelled(
                "workers",
                "gauge",
                "Worker processes by state.",
                "state",
                (("busy", standing.busy), ("idle", standing.idle)),
            ),
            *_single("queries_waiting", "gauge", "Queries that wait for a worker.", standing.waiting),
            *_labelled("workers_ended_total", "counter", "Workers by end.", "reason", pool.ended.items()),
        ]
        return "\n".join(lines) + "\n"

    def _histogram(self) -> Iterable[str]:
        total = 0
        for edge, count in zip((*map(str, _EDGES), "+Inf"), self.buckets, strict=True):
            total += count
            yield f'mlgraph_request_seconds_bucket{{le="{edge}"}} {total}'
        yield f"mlgraph_request_seconds_sum {self.seconds:.6f}"
        yield f"mlgraph_request_seconds_count {total}"


def _family(name: str, kind: str, meaning: str) -> tuple[str, str]:
    return f"# HELP mlgraph_{name} {meaning}", f"# TYPE mlgraph_{name} {kind}"


def _single(name: str, kind: str, meaning: str, value: int) -> tuple[str, ...]:
    return (*_family(name, kind, meaning), f"mlgraph_{name} {value}")


def _labelled(
    name: str, kind: str, meaning: str, label: str, values: Iterable[tuple[str, int]]
) -> tuple[str, ...]:
    found = (f'mlgraph_{name}{{{label}="{value}"}} {count}' for value, count in sorted(values))
    return (*_family(name, kind, meaning), *found)
