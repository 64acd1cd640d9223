"""What the pages say is true: their commands, queries and examples run, their links lead somewhere."""

from __future__ import annotations

import doctest
import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

import mlgraph
from mlgraph.build.opening import store_source
from mlgraph.cli.main import COMMANDS, run
from mlgraph.rdf.guard import query_form
from mlgraph.rdf.sparql import run_query
from tests.remote.servers import missing, oxigraph

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "data/*.md", "ontology/*.md", "exports/*.md", "docs/**/*.md")
    for path in ROOT.glob(pattern)
)
JSON_PAGE = "docs/json.md"
COLUMNS = "100"
"""The width of the terminal that the pages show."""

SERVER = "http://localhost:7878"
"""Where the pages say that a server of SPARQL runs."""

_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")


class Block(NamedTuple):
    """A fenced block of a page: its language, the name of a file (or none), its text and line."""

    language: str
    name: str
    text: str
    line: int


class Key(NamedTuple):
    """One documented key of a JSON object."""

    name: str
    type: str
    optional: bool


def page_text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, *languages: str) -> list[Block]:
    text = page_text(page)
    return [
        Block(found[1], found[2] or "", found[3], text.count("\n", 0, found.start()) + 1)
        for found in _BLOCK.finditer(text)
        if found[1] in languages
    ]


def cases(*languages: str) -> list[object]:
    """Return (page, block) of the pages, named by place; those of the page on JSON are tried below."""
    return [
        pytest.param(page, block, id=f"{page}:{block.line}")
        for page in PAGES
        if page != JSON_PAGE
        for block in blocks(page, *languages)
    ]


def commands_in(text: str) -> list[tuple[str, list[str]]]:
    """Split a console block into commands and what each prints."""
    found: list[tuple[str, list[str]]] = []
    for line in text.replace("\\\n", " ").splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            assert found, f"output before any command: {line}"
            found[-1][1].append(line)
    return found


def tidy(lines: list[str]) -> list[str]:
    """Return lines with runs of blanks as one, and without empty lines."""
    return [" ".join(line.split()) for line in lines if line.strip()]


def agree(expected: list[str], printed: list[str]) -> bool:
    """Say whether printed lines are the expected ones; a line `...` stands for any number of lines."""
    pattern = "".join("(?:.*\n)*" if line == "..." else re.escape(line) + "\n" for line in expected)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def put_files(page: str, folder: Path) -> None:
    """Write the blocks of a page that have a file's name."""
    text = page_text(page)
    for found in _BLOCK.finditer(text):
        if found[2]:
            (folder / found[2]).write_text(found[3], encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def _own_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give these tests a cache and a terminal of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLGRAPH_CACHE", str(tmp_path_factory.mktemp("docs-cache")))
        patch.setenv("COLUMNS", COLUMNS)
        for name in ("MLGRAPH_DATA", "MLGRAPH_LANG", "MLGRAPH_STORE"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Run what stands at `SERVER`, and return where it really is."""
    if missing("oxigraph"):
        pytest.skip(missing("oxigraph"))
    with oxigraph() as found:
        yield found.url.removesuffix("/query")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("page", "block"), cases("console"))
def test_commands_print_what_the_page_shows(
    page: str, block: Block, desk: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    put_files(page, desk)
    server = request.getfixturevalue("server") if SERVER in block.text else SERVER
    for command, expected in commands_in(block.text):
        program, *arguments = shlex.split(command)
        assert program == "mlgraph", f"only mlgraph is run in a console block: {command}"
        run([each.replace(SERVER, server) for each in arguments])
        printed = capsys.readouterr()
        assert agree(tidy(expected), tidy(printed.out.replace(server, SERVER).splitlines())), (
            f"$ {command}\nprinted:\n{printed.out}{printed.err}"
        )


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")])
def test_python_examples_run(page: str) -> None:
    """The blocks of a page share their names, one after another."""
    names: dict[str, object] = {}
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    for block in blocks(page, "python"):
        assert ">>> " in block.text, f"{page}:{block.line} has no example"
        test = doctest.DocTestParser().get_doctest(block.text, names, page, page, block.line)
        runner.run(test, out=said.append, clear_globs=False)
        names.update(test.globs)
    assert not said, "".join(said)


@pytest.mark.parametrize(("page", "block"), cases("sparql"))
def test_queries_have_answers(page: str, block: Block) -> None:
    assert page
    source = store_source(mlgraph.open_store())
    if query_form(block.text) in {"SELECT", "ASK"}:
        answer = json.loads(run_query(source, block.text, "json", 60))
        assert answer.get("boolean") or answer["results"]["bindings"]
    else:
        assert run_query(source, block.text, "nt", 60)


@pytest.mark.parametrize("name", COMMANDS)
def test_command_is_documented(name: str) -> None:
    told = "".join(page_text(page) for page in PAGES if page == "README.md" or page.startswith("docs/"))
    assert re.search(rf"\bmlgraph {name}\b", told), f"say in README.md or docs/ what `mlgraph {name}` does"


@pytest.mark.parametrize("page", PAGES)
def test_relative_links_lead_to_files(page: str) -> None:
    here = (ROOT / page).parent
    missing = [link for link in _LINK.findall(page_text(page)) if not (here / link).exists()]
    assert not missing


def test_readme_is_short_and_its_picture_small() -> None:
    assert len(page_text("README.md").splitlines()) <= 150
    pictures = sorted((ROOT / "docs" / "images").glob("*.png"))
    assert pictures
    assert all(each.stat().st_size < 200_000 for each in pictures)


# --- docs/json.md ---------------------------------------------------------------------------------


def json_sections() -> dict[str, str]:
    """Return heading -> text of the page on JSON, for headings of both ranks."""
    parts = re.split(r"^#{2,3} (.+)$", page_text(JSON_PAGE), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def documented() -> dict[str, list[Key]]:
    """Return command or object -> its keys, from the tables of the page on JSON."""
    found: dict[str, list[Key]] = {}
    for heading, text in json_sections().items():
        rows = re.findall(r"^\| `(\w+)`([^|]*)\| ([^|]+?) \|", text, flags=re.MULTILINE)
        if rows:
            found[heading] = [Key(name, type_, "with" in note) for name, note, type_ in rows]
    return found


SIMPLE: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def faults(value: object, type_: str, objects: dict[str, list[Key]], place: str) -> list[str]:
    """Return where a JSON value is not of its documented type."""
    if type_.endswith(" or null"):
        return [] if value is None else faults(value, type_.removesuffix(" or null"), objects, place)
    if type_ in SIMPLE:
        fits = isinstance(value, SIMPLE[type_]) and isinstance(value, bool) == (type_ == "boolean")
        return [] if fits else [f"{place} is {value!r}, not {type_}"]
    if type_.startswith("["):
        items = (
            [(f"{place}[{number}]", each) for number, each in enumerate(value)]
            if (isinstance(value, list))
            else None
        )
    elif type_.startswith("{"):
        items = (
            [(f"{place}.{name}", each) for name, each in value.items()] if (isinstance(value, dict)) else None
        )
    else:
        return object_faults(value, type_, objects, place)
    if items is None:
        return [f"{place} is {value!r}, not {type_}"]
    return [fault for name, each in items for fault in faults(each, type_[1:-1], objects, name)]


def object_faults(value: object, type_: str, objects: dict[str, list[Key]], place: str) -> list[str]:
    """Return where a JSON object differs from its table."""
    assert type_ in objects, f"{JSON_PAGE} has no table for {type_}"
    if not isinstance(value, dict):
        return [f"{place} is no object"]
    keys = {key.name: key for key in objects[type_]}
    found = [f"{place}.{name} is not documented" for name in value if name not in keys]
    found += [f"{place}.{name} is missing" for name in keys if name not in value and not keys[name].optional]
    for name, each in value.items():
        if name in keys:
            found += faults(each, keys[name].type, objects, f"{place}.{name}")
    return found


def test_every_command_has_a_section_on_its_json() -> None:
    assert set(COMMANDS) <= set(json_sections())


@pytest.mark.parametrize("name", COMMANDS)
def test_documented_keys_are_the_real_ones(
    name: str, desk: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    objects = documented()
    text = json_sections()[name]
    put_files(JSON_PAGE, desk)
    if name not in objects:
        assert "no JSON" in text, f"say of `{name}` which keys it prints, or that it prints no JSON"
        return
    examples = [
        command
        for found in _BLOCK.finditer(text)
        if found[1] == "console"
        for command, _ in commands_in(found[3])
    ]
    assert examples, f"give an example of `mlgraph {name} --format json`"
    seen: set[str] = set()
    server = request.getfixturevalue("server") if SERVER in text else SERVER
    for command in examples:
        run(shlex.split(command.replace(SERVER, server))[1:])
        answer = json.loads(capsys.readouterr().out)
        assert not faults(answer, name, objects, name), command
        assert answer.get("schema", f"mlgraph/{name}/1") in text
        seen |= set(answer)
    assert seen == {key.name for key in objects[name]}, "an example for every key"
