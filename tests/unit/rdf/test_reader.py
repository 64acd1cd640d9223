"""Reading is bounded, and an error says in which file and line it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlgraph.errors import DataError, EncodingError, FileTooLargeError, TurtleSyntaxError
from mlgraph.rdf.reader import RECORD_LIMIT, parse_turtle, read_text, read_turtle, record_files

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "<https://a.org/s> <https://a.org/p> 1 .\n"


def test_files_come_sorted_and_later_folders_after_earlier_ones(tmp_path: Path) -> None:
    for name in ("late/a.ttl", "early/z.ttl", "early/deep/b.ttl", "early/note.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(GOOD)
    found = [
        path.relative_to(tmp_path).as_posix()
        for path in record_files([tmp_path / "early", tmp_path / "late"])
    ]
    assert found == ["early/deep/b.ttl", "early/z.ttl", "late/a.ttl"]


def test_file_given_twice_comes_once(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(GOOD)
    assert list(record_files([path, tmp_path, tmp_path])) == [path]


def test_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no such data folder: .*missing"):
        list(record_files([tmp_path / "missing"]))


def test_text_keeps_its_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_bytes(b"a\r\nb\n")
    assert read_text(path) == "a\r\nb\n"


def test_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    with path.open("wb") as file:
        file.truncate(RECORD_LIMIT + 1)
    with pytest.raises(FileTooLargeError, match=r"8\.4 MB is more than") as caught:
        read_text(path)
    assert caught.value.path == path


def test_file_of_exactly_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("12345")
    assert read_text(path, limit=5) == "12345"


def test_wrong_encoding_names_byte_and_line(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_bytes(b"# one\n# two\n# caf\xe9\n")
    with pytest.raises(EncodingError, match="byte 0xe9 at line 3") as caught:
        read_text(path)
    assert (caught.value.path, caught.value.line) == (path, 3)
    assert "iconv" in caught.value.mend


def test_folder_instead_of_a_file_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read") as caught:
        read_text(tmp_path)
    assert caught.value.path == tmp_path


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<https://a.org/s> <https://a.org/p> 1", 1),
        (f"{GOOD}{GOOD}<https://a.org/s> <https://a.org/p> .\n", 3),
        ("a:s a:p a:o .", 1),
        ("<relative> <https://a.org/p> 1 .", 1),
    ],
)
def test_what_is_not_turtle_names_path_and_line(text: str, line: int, tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(text)
    with pytest.raises(TurtleSyntaxError, match="not Turtle") as caught:
        read_turtle(path)
    assert (caught.value.path, caught.value.line) == (path, line)


def test_text_without_a_file_has_no_place() -> None:
    with pytest.raises(TurtleSyntaxError) as caught:
        parse_turtle("nonsense")
    assert caught.value.path is None
    assert str(caught.value).startswith("not Turtle")


def test_empty_text_has_no_triples() -> None:
    assert parse_turtle("") == []


def test_triples_come_in_the_order_of_the_text() -> None:
    quads = parse_turtle("<https://a.org/s> <https://a.org/p> 2 , 1 .")
    assert [quad.object.value for quad in quads] == ["2", "1"]  # type: ignore[union-attr]
