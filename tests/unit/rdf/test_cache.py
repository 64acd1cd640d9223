"""The cached store: built once, never changed, whole after a kill, and never in the way."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, NoReturn

import pyoxigraph as ox
import pytest

from mlgraph.errors import DataError, StoreError
from mlgraph.rdf import cache
from mlgraph.rdf.cache import cache_folder, cached_store, clear_cache, content_key, fill_engine, stores_in

if TYPE_CHECKING:
    from mlgraph.rdf.store import EmbeddedStore

ONE = "<https://a.org/s> <https://a.org/p> 1 .\n"
TWO = ONE + "<https://a.org/s> <https://a.org/p> 2 .\n"


class Dataset:
    """A small dataset file with a cache folder beside it; counts how often it is loaded."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "data.ttl"
        self.path.write_text(ONE)
        self.cache = folder / "cache"
        self.loads = 0

    def fill(self, engine: ox.Store) -> None:
        self.loads += 1
        fill_engine(engine, self.path)

    def open(self, salt: str = "") -> EmbeddedStore:
        return cached_store([self.path], self.fill, salt=salt, folder=self.cache)

    def stores(self) -> list[str]:
        return [name for name, _ in stores_in(self.cache)]

    def half_made(self) -> list[str]:
        return [place.name for place in self.cache.glob("building-*")]


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return Dataset(tmp_path)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def test_first_opening_builds_on_disk_and_the_second_loads_nothing(dataset: Dataset) -> None:
    first = dataset.open()
    assert (len(first), first.note, dataset.loads) == (1, "", 1)
    assert first.folder is not None
    assert first.folder.parent == dataset.cache
    second = dataset.open()
    assert (len(second), second.folder, dataset.loads) == (1, first.folder, 1)
    assert dataset.half_made() == []


def test_opening_and_asking_change_no_byte_of_the_store(dataset: Dataset) -> None:
    folder = dataset.open().folder
    assert folder is not None
    before = bytes_of(folder)
    again = dataset.open()
    assert list(again.select("SELECT * WHERE { ?s ?p ?o }"))
    assert bytes_of(folder) == before


def test_touched_but_equal_dataset_reuses_the_store(dataset: Dataset) -> None:
    first = dataset.open()
    os.utime(dataset.path, (1, 1))
    assert dataset.open().folder == first.folder
    assert dataset.loads == 1


def test_copied_dataset_reuses_the_store(dataset: Dataset) -> None:
    first = dataset.open()
    dataset.path = dataset.path.rename(dataset.path.with_name("moved.ttl"))
    assert dataset.open().folder == first.folder
    assert dataset.loads == 1


def test_changed_dataset_gives_a_new_store_and_the_old_comes_back_unbuilt(dataset: Dataset) -> None:
    first = dataset.open()
    dataset.path.write_text(TWO)
    second = dataset.open()
    assert (len(second), dataset.loads) == (2, 2)
    assert second.folder != first.folder
    dataset.path.write_text(ONE)
    assert (dataset.open().folder, dataset.loads) == (first.folder, 2)


def test_change_that_keeps_size_is_seen_by_its_time(dataset: Dataset) -> None:
    dataset.open()
    dataset.path.write_text(ONE.replace("1", "3"))
    os.utime(dataset.path, (5, 5))
    rows = dataset.open().select("SELECT ?o WHERE { ?s ?p ?o }")
    assert [row["o"].value for row in rows] == ["3"]


def test_salt_keeps_stores_of_the_same_files_apart(dataset: Dataset) -> None:
    assert dataset.open().folder != dataset.open("overlay").folder
    assert dataset.loads == 2


def test_store_names_say_which_engine_wrote_them(dataset: Dataset) -> None:
    dataset.open()
    assert all(name.endswith(cache.ENGINE) for name in dataset.stores())


def test_equal_stamp_names_of_two_datasets_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_stamp_name", lambda _: "same")
    one, two = tmp_path / "one.ttl", tmp_path / "two.ttl"
    one.write_text(ONE)
    two.write_text(TWO)
    sizes = [
        len(cached_store([path], lambda engine, path=path: fill_engine(engine, path), folder=tmp_path / "c"))  # type: ignore[misc]
        for path in (one, two, one)
    ]
    assert sizes == [1, 2, 1]


def test_unreadable_stamp_is_written_anew(dataset: Dataset) -> None:
    dataset.open()
    for marker in (dataset.cache / "stamps").iterdir():
        marker.write_bytes(b"\xff\xfe")
    assert len(dataset.open()) == 1
    assert dataset.loads == 1


@pytest.mark.parametrize("damage", ["CURRENT", "MANIFEST-*", "*.sst", "*"])
def test_store_that_lost_files_is_built_again(dataset: Dataset, damage: str) -> None:
    folder = dataset.open().folder
    assert folder is not None
    for file in folder.glob(damage):
        file.unlink()
    again = dataset.open()
    assert (len(again), again.note, again.folder) == (1, "", folder)


def test_fault_in_the_data_is_raised_and_leaves_nothing(dataset: Dataset) -> None:
    def refuse(engine: ox.Store) -> None:
        fill_engine(engine, dataset.path)
        raise DataError("no")

    with pytest.raises(DataError):
        cached_store([dataset.path], refuse, folder=dataset.cache)
    assert dataset.stores() == []
    assert dataset.half_made() == []


# -- several processes

CHILD = """
import os, signal, sys
from pathlib import Path
from mlgraph.rdf.cache import cached_store, fill_engine
path, folder, deed = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
def fill(engine):
    fill_engine(engine, path)
    if deed == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    print("building", flush=True)
    sys.stdin.readline()
store = cached_store([path], fill, folder=folder)
print(len(store), store.folder.name, store.note, flush=True)
"""


def child(dataset: Dataset, deed: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(dataset.path), str(dataset.cache), deed],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_processes_that_build_at_once_both_work(dataset: Dataset) -> None:
    with child(dataset, "build") as first, child(dataset, "build") as second:
        for process in (first, second):
            assert process.stdout is not None
            assert process.stdout.readline() == "building\n"
        answers = {process.communicate("go\n")[0] for process in (first, second)}
    assert answers == {f"1 {dataset.stores()[0]} \n"}
    assert len(dataset.stores()) == 1
    assert dataset.half_made() == []


def test_killed_build_leaves_no_store_and_the_next_opening_works(dataset: Dataset) -> None:
    with child(dataset, "die") as process:
        process.communicate()
    assert process.returncode == -9
    assert dataset.stores() == []
    assert len(dataset.half_made()) == 1
    store = dataset.open()
    assert (len(store), store.note) == (1, "")


def test_half_made_folder_of_a_killed_build_is_swept_once_it_is_old(dataset: Dataset) -> None:
    with child(dataset, "die") as process:
        process.communicate()
    (name,) = dataset.half_made()
    dataset.open()
    assert dataset.half_made() == [name], "a young one may belong to a process at work"
    os.utime(dataset.cache / name, (1, 1))
    dataset.path.write_text(TWO)
    dataset.open()
    assert dataset.half_made() == []


def test_stores_of_old_releases_are_swept_when_a_new_one_is_built(dataset: Dataset) -> None:
    old = dataset.cache / "store-of-long-ago"
    old.mkdir(parents=True)
    os.utime(old, (1, 1))
    dataset.open()
    assert len(dataset.stores()) == 1


# -- a cache that cannot be used


def test_file_in_place_of_the_cache_folder_means_memory_with_a_note(dataset: Dataset) -> None:
    dataset.cache.write_text("not a folder")
    store = dataset.open()
    assert (len(store), store.folder) == (1, None)
    assert (
        store.note
        == f"the cache {dataset.cache} cannot be used (Not a directory); working in memory, more slowly"
    )
    assert dataset.cache.read_text() == "not a folder"


def no_space(*_: object, **__: object) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_full_disk_while_building_means_memory_with_a_note(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def engine(folder: str | None = None) -> ox.Store:
        return ox.Store() if folder is None else no_space()

    monkeypatch.setattr(cache, "ox", SimpleNamespace(Store=engine))
    store = dataset.open()
    assert (len(store), store.folder) == (1, None)
    assert "No space left on device" in store.note
    assert dataset.stores() == []
    assert dataset.half_made() == []


def test_store_of_other_times_is_used_where_nothing_can_be_written(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = dataset.open()
    os.utime(dataset.path, (1, 1))
    monkeypatch.setattr(Path, "write_text", no_space)
    second = dataset.open()
    assert (second.folder, second.note) == (first.folder, "")
    assert dataset.loads == 1


def test_full_disk_while_stamping_means_memory_with_a_note(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "write_text", no_space)
    store = dataset.open()
    assert (len(store), store.folder) == (1, None)
    assert "No space left on device" in store.note


def test_store_that_cannot_be_moved_into_place_means_memory_with_a_note(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "rename", no_space)
    store = dataset.open()
    assert (len(store), store.folder) == (1, None)
    assert "working in memory" in store.note


# -- places and keys


def test_cache_folder_is_the_own_one_else_the_xdg_place_else_the_home(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLGRAPH_CACHE", "/own")
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    monkeypatch.setenv("HOME", "/home/x")
    assert cache_folder() == Path("/own")
    monkeypatch.delenv("MLGRAPH_CACHE")
    assert cache_folder() == Path("/xdg/mlgraph")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path("/home/x/.cache/mlgraph")


def test_key_depends_on_bytes_order_and_borders_of_files(tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("ab", "a", "b", "empty", "ab2")}
    for name, path in files.items():
        path.write_text({"empty": "", "ab2": "ab"}.get(name, name))
    assert content_key([files["ab"]]) == content_key([files["ab2"]])
    keys = [
        content_key([files[name] for name in names])
        for names in (["ab"], ["a", "b"], ["b", "a"], ["ab", "empty"], ["empty", "ab"])
    ]
    assert len(set(keys)) == len(keys)


def test_clearing_removes_stores_stamps_and_half_made_folders(dataset: Dataset) -> None:
    dataset.open()
    dataset.open("overlay")
    (dataset.cache / "building-1-1").mkdir()
    (dataset.cache / "other.txt").write_text("not ours")
    assert clear_cache(dataset.cache) == 2
    assert [place.name for place in dataset.cache.iterdir()] == ["other.txt"]
    assert len(dataset.open()) == 1


def test_clearing_a_cache_that_is_not_there_removes_nothing(tmp_path: Path) -> None:
    assert clear_cache(tmp_path / "missing") == 0


def test_clearing_says_what_cannot_be_removed(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset.open()
    monkeypatch.setattr(shutil, "rmtree", no_space)
    with pytest.raises(StoreError, match=f"cannot clear {dataset.cache}"):
        clear_cache(dataset.cache)


def test_sizes_of_stores_are_those_of_their_files(dataset: Dataset) -> None:
    folder = dataset.open().folder
    assert folder is not None
    assert stores_in(dataset.cache) == [(folder.name, sum(map(len, bytes_of(folder).values())))]
