"""Start servers for the benchmarks: mlgraph serve, and oxigraph serve with the same data; look at what they use."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mlgraph.build.opening import shipped_dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["cpu_of", "family_of", "mlgraph_server", "oxigraph_server"]


@contextmanager
def mlgraph_server(*flags: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run `mlgraph serve` and yield its endpoint; the log is thrown away."""
    command = [sys.executable, "-m", "mlgraph", "serve", "--port", "0", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"SPARQL at (\S+)\)", process.stdout.readline())
        if not found:
            raise SystemExit("mlgraph serve did not start")
        try:
            # the page of the whole graph is being drawn; that is no part of what queries cost
            urllib.request.urlopen(found[1].removesuffix("sparql")).close()
            yield found[1], process
        finally:
            process.terminate()


@contextmanager
def oxigraph_server(*layers: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run `oxigraph serve` (PyPI oxigraph) in memory on the shipped dataset and N-Triples, and yield its endpoint."""
    beside = Path(sys.executable).with_name("oxigraph")
    program = str(beside) if beside.is_file() else shutil.which("oxigraph")
    if not program:
        raise SystemExit("oxigraph is not installed (PyPI oxigraph)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{probe.getsockname()[1]}"
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [program, "serve", "--bind", place],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process,
    ):
        try:
            url = f"http://{place}/store?default"
            _load(url, shipped_dataset(), "PUT", "text/turtle")
            for each in layers:
                _load(url, each, "POST", "application/n-triples")
            yield f"http://{place}/query", process
        finally:
            process.terminate()


def _load(url: str, data: Path, method: str, media: str) -> None:
    request = urllib.request.Request(url, data.read_bytes(), {"Content-Type": media}, method=method)
    for _ in range(100):
        try:
            urllib.request.urlopen(request).close()
        except ConnectionError:
            time.sleep(0.1)
        except OSError as error:
            if not isinstance(getattr(error, "reason", None), ConnectionError):
                raise
            time.sleep(0.1)
        else:
            return
    raise SystemExit("oxigraph serve did not start")


def family_of(process: int) -> set[int]:
    """Return a process, its children and theirs."""
    parents = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(place.name)] = int((place / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has just ended
            continue
    found = {process}
    while more := {each for each, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def cpu_of(process: int) -> float:
    """Return the seconds of processor that a process and its family have used."""
    ticks = 0
    for each in family_of(process):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
