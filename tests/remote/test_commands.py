"""Every command that reads the graph says the same when it asks a server."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlgraph.cli.main import COMMANDS as ALL
from mlgraph.cli.main import run
from mlgraph.interchange.publish import publish, target_of
from mlgraph.rdf.remote import RemoteStore
from tests.remote.lying import Said, answer, serving
from tests.remote.servers import sender
from tests.remote.test_publish import little

if TYPE_CHECKING:
    from tests.remote.servers import Far

ANSWERS: dict[str, object] = {}
COMMANDS = [
    "prereqs deep-learning --tree",
    "prereqs transformer -f json",
    "unlocks linear-regression -f json",
    "path calculus --to deep-learning -f json",
    "why deep-learning neural-network",
    "next --known calculus,programming -f json",
    "gap --to data-scientist --known calculus -f json",
    "plan --to chain-rule --known calculus --start 2026-12-01 --free -f json",
    "show mit-18.06 --full",
    "topics --area neural-network -f csv",
    "show data-scientist -f json",
    "role data-scientist -f json",
    "courses --topic deep-learning --free -f json",
    "programs --for data-scientist -f json",
    "compare cmu-msml ubc-mds -f json",
    "roles --from data-analyst -f json",
    "projects -f csv",
    "sources -f csv",
    "claims --status disputed -f json",
    "stats -f json",
    "query prerequisites-all -f csv",
]


def output_of(command: str) -> str:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(out):
        code = run(command.split())
    out.flush()
    text = out.buffer.getvalue().decode()
    assert code == 0, (command, text)
    return text


def without_times(text: str) -> object:
    """Return an answer without how long the solver took."""
    try:
        found = json.loads(text)
    except ValueError:
        return text

    def strip(value: object) -> object:
        if isinstance(value, dict):
            return {key: strip(each) for key, each in value.items() if "second" not in key.lower()}
        return [strip(each) for each in value] if isinstance(value, list) else value

    return strip(found)


@pytest.mark.parametrize("command", COMMANDS)
def test_command_says_the_same(remote: RemoteStore, command: str) -> None:
    expected = str(ANSWERS.get(command) or ANSWERS.setdefault(command, output_of(command)))
    assert len(expected) > 50
    assert without_times(output_of(f"{command} --store {remote.url}")) == without_times(expected)


ASKING = {
    "path": "--to x",
    "why": "x y",
    "known": "add x",
    "assess": "--to x --answers y",
    "gap": "--to x",
    "plan": "--to x",
    "compare": "x y",
    "metrics": "x",
    "diff": "x y",
    "what-if": "x --add a",
    "hidden": "x",
    "query": "ASK{}",
    "export": "nt",
    "evaluate": "pairs.csv",
    "view": "--focus x",
} | dict.fromkeys(["prereqs", "unlocks", "show", "search", "role"], "x")
"""Command -> words without which it does not ask the graph."""

LOCAL = {"degree", "audit", "fmt", "check", "new", "build", "doctor", "cache", "publish", "import"}
"""Commands that work on files of this machine."""


def test_every_other_command_asks_the_server(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pairs.csv").write_text("concept\tprerequisite\tlabel\nmatrix\tvector\t1\n", encoding="utf-8")
    with serving(answer(Said(b"", "", 404))) as (url, asked):
        for name in ALL:
            before = len(asked)
            code = run([name, *ASKING.get(name, "").split(), "--store", url])
            said = capsys.readouterr()
            assert (len(asked) > before) is (name not in LOCAL), f"{name}: {said.err}"
            assert code == (2 if name in LOCAL else 1), f"{name}: {said.err}"
            assert not said.out


def test_variable_is_asked_and_data_goes_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(answer(Said(b"", "", 404))) as (url, asked):
        monkeypatch.setenv("MLGRAPH_STORE", url)
        assert run(["topics"]) == 1
        assert len(asked) == 1
        assert run(["topics", "--data", str(tmp_path / "nowhere")]) == 1
        assert "nowhere" in capsys.readouterr().err
        assert len(asked) == 1


def test_serve_answers_from_a_copy(far: Far) -> None:
    graph = "http://example.org/served"
    publish(little("a", "b", "c"), target_of(far.url, graph=graph), sender(far))
    command = [sys.executable, "-m", "mlgraph", "serve", "--port", "0", "--workers", "1"]
    process = subprocess.Popen(
        [*command, "--store", f"{far.url}?default-graph-uri={graph}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline().split()
        assert said, "it did not start"
        endpoint = said[-1].rstrip(")")
        served = RemoteStore(endpoint, graph="")
        assert served.follows_paths
        assert len(served.select("SELECT ?t WHERE { topic:c mlg:requires+ ?t }")) == 2
        assert not served.ask("ASK { ?x mlg:dependsOn ?y }"), "what is derived is left out, as elsewhere"
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()
    assert process.returncode == 0
