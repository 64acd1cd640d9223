"""prereqs, unlocks, path, why."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Optional

import typer

from mlgraph.catalog.naming import resolve, resolve_many
from mlgraph.cli.option import Data, Form, Lang, complete, opened, split
from mlgraph.cli.output import Document, Format, emit
from mlgraph.cli.wording import (
    claim_lines,
    explanation_document,
    path_document,
    tree_lines,
    unlock_document,
)
from mlgraph.interchange.jsonform import claim_data
from mlgraph.planning.prerequisite import explain, prerequisites
from mlgraph.vocab import MLG

__all__ = ["path_command", "prereqs_command", "unlocks_command", "why_command"]

Known = Annotated[
    Optional[list[str]],
    typer.Option(
        "--known",
        help="Topics, or whole areas, that you know; separated by commas.",
        autocompletion=complete("topic", "area"),
    ),
]
TopicName = Annotated[
    str, typer.Argument(help="Slug, label or alias of a topic.", autocompletion=complete("topic"))
]
GoalName = Annotated[
    str,
    typer.Argument(
        help="Slug, label or alias of a topic, or of an area for all its topics.",
        autocompletion=complete("topic", "area"),
    ),
]


class PathFormat(StrEnum):
    """How to print a path."""

    table = "table"
    json = "json"
    csv = "csv"
    md = "md"
    mermaid = "mermaid"
    dot = "dot"
    svg = "svg"


def prereqs_command(
    topic: GoalName,
    known: Known = None,
    direct: Annotated[bool, typer.Option("--direct", help="Only what the topic names itself.")] = False,
    soft: Annotated[bool, typer.Option("--soft", help="Also what is recommended but not needed.")] = False,
    tree: Annotated[bool, typer.Option("--tree", help="As a tree from the topic down.")] = False,
    reasons: Annotated[
        bool, typer.Option("--reasons", help="Say why each is needed, and who says so.")
    ] = False,
    form: Annotated[
        PathFormat,
        typer.Option("--format", "-f", help="How to print: table, json, csv, md, mermaid, dot or svg."),
    ] = PathFormat.table,
    data: Data = None,
    lang: Lang = "en",
) -> None:
    """Show what must be known before a topic, in an order in which nothing comes before what it needs."""
    store = opened(data)
    goals = [each.iri for each in resolve_many(store, [topic], ["topic"])]
    have = [each.iri for each in resolve_many(store, split(known), ["topic"])]
    path = prerequisites(store, goals, have, lang=lang)
    if form in {PathFormat.mermaid, PathFormat.dot}:
        from mlgraph.interchange.diagram import to_dot, to_mermaid

        sys.stdout.write((to_mermaid if form is PathFormat.mermaid else to_dot)(path))
        return
    if form is PathFormat.svg:
        from mlgraph.viewer.svg import to_svg

        sys.stdout.write(to_svg(path))
        return
    if tree and form is PathFormat.table:
        sys.stdout.write("\n".join(tree_lines(path)) + "\n")
        return
    from mlgraph.catalog.claims import claims
    from mlgraph.catalog.topics import soft_links

    shown = [step.topic.iri for step in path.steps]
    why = claims(store, predicate=MLG.requires, subjects=shown, objects=shown) if reasons and shown else []
    extra = soft_links(store, shown) if soft and shown else []
    emit(
        path_document("prereqs", path, direct=direct, why=why, soft=extra, reasons=reasons),
        Format(form.value),
    )


def unlocks_command(
    topic: TopicName,
    direct: Annotated[bool, typer.Option("--direct", help="Only topics that name it themselves.")] = False,
    form: Form = Format.table,
    data: Data = None,
    lang: Lang = "en",
) -> None:
    """Show what a topic opens the way to: the topics that need it."""
    from mlgraph.catalog.topics import unlocks

    store = opened(data)
    goal = resolve(store, topic, ["topic"])
    emit(unlock_document(goal, unlocks(store, goal.iri, direct=direct, lang=lang), direct=direct), form)


def path_command(
    known: Annotated[
        Optional[list[str]],
        typer.Argument(
            help="What you know: topics or whole areas.", autocompletion=complete("topic", "area")
        ),
    ] = None,
    to: Annotated[
        Optional[list[str]],
        typer.Option(
            "--to",
            help="Where you want to be: topics, separated by commas.",
            autocompletion=complete("topic"),
        ),
    ] = None,
    form: Form = Format.table,
    data: Data = None,
    lang: Lang = "en",
) -> None:
    """Show the way from what you know to where you want to be, with the hours it takes."""
    store = opened(data)
    if not split(to):
        raise typer.BadParameter("say where to go, for example --to transformer")
    goals = [each.iri for each in resolve_many(store, split(to), ["topic"])]
    have = [each.iri for each in resolve_many(store, split(known), ["topic"])]
    emit(path_document("path", prerequisites(store, goals, have, lang=lang)), form)


def why_command(
    topic: TopicName,
    needed: Annotated[
        Optional[str],
        typer.Argument(help="The topic that it is said to need.", autocompletion=complete("topic")),
    ] = None,
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """Say why one topic needs another: the chain, each link with its reason and sources.

    With one topic, why it needs what it names itself. Exit code 1 where there is no such need.
    """
    from mlgraph.catalog.claims import claims

    store = opened(data)
    first = resolve(store, topic, ["topic"])
    if needed is None:
        direct = claims(store, predicate=MLG.requires, subjects=[first.iri])
        head = [line for claim in direct for line in claim_lines(claim)] or [
            f"{first.label} needs nothing before it."
        ]
        emit(Document("why", {"claims": [claim_data(claim) for claim in direct]}, head), form)
        return
    second = resolve(store, needed, ["topic"])
    found = explain(store, first.iri, second.iri)
    emit(explanation_document(first, second, found), form)
    if not found.holds:
        raise typer.Exit(1)
