"""evaluate."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from mlgraph.cli.option import Data, Form, opened
from mlgraph.cli.output import Document, Format, Table, emit, glyph, plural
from mlgraph.errors import DataError
from mlgraph.vocab import local_name

if TYPE_CHECKING:
    import networkx as nx

    from mlgraph.analysis.evaluation import Baseline, Evaluation, Share

__all__ = ["evaluate_command"]


class Shown(StrEnum):
    """Which pairs to list."""

    missed = "missed"
    contradicted = "contradicted"
    false = "false"


def evaluate_command(
    pairs: Annotated[
        Path, typer.Argument(help="Tab-separated, with a header: concept, prerequisite, label (1 or 0).")
    ],
    aliases: Annotated[
        Optional[Path],
        typer.Option("--aliases", help="Tab-separated: a name in the pairs, and a slug or label of ours."),
    ] = None,
    soft: Annotated[bool, typer.Option("--soft", help="Count recommendations as prerequisites too.")] = False,
    show: Annotated[
        Optional[Shown],
        typer.Option(
            "--show",
            help="List the pairs that the graph misses, contradicts, or holds although they are labelled 0.",
        ),
    ] = None,
    shuffles: Annotated[
        int, typer.Option("--shuffles", min=1, max=100_000, help="Random graphs to compare with.")
    ] = 1000,
    seed: Annotated[int, typer.Option("--seed", help="Equal seeds give equal numbers.")] = 0,
    form: Form = Format.table,
    data: Data = None,
) -> None:
    """Score the graph against labelled prerequisite pairs of your own.

    Exit code 1 if no pair has both its concepts in the graph.
    """
    from mlgraph.analysis.evaluation import evaluate, match_concepts
    from mlgraph.interchange.pairs import read_aliases, read_pairs, topic_graph, topic_names

    rows = read_pairs(pairs)
    store = opened(data)
    known = topic_names(store)
    said = read_aliases(aliases, known) if aliases else {}
    matching = match_concepts({name for pair in rows for name in pair[:2]}, known, said)
    network = topic_graph(store, soft=soft)
    found = evaluate(network, rows, matching, shuffles=shuffles, seed=seed)
    if not found.positives and not found.negatives:
        raise DataError(
            f"no pair can be judged: {plural(found.rows, 'row')}, "
            f"{len(matching.matched):,} of {plural(matching.total, 'concept')} matched",
            "say with --aliases FILE what the names mean, or look them up with `mlgraph search TEXT`",
            path=pairs,
        )
    emit(_document(found, network, show, soft=soft, seed=seed), form)


def _document(
    found: Evaluation, network: nx.DiGraph[str], show: Shown | None, *, soft: bool, seed: int
) -> Document:
    measures = Table("", ("measure", "count", "of", "share", "95 % interval"), _measures(found))
    tables = [measures]
    data = _data(found, soft=soft, seed=seed)
    if show is not None:
        listed = _listed(found, network, show)
        title = {
            Shown.missed: "Positives that the graph does not hold",
            Shown.contradicted: "Positives whose reverse the graph holds",
            Shown.false: "Pairs labelled 0 that the graph holds",
        }[show]
        arrow = glyph(" → ", " -> ")
        lines = [(concept, needed, arrow.join(way)) for concept, needed, way in listed]
        tables.insert(0, Table(title, ("concept", "prerequisite", "our chain"), lines))
        data[show.value] = [
            {"concept": concept, "prerequisite": needed, "chain": way} for concept, needed, way in listed
        ]
    foot = [f"{plural(found.conflicting, 'pair')} labelled both ways."] if found.conflicting else []
    return Document("evaluate", data, [], tables, foot)


def _listed(found: Evaluation, network: nx.DiGraph[str], show: Shown) -> list[tuple[str, str, list[str]]]:
    """Return the pairs to show as slugs, each with the chain by which the graph decides it, if it does."""
    from mlgraph.analysis.evaluation import chain

    links = {
        Shown.missed: found.missed,
        Shown.contradicted: found.contradicted,
        Shown.false: found.false,
    }[show]
    listed = []
    for concept, needed in links:
        ends = (needed, concept) if show is Shown.false else (concept, needed)
        way = [local_name(node) for node in chain(network, *ends)]
        listed.append((local_name(concept), local_name(needed), way))
    return listed


def _measures(found: Evaluation) -> list[tuple[str, str, str, str, str]]:
    matching = found.matching
    rows = [
        ("rows read", f"{found.rows}", "", "", ""),
        ("distinct concepts", f"{matching.total}", "", "", ""),
        ("matched concepts", *_cells(len(matching.matched), matching.total)),
        ("ambiguous concepts", *_cells(len(matching.ambiguous), matching.total)),
        ("positives to judge", f"{found.positives}", "", "", ""),
        ("pairs labelled 0 to judge", f"{found.negatives}", "", "", ""),
    ]
    for name, share in (
        ("recall in the closure", found.recall),
        ("contradictions", found.contradictions),
        ("right way among decided", found.right_way),
        ("held although labelled 0", found.false_hits),
    ):
        rows.append((name, *_cells(share.part, share.of, share.interval)))
    if found.baseline:
        chance = found.baseline
        name = f"recall of {plural(chance.shuffles, 'random graph')}"
        rows.append((name, "", "", f"{chance.mean:.3f}", _range(chance.low, chance.high)))
    return rows


def _cells(count: int, of: int, interval: tuple[float, float] | None = None) -> tuple[str, str, str, str]:
    return f"{count}", f"{of}", f"{count / of:.3f}" if of else "n/a", _range(*interval) if interval else ""


def _range(low: float, high: float) -> str:
    return f"{low:.3f} to {high:.3f}"


def _data(found: Evaluation, *, soft: bool, seed: int) -> dict[str, object]:
    matching = found.matching
    return {
        "soft": soft,
        "seed": seed,
        "rows": found.rows,
        "concepts": {
            "distinct": matching.total,
            "matched": len(matching.matched),
            "share": _rounded(len(matching.matched) / matching.total if matching.total else None),
            "ambiguous": {
                name: [local_name(node) for node in nodes] for name, nodes in matching.ambiguous.items()
            },
            "unmatched": list(matching.unmatched),
        },
        "positives": found.positives,
        "negatives": found.negatives,
        "conflicting": found.conflicting,
        "recall": _share_data(found.recall),
        "contradictions": _share_data(found.contradictions),
        "rightWay": _share_data(found.right_way),
        "falseHits": _share_data(found.false_hits),
        "randomRecall": _baseline_data(found.baseline),
    }


def _share_data(share: Share) -> dict[str, object]:
    data: dict[str, Any] = {"count": share.part, "of": share.of, "share": _rounded(share.value)}
    if share.interval:
        data["interval"] = [_rounded(each) for each in share.interval]
    return data


def _baseline_data(baseline: Baseline | None) -> dict[str, object] | None:
    if baseline is None:
        return None
    return {
        "shuffles": baseline.shuffles,
        "mean": _rounded(baseline.mean),
        "range": [_rounded(baseline.low), _rounded(baseline.high)],
        "expected": _rounded(baseline.expected),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
