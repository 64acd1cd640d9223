"""What all tests share: a cache of their own, the shipped graph, hypothesis profiles."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

import mlgraph
from tests.little import built_store, write_records

if TYPE_CHECKING:
    from mlgraph.rdf.store import EmbeddedStore

settings.register_profile(
    "ci", derandomize=True, max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("deep", max_examples=500, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

ROOT = Path(__file__).resolve().parent.parent

_own_cache: list[str] = []


def pytest_configure() -> None:
    """Keep the user's cache, profiles and data out of the tests, the doctests and their child processes."""
    _own_cache.append(tempfile.mkdtemp(prefix="mlgraph-tests-"))
    os.environ["MLGRAPH_CACHE"] = _own_cache[-1]
    os.environ["MLGRAPH_HOME"] = str(Path(_own_cache[-1]) / "home")
    os.environ.pop("MLGRAPH_DATA", None)
    for name in [each for each in os.environ if each.startswith(("MLGRAPH_PROFILE", "MLGRAPH_STORE"))]:
        del os.environ[name]
    os.environ.pop("COLUMNS", None)


def pytest_unconfigure() -> None:
    """Remove the cache of this run."""
    for folder in _own_cache:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def store() -> EmbeddedStore:
    """The shipped graph."""
    return mlgraph.open_store()


@pytest.fixture(scope="session")
def little() -> EmbeddedStore:
    """The little graph of `tests.little`, built."""
    return built_store()


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """A folder of its own with the little graph's records, to break."""
    return write_records(tmp_path / "records")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of researched facts, beside the project or named by MLGRAPH_SHARED."""
    place = Path(os.environ.get("MLGRAPH_SHARED", ROOT.parent / "shared"))
    if not place.is_dir():
        pytest.skip(f"no folder of shared facts at {place}; set MLGRAPH_SHARED")
    return place
