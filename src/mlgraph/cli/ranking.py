"""Words and data for how much of a role programs cover; the ranking that `programs --for` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgraph.cli.output import Document, Table, number, plural
from mlgraph.interchange.jsonform import thing_data
from mlgraph.vocab import local_name

if TYPE_CHECKING:
    from mlgraph.planning.coverage import Coverage, Fit, Ranking, Share, Yardstick

__all__ = ["RESTS", "coverage_data", "percent", "ranking_document", "yardstick_data", "yardstick_line"]

_COLUMNS = (
    "covered: share of the hours; core: without electives; topics: of all that the role takes; asked: of those that it asks for itself; "
    "said: whether a source says that the program prepares for it."
)
RESTS = (
    "Covered is what a curriculum names and all that this rests on; whether the program teaches that or takes it for "
    "granted, its sources do not say. Electives count as if all were taken. A program whose sources name few topics "
    "covers little for that alone."
)
_MISSING = 3


def percent(share: Share, yard: Yardstick) -> str:
    """Return the share of the hours that a role takes."""
    return f"{100 * share.hours / yard.hours:.0f} %" if yard.hours else ""


def yardstick_line(yard: Yardstick) -> str:
    """Return what a role takes, in a sentence."""
    if not yard.levels:
        return f"{yard.role.label} asks for no topics in the graph, so there is nothing to measure by."
    return (
        f"{yard.role.label} takes {plural(len(yard.levels), 'topic')} and {number(yard.hours)} hours from nothing; "
        f"{len(yard.own)} of these topics it asks for itself."
    )


def yardstick_data(yard: Yardstick) -> dict[str, Any]:
    """Return what a role takes, for JSON."""
    return {
        **thing_data(yard.role),
        "topics": len(yard.levels),
        "asked": [local_name(iri) for iri in yard.own],
        "hours": yard.hours,
    }


def _share_data(share: Share, yard: Yardstick) -> dict[str, Any]:
    return {
        "named": share.named,
        "topics": share.topics,
        "asked": share.own,
        "hours": share.hours,
        "share": round(share.hours / yard.hours, 4) if yard.hours else None,
    }


def coverage_data(covered: Coverage, yard: Yardstick) -> dict[str, Any]:
    """Return what a curriculum covers of a role, for JSON."""
    return {
        "core": _share_data(covered.core, yard),
        "withElectives": _share_data(covered.both, yard),
        "electives": [local_name(iri) for iri in covered.electives],
        "shallow": {
            local_name(iri): {"taught": has, "needed": needs} for iri, (has, needs) in covered.shallow.items()
        },
        "missing": [local_name(iri) for iri in covered.missing],
    }


def ranking_document(found: Ranking) -> Document:
    """Return programs by how much of a role they cover, with the reasons."""
    yard = found.yardstick
    head = [yardstick_line(yard)]
    known = [each for each in found.fits if each.coverage]
    blind = [each.program.slug for each in found.fits if not each.coverage]
    if found.fits and yard.levels and not any(each.coverage and each.coverage.both.topics for each in known):
        head.append(f"No program here covers anything of {yard.role.label}, as far as their sources tell.")
    foot = (
        [f"{plural(len(found.fits), 'program')}.", _COLUMNS, RESTS]
        if found.fits
        else ["No program fits these filters."]
    )
    if blind:
        foot.append(f"No verified curriculum in the graph, so not ranked: {', '.join(blind)}")
    doubtful = [
        f"{each.program.slug} ({each.program.status})"
        for each in found.fits
        if each.program.status != "verified"
    ]
    if doubtful:
        foot.append(
            f"Not to be relied on, so below the others: {', '.join(doubtful)}; `mlgraph show` says why"
        )
    columns = (
        "#",
        "program",
        "covered",
        "core",
        "topics",
        "asked",
        "said",
        "missing, most important first",
    )
    rows = [_row(place, each, yard) for place, each in enumerate(found.fits, 1)]
    data = {
        "role": yardstick_data(yard),
        "programs": [
            {
                **each.program._asdict(),
                "claim": each.claim,
                "unverified": each.unverified,
                "coverage": coverage_data(each.coverage, yard) if each.coverage else None,
            }
            for each in found.fits
        ],
    }
    return Document("programs", data, head, [Table("", columns, rows)], foot)


def _row(place: int, each: Fit, yard: Yardstick) -> tuple[str, ...]:
    program = each.program
    name = program.slug + ("" if program.status == "verified" else f" [{program.status}]")
    said = {"": "no", "verified": "yes"}.get(each.claim, each.claim)
    if each.coverage is None:
        return ("", name, "unknown", "", "", "", said, "")
    core, both = each.coverage.core, each.coverage.both
    labels = yard.target.requirements.topics
    missing = [labels[iri].label for iri in each.coverage.missing]
    more = f" and {len(missing) - _MISSING} more" if len(missing) > _MISSING else ""
    return (
        str(place),
        name,
        percent(both, yard),
        percent(core, yard),
        f"{both.topics} of {len(yard.levels)}",
        f"{both.own} of {len(yard.own)}",
        said,
        ", ".join(missing[:_MISSING]) + more,
    )
