"""show, search, role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from mlgraph.catalog.courses import needs, programs
from mlgraph.catalog.curriculum import free_examples
from mlgraph.catalog.entity import describe
from mlgraph.catalog.naming import NAMED_KINDS, resolve, search
from mlgraph.cli.option import Data, Form, complete, opened, split
from mlgraph.cli.output import Document, Format, Table, emit, plural
from mlgraph.cli.wording import claim_lines, evidence_line
from mlgraph.errors import UsageError
from mlgraph.interchange.jsonform import description_data, hits_data, role_data

if TYPE_CHECKING:
    from mlgraph.catalog.entity import Description
    from mlgraph.model import Claim, Need, Program, Thing

__all__ = ["role_command", "search_command", "show_command"]


def show_command(
    name: Annotated[
        str,
        typer.Argument(
            help="Anything: slug, kind/slug, label, alias or IRI.", autocompletion=complete(*NAMED_KINDS)
        ),
    ],
    full: Annotated[bool, typer.Option("--full", help="Show every claim, however many there are.")] = False,
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """Show everything about one thing: its facts, what it is linked to, and the evidence for each link."""
    store = opened(data)
    document = _description_document(describe(store, resolve(store, name, NAMED_KINDS)), full=full)
    # people have read the facts in the lines above; the table is for CSV and Markdown
    emit(document._replace(tables=()) if form is Format.table else document, form)


def _description_document(found: Description, *, full: bool) -> Document:
    thing = found.thing
    head = [f"{thing.label} ({thing.kind}/{thing.slug})", thing.iri, ""]
    head += [f"{fact.name}: {' | '.join(fact.values)}" for fact in found.facts]
    for name, facts in found.parts:
        head.append(
            f"{name}: "
            + "; ".join(f"{fact.name} {' or '.join(fact.values)}" for fact in facts if fact.name != "type")
        )
    head += [f"source: {evidence_line(each)}" for each in found.support]
    head += [f"against: {evidence_line(each)}" for each in found.contradiction]
    for title, claims in (("What it is linked to", found.outgoing), ("What links to it", found.incoming)):
        head += _claim_section(title, claims, full=full)
    if found.mentioned_by:
        names = [f"{each.label} ({each.kind}/{each.slug})" for each in found.mentioned_by]
        shown = names if full else names[:20]
        more = f" ... and {len(names) - len(shown)} more (--full)" if len(names) > len(shown) else ""
        head += ["", "Mentioned by:", *(f"  {name}" for name in shown), *([more] if more else [])]
    if found.unlisted:
        head += ["", f"{found.unlisted:,} more mention it, too many to list."]
    rows = [(fact.name, " | ".join(fact.values)) for fact in found.facts]
    rows += [(claim.predicate, f"{claim.object.kind}/{claim.object.slug}") for claim in found.outgoing]
    return Document("show", description_data(found), head, [Table("Facts", ("property", "value"), rows)])


def _claim_section(title: str, claims: tuple[Claim, ...], *, full: bool) -> list[str]:
    if not claims:
        return []
    shown = claims if full else claims[:12]
    lines = ["", f"{title} ({len(claims)}):"]
    for claim in shown:
        lines += [f"  {line}" for line in claim_lines(claim)]
    if len(shown) < len(claims):
        lines.append(f"  ... and {len(claims) - len(shown)} more (--full)")
    return lines


def search_command(
    text: Annotated[str, typer.Argument(help="Words of a name, in any order.")],
    kind: Annotated[
        Optional[list[str]], typer.Option("--kind", help=f"Only these kinds: {', '.join(NAMED_KINDS)}.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="Most hits to show.")] = 20,
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """Find things by name; misspellings are forgiven. Exit code 1 if nothing is found."""
    kinds = split(kind) or list(NAMED_KINDS)
    unknown = [each for each in kinds if each not in NAMED_KINDS]
    if unknown:
        raise UsageError(f"no such kind: {', '.join(unknown)}", f"kinds are {', '.join(NAMED_KINDS)}")
    if not text.strip():
        raise UsageError("the text to search for is empty")
    hits = search(opened(data), text, kinds, limit)
    emit(
        Document(
            "search",
            hits_data(hits),
            [] if hits else ["nothing found"],
            [
                Table(
                    "",
                    ("kind", "slug", "label", "matched"),
                    [
                        (
                            hit.thing.kind,
                            hit.thing.slug,
                            hit.thing.label,
                            "" if hit.name == hit.thing.label else hit.name,
                        )
                        for hit in hits
                    ],
                )
            ]
            if hits
            else [],
        ),
        form,
    )
    if not hits:
        raise typer.Exit(1)


def role_command(
    name: Annotated[
        str, typer.Argument(help="Slug, label or alias of a role.", autocompletion=complete("role"))
    ],
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """Show what a role needs, how many courses teach each, and which programs prepare for it."""
    store = opened(data)
    role = resolve(store, name, ["role"])
    found = needs(store, role.iri)
    free = {
        need.thing.slug: free_examples(store, need.thing.iri, 2)
        for need in found
        if need.essential and need.thing.kind == "topic"
    }
    emit(
        _role_document(role, found, programs(store, role=role.iri), free),
        form,
    )


def _role_document(
    role: Thing, found: list[Need], prepared: list[Program], free: dict[str, list[str]]
) -> Document:
    def table(title: str, *, essential: bool) -> Table:
        return Table(
            title,
            ("needs", "kind", "level", "courses", "free courses, for example", "why"),
            [
                (
                    need.thing.label,
                    need.thing.kind,
                    need.level,
                    str(need.courses),
                    ", ".join(free.get(need.thing.slug, [])),
                    need.reason,
                )
                for need in found
                if need.essential is essential
            ],
        )

    essential = sum(need.essential for need in found)
    return Document(
        "role",
        role_data(role, found, prepared, free),
        [
            f"{role.label} needs {plural(essential, 'thing')} essentially, and {len(found) - essential} in some contexts."
        ],
        [
            table("Essential", essential=True),
            table("Optional", essential=False),
            Table(
                "Programs that prepare for it",
                ("program", "institution", "slug"),
                [(each.name, each.institution, each.slug) for each in prepared],
            ),
        ],
        [f"Details: mlgraph show role/{role.slug}"],
    )
