"""The page as text: small enough, equal for equal graphs, locked, with nothing to fetch."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from mlgraph.viewer.explorer import TopicNetwork, to_html
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from mlgraph.viewer.explorer import Drawing

BYTES, PACKED = 2_500_000, 650_000


@pytest.fixture(scope="module")
def page(drawing: Drawing) -> str:
    return to_html(drawing)


class Reader(HTMLParser):
    """Collects elements, what they load, and the texts of scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.loads: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.kept: dict[str, list[str]] = {"script": [], "style": []}
        self.policy = ""
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.loads += [found["src"]] if "src" in found else []
        self.loads += [found["href"]] if tag == "link" else []
        self.links += [found["href"]] if tag == "a" and "href" in found else []
        self.handlers += [name for name in found if name.startswith("on") or name == "style"]
        if found.get("http-equiv") == "Content-Security-Policy":
            self.policy = found["content"]
        if tag == "style" or (tag == "script" and "type" not in found):
            self._inside = tag
            self.kept[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.kept[self._inside][-1] += data


@pytest.fixture(scope="module")
def read(page: str) -> Reader:
    found = Reader()
    found.feed(page)
    return found


def test_page_is_small(page: str) -> None:
    raw = page.encode()
    assert len(raw) <= BYTES
    assert len(gzip.compress(raw, 9)) <= PACKED


def test_page_loads_nothing_and_links_to_the_web_alone(read: Reader) -> None:
    assert read.loads == []
    assert read.handlers == []
    assert len(read.links) > 1000
    assert [link for link in read.links if not link.startswith(("#", "https://", "http://"))] == []


def test_policy_allows_the_pages_own_scripts_and_style_alone(read: Reader) -> None:
    def sign(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert len(read.kept["script"]) == 2
    assert read.policy == (
        f"default-src 'none'; script-src {' '.join(map(sign, read.kept['script']))}; "
        f"style-src {' '.join(map(sign, read.kept['style']))}; img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    assert "unsafe" not in read.policy


def test_vis_network_is_the_one_that_pyvis_bundles(read: Reader) -> None:
    from importlib.resources import files

    import pyvis

    bundled = files(pyvis).joinpath("templates/lib/vis-9.1.2/vis-network.min.js").read_text(encoding="utf-8")
    assert hashlib.sha256(bundled.encode()).hexdigest() == (
        "f3c1229464749a6f5a80c80867189edfdc0198be0d015c3d770aff196cb6c0a1"
    ), "pyvis brings another vis-network: look at the licence and try the page before you take it"
    body = re.sub(r"//# sourceMappingURL=\S*", "", bundled)
    assert read.kept["script"][0].replace("\\x3c", "<") == body.replace("\\x3c", "<")


def test_same_graph_gives_same_bytes_whatever_the_hashes(tmp_path: Path) -> None:
    """Three child processes, each with other hashes of texts: sets are in another order in each."""
    found = set()
    for seed in ("0", "1", "4711"):
        path = tmp_path / f"{seed}.html"
        subprocess.run(
            [sys.executable, "-m", "mlgraph", "view", "--to", "machine-learning-engineer", "-o", str(path)],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
        )
        found.add(hashlib.sha256(path.read_bytes()).hexdigest())
        assert b"\r" not in path.read_bytes()
    assert len(found) == 1


def test_pyvis_own_page_is_not_used(
    drawing: Drawing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Writing leaves one file and nothing in the current folder, in UTF-8 whatever the system prefers."""
    monkeypatch.chdir(tmp_path)
    TopicNetwork(drawing, {"start": ""}).write_html("mine.html")
    assert [each.name for each in tmp_path.iterdir()] == ["mine.html"]
    text = (tmp_path / "mine.html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>\n")
    assert "cdnjs" not in text
    assert "jsdelivr" not in text
    assert "bootstrap.min" not in text


def test_data_of_the_page_is_json_without_markup(page: str) -> None:
    raw = page.split('<script type="application/json" id="data">', 1)[1].split("</script>", 1)[0]
    assert not set(raw) & set("<>&")
    assert len(json.loads(raw)["topics"]) == 4


def test_every_claim_is_in_the_list_with_its_reason(page: str, drawing: Drawing) -> None:
    from markupsafe import escape

    text = " ".join(page.split())
    for link in drawing.content.links:
        assert " ".join(str(escape(link.claim.reason)).split()) in text
    for aim in drawing.content.aims:
        assert f'id="{aim.kind}/{aim.slug}"' in page


def test_links_to_report_a_claim_need_an_address_of_the_project(
    drawing: Drawing, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlgraph.viewer import explorer

    assert '"repository":""' in to_html(drawing)
    monkeypatch.setattr(explorer, "REPOSITORY", "https://example.org/owner/name")
    assert '"repository":"https://example.org/owner/name"' in to_html(drawing)
    monkeypatch.setattr(explorer, "REPOSITORY", "javascript:alert(1)")
    assert '"repository":""' in to_html(drawing)
