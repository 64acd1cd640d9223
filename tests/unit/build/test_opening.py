"""The shipped graph opens from the cache, with a user's folders over it if there are any."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlgraph.build import opening
from mlgraph.build.opening import data_folders, open_store, shipped_dataset, store_source
from mlgraph.errors import CheckFailedError, DataError, StoreError
from mlgraph.rdf.sparql import run_query
from mlgraph.rdf.store import EmbeddedStore
from tests.little import claim, topic, write_records


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, records: Path) -> Path:
    """A little dataset in place of the shipped one; returns a folder for a cache."""
    from mlgraph.build.dataset import build_dataset, dataset_text, write_atomically

    path = tmp_path / "shipped.ttl"
    write_atomically(path, dataset_text(build_dataset([records])))
    monkeypatch.setattr(opening, "shipped_dataset", lambda: path)
    return tmp_path / "cache"


OVER = {"mine.ttl": topic("cooking") + claim("topic:cooking", "mlg:requires", "topic:python")}
COOKING = "ASK { topic:cooking mlg:requires+ topic:python ; mlg:learningDepth 1 }"


def test_shipped_graph_opens_on_disk(store: EmbeddedStore) -> None:
    assert store.folder is not None
    assert store.note == ""
    assert store.ask("ASK { topic:backpropagation mlg:requires+ topic:derivative }")


def test_folder_lies_over_the_graph_which_is_itself_unchanged(small: Path, tmp_path: Path) -> None:
    over = open_store([write_records(tmp_path / "mine", OVER)], cache=small)
    assert over.ask(COOKING)
    assert not open_store(cache=small).ask(COOKING)


def test_folders_come_from_the_argument_else_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MLGRAPH_DATA", os.pathsep.join(["/a", "", "/b"]))
    assert data_folders() == (Path("/a"), Path("/b"))
    assert data_folders([tmp_path]) == (tmp_path,)
    monkeypatch.delenv("MLGRAPH_DATA")
    assert data_folders() == ()


def test_folder_named_by_the_environment_is_laid_over(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_records(tmp_path / "mine", OVER)
    monkeypatch.setenv("MLGRAPH_DATA", str(folder))
    assert open_store(data_folders(), cache=small).ask(COOKING)


def test_overlay_is_built_once_and_again_when_it_changes(small: Path, tmp_path: Path) -> None:
    folder = write_records(tmp_path / "mine", OVER)
    first = open_store([folder], cache=small)
    assert first.ask(COOKING)
    assert open_store([folder], cache=small).folder == first.folder
    write_records(folder, {"more.ttl": 'topic:cooking skos:altLabel "cuisine"@en .'})
    second = open_store([folder], cache=small)
    assert second.folder != first.folder
    assert second.ask('ASK { topic:cooking skos:altLabel "cuisine"@en }')


def test_same_files_in_other_layers_are_another_graph(small: Path, tmp_path: Path) -> None:
    # Two layers may both define a topic; two files of one folder may not.
    parent = tmp_path / "both"
    one = write_records(parent / "1", OVER)
    two = write_records(
        parent / "2", {"mine.ttl": 'topic:cooking a mlg:Topic ; skos:altLabel "cuisine"@en .'}
    )
    assert open_store([one, two], cache=small).ask(COOKING)
    with pytest.raises(CheckFailedError) as caught:
        open_store([parent], cache=small)
    assert [each.rule for each in caught.value.findings] == ["duplicate"]


def test_overlay_with_errors_is_refused_each_time(small: Path, tmp_path: Path) -> None:
    folder = write_records(
        tmp_path / "mine", {"mine.ttl": claim("topic:python", "mlg:requires", "topic:training")}
    )
    for _ in range(2):
        with pytest.raises(CheckFailedError) as caught:
            open_store([folder], cache=small)
        assert [each.rule for each in caught.value.findings] == ["cycle"]


def test_folder_that_does_not_exist_is_named(small: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such data folder"):
        open_store([tmp_path / "missing"], cache=small)


def test_empty_folder_changes_nothing(small: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    over = open_store([tmp_path / "empty"], cache=small)
    plain = open_store(cache=small)
    assert set(map(str, over.triples())) == set(map(str, plain.triples()))


def test_source_tree_that_was_never_built_says_how_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(opening, "__file__", str(tmp_path / "mlgraph" / "build" / "opening.py"))
    with pytest.raises(StoreError, match="is missing") as caught:
        shipped_dataset()
    assert "mlgraph build" in caught.value.mend


# -- what a query worker opens


def test_worker_sees_the_same_graph(small: Path, tmp_path: Path) -> None:
    folder = write_records(tmp_path / "mine", OVER)
    over = open_store([folder], cache=small)
    assert run_query(store_source(over, [folder]), COOKING, "csv", 60) == b"true"
    assert run_query(store_source(open_store(cache=small)), COOKING, "csv", 60) == b"false"


def test_worker_opens_the_dataset_file_where_no_store_is_on_disk(small: Path) -> None:
    assert not small.exists()
    assert store_source(EmbeddedStore.of_quads([])) == opening.shipped_dataset()


def test_worker_cannot_see_an_overlay_in_memory(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="need a cache folder") as caught:
        store_source(EmbeddedStore.of_quads([]), [tmp_path])
    assert "MLGRAPH_CACHE" in caught.value.mend
