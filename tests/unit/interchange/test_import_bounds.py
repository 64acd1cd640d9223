"""Foreign files that mean no good, or are no good: bounds are kept, and what is wrong is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from mlgraph.errors import DataError, EncodingError, FileTooLargeError
from mlgraph.interchange.imports.bounded import LIMITS, members, parse_json, table_rows
from mlgraph.interchange.imports.princeton_yaml import read_documents
from mlgraph.interchange.imports.registry import READERS

if TYPE_CHECKING:
    from pathlib import Path


def test_members_come_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "big.json"
    body = {f"k{number}": {"n": number, "text": "x" * 900} for number in range(500)}
    path.write_text(json.dumps({"head": [1, {"a": 2}], "classes": body, "tail": 1}), encoding="utf-8")
    assert dict(members(path, "classes")) == body
    assert [value for _, value in members(_written(tmp_path, "[1, 23, 4]"))] == [1, 23, 4]


@pytest.mark.parametrize(
    "content",
    ['{"a": 1', '{"a" 1}', "{", '{"a": 1 "b": 2}', "7", "", '{"a": ' + "[" * 5000 + "]" * 5000 + "}"],
)
def test_broken_or_deep_json_is_refused(content: str, tmp_path: Path) -> None:
    with pytest.raises(DataError):
        list(members(_written(tmp_path, content)))


def test_bounds_are_said(tmp_path: Path) -> None:
    path = _written(tmp_path, '{"a": 1, "b": 2}')
    with pytest.raises(FileTooLargeError):
        list(members(path, limits=LIMITS._replace(file_bytes=3)))
    with pytest.raises(DataError, match="more than 1 "):
        list(members(path, limits=LIMITS._replace(rows=1)))
    long = _written(tmp_path, json.dumps({"a": "x" * 300_000}))
    with pytest.raises(DataError, match="one entry has more than"):
        list(members(long, limits=LIMITS._replace(item_chars=1000)))
    table = _written(tmp_path, "a,b\n" + "1,2\n" * 5, "t.csv")
    with pytest.raises(DataError, match="more than 3 rows"):
        list(table_rows(table, limits=LIMITS._replace(rows=3)))
    cell = _written(tmp_path, 'a,b\n"' + "x" * 5000 + '",2\n', "c.csv")
    with pytest.raises(DataError, match="not CSV"):
        list(table_rows(cell, limits=LIMITS._replace(cell_chars=100)))
    with pytest.raises(DataError, match="nested deeper"):
        parse_json("[" * 100 + "]" * 100)
    with pytest.raises(DataError):
        parse_json("[" * 100_000)


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("code,title\nA,Größe\n".encode("latin-1"))
    with pytest.raises(EncodingError):
        list(READERS["csv"].rows(path))


@pytest.mark.parametrize(
    "content",
    [
        "a: &x 1",
        "a: !!python/object:os.system x",
        "a: *x",
        "a: {b: c}",
        "- [1, 2]",
        "a: 1\na: 2",
        "a: 'x",
        "??",
    ],
)
def test_yaml_that_could_do_something_is_refused(content: str) -> None:
    with pytest.raises(DataError):
        read_documents(content)


def test_yaml_is_read_as_a_yaml_library_reads_it() -> None:
    content = (
        "code: X\nvars:\n    - name: A\n      equ: B1 | C2\n---\n- course: X 1\n  equiv:\n  - Y 1\n"
        "  notes: >-\n      two\n      lines\n  id: '007'\n- course: X 2\n  reqs: A & (X1 | Y2)\n"
    )
    assert read_documents(content) == list(yaml.load_all(content, yaml.BaseLoader))


@pytest.mark.parametrize("form", sorted(READERS))
def test_nothing_there_is_said_not_thrown(form: str, tmp_path: Path) -> None:
    with pytest.raises(DataError):
        list(READERS[form].rows(tmp_path / "nowhere"))
    with pytest.raises(DataError):
        list(READERS[form].rows(tmp_path))


def _written(folder: Path, content: str, name: str = "x.json") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path
