"""Records know where their things stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlgraph.checks.record import Record, Records, read_records, rows_of
from mlgraph.errors import DataError
from mlgraph.vocab import MLG, RDF, thing
from tests.little import HEADS, quads_of

TEXT = """@prefix topic: <https://w3id.org/mlgraph/id/topic/> .

topic:ab
    mlg:goal "\u2028" ;
    mlg:hoursLow 1.0 ;
.

topic:a
    mlg:hoursLow 2.0 ;
    mlg:hoursLowest 3.0 ;
.
"""


@pytest.mark.parametrize(
    ("slug", "predicate", "line"),
    [
        ("ab", "", 3),
        ("a", "", 8),
        ("ab", MLG.hoursLow, 5),
        ("a", MLG.hoursLow, 9),
        ("a", MLG.hoursHigh, 8),
        ("missing", "", 1),
        ("missing", MLG.hoursLow, 1),
    ],
)
def test_line_is_that_of_the_property_else_of_the_block_else_the_first(
    slug: str, predicate: str, line: int
) -> None:
    record = Record(Path("a.ttl"), Path(), TEXT, [])
    assert record.line(thing("topic", slug), predicate) == line


def test_rows_are_grouped_by_property_and_say_what_is_an_iri() -> None:
    rows = rows_of(quads_of('topic:a a mlg:Topic ; mlg:goal "x"@en , "y"@en .'))
    node = thing("topic", "a")
    assert rows[RDF.type] == [(node, MLG.Topic, True)]
    assert sorted(rows[MLG.goal]) == [(node, "x", False), (node, "y", False)]


def test_home_of_a_thing_is_the_first_file_that_speaks_of_it(tmp_path: Path) -> None:
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text(f'{HEADS}topic:x mlg:goal "{name}"@en .')
    found = read_records([tmp_path])
    assert found.homes[thing("topic", "x")].path == tmp_path / "a.ttl"
    assert len(found.quads) == 2


def test_each_folder_is_a_layer(tmp_path: Path) -> None:
    for layer in ("one", "two"):
        (tmp_path / layer).mkdir()
        (tmp_path / layer / "a.ttl").write_text("")
    roots = [each.root for each in read_records([tmp_path / "two", tmp_path / "one"]).files]
    assert roots == [tmp_path / "two", tmp_path / "one"]


def test_folder_that_does_not_exist_is_an_error_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such data folder"):
        read_records([tmp_path / "missing"])


def test_no_files_have_no_rows() -> None:
    assert Records([], []).rows == {}
