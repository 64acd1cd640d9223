"""Every command is documented and has its module."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT

LIST = "from mlgraph.cli.main import COMMANDS\nfor name, (module, line) in COMMANDS.items(): print(name, module, line, sep='\\t')"


def commands() -> dict[str, tuple[str, str]]:
    """Read the table of commands in a child: importing the command line turns garbage collection off."""
    done = subprocess.run([sys.executable, "-c", LIST], capture_output=True, text=True, check=True)
    rows = (line.split("\t") for line in done.stdout.splitlines())
    return {name: (module, line) for name, module, line in rows}


COMMANDS = commands()


@pytest.fixture(scope="module")
def documentation() -> str:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if len(pages) == 1:
        pytest.skip("docs/ is not written yet")
    return "\n".join(path.read_text(encoding="utf-8") for path in pages)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_command_is_documented(documentation: str, name: str) -> None:
    assert re.search(rf"\bmlgraph {name}\b", documentation), (
        f"neither README.md nor docs/ shows `mlgraph {name}`"
    )


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_command_has_a_module_and_a_line_of_help(name: str) -> None:
    module, line = COMMANDS[name]
    source = (ROOT / "src" / "mlgraph" / "cli" / f"{module}.py").read_text(encoding="utf-8")
    function = f"{name.replace('-', '_')}_command"
    assert re.search(rf"^(def {function}\(|{function} = )", source, re.MULTILINE)
    assert re.fullmatch(r"[A-Z].{5,70}\.", line)
