"""The page of the whole graph is made once, by a process of its own, and the names of the graph are read once."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from mlgraph.catalog import naming
from mlgraph.catalog.naming import NAMED_KINDS, keep_names, resolve, search
from mlgraph.errors import StoreError, UnknownNameError
from mlgraph.server import front
from mlgraph.server.front import Front
from tests.server.asking import state_of
from tests.server.serving import offspring, store_folder, until

if TYPE_CHECKING:
    from pathlib import Path

    from mlgraph.rdf.store import EmbeddedStore
    from mlgraph.server.state import State


def on_disk(store: EmbeddedStore, folder: Path) -> State:
    """Return a state whose source can be opened by another process."""
    state = state_of(store)
    return state._replace(settings=state.settings._replace(source=store_folder(folder, store._engine)))


def test_page_is_made_once_and_not_by_this_process(
    little: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = asyncio.run(Front(state_of(little)).page())

    def never(*_: object) -> str:
        raise AssertionError("drawn in the process of the server")

    monkeypatch.setattr(front, "_drawn", never)
    made = Front(on_disk(little, tmp_path / "store"))

    async def asked() -> None:
        first, second = await asyncio.gather(made.page(), made.page())
        assert first is second is await made.page()
        assert first == here

    asyncio.run(asked())


def test_page_that_cannot_be_made_is_told_and_tried_again(little: EmbeddedStore, tmp_path: Path) -> None:
    state = state_of(little)
    source = tmp_path / "graph.nt"
    source.write_text("nonsense")
    made = Front(state._replace(settings=state.settings._replace(source=source)))

    async def asked() -> None:
        with pytest.raises(StoreError, match="could not be made"):
            await made.page()
        source.write_bytes(b"")
        little._engine.dump(str(source), format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        assert "<html" in (await made.page()).content.raw.decode()

    asyncio.run(asked())


def test_end_of_the_server_ends_the_making(little: EmbeddedStore, tmp_path: Path) -> None:
    before = offspring(os.getpid())
    made = Front(on_disk(little, tmp_path / "store"))

    async def asked() -> None:
        task = asyncio.create_task(made.page())
        while offspring(os.getpid()) <= before:
            await asyncio.sleep(0.01)
        await made.stop()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(asked())
    until(lambda: offspring(os.getpid()) <= before, "the end of the process")


def test_kept_names_give_the_same_answers_without_a_question_to_the_store(
    store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["gradient", "neural netwroks", "zzzzqq"]

    def found(kinds: list[str]) -> list[object]:
        hits: list[object] = [search(store, each, kinds, 50) for each in asked]
        with pytest.raises(UnknownNameError) as missing:
            resolve(store, "gradiant desent", kinds)
        return [*hits, missing.value.near]

    groups = [list(NAMED_KINDS), ["course", "statement"], ["role", "skill"]]
    before = [found(each) for each in groups]
    keep_names(store)
    try:
        monkeypatch.setattr(naming, "_read_names", lambda *_: pytest.fail("the names are read again"))
        assert [found(each) for each in groups] == before
    finally:
        naming._KEPT.pop(store)
    assert any(before[0][:3])
