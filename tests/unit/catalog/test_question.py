"""Shipped questions are read from small Turtle files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlgraph.catalog.question import Question, questions
from mlgraph.errors import TurtleSyntaxError
from tests.little import HEADS

if TYPE_CHECKING:
    from pathlib import Path

SH = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"


def write(folder: Path, name: str, turtle: str) -> None:
    (folder / f"{name}.ttl").write_text(HEADS + SH + turtle)


def test_questions_come_by_name_with_text_and_expectation(tmp_path: Path) -> None:
    write(tmp_path, "b", '[] rdfs:label "B?" ; sh:ask "ASK {}" ; rdfs:comment "expects: yes" .')
    write(tmp_path, "a", '[] rdfs:label "A?" ; sh:select "SELECT * {}" .')
    write(
        tmp_path, "c", '[] rdfs:label "C?" ; sh:construct "CONSTRUCT {} {}" ; rdfs:comment "no word of it" .'
    )
    assert questions(tmp_path) == [
        Question("a", "A?", "rows", "SELECT * {}"),
        Question("b", "B?", "yes", "ASK {}"),
        Question("c", "C?", "rows", "CONSTRUCT {} {}"),
    ]


def test_broken_question_names_its_file(tmp_path: Path) -> None:
    write(tmp_path, "a", "[] rdfs:label ")
    with pytest.raises(TurtleSyntaxError) as caught:
        questions(tmp_path)
    assert caught.value.path == tmp_path / "a.ttl"


def test_folder_without_questions_has_none(tmp_path: Path) -> None:
    assert questions(tmp_path) == []
