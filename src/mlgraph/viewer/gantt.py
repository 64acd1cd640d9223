"""A plan as one HTML page: a Gantt chart in SVG and the list of what to do, without any script."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.planning.schedule import day_of

if TYPE_CHECKING:
    from mlgraph.planning.item import Item
    from mlgraph.planning.plan import Plan

__all__ = ["to_gantt"]

_WIDTH, _LEFT, _ROW = 1200, 380, 26


class _Bar(NamedTuple):
    item: Item
    y: int
    x: float
    width: float
    first: date
    last: date
    label: str


class _Tick(NamedTuple):
    x: float
    label: str


def to_gantt(plan: Plan, start: date) -> str:
    """Return a plan as an HTML page with a Gantt chart.

    Parameters
    ----------
    plan : Plan
    start : date
        The first day.

    Returns
    -------
    str
        Complete HTML without scripts and without any request; texts are escaped.
    """
    from jinja2 import Environment, select_autoescape  # noqa: PLC0415 - only this format pays for it

    scale = (_WIDTH - _LEFT - 20) / max(plan.weeks, 1.0)
    bars = [
        _Bar(
            item,
            40 + index * _ROW,
            _LEFT + item.start * scale,
            max(2.0, (item.end - item.start) * scale),
            day_of(start, item.start),
            day_of(start, item.end),
            item.label if len(item.label) <= 46 else f"{item.label[:45]}…",
        )
        for index, item in enumerate(plan.items)
    ]
    step = max(1, round(plan.weeks / 12))
    ticks = [
        _Tick(_LEFT + week * scale, (start + timedelta(weeks=week)).strftime("%d %b %Y"))
        for week in range(0, int(plan.weeks) + 1, step)
    ]
    template = resources.files("mlgraph.viewer").joinpath("gantt.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=select_autoescape(default_for_string=True, default=True))
    return environment.from_string(template).render(
        plan=plan,
        bars=bars,
        ticks=ticks,
        width=_WIDTH,
        left=_LEFT,
        row=_ROW,
        height=60 + len(bars) * _ROW,
        first=start,
        last=day_of(start, plan.weeks),
    )
