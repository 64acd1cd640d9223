"""The page that shows the whole graph: made once, early, by a process of its own, at low priority, and kept.

Making it takes some seconds of processor. In the server's process they would hold up all other requests.
"""

from __future__ import annotations

import asyncio
import html
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from starlette.concurrency import run_in_threadpool

from mlgraph.errors import StoreError
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.server.links import Links
from mlgraph.server.reply import Frozen, freeze
from mlgraph.server.sandbox import die_with_parent
from mlgraph.server.spawner import child_environment

if TYPE_CHECKING:
    from mlgraph.rdf.store import Store
    from mlgraph.server.state import State

__all__ = ["Front", "FrontPage", "main"]

_SITE = {
    "Browse by kind": "/browse",
    "Ask in SPARQL": "/sparql",
    "API": "/api",
    "Ontology": "/ontology.html",
    "The dataset": "/dataset.html",
}
"""What the menu of the viewer leads to."""

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_NICE = 10


class FrontPage(NamedTuple):
    """The page, and the policy that it asks for itself."""

    content: Frozen
    policy: str


class Front:
    """The page, from the first request for it on, or since `page` was first awaited.

    Parameters
    ----------
    state : State
        Settings and store; a store that lies nowhere on disk is drawn in this process.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._making: asyncio.Task[FrontPage] | None = None

    async def page(self) -> FrontPage:
        """Return the page; all who ask before it is there wait for the same one.

        Raises
        ------
        StoreError
            If it could not be made; who asks next has it tried again.
        """
        making = self._making
        if making is None or (making.done() and (making.cancelled() or making.exception())):
            making = self._making = asyncio.get_running_loop().create_task(self._make())
        return await asyncio.shield(making)

    async def stop(self) -> None:
        """End the making, and the process that does it."""
        if self._making is not None:
            self._making.cancel()
            await asyncio.gather(self._making, return_exceptions=True)

    async def _make(self) -> FrontPage:
        settings = self._state.settings
        root = Links.of(settings).root
        if settings.source.exists():
            text = await _made_outside(settings.source, root)
        else:
            text = await run_in_threadpool(_drawn, self._state.store, root)
        found = _POLICY.search(text)
        asked = html.unescape(found[1]) if found else "default-src 'none'"
        content = await run_in_threadpool(freeze, text)
        return FrontPage(content, f"{asked}; frame-ancestors 'none'")


async def _made_outside(source: Path, root: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "mlgraph.server.front",
        str(source),
        root,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=child_environment(),
    )
    try:
        said, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        raise StoreError("the page of the whole graph could not be made", "try again, or browse by kind")
    return said.decode()


def _drawn(store: Store, root: str) -> str:
    from mlgraph.viewer.explorer import drawing_of, to_html  # noqa: PLC0415 - loads a drawing library

    return to_html(drawing_of(store), site=[(words, f"{root}{path}") for words, path in _SITE.items()])


def main(arguments: list[str]) -> int:
    """Draw a store for a server at some address, and write the page to standard output."""
    die_with_parent()
    os.nice(_NICE)
    source, root = Path(arguments[0]), arguments[1]
    store = EmbeddedStore.open(source) if source.is_dir() else EmbeddedStore.of_file(source)
    sys.stdout.buffer.write(_drawn(store, root).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
