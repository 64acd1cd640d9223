"""Imports only point down, and quick commands load no slow library."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from mlgraph.rdf.store import EmbeddedStore

LINT = (
    "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True, no_logo=True))"
)
SLOW = (
    "networkx",
    "rdflib",
    "pyvis",
    "starlette",
    "shacl",
    "rich",
    "highspy",
    "mlgraph.checks",
    "mlgraph.build.dataset",
)


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the import contracts of a source tree."""
    return subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_import_contracts_hold() -> None:
    found = lint(ROOT)
    assert found.returncode == 0, found.stdout + found.stderr
    assert " 0 broken" in found.stdout


@pytest.mark.parametrize(
    ("module", "illegal", "contract"),
    [
        ("rdf/store.py", "import mlgraph.catalog.topics", "Layers: an arrow only ever points down"),
        ("model.py", "import mlgraph.rdf.store", "Layers: an arrow only ever points down"),
        ("analysis/order.py", "import rdflib", "Analysis knows graphs, not RDF"),
        ("rdf/store.py", "import networkx", "RDF knows triples, not graphs or screens"),
        ("planning/prerequisite.py", "import typer", "The terminal lives in cli"),
        ("catalog/topics.py", "import shacl", "pyvis lives in viewer, SHACL in checks"),
    ],
)
def test_illegal_import_breaks_its_contract(tmp_path: Path, module: str, illegal: str, contract: str) -> None:
    package = tmp_path / "src" / "mlgraph"
    shutil.copytree(
        ROOT / "src" / "mlgraph", package, ignore=shutil.ignore_patterns("dataset", "__pycache__")
    )
    (package / "dataset").mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    file = package / module
    file.write_text(file.read_text(encoding="utf-8") + f"\n{illegal}\n", encoding="utf-8")
    found = lint(tmp_path)
    assert found.returncode == 1, found.stdout + found.stderr
    assert f"{contract} BROKEN" in found.stdout


def loaded_after(code: str) -> set[str]:
    """Run code in a fresh interpreter and return the modules that it has loaded at the end."""
    script = f"import sys\n{code}\nprint('\\0' + ' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split("\0")[1].split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["prereqs", "deep-learning"],
        ["path", "calculus", "--to", "transformer"],
        ["why", "deep-learning"],
        ["--version"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_quick_command_loads_no_slow_library(store: EmbeddedStore, arguments: list[str]) -> None:
    assert store.folder, "the cache is warm"
    loaded = loaded_after(f"from mlgraph.cli.main import run\nassert run({arguments!r}) == 0")
    assert "mlgraph.cli.main" in loaded
    assert loaded.isdisjoint(SLOW), loaded.intersection(SLOW)


def test_command_that_needs_a_slow_library_is_seen_to_load_it() -> None:
    assert "networkx" in loaded_after("import mlgraph\nmlgraph.prerequisite_network")


def test_importing_the_package_loads_no_library_at_all() -> None:
    loaded = loaded_after("import mlgraph")
    assert loaded.isdisjoint({*SLOW, "pyoxigraph", "typer", "mlgraph.cli", "mlgraph.rdf"})


def test_opening_and_asking_loads_the_engine_only(store: EmbeddedStore) -> None:
    assert store.folder, "the cache is warm"
    code = "import mlgraph\nstore = mlgraph.open_store()\nmlgraph.prerequisites(store, [mlgraph.resolve(store, 'deep-learning', ['topic']).iri])"
    loaded = loaded_after(code)
    assert "pyoxigraph" in loaded
    assert loaded.isdisjoint(SLOW), loaded.intersection(SLOW)
