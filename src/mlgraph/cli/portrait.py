"""What there is to say of one of the programs compared, in lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgraph.catalog.curriculum import DETAILS
from mlgraph.cli.output import number, plural
from mlgraph.cli.wording import claim_lines
from mlgraph.vocab import local_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mlgraph.model import Topic
    from mlgraph.planning.comparison import Admission, Comparison, Outlook, Portrait
    from mlgraph.planning.coverage import Yardstick

__all__ = ["portrait_lines"]

SHOWN = 6
"""Items of a long list that a person is shown; JSON has all of them."""


def _names(topics: Mapping[str, Topic], iris: Iterable[str], limit: int = SHOWN) -> str:
    labels = [topics[iri].label if iri in topics else local_name(iri) for iri in iris]
    more = f" and {len(labels) - limit} more" if len(labels) > limit else ""
    return ", ".join(labels[:limit]) + more


def portrait_lines(each: Portrait, found: Comparison) -> list[str]:
    """Return all that a comparison says of one program that fits no table."""
    program = each.program
    state = "" if program.status == "verified" else f" [{program.status}]"
    lines = [f"{program.slug}: {program.name}, {program.institution}{state}"]
    for claim in each.doubts:
        lines += [f"  {line.strip()}" for line in claim_lines(claim)[:2]]
    if not each.curriculum.both():
        lines.append("  curriculum: none in the graph")
    if each.curriculum.unverified:
        lines.append(
            f"  not counted: {plural(each.curriculum.unverified, 'topic')} said to be in it, but not verified"
        )
    hidden = {"requirementText", "durationText"}
    for key, word in DETAILS.items():
        if key in each.said and key not in hidden:
            lines.append(f"  {word}: {'; '.join(each.said[key])}")
    quiet = [
        DETAILS[key]
        for key in ("specialization", "researchStrength", "industryConnection", "internship", "capstone")
        if key not in each.said
    ]
    if quiet:
        lines.append(f"  not said by its sources: {', '.join(quiet)}")
    lines += [f"  said of it [{said.status}]: {said.text}" for said in each.statements]
    degree = [text for text in each.said.get("requirementText", ()) if text.startswith("Degree:")]
    lines += [f"  for the degree: {text.removeprefix('Degree:').strip()}" for text in degree]
    lines += _admission_lines(each.admission, found.topics)
    if each.outlook and found.yardstick and found.yardstick.levels:
        lines += _outlook_lines(each.outlook, found.yardstick, found.topics)
    return lines


def _admission_lines(asked: Admission, topics: Mapping[str, Topic]) -> list[str]:
    lines = [f"  admission, as stated: {'; '.join(asked.stated) or 'nothing in the sources seen'}"]
    lacks = [f"{topics[iri].label} {number(lack.hours)} h" for iri, lack in asked.lacking.items()]
    more = f" and {len(lacks) - 12} more" if len(lacks) > 12 else ""
    gap = f"{plural(len(lacks), 'topic')}, {number(asked.hours)} hours: {', '.join(lacks[:12])}{more}"
    if asked.asked:
        lines.append(f"  you lack for it: {gap}" if lacks else "  you lack for it: no topic that it names")
    elif lacks:
        lines.append(f"  it names no topics for admission; its core presupposes what you lack: {gap}")
    else:
        lines.append("  it names no topics for admission")
    if asked.helpful:
        lines.append(
            f"  recommended before: {', '.join(' or '.join(topics[iri].label for iri in group) for group in asked.helpful)}"
        )
    if asked.unseen:
        lines.append(f"  topics do not show whether you meet: {'; '.join(asked.unseen)}")
    elif not asked.stated:
        lines.append(
            "  topics do not show whether you meet: degree, grades, tests, language; ask the program"
        )
    return lines


def _outlook_lines(outlook: Outlook, yard: Yardstick, topics: Mapping[str, Topic]) -> list[str]:
    claim = {"": "no source says so", "verified": "yes", "proposed": "proposed, not verified"}.get(
        outlook.claim, outlook.claim
    )
    covered, left = outlook.coverage, outlook.left
    lines = [f"  prepares for {yard.role.label}: {claim}"]
    if covered.electives:
        lines.append(f"  electives that count for it: {_names(topics, covered.electives, 12)}")
    if covered.shallow:
        shallow = ", ".join(
            f"{topics[iri].label} ({has}, needed {needs})" for iri, (has, needs) in covered.shallow.items()
        )
        lines.append(f"  less deeply than needed: {shallow}")
    if covered.missing:
        lines.append(f"  not covered, most important first: {_names(topics, covered.missing, 10)}")
    if not left.topics:
        return [*lines, "  left for you after it: nothing"]
    alone = f" ({number(outlook.left_core)} without electives)" if outlook.left_core != left.hours else ""
    lines.append(
        f"  left for you after it: {plural(len(left.topics), 'topic')}, {number(left.hours)} hours{alone}"
    )
    if left.picked.courses:
        shown = ", ".join(
            f"{each.course.slug} ({', '.join([str(len(each.topics)), *_foreign(each.course.languages)])})"
            for each in left.picked.courses[:SHOWN]
        )
        rest = left.picked.courses[SHOWN:]
        more = f" and {len(rest)} more for {sum(len(each.topics) for each in rest)}" if rest else ""
        lines.append(f"    free courses, with the topics each adds: {shown}{more}")
    if left.picked.alone:
        lines.append(f"    no course, but a free text: {_names(topics, left.picked.alone)}")
    if left.picked.untaught:
        lines.append(f"    nothing free in the graph: {_names(topics, left.picked.untaught)}")
    return lines


def _foreign(languages: Sequence[str]) -> Sequence[str]:
    """Return languages to mention: none where English is among them."""
    return () if any(each.split("-")[0] == "en" for each in languages) else languages
