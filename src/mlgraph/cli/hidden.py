"""hidden: what the courses of a plan presuppose and nothing before them teaches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from mlgraph.cli.curricular import is_file
from mlgraph.cli.option import Data, Form, complete, opened, split
from mlgraph.cli.output import Document, Format, Table, emit, plural, warn
from mlgraph.errors import DataError
from mlgraph.vocab import local_name

if TYPE_CHECKING:
    from mlgraph.planning.hidden import Covered, Hidden, HiddenReport

__all__ = ["hidden_command"]

_WORDS = {
    "missing": "nothing in this plan teaches it",
    "late": "nothing before it in this plan teaches it, only {others}",
    "shallow": "taught before at {have} level only, needed at {needed} level",
    "undeclared": "{others} teaches it, and no requisite says so",
    "duplicate": "{others} taught it before, as deeply",
}

_WHOLE = "neither its curriculum nor its entry requirements name it"


def hidden_command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|PROGRAM",
            help="A CSV whose courses name topics, or a program of the graph.",
            autocompletion=complete("program"),
        ),
    ],
    role: Annotated[
        str, typer.Option("--role", help="Also measure it by this role.", autocompletion=complete("role"))
    ] = "",
    against: Annotated[
        str,
        typer.Option(
            "--against", help="Also measure it by this program.", autocompletion=complete("program")
        ),
    ] = "",
    known: Annotated[
        Optional[list[str]],
        typer.Option(
            "--known", help="Topics or areas known on entry.", autocompletion=complete("topic", "area")
        ),
    ] = None,
    electives: Annotated[
        bool, typer.Option("--electives", help="Of a program, count elective topics as taught.")
    ] = False,
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """Find hidden prerequisites: what a course needs and nothing before it teaches; what is taught twice."""
    from mlgraph.catalog.naming import resolve, resolve_many
    from mlgraph.planning.hidden import hidden
    from mlgraph.planning.unit import program_unit, units_of

    store = opened(data)
    entry = {each.iri: "deep" for each in resolve_many(store, split(known), ["topic"])}
    if is_file(source):
        from mlgraph.interchange.curricular import read_curricular_file

        found = read_curricular_file(source)
        for note in found.notes:
            warn(note)
        try:
            units = units_of(store, found.value)
        except DataError as error:
            error.path = Path(source)
            raise
    else:
        unit, asked = program_unit(store, resolve(store, source, ["program"]), electives=electives)
        units, entry = [unit], {**asked, **entry}
    name = role or against
    measure = resolve(store, name, ["role"] if role else ["program"]) if name else None
    document = _document(source, hidden(store, units, entry, measure))
    # people have read the findings in the lines above; the table is for CSV and Markdown
    emit(document._replace(tables=()) if form is Format.table else document, form)


def _document(source: str, found: HiddenReport) -> Document:
    labels = {each.id: each.label for each in found.units}
    silent = [each for each in found.units if not each.teaches and not each.presupposes]
    counts = {kind: sum(each.kind == kind for each in found.findings) for kind in _WORDS}
    told = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count) or "nothing"
    head = [f"{Path(source).name}: {plural(len(found.units), 'course')}; found: {told}."]
    if silent:
        head.append(f"Of {plural(len(silent), 'course')} no topics are known; nothing is said of them.")
    for each in found.findings:
        head += ["", *_lines(each, found, labels)]
    if found.covered:
        head += ["", *_covered_lines(found.covered, found)]
    rows = [
        (
            each.kind,
            labels[each.unit],
            found.topics[each.topic].label,
            each.needed,
            each.have,
            ", ".join(labels[other] for other in each.others),
            ", ".join(found.topics[other].label for other in each.because),
        )
        for each in found.findings
    ]
    columns = ("finding", "course", "topic", "needed", "have", "taught by", "because it teaches")
    return Document(
        "hidden", _data(found, [each.id for each in silent]), head, [Table("Findings", columns, rows)]
    )


def _lines(each: Hidden, found: HiddenReport, labels: dict[str, str]) -> list[str]:
    topic = " or ".join(found.topics[other].label for other in (each.topic, *each.options))
    others = " and ".join(labels[other] for other in each.others)
    verb = "teaches" if each.kind == "duplicate" else "needs"
    whole = len(found.units) == 1 and each.kind == "missing"
    words = (_WHOLE if whole else _WORDS[each.kind]).format(others=others, have=each.have, needed=each.needed)
    lines = [f"{each.kind}: {labels[each.unit]} {verb} {topic}: {words}."]
    for claim in each.claims:
        sources = ", ".join(
            dict.fromkeys(
                f"{proof.source}{f', {proof.locator}' if proof.locator else ''}" for proof in claim.support
            )
        )
        lines.append(f"  it teaches {claim.subject.label}: {claim.reason} ({sources})")
    if each.kind != "duplicate" and not each.because:
        lines.append("  the plan itself says that it presupposes it")
    if not each.claims and each.because:
        lines.append(f"  it teaches {', '.join(found.topics[other].label for other in each.because)}")
    if found.teachers.get(each.topic) and each.kind == "missing":
        lines.append(f"  taught by, for example: {'; '.join(found.teachers[each.topic])}")
    return lines


def _covered_lines(covered: Covered, found: HiddenReport) -> list[str]:
    full = len(covered.wanted) - len(covered.missing) - len(covered.shallow)
    lines = [f"{covered.thing.label}: {full} of {plural(len(covered.wanted), 'topic')} covered."]
    if covered.shallow:
        said = [
            f"{found.topics[topic].label} ({have}, needed {need})"
            for topic, (have, need) in covered.shallow.items()
        ]
        lines.append(f"  not deeply enough: {', '.join(said)}")
    if covered.missing:
        lines.append(f"  not taught: {', '.join(found.topics[topic].label for topic in covered.missing)}")
    return lines


def _data(found: HiddenReport, silent: list[str]) -> dict[str, Any]:
    from mlgraph.interchange.jsonform import claim_data

    data: dict[str, Any] = {
        "courses": len(found.units),
        "withoutTopics": silent,
        "findings": [
            {
                "kind": each.kind,
                "course": each.unit,
                "topic": local_name(each.topic),
                "needed": each.needed,
                "have": each.have,
                "options": [local_name(other) for other in each.options],
                "because": [local_name(other) for other in each.because],
                "others": list(each.others),
                "claims": [claim_data(claim) for claim in each.claims],
                "teachers": list(found.teachers.get(each.topic, ())) if each.kind == "missing" else [],
            }
            for each in found.findings
        ],
    }
    if found.covered:
        data["coverage"] = {
            "kind": found.covered.thing.kind,
            "slug": found.covered.thing.slug,
            "wanted": len(found.covered.wanted),
            "shallow": {
                local_name(topic): {"taught": have, "needed": need}
                for topic, (have, need) in found.covered.shallow.items()
            },
            "missing": [local_name(topic) for topic in found.covered.missing],
        }
    return data
