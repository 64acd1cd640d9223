"""compare: degree programs side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlgraph.catalog.naming import resolve
from mlgraph.cli.option import Data, Form, complete, opened
from mlgraph.cli.output import Document, Format, Table, emit, number, plural
from mlgraph.cli.portrait import portrait_lines
from mlgraph.cli.profile import Besides, Profile, learner_of
from mlgraph.cli.ranking import RESTS, coverage_data, percent, yardstick_data, yardstick_line
from mlgraph.errors import UsageError
from mlgraph.interchange.jsonform import claim_data
from mlgraph.planning.learner import knowledge, profile_names
from mlgraph.vocab import local_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgraph.model import Topic
    from mlgraph.planning.comparison import Comparison, Lack, Portrait
    from mlgraph.planning.coverage import Yardstick
    from mlgraph.planning.learner import Knowledge
    from mlgraph.rdf.store import Store

__all__ = ["compare_command"]

_GREEDY = (
    "Free courses are picked greedily, each time the one that teaches most of what is left: not always the fewest, "
    "and their own entry requirements are not counted. The exact plan: mlgraph plan --to {role}"
)


def compare_command(
    programs: Annotated[
        list[str],
        typer.Argument(
            metavar="PROGRAM...", help="Two programs or more.", autocompletion=complete("program")
        ),
    ],
    role: Annotated[
        str, typer.Option("--role", help="Measure them by this role.", autocompletion=complete("role"))
    ] = "",
    profile: Profile = "",
    known: Besides = None,
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """Compare degree programs: what they teach and ask, and what they cover and leave of a role."""
    from mlgraph.planning.comparison import compare

    store = opened(data)
    chosen = [resolve(store, name, ["program"]) for name in programs]
    measure = resolve(store, role, ["role"]) if role else None
    emit(_document(compare(store, chosen, measure, _knowledge(store, profile, known))), form)


def _knowledge(store: Store, profile: str, known: Sequence[str] | None) -> Knowledge:
    """Return what a profile and names besides make known; a profile that is named must be there."""
    path, learner = learner_of(store, profile, known)
    if profile and not path.is_file():
        names = ", ".join(profile_names()) or "none"
        raise UsageError(f"there is no profile {profile!r}", f"profiles: {names}; or give the path of a file")
    return knowledge(store, learner)


def _document(found: Comparison) -> Document:
    portraits = found.portraits
    slugs = [each.program.slug for each in portraits]
    tables = [Table("", ("fact", *slugs), _fact_rows(portraits))]
    rows = _topic_rows(found)
    if rows:
        tables.append(Table("Topics of the curricula", ("topic", "area", *slugs), rows))
    both = f": {', '.join(found.topics[iri].label for iri in found.shared)}" if found.shared else ""
    head = [
        f"{plural(len(portraits), 'program')}; {plural(len(found.shared), 'topic')} in the curricula of all of them{both}."
    ]
    foot: list[str] = []
    yard = found.yardstick
    if yard:
        head += _yard_lines(yard, found)
        tables += [_coverage_table(yard, portraits)] if yard.levels else []
    for each in portraits:
        foot += ["", *portrait_lines(each, found)]
    if yard and yard.levels:
        foot += ["", RESTS, _GREEDY.format(role=yard.role.slug)]
    return Document("compare", _data(found), head, tables, foot[1:])


def _yard_lines(yard: Yardstick, found: Comparison) -> list[str]:
    if not yard.levels:
        return [yardstick_line(yard)]
    lines = [yardstick_line(yard)]
    if found.known:
        lines.append(
            f"You know {plural(found.known, 'topic')}: {number(found.before)} hours are left without any program."
        )
    outlooks = [each.outlook for each in found.portraits if each.outlook]
    if not any(each.coverage.both.topics for each in outlooks):
        lines.append(
            f"None of these programs covers anything of {yard.role.label}, as far as their sources tell."
        )
    return lines


def _fact_rows(portraits: Sequence[Portrait]) -> list[tuple[str, ...]]:
    def duration(each: Portrait) -> str:
        said = "; ".join(each.said.get("durationText", ()))
        return said or (f"{number(each.program.months)} months" if each.program.months is not None else "")

    columns = {
        "program": [each.program.name for each in portraits],
        "institution": [each.program.institution for each in portraits],
        "award": [each.program.award for each in portraits],
        "status": [each.program.status for each in portraits],
        "region": [each.program.region for each in portraits],
        "format": [", ".join(each.program.formats) for each in portraits],
        "duration": [duration(each) for each in portraits],
        "units": [each.program.units for each in portraits],
        "core topics": [str(len(each.curriculum.core)) for each in portraits],
        "elective topics": [str(len(each.curriculum.elective)) for each in portraits],
        "topics of its own": [str(len(each.only)) for each in portraits],
        "prepares for": [", ".join(each.program.roles) for each in portraits],
        "page": [each.program.url for each in portraits],
    }
    return [(name, *(cell or "not said" for cell in cells)) for name, cells in columns.items()]


def _part(each: Portrait, topic: str) -> str:
    """Return core or elective, with the level where it is not working."""
    words = []
    for name, part in (("core", each.curriculum.core), ("elective", each.curriculum.elective)):
        if topic in part:
            words.append(name if part[topic] == "working" else f"{name} ({part[topic]})")
    return ", ".join(words)


def _spread(found: Comparison) -> list[str]:
    """Return the topics of all curricula, those in most of them first."""
    count: dict[str, int] = {}
    for each in found.portraits:
        for topic in each.curriculum.both():
            count[topic] = count.get(topic, 0) + 1
    topics = found.topics
    return sorted(count, key=lambda iri: (-count[iri], topics[iri].area, topics[iri].label))


def _topic_rows(found: Comparison) -> list[tuple[str, ...]]:
    return [
        (
            found.topics[iri].label,
            found.topics[iri].area,
            *(_part(each, iri) for each in found.portraits),
        )
        for iri in _spread(found)
    ]


def _coverage_table(yard: Yardstick, portraits: Sequence[Portrait]) -> Table:
    rows = []
    for each in portraits:
        if each.outlook:
            covered = each.outlook.coverage
            parts = [("core", covered.core), ("with electives", covered.both)]
            if not each.curriculum.elective:
                parts = [("core, no electives known", covered.core)]
            rows += [
                (
                    each.program.slug,
                    part,
                    percent(share, yard),
                    f"{number(share.hours)} of {number(yard.hours)}",
                    f"{share.topics} of {len(yard.levels)}",
                    str(share.named),
                    f"{share.own} of {len(yard.own)}",
                )
                for part, share in parts
            ]
    columns = ("program", "part", "covered", "hours", "topics", "named", "asked by the role")
    return Table(f"Coverage of {yard.role.label}", columns, rows)


def _data(found: Comparison) -> dict[str, Any]:
    data: dict[str, Any] = {
        "known": found.known,
        "shared": [local_name(iri) for iri in found.shared],
        "topics": [
            {
                "slug": found.topics[iri].slug,
                "label": found.topics[iri].label,
                "area": found.topics[iri].area,
                "programs": {
                    each.program.slug: _part(each, iri) for each in found.portraits if _part(each, iri)
                },
            }
            for iri in _spread(found)
        ],
        "programs": [_portrait_data(each, found) for each in found.portraits],
    }
    if found.yardstick:
        data["role"] = yardstick_data(found.yardstick)
        data["hoursBefore"] = found.before
    return data


def _portrait_data(each: Portrait, found: Comparison) -> dict[str, Any]:
    asked = each.admission
    data: dict[str, Any] = {
        "program": each.program._asdict(),
        "said": {key: list(texts) for key, texts in each.said.items()},
        "core": {local_name(iri): level for iri, level in each.curriculum.core.items()},
        "elective": {local_name(iri): level for iri, level in each.curriculum.elective.items()},
        "unverified": each.curriculum.unverified,
        "only": [local_name(iri) for iri in each.only],
        "doubts": [claim_data(claim) for claim in each.doubts],
        "statements": [said._asdict() for said in each.statements],
        "admission": {
            "stated": list(asked.stated),
            "namesTopics": asked.asked,
            "missing": _lack_data(asked.lacking, found.topics),
            "hours": asked.hours,
            "recommended": [[local_name(iri) for iri in group] for group in asked.helpful],
            "unseen": list(asked.unseen),
        },
    }
    if each.outlook and found.yardstick:
        left = each.outlook.left
        data["outlook"] = {
            "claim": each.outlook.claim,
            "coverage": coverage_data(each.outlook.coverage, found.yardstick),
            "hoursLeftCore": each.outlook.left_core,
            "hoursLeft": left.hours,
            "left": _lack_data(left.topics, found.topics),
            "courses": [
                {
                    "slug": pick.course.slug,
                    "name": pick.course.name,
                    "url": pick.course.url,
                    "languages": list(pick.course.languages),
                    "topics": [local_name(iri) for iri in pick.topics],
                }
                for pick in left.picked.courses
            ],
            "texts": [
                {"topic": local_name(iri), "name": text.name, "locator": text.locator, "url": text.url}
                for iri, text in left.picked.alone.items()
            ],
            "untaught": [local_name(iri) for iri in left.picked.untaught],
        }
    return data


def _lack_data(lacks: Mapping[str, Lack], topics: Mapping[str, Topic]) -> list[dict[str, Any]]:
    return [
        {"slug": topics[iri].slug, "label": topics[iri].label, "level": lack.level, "hours": lack.hours}
        for iri, lack in lacks.items()
    ]
