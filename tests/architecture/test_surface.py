"""The public names are few, documented, and change on purpose only."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

import mlgraph
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PUBLIC = """
MlgraphError __version__ build_dataset check_data claims courses describe explain graph needs open_store
prerequisite_network prerequisites programs projects resolve roles search statements topics unlocks
""".split()
MODULES = sorted((ROOT / "src" / "mlgraph").rglob("*.py"))


def test_public_names_are_those_of_this_list() -> None:
    assert mlgraph.__all__ == PUBLIC
    assert sorted(mlgraph.__all__) == mlgraph.__all__


@pytest.mark.parametrize("name", PUBLIC)
def test_public_name_can_be_imported_and_has_a_docstring(name: str) -> None:
    value = getattr(mlgraph, name)
    if name == "__version__":
        assert isinstance(value, str)
    else:
        assert callable(value)
        assert (value.__doc__ or "").strip()


def test_every_public_name_has_a_home() -> None:
    assert sorted([*mlgraph._HOMES, "__version__"]) == PUBLIC
    assert dir(mlgraph) == PUBLIC


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = mlgraph.nonsense


def test_version_is_that_of_the_installed_package() -> None:
    from importlib.metadata import version

    assert mlgraph.__version__ == version("mlgraph")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT / "src" / "mlgraph").as_posix()


def listed(tree: ast.Module) -> list[str] | None:
    """Return the names in a module's ``__all__``."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names: list[str] = ast.literal_eval(node.value)
            return names
    return None


def defined(tree: ast.Module) -> set[str]:
    """Return the names that a module defines at its top."""
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {
                name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)
            }
    return names


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_lists_what_it_defines_and_says_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert (ast.get_docstring(tree) or "").strip(), "no docstring"
    names = listed(tree)
    if path.name in {"__init__.py", "__main__.py"}:
        return
    assert names is not None, "no __all__"
    assert set(names) <= defined(tree)
    assert not [name for name in names if name.startswith("_")]
