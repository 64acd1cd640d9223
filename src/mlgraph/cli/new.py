"""new topic, new claim, new course."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from mlgraph.build.opening import data_folders
from mlgraph.cli.option import complete, split
from mlgraph.cli.output import warn
from mlgraph.errors import UsageError
from mlgraph.model import Hours

if TYPE_CHECKING:
    from mlgraph.build.curation import Curation, Written
    from mlgraph.build.record import Citation

__all__ = ["new_command"]

new_command = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Write a new record by flags; it is checked over the whole graph before it is written.",
)

Folder = Annotated[
    Optional[Path],
    typer.Option("--output", "-o", help="The data folder to write to. Default: the source tree's data/."),
]
Date = Annotated[str, typer.Option("--date", help="Date of the record (ISO). Default: today.")]
Sources = Annotated[
    Optional[list[str]],
    typer.Option("--source", help="Slug of a source; may be repeated.", autocompletion=complete("source")),
]


@new_command.command("topic")
def _topic(
    slug: Annotated[str, typer.Argument(help="The new slug: singular, English, such as chain-rule.")],
    label: Annotated[str, typer.Option("--label", help="Its name.")],
    area: Annotated[str, typer.Option("--area", help="Slug of its area.", autocompletion=complete("area"))],
    definition: Annotated[str, typer.Option("--definition", help="What it is, in own words.")],
    hours: Annotated[
        str, typer.Option("--hours", help="LOW,TYPICAL,HIGH hours of study, all prerequisites known.")
    ],
    basis: Annotated[str, typer.Option("--basis", help="What the hours rest on.")],
    goal: Annotated[
        list[str], typer.Option("--goal", help="Something that can be checked; give at least three.")
    ],
    alt: Annotated[Optional[list[str]], typer.Option("--alt", help="Another name; may be repeated.")] = None,
    source: Sources = None,
    folder: Folder = None,
    date: Date = "",
) -> None:
    """Write a new topic to topics/AREA/SLUG.ttl."""
    from mlgraph.build.record import TopicFacts, add_topic

    facts = TopicFacts(
        label, area, definition, _hours(hours), basis, tuple(goal), tuple(alt or ()), tuple(source or ())
    )
    _report(add_topic(_curation(folder, date), slug, facts))


@new_command.command("claim")
def _claim(
    subject: Annotated[str, typer.Argument(help="Slug or kind/slug of what the claim is about.")],
    predicate: Annotated[str, typer.Argument(help="The link, such as requires, recommends, teaches.")],
    object_: Annotated[str, typer.Argument(metavar="OBJECT", help="Slug or kind/slug of the other end.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it is so, in a sentence.")],
    level: Annotated[str, typer.Option("--level", help="awareness, working or deep.")] = "",
    source: Sources = None,
    locator: Annotated[
        Optional[list[str]], typer.Option("--locator", help="Where in the source; one for each source.")
    ] = None,
    kind: Annotated[
        Optional[list[str]],
        typer.Option(
            "--kind",
            help="textbook, lecture-notes, paper, documentation, syllabus, official-page or secondary; "
            "one for each source. Default: what the source is.",
        ),
    ] = None,
    observation: Annotated[
        Optional[list[str]], typer.Option("--observation", help="What the source says; one for each source.")
    ] = None,
    editorial: Annotated[
        bool, typer.Option("--editorial", help="Editorial judgement instead of a source.")
    ] = False,
    status: Annotated[str, typer.Option("--status", help="verified or proposed.")] = "verified",
    part: Annotated[str, typer.Option("--part", help="Which part of it is needed.")] = "",
    folder: Folder = None,
    date: Date = "",
) -> None:
    """Add a claim with its evidence to the record of its subject.

    Where the folder does not hold that record, the claim gets a file of its own under claims/.
    """
    from mlgraph.build.record import EVIDENCE_KINDS, LEVELS, STATUSES, Statement, add_claim

    if editorial == bool(source):
        raise UsageError("say who says so", "give --source with --locator, or --editorial")
    citations = _citations(source or [], locator or [], kind or [], observation or [])
    for each in citations:
        _one_of(each.kind, EVIDENCE_KINDS, "kind of evidence")
    statement = Statement(
        subject,
        predicate,
        object_,
        reason,
        _one_of(level, LEVELS, "level"),
        _one_of(status, STATUSES, "status for a new claim"),
        part,
        citations,
    )
    _report(add_claim(_curation(folder, date), statement))


@new_command.command("course")
def _course(
    slug: Annotated[str, typer.Argument(help="The new slug, the institution in it, such as mit-6.3900.")],
    name: Annotated[str, typer.Option("--name", help="Its name.")],
    provider: Annotated[
        list[str],
        typer.Option(
            "--provider",
            help="Slug of an institution; the first names the folder.",
            autocompletion=complete("institution"),
        ),
    ],
    platform: Annotated[
        list[str],
        typer.Option("--platform", help="Slug of a platform.", autocompletion=complete("platform")),
    ],
    url: Annotated[str, typer.Option("--url", help="Its page.")],
    teaches: Annotated[
        list[str],
        typer.Option(
            "--teaches",
            help="TOPIC or TOPIC:LEVEL; working where no level is given. May be repeated.",
            autocompletion=complete("topic"),
        ),
    ],
    source: Annotated[
        str, typer.Option("--source", help="Slug of the source of it all.", autocompletion=complete("source"))
    ],
    locator: Annotated[str, typer.Option("--locator", help="Where in the source.")],
    language: Annotated[list[str], typer.Option("--language", help="Language tag, such as en.")],
    pacing: Annotated[str, typer.Option("--pacing", help="self-paced or cohort.")],
    format_: Annotated[list[str], typer.Option("--format", help="on-campus, online, hybrid or immersive.")],
    cost: Annotated[str, typer.Option("--cost", help="free, free-to-audit, paid, tuition or unknown-cost.")],
    level: Annotated[
        Optional[list[str]], typer.Option("--level", help="introductory, undergraduate or graduate.")
    ] = None,
    kind: Annotated[str, typer.Option("--kind", help="Kind of evidence. Default: what the source is.")] = "",
    observation: Annotated[str, typer.Option("--observation", help="What the source says.")] = "",
    reason: Annotated[
        str, typer.Option("--reason", help="Why it teaches them. Default: that the source lists it.")
    ] = "",
    code: Annotated[str, typer.Option("--code", help="Course code, such as 6.3900.")] = "",
    hours: Annotated[Optional[float], typer.Option("--hours", help="Hours of work in all.")] = None,
    folder: Folder = None,
    date: Date = "",
) -> None:
    """Write a new course, its offering and what it teaches to courses/INSTITUTION/SLUG.ttl."""
    from mlgraph.build import record

    facts = record.CourseFacts(
        name,
        tuple(split(provider)),
        tuple(split(platform)),
        url,
        tuple(split(language)),
        _one_of(pacing, record.PACINGS, "pacing"),
        tuple(_one_of(each, record.FORMATS, "format") for each in split(format_)),
        _one_of(cost, record.COSTS, "cost"),
        tuple(_one_of(each, record.AUDIENCES, "level") for each in split(level)),
        tuple(_taught(each, record.LEVELS) for each in split(teaches)),
        record.Citation(
            source, locator, _one_of(kind, record.EVIDENCE_KINDS, "kind of evidence"), observation
        ),
        reason,
        code,
        hours,
    )
    _report(record.add_course(_curation(folder, date), slug, facts))


def _curation(folder: Path | None, date: str) -> Curation:
    from datetime import UTC, datetime

    from mlgraph.build.curation import open_curation

    try:
        day = datetime.strptime(date, "%Y-%m-%d").date() if date else datetime.now(UTC).date()
    except ValueError as error:
        raise UsageError(f"not a date: {date!r}", "write it as 2026-11-25") from error
    return open_curation(folder, day.isoformat(), data_folders())


def _report(written: Written) -> None:
    for each in written.findings:
        warn(f"{each.message}; {each.mend}")
    sys.stdout.write(f"{written.path}\n")


def _one_of(value: str, allowed: Collection[str], what: str) -> str:
    if value and value not in allowed:
        raise UsageError(f"no such {what}: {value!r}", f"one of {', '.join(allowed)}")
    return value


def _hours(text: str) -> Hours:
    try:
        low, typical, high = (float(each) for each in text.split(","))
    except ValueError as error:
        raise UsageError(f"not three numbers: {text!r}", "give LOW,TYPICAL,HIGH, such as 2,4,8") from error
    return Hours(low, typical, high)


def _taught(text: str, levels: Collection[str]) -> tuple[str, str]:
    topic, colon, level = text.rpartition(":")
    if not colon or topic in {"topic", "skill"}:
        return text, "working"
    return topic, _one_of(level, levels, "level")


def _citations(
    sources: list[str], locators: list[str], kinds: list[str], observations: list[str]
) -> tuple[Citation, ...]:
    """Put together what belongs to each source."""
    from mlgraph.build.record import Citation

    if len(locators) != len(sources):
        raise UsageError(
            f"{len(sources)} sources and {len(locators)} locators", "give a --locator for each --source"
        )
    for values, flag in ((kinds, "--kind"), (observations, "--observation")):
        if values and len(values) != len(sources):
            raise UsageError(
                f"{len(sources)} sources and {len(values)} of {flag}", f"one {flag} a source, or none"
            )
    rest = [""] * len(sources)
    return tuple(
        Citation(*each) for each in zip(sources, locators, kinds or rest, observations or rest, strict=True)
    )
