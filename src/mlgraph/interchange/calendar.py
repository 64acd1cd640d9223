"""A plan as an iCalendar file (RFC 5545)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from mlgraph.planning.schedule import day_of

if TYPE_CHECKING:
    from datetime import date

    from mlgraph.planning.item import Item
    from mlgraph.planning.plan import Plan

__all__ = ["to_ics"]


def to_ics(plan: Plan, start: date) -> str:
    """Return a plan as iCalendar text: an all-day event for each item.

    Parameters
    ----------
    plan : Plan
    start : date
        The first day.

    Returns
    -------
    str
        The same plan and day give the same text: identifiers come from both, the stamp from the day.

    References
    ----------
    RFC 5545, https://www.rfc-editor.org/rfc/rfc5545
    """
    from icalendar import Calendar, Event  # noqa: PLC0415 - only this format pays for it

    calendar = Calendar()
    calendar.add("prodid", "-//mlgraph//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Plan: {', '.join(plan.goals)}")
    for item in plan.items:
        event = Event()
        name = f"{start.isoformat()} {','.join(plan.goals)} {item.number} {item.iri} {item.label}"
        event.add("uid", f"{hashlib.sha256(name.encode()).hexdigest()[:32]}@mlgraph")
        event.add("dtstamp", datetime.combine(start, time(), UTC))
        event.add("dtstart", day_of(start, item.start))
        event.add("dtend", max(day_of(start, item.end), day_of(start, item.start) + timedelta(days=1)))
        event.add("summary", f"{item.label} ({item.hours:.0f} h)")
        event.add("description", _description(item))
        if item.url.startswith(("http://", "https://")):
            event.add("url", item.url)
        calendar.add_component(event)
    return str(calendar.to_ical().decode("utf-8"))


def _description(item: Item) -> str:
    lines = [item.why]
    for part in item.parts:
        place = f": {part.resource.name}, {part.resource.url}" if part.resource else ""
        lines.append(f"- {part.label} ({part.level}){place}")
    return "\n".join([*lines, *item.notes])
