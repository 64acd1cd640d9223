"""import: read foreign catalogues into a folder of records, and review the topics suggested for them."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from mlgraph.build.opening import data_folders, open_store
from mlgraph.cli.option import Form
from mlgraph.cli.output import Document, Format, Table, emit, plural
from mlgraph.cli.profile import today
from mlgraph.errors import UsageError
from mlgraph.interchange.imports.registry import READERS
from mlgraph.vocab import SLUG, curie, local_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mlgraph.interchange.imports.report import Report
    from mlgraph.interchange.imports.review import Decision, Proposal
    from mlgraph.interchange.imports.row import Reader
    from mlgraph.interchange.imports.run import Done

__all__ = ["import_command"]

import_command = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Read a foreign catalogue into a folder of records, to be used with --data.",
)

Source = Annotated[
    Optional[Path], typer.Argument(metavar="SOURCE", help="The file, or the folder with its files.")
]
Output = Annotated[
    Optional[Path], typer.Option("--output", "-o", metavar="DIR", help="The folder to write records to.")
]
Institution = Annotated[
    str,
    typer.Option(
        "--institution",
        help="Whose courses they are, where the source does not say: a slug of the graph, or a name.",
    ),
]
Licence = Annotated[
    str, typer.Option("--licence", help="Licence of the source; default what is known of the format.")
]
Least = Annotated[
    float, typer.Option("--min-score", help="Suggest topics from this score on, 0 to 1; 2 suggests none.")
]
Day = Annotated[
    str, typer.Option("--date", metavar="DATE", help="Date of the records (ISO). Default: today.")
]
Fresh = Annotated[
    bool,
    typer.Option(
        "--fresh", help="Start over in a folder that holds an import; what was reviewed is applied again."
    ),
]
Template = Annotated[
    bool, typer.Option("--template", help="Print a file with the columns and two examples, and stop.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]


def _run(
    reader: Reader,
    source: Path | None,
    output: Path | None,
    institution: str,
    licence: str,
    least: float,
    date: str,
    form: Format,
    *,
    fresh: bool,
    quiet: bool,
) -> None:
    from mlgraph.interchange.imports.ground import ground_of
    from mlgraph.interchange.imports.run import Setup, run_import

    if source is None or output is None:
        raise UsageError("SOURCE and -o DIR are needed", f"mlgraph import {reader.name} SOURCE -o DIR")
    below = [each for each in data_folders() if each.resolve() != output.resolve()]
    ground = ground_of(open_store(below))
    slug, name = _institution(reader, institution, ground.institutions)
    day = _date(date)
    setup = Setup(reader, source, output, day, slug, name, licence, least, fresh)
    done = run_import(setup, ground, _progress(quiet=quiet))
    emit(_document(reader, output, done), form)


def _date(text: str) -> str:
    from datetime import date

    try:
        return date.fromisoformat(text or today()).isoformat()
    except ValueError as error:
        raise UsageError(f"not a date: {text!r}", "write it as 2026-11-25") from error


def _institution(reader: Reader, given: str, known: dict[str, str]) -> tuple[str, str]:
    """Return slug and name of the institution that rows belong to."""
    from mlgraph.catalog.spelling import normalise
    from mlgraph.interchange.imports.row import slugify

    if not given:
        if reader.name == "csv":
            raise UsageError("whose courses are these?", 'add --institution "Name of the university"')
        return reader.origin.institution or f"{reader.name}-source", reader.origin.institution and ""
    iri = known.get(normalise(given))
    if iri:
        return local_name(iri), ""
    slug = slugify(given)
    if not SLUG.fullmatch(slug):
        raise UsageError(f"no institution can be called {given!r}", "use letters and digits")
    return slug, given


def _progress(*, quiet: bool) -> Callable[[str, int, int], None]:
    """Return what shows how far it is, on a terminal only."""
    shown = not quiet and sys.stderr.isatty()

    def progress(word: str, rows: int, total: int) -> None:
        if shown:
            share = f" of {total:,} ({rows / total:.0%})" if total else ""
            end = "\n" if total and rows >= total else ""
            sys.stderr.write(f"\r{word} {rows:,}{share} rows   {end}")
            sys.stderr.flush()

    return progress


def _document(reader: Reader, folder: Path, done: Done) -> Document:
    report = done.report
    made = " and ".join(
        plural(count, word)
        for count, word in ((report.courses, "course"), (report.concepts, "concept"))
        if count or (word == "course" and not report.concepts)
    )
    head = [f"{plural(report.rows, 'row')} read, {made} kept, in {plural(report.files, 'file')}."]
    if done.complete_before:
        head.append("This import was done before; --fresh does it again.")
    elif done.resumed:
        head.append(f"Resumed behind {plural(done.resumed, 'row')} of an earlier run.")
    rows = [(f"{count:,}", "left out", reason) for reason, count in report.left_out.most_common()]
    rows += [(f"{count:,}", "used for other rows", reason) for reason, count in report.used.most_common()]
    rows += [(f"{count:,}", "not linked", reason) for reason, count in sorted(report.links.items())]
    tables = [Table("", ("rows", "what became of them", "why"), rows)] if rows else []
    foot = [*_requirement_lines(report)]
    proposed = report.claims["proposed"]
    if proposed:
        foot.append(
            f"{plural(proposed, 'topic')} suggested; look through them: mlgraph import review {folder}"
        )
    foot.append(f"Use it: mlgraph courses --data {folder}")
    if reader.name == "csv":
        foot.append("Of the CSV itself: mlgraph metrics, hidden and degree (docs/curriculum.md)")
    data = {
        "format": reader.name,
        "folder": str(folder),
        "resumed": done.resumed,
        "doneBefore": done.complete_before,
        **report.as_data(),
    }
    return Document("import", data, head, tables, foot)


def _requirement_lines(report: Report) -> list[str]:
    counts = report.requirements
    if not counts["texts"]:
        return []
    share = counts["read"] / counts["texts"]
    line = f"{plural(counts['texts'], 'requirement')}: {counts['read']:,} read ({share:.1%}) into {plural(counts['groups'], 'group')}"
    line += f", {counts['unread']:,} kept as text" + (
        f", {counts['tooWide']:,} too wide for groups" if counts["tooWide"] else ""
    )
    return [
        line + f"; {counts['options']:,} options are courses, {counts['optionsInWords']:,} stay in words."
    ]


def _command_of(reader: Reader) -> Callable[..., None]:
    def command(
        source: Source = None,
        output: Output = None,
        institution: Institution = "",
        licence: Licence = "",
        least: Least = 0.4,
        date: Day = "",
        fresh: Fresh = False,
        quiet: Quiet = False,
        form: Form = Format.table,
    ) -> None:
        _run(reader, source, output, institution, licence, least, date, form, fresh=fresh, quiet=quiet)

    command.__doc__ = f"Read {reader.summary}."
    return command


@import_command.command("csv")
def _csv(
    source: Source = None,
    output: Output = None,
    template: Template = False,
    institution: Institution = "",
    licence: Licence = "",
    least: Least = 0.4,
    date: Day = "",
    fresh: Fresh = False,
    quiet: Quiet = False,
    form: Form = Format.table,
) -> None:
    """Read your own catalogue, a CSV file; --template prints its columns."""
    if template:
        from mlgraph.interchange.imports.own_csv import TEMPLATE

        sys.stdout.write(TEMPLATE)
        return
    _run(READERS["csv"], source, output, institution, licence, least, date, form, fresh=fresh, quiet=quiet)


for _name, _reader in READERS.items():
    if _name != "csv":
        import_command.command(_name, short_help=_reader.summary)(_command_of(_reader))

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder that an import wrote.")]
Accept = Annotated[
    Optional[list[str]],
    typer.Option("--accept", help="Accept this suggestion, as COURSE=TOPIC; may be repeated."),
]
Reject = Annotated[
    Optional[list[str]],
    typer.Option("--reject", help="Reject this suggestion, as COURSE=TOPIC; may be repeated."),
]
AcceptFrom = Annotated[
    Optional[float],
    typer.Option("--accept-from", metavar="SCORE", help="Accept all with this score or more."),
]
RejectBelow = Annotated[
    Optional[float], typer.Option("--reject-below", metavar="SCORE", help="Reject all with a lower score.")
]
Level = Annotated[
    str, typer.Option("--level", help="How deeply accepted topics are taught: awareness, working or deep.")
]
Listing = Annotated[bool, typer.Option("--list", help="Ask nothing, list what waits.")]


@import_command.command("review")
def _review(
    folder: Folder,
    accept: Accept = None,
    reject: Reject = None,
    accept_from: AcceptFrom = None,
    reject_below: RejectBelow = None,
    level: Level = "working",
    listing: Listing = False,
    date: Day = "",
    form: Form = Format.table,
) -> None:
    """Walk through suggested topics: a accepts, r rejects, s skips, q stops; or decide by flags."""
    from mlgraph.interchange.imports.review import decide, proposals

    if level not in {"awareness", "working", "deep"}:
        raise UsageError(f"no such level: {level!r}", "one of awareness, working, deep")
    waiting = proposals(folder)
    day = _date(date)
    flagged = accept or reject or accept_from is not None or reject_below is not None
    if flagged:
        decided = _by_flags(waiting, (accept or [], reject or []), (accept_from, reject_below), level, day)
    elif listing or form is not Format.table or not sys.stdin.isatty():
        decided = []
    else:
        decided = _by_asking(waiting, level, day)
    decide(folder, decided)
    emit(_review_document(folder, waiting, decided), form)


def _pair(proposal: Proposal) -> str:
    return f"{local_name(proposal.subject)}={local_name(proposal.object)}"


def _decision(proposal: Proposal, *, accepted: bool, level: str, day: str) -> tuple[Proposal, Decision]:
    from mlgraph.interchange.imports.review import Decision

    reason = proposal.reason.split("; matched")[0] + ", and a reviewer accepted it."
    return proposal, Decision(
        accepted, level if accepted else "", day, reason if accepted else proposal.reason
    )


def _by_flags(
    waiting: Sequence[Proposal],
    named: tuple[list[str], list[str]],
    bounds: tuple[float | None, float | None],
    level: str,
    day: str,
) -> list[tuple[Proposal, Decision]]:
    known = {_pair(each): each for each in waiting}
    for pair in (*named[0], *named[1]):
        if pair not in known:
            raise UsageError(f"no suggestion {pair!r} waits", "see --list; write COURSE=TOPIC by their slugs")
    both = set(named[0]) & set(named[1])
    if both or (bounds[0] is not None and bounds[1] is not None and bounds[0] < bounds[1]):
        raise UsageError("something is accepted and rejected at once", "mend the flags")
    decided = []
    for pair, each in known.items():
        yes = pair in named[0] or (bounds[0] is not None and each.score >= bounds[0] and pair not in named[1])
        no = pair in named[1] or (bounds[1] is not None and each.score < bounds[1] and not yes)
        if yes or no:
            decided.append(_decision(each, accepted=yes, level=level, day=day))
    return decided


def _answer() -> str:
    """Return a, r, s or q; what is none of them is asked again, and a break (Ctrl-C) is a q: no decision is lost."""
    while True:
        try:
            answer = typer.prompt("  [a]ccept [r]eject [s]kip [q]uit", default="s").strip().lower()[:1]
        except typer.Abort:
            return "q"
        if answer in {"a", "r", "s", "q"}:
            return str(answer)


def _by_asking(waiting: Sequence[Proposal], level: str, day: str) -> list[tuple[Proposal, Decision]]:
    decided = []
    for place, each in enumerate(waiting, 1):
        sys.stdout.write(
            f"\n{place} of {len(waiting)}  {each.name} ({local_name(each.subject)})\n"
            f"  {local_name(each.predicate)} {local_name(each.object)}?  score {each.score:g}\n  {each.reason}\n"
            + (f"  {each.description[:300]}\n" if each.description else "")
        )
        answer = _answer()
        if answer == "q":
            break
        if answer in {"a", "r"}:
            decided.append(_decision(each, accepted=answer == "a", level=level, day=day))
    return decided


def _review_document(
    folder: Path, waiting: Sequence[Proposal], decided: Sequence[tuple[Proposal, Decision]]
) -> Document:
    done = {proposal.claim for proposal, _ in decided}
    left = [each for each in waiting if each.claim not in done]
    counts = Counter("accepted" if decision.accepted else "rejected" for _, decision in decided)
    rows = [(_pair(each), f"{each.score:g}", each.name, each.reason) for each in left]
    items = [
        {
            "claim": curie(each.claim),
            "subject": local_name(each.subject),
            "name": each.name,
            "predicate": local_name(each.predicate),
            "object": local_name(each.object),
            "score": each.score,
            "reason": each.reason,
        }
        for each in left
    ]
    foot = [
        f"{counts['accepted']:,} accepted, {counts['rejected']:,} rejected, {len(left):,} wait in {folder}."
    ]
    table = Table("", ("suggestion", "score", "name", "reason"), rows)
    data = {"accepted": counts["accepted"], "rejected": counts["rejected"], "waiting": items}
    return Document("import-review", data, [], [table] if rows else [], foot)
