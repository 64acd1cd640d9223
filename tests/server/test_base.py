"""Under another base all names of things are others, everywhere, and the terms of the ontology stay."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlgraph.errors import UsageError
from mlgraph.server.settings import read_settings
from mlgraph.vocab import BASE, HOME
from tests.server.serving import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.server.serving import Served

OWN = "https://kb.example.org/own/"
PROGRAM = Path(sys.executable).with_name("mlgraph")


def printed(*arguments: str, base: str = OWN) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PROGRAM), *arguments],
        env=os.environ | {"MLGRAPH_BASE": base},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def here() -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLGRAPH_BASE", OWN)
        opened = [sys.executable, "-c", "import mlgraph; print(mlgraph.open_store().folder)"]
        folder = subprocess.run(opened, capture_output=True, text=True, check=True).stdout.strip()
        with served(Path(folder), {"base": OWN}) as found:
            yield found


def test_pages_data_and_endpoint_use_the_own_names(here: Served) -> None:
    seen = here.request("GET", "/id/topic/limit", {"Accept": "text/turtle"})
    assert (seen.status, seen.headers["location"]) == (303, "/id/topic/limit.ttl")
    for address in ("/id/topic/limit.ttl", "/id/topic/limit.html", "/.well-known/void"):
        answer = here.request("GET", address)
        assert answer.status == 200
        assert f"{HOME}id/" not in answer.text, address
        assert f"{HOME}dataset" not in answer.text, address
    assert f"{OWN}id/topic/" in here.request("GET", "/id/topic/limit.nt").text
    assert f"<code>{OWN}id/topic/limit</code>" in here.request("GET", "/id/topic/limit.html").text
    api = json.loads(here.request("GET", "/api/prereqs/deep-learning").body)
    assert api["goals"][0]["iri"] == f"{OWN}id/topic/deep-learning"
    rows = here.rows("SELECT ?n { topic:transformer mlg:requires ?n }")
    assert rows
    assert all(row["n"].startswith(f"{OWN}id/topic/") for row in rows)
    assert here.rows(f"SELECT ?t {{ ?t a <{HOME}ontology#Topic> }} LIMIT 1"), "the terms keep their names"


def test_dump_holds_no_name_of_the_old_base(here: Served) -> None:
    whole = gzip.decompress(here.request("GET", "/dump/mlgraph.nt.gz").body).decode()
    assert f"<{OWN}dataset>" in whole
    assert f"<{HOME}id/" not in whole
    assert f"<{HOME}dataset>" not in whole


def test_page_of_the_graph_uses_the_own_names(tmp_path: Path) -> None:
    """What it cites and what a report names begins with the own base."""
    page = tmp_path / "page.html"
    assert printed("view", "-o", str(page)).returncode == 0
    text = page.read_text(encoding="utf-8")
    assert f'"names":"{OWN}id/"' in text
    assert f"{HOME}id/" not in text
    claims = set(re.findall('data-c="([^":]*):', text))
    assert claims == {"claim"}, "claims keep their short names"


def test_commands_use_the_own_names() -> None:
    assert json.loads(printed("unlocks", "chain-rule", "--format", "json").stdout)["topic"]["iri"] == (
        f"{OWN}id/topic/chain-rule"
    )


@pytest.mark.parametrize("base", ["nonsense", "https://example.org/no-slash", "file:///etc/", "https://a b/"])
def test_base_that_is_none_is_refused(base: str) -> None:
    done = printed("prereqs", "limit", base=base)
    assert done.returncode == 2
    assert "MLGRAPH_BASE" in done.stderr
    assert "Traceback" not in done.stderr


def test_shipped_dataset_is_not_written_under_another_base() -> None:
    done = printed("build")
    assert done.returncode == 2
    assert "MLGRAPH_BASE" in done.stderr


def test_server_cannot_be_told_a_base_that_the_graph_has_not() -> None:
    assert read_settings(Path("x"), {"base": BASE}, {}).base == BASE
    with pytest.raises(UsageError, match="begin with"):
        read_settings(Path("x"), {"base": OWN}, {})
