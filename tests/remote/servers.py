"""SPARQL servers for tests: real ones in processes of their own, always stopped, on loopback only."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.rdf.challenge import Credentials
from mlgraph.rdf.transport import Patience, Transport
from mlgraph.server.sandbox import die_with_parent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "SERVERS",
    "Far",
    "free_port",
    "missing",
    "oxigraph",
    "oxigraph_command",
    "running",
    "sender",
    "virtuoso",
]

PATIENCE = 300.0
VIRTUOSO_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
CheckpointInterval = 0
DirsAllowed = .
NumberOfBuffers = 40000
MaxDirtyBuffers = 30000
ThreadsPerQuery = 2
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = .
ServerThreads = 10
MaxKeepAlives = 10
KeepAliveTimeout = 10
Charset = UTF-8
[SPARQL]
MaxQueryCostEstimationTime = 4000
MaxQueryExecutionTime = 60
"""


class Far(NamedTuple):
    """A server that runs: its name and query endpoint, and who may write."""

    name: str
    url: str
    user: str = ""
    password: str = ""


def sender(far: Far, patience: Patience = Patience(timeout=300)) -> Transport:  # noqa: B008 - frozen
    """Return what sends to a server as one who may write there."""
    return Transport(patience, Credentials(None, far.user, far.password))


def program(name: str) -> str:
    """Return the path of a program, beside this Python or on the path; empty if it is not installed."""
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.is_file() else shutil.which(name) or ""


def missing(name: str) -> str:
    """Return why a server cannot be started; empty if it can."""
    needed = {
        "oxigraph": ("oxigraph", "PyPI oxigraph"),
        "virtuoso": ("virtuoso-t", "Debian virtuoso-opensource-7-bin"),
    }
    executable, package = needed[name]
    return "" if program(executable) else f"{executable} is not installed ({package})"


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: Sequence[str], url: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a server, wait until it answers an ASK, and stop it whatever happens."""
    log = folder / "output.log"
    with log.open("wb") as out:
        process = subprocess.Popen(  # it ends even if the tests are killed
            command,
            cwd=folder,
            stdout=out,
            stderr=out,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - it only asks the kernel
        )
    try:
        _await(process, url, log)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(15)


def _await(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Wait until a server answers, or ends."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}?query=ASK%7B%7D", timeout=5):
                return
        except (OSError, urllib.error.URLError):
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
                raise AssertionError(
                    f"the server stopped: {log.read_text(errors='replace')[-2000:]}"
                ) from None
    raise AssertionError(f"no answer at {url}: {log.read_text(errors='replace')[-2000:]}")


def oxigraph_command(port: int, *more: str) -> list[str]:
    """Return the command that runs ``oxigraph serve`` on a port of loopback."""
    return [program("oxigraph"), "serve", "--bind", f"127.0.0.1:{port}", *more]


@contextmanager
def oxigraph() -> Iterator[Far]:
    """Run ``oxigraph serve`` in memory."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/query"
    with (
        tempfile.TemporaryDirectory(prefix="oxigraph-") as folder,
        running(oxigraph_command(port), url, Path(folder)),
    ):
        yield Far("oxigraph", url)


@contextmanager
def virtuoso() -> Iterator[Far]:
    """Run Virtuoso on a database of its own; its user dba may write."""
    port, sql = free_port(), free_port()
    url = f"http://127.0.0.1:{port}/sparql"
    with tempfile.TemporaryDirectory(prefix="virtuoso-") as name:
        folder = Path(name)
        (folder / "virtuoso.ini").write_text(VIRTUOSO_INI.format(port=port, sql=sql), encoding="utf-8")
        command = [program("virtuoso-t"), "-f", "-c", "virtuoso.ini"]
        with running(command, url, folder):
            yield Far("virtuoso", url, "dba", "dba")


SERVERS = {"oxigraph": oxigraph, "virtuoso": virtuoso}
"""Kind of server -> how to run one."""
