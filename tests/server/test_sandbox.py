"""The lock around a worker holds by itself, without any look at the query."""

from __future__ import annotations

import platform
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in {"x86_64", "aarch64"},
    reason="seccomp filters are written for Linux on x86-64 and AArch64",
)

TRY = """
import os, socket, subprocess, sys, threading
import pyoxigraph as ox
from mlgraph.server import sandbox
folder, url = sys.argv[1:]
open(folder + "/known", "w").write("x")
wire, _ = socket.socketpair()
LOCK
def call():
    list(ox.Store().query(f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"))
def load():
    ox.Store().update(f"LOAD <{url}>")
tries = {
    "service": call,
    "load": load,
    "socket": lambda: socket.socket(),
    "write": lambda: open(folder + "/new", "w"),
    "append": lambda: open(folder + "/known", "a"),
    "store": lambda: ox.Store(folder + "/store"),
    "remove": lambda: os.unlink(folder + "/known"),
    "rename": lambda: os.rename(folder + "/known", folder + "/other"),
    "folder": lambda: os.mkdir(folder + "/sub"),
    "link": lambda: os.symlink("/etc/passwd", folder + "/passwd"),
    "program": lambda: subprocess.run(["true"]),
    "fork": lambda: os.fork() or os._exit(0),
    "kill": lambda: os.kill(os.getppid(), 0),
    "read": lambda: open(folder + "/known").read(),
}
def run():
    for name, each in tries.items():
        try:
            each()
        except (OSError, RuntimeError) as error:
            print(name, "refused")
        else:
            print(name, "done")
thread = threading.Thread(target=run)
thread.start()
thread.join()
"""


def tried(lock: str, folder: Path) -> tuple[dict[str, str], bool]:
    """Return what a locked process could do, and whether it called us."""
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0)
        url = f"http://127.0.0.1:{trap.getsockname()[1]}/"
        done = subprocess.run(
            [sys.executable, "-c", TRY.replace("LOCK", lock), str(folder), url],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        try:
            trap.accept()[0].close()
        except BlockingIOError:
            called = False
        else:
            called = True
    return dict(line.split() for line in done.stdout.splitlines()), called


def test_filter_refuses_everything_but_reading(tmp_path: Path) -> None:
    found, called = tried("assert sandbox.forbid_calls()", tmp_path)
    assert {name for name, end in found.items() if end == "done"} == {"read"}
    assert len(found) == 14
    assert not called
    assert {each.name for each in tmp_path.iterdir()} == {"known"}


def test_limit_on_files_refuses_calls_and_reading(tmp_path: Path) -> None:
    """This holds where there is no filter, for a graph in memory."""
    found, called = tried("sandbox.forbid_files()", tmp_path)
    assert {name for name, end in found.items() if end == "refused"} >= {
        "service", "load", "socket", "write", "append", "store", "program", "read",
    }  # fmt: skip
    assert not called
