"""mlgraph evaluate, on the shipped graph and small hand-made pairs."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from mlgraph.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

    from mlgraph.rdf.store import EmbeddedStore

HEADER = "concept\tprerequisite\tlabel\n"
ROWS = """Backpropagation\tmultivariable chain rule\t1
back-propagation algorithm\tMultivariable-Chain-Rules\t1
multivariable chain rule\tbackpropagation\t1
Backprop\tmultilayer perceptrons\t1
backpropagation\treinforcement learning\t1
backpropagation\tloss functions\t0
backpropagation\tgoing for a walk\t1
"""


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.tsv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    return path


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run(["evaluate", *map(str, arguments)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def document(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    code, out, err = answer(capsys, *arguments, "--shuffles", 20, "-f", "json")
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def test_json_holds_all_measures(pairs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, pairs)
    assert found["schema"] == "mlgraph/evaluate/1"
    assert (found["rows"], found["positives"], found["negatives"]) == (7, 4, 1)
    assert found["concepts"]["unmatched"] == ["going for a walk"]
    assert found["concepts"]["matched"] == found["concepts"]["distinct"] - 1
    assert (found["recall"]["count"], found["recall"]["of"]) == (2, 4)
    assert (found["contradictions"]["count"], found["contradictions"]["share"]) == (1, 0.25)
    assert (found["rightWay"]["count"], found["rightWay"]["of"]) == (2, 3)
    assert (found["falseHits"]["count"], found["falseHits"]["of"]) == (1, 1)
    assert 0 < found["randomRecall"]["expected"] < 0.2
    assert found["recall"]["interval"][0] <= 0.5 <= found["recall"]["interval"][1]


def test_equal_seeds_give_equal_bytes(pairs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, again, other = (
        answer(capsys, pairs, "--shuffles", 50, "--seed", seed, "-f", "json")[1] for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("contradicted", ["multivariable-chain-rule", "backpropagation"]),
        ("false", ["backpropagation", "loss-function"]),
        ("missed", ["backpropagation", "reinforcement-learning", ""]),
    ],
)
def test_show_lists_pairs_with_our_chain(
    pairs: Path, capsys: pytest.CaptureFixture[str], what: str, line: list[str]
) -> None:
    code, out, _ = answer(capsys, pairs, "--show", what, "-f", "csv", "--shuffles", 5)
    header, *rows = csv.reader(io.StringIO(out))
    assert code == 0
    assert header == ["concept", "prerequisite", "our chain"]
    found = next(row for row in rows if row[: len(line)] == line)
    if what != "missed":
        assert found[2].endswith("backpropagation")


def test_soft_counts_recommendations(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], store: EmbeddedStore
) -> None:
    row = next(
        iter(
            store.select(
                "SELECT ?a ?b WHERE { ?x mlg:recommends ?y . ?x rdfs:label ?a . ?y rdfs:label ?b "
                "FILTER NOT EXISTS { ?x mlg:requires+ ?y } } ORDER BY ?a ?b LIMIT 1"
            )
        )
    )
    path = tmp_path / "soft.tsv"
    path.write_text(f"{HEADER}{row['a'].value}\t{row['b'].value}\t1\n", encoding="utf-8")
    assert document(capsys, path)["recall"]["count"] == 0
    assert document(capsys, path, "--soft")["recall"]["count"] == 1


def test_aliases_add_matches(pairs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    aliases = tmp_path / "aliases.tsv"
    aliases.write_text("going for a walk\tgradient\n", encoding="utf-8")
    assert document(capsys, pairs, "--aliases", aliases)["positives"] == 5
    aliases.write_text("going for a walk\tno-such-topic\n", encoding="utf-8")
    code, out, err = answer(capsys, pairs, "--aliases", aliases)
    assert (code, out) == (1, "")
    assert "aliases.tsv:1: 'no-such-topic' is no topic of ours" in err


def test_table_and_markdown_say_the_same(pairs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = answer(capsys, pairs, "--shuffles", 5)[1]
    markdown = answer(capsys, pairs, "--shuffles", 5, "-f", "md")[1]
    for name in ("recall in the closure", "contradictions", "right way among decided", "recall of 5 random"):
        assert name in table
        assert f"| {name}" in markdown


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"concept\tlabel\nb\t1\n", "the header lacks prerequisite"),
        (b"concept\tprerequisite\tlabel\nb\ta\t2\n", "pairs.tsv:2: the label is '2'"),
        (
            b"concept\tprerequisite\tlabel\ntea\tcake\t1\n",
            "no pair can be judged: 1 row, 0 of 2 concepts matched",
        ),
        (b"concept\tprerequisite\tlabel\n", "no pair can be judged: 0 rows"),
        (b"concept\tprerequisite\tlabel\n\xff\ta\t1\n", "not UTF-8"),
    ],
)
def test_bad_input_is_refused_with_a_hint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, message: str
) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_bytes(content)
    code, out, err = answer(capsys, path)
    assert (code, out) == (1, "")
    assert message in err
    assert "hint: " in err


def test_a_missing_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = answer(capsys, tmp_path / "none.tsv")
    assert code == 1
    assert "No such file" in err
