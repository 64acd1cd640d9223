"""Foreign files that mean no good, or are no good: bounds are kept, and what is wrong is said."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from mlgraph.errors import DataError, EncodingError, FileTooLargeError
from mlgraph.interchange.imports.bounded import LIMITS, _lines, members, parse_json, table_rows
from mlgraph.interchange.imports.ground import ground_of
from mlgraph.interchange.imports.princeton_yaml import read_documents
from mlgraph.interchange.imports.registry import READERS
from mlgraph.interchange.imports.row import CourseRow, Skipped
from mlgraph.interchange.imports.run import Setup, run_import
from mlgraph.rdf.reader import read_turtle
from mlgraph.rdf.store import EmbeddedStore
from tests.little import built_store

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


# --- files that are something else ----------------------------------------------------------------

ZIP = b"PK\x03\x04\x14\x00\x00\x00\x08\x00\xff\xfe\x8f"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (ZIP, "ZIP archive"),
        (b"\x1f\x8b\x08\x00\xff", "gzip"),
        ("code,title\nA,B\n".encode("utf-16"), "UTF-16"),
        (b"code,title\nA,\xf6\n", "not UTF-8: byte 0xf6"),
    ],
)
@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("csv", "x.csv"),
        ("mit", "x.json"),
        ("princeton", "x.yaml"),
        ("schema-org", "x.html"),
        ("onet", "Occupation Data.txt"),
        ("esco", "skills_en.csv"),
    ],
)
def test_what_is_no_utf8_is_called_what_it_is(
    form: str, name: str, content: bytes, said: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(EncodingError, match=said) as caught:
        list(READERS[form].rows(tmp_path))
    assert caught.value.mend


@pytest.mark.parametrize(
    ("form", "name", "content"),
    [
        ("csv", "x.csv", "code,title\nA 1,a\0b\n"),
        ("princeton", "x.yaml", "- course: MAT 1\0\n"),
        ("mit", "x.json", '{"classes": {"1.1": {"name": "a\0b"}}}'),
    ],
)
def test_nul_bytes_are_refused(form: str, name: str, content: str, tmp_path: Path) -> None:
    _written(tmp_path, content, name)
    with pytest.raises(DataError):
        list(READERS[form].rows(tmp_path))


def test_halves_of_characters_and_control_signs_never_reach_a_record(tmp_path: Path) -> None:
    entry = (
        r'{"name": "a\u0000b\ud800\u001b[31m", "prereqs": "Not \udc00 this.", "description": "\ud83d\ude00"}'
    )
    source = _written(tmp_path, '{"classes": {"1.\\u0007": ' + entry + "}}")
    setup = Setup(READERS["mit"], source, tmp_path / "out", "2026-11-25", "mit")
    report = run_import(setup, ground_of(built_store())).report
    assert report.kept == 1
    written = (tmp_path / "out" / "part-00001.ttl").read_text(encoding="utf-8")
    assert "\U0001f600" in written
    assert not {"\0", "\x1b", "\x07"} & set(written)
    assert report.unread == ["Not \ufffd this"]


def test_a_line_without_end_is_not_read_whole(tmp_path: Path) -> None:
    class Endless:
        """A file of one line that never ends; a reader that wants it whole would never come back."""

        read = 0

        def readline(self, size: int) -> str:
            self.read += size
            return "a" * size

    file = Endless()
    with pytest.raises(DataError, match="a line of more than"):
        list(_lines(file, tmp_path, LIMITS))
    assert file.read <= LIMITS.item_chars + 1
    with pytest.raises(DataError, match="a line of more than 50 "):
        list(
            table_rows(
                _written(tmp_path, "a,b\n" + "x" * 100, "l.csv"), limits=LIMITS._replace(item_chars=50)
            )
        )


def test_an_alias_bomb_is_refused_at_its_first_anchor() -> None:
    steps = [f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]" for n in range(9)]
    with pytest.raises(DataError, match="anchors") as caught:
        read_documents("\n".join(['a: &a ["lol", "lol"]', *steps]))
    assert caught.value.line == 1


def test_cells_beyond_the_columns_are_said(tmp_path: Path) -> None:
    table = "Code;Title;Hours per week\nA 1;One;5;;\nA 2;Two, three;6\nA 3;x;7;y\n"
    rows = list(READERS["csv"].rows(_written(tmp_path, table, "s.csv")))
    assert [(row.name, row.hours_per_week) for row in rows if isinstance(row, CourseRow)] == [
        ("One", 5.0),
        ("Two, three", 6.0),
    ]
    assert [row.reason for row in rows if isinstance(row, Skipped)] == [
        "more cells than columns: is a comma outside quotes?"
    ]


KILLED = """
import os, signal, sys
from pathlib import Path
import mlgraph.interchange.imports.run as run
from mlgraph.interchange.imports.ground import ground_of
from mlgraph.interchange.imports.registry import READERS
from mlgraph.rdf.store import EmbeddedStore

written = 0
writes = run.write_atomically

def write(path, content):
    global written
    written += 1
    if written == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
    writes(path, content)

run.write_atomically, run.PART_QUADS = write, 40
setup = run.Setup(READERS["csv"], Path(sys.argv[1]), Path(sys.argv[2]), "2026-11-25", "eth")
run.run_import(setup, ground_of(EmbeddedStore.of_quads([])))
"""


@pytest.mark.parametrize("write", [1, 2, 3, 4])
def test_a_killed_process_leaves_whole_files_and_the_next_goes_on(
    write: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before each of its writes: how far it is, the head, a part, how far it is."""
    source = _written(tmp_path, "code,title\n" + "".join(f"A {n},Course {n}\n" for n in range(12)), "c.csv")
    torn, whole = tmp_path / "torn", tmp_path / "whole"
    command = [sys.executable, "-c", KILLED, str(source), str(torn), str(write)]
    assert subprocess.run(command, check=False, timeout=60).returncode == -signal.SIGKILL
    left = list(torn.glob("*.ttl"))
    assert all(read_turtle(path) for path in left)
    assert len(left) == (0, 0, 1, 2)[write - 1]
    monkeypatch.setattr("mlgraph.interchange.imports.run.PART_QUADS", 40)
    for folder in (torn, whole):
        setup = Setup(READERS["csv"], source, folder, "2026-11-25", "eth")
        run_import(setup, ground_of(EmbeddedStore.of_quads([])))
    files = {path.name: path.read_bytes() for path in whole.iterdir()}
    assert files == {path.name: path.read_bytes() for path in torn.iterdir()}
    assert len(files) > 4
