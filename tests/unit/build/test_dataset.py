"""A dataset is built whole or not at all, and the same data give the same bytes."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest

from mlgraph.build import atomic, dataset
from mlgraph.build.dataset import (
    Built,
    build_dataset,
    check_data,
    dataset_text,
    find_layout,
    write_atomically,
)
from mlgraph.build.derive import authored
from mlgraph.errors import CheckFailedError, CycleError, StoreError
from mlgraph.rdf.reader import parse_turtle, read_turtle
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.vocab import thing
from tests.little import RECORDS, authored_quads, claim, quads_of, topic, write_records

CYCLE = claim("topic:arithmetic", "mlg:requires", "topic:calculus")


def build(*folders: Path) -> EmbeddedStore:
    return EmbeddedStore.of_quads(build_dataset(folders).quads)


def rules(built: Built) -> list[str]:
    """Return the rules that found something, but for those that the little graph always meets."""
    return [each.rule for each in built.findings if each.rule not in {"single-source", "unreachable"}]


def test_built_dataset_holds_records_derived_triples_and_ontology(records: Path) -> None:
    built = build_dataset([records])
    assert set(authored_quads()) < set(built.quads)
    assert set(read_turtle(find_layout().ontology / "mlgraph.ttl")) < set(built.quads)
    store = EmbeddedStore.of_quads(built.quads)
    assert store.ask(
        "ASK { topic:gradient mlg:requires topic:calculus ; mlg:learningDepth 3 ; rdfs:label ?label }"
    )
    assert (built.overridden, rules(built)) == ([], [])


def test_two_builds_give_the_same_bytes(records: Path, tmp_path: Path) -> None:
    other = write_records(tmp_path / "other", dict(reversed(RECORDS.items())))
    text = dataset_text(build_dataset([records]))
    assert dataset_text(build_dataset([records])) == text
    assert dataset_text(build_dataset([other])) == text


def test_built_dataset_is_canonical(records: Path) -> None:
    from mlgraph.rdf.writer import to_turtle

    text = dataset_text(build_dataset([records]))
    assert to_turtle(parse_turtle(text)) == text


def test_build_of_faulty_data_is_refused_with_the_findings(records: Path) -> None:
    write_records(records, {"cycle.ttl": CYCLE})
    with pytest.raises(CheckFailedError, match="1 error in the data; nothing was built") as caught:
        build_dataset([records])
    assert [each.rule for each in caught.value.findings] == ["cycle"]


def test_warnings_do_not_stop_a_build_and_are_handed_on(records: Path) -> None:
    write_records(records, {"lonely.ttl": topic("lonely")})
    assert rules(build_dataset([records])) == ["orphan"]


def test_unchecked_build_still_needs_an_order(records: Path) -> None:
    write_records(records, {"cycle.ttl": CYCLE})
    with pytest.raises(CycleError):
        build_dataset([records], checked=False)


def test_unchecked_build_takes_what_checks_would_refuse(records: Path) -> None:
    write_records(records, {"odd.ttl": 'topic:python mlg:nonsense "x"@en .'})
    with pytest.raises(CheckFailedError):
        build_dataset([records])
    assert build_dataset([records], checked=False).findings == []


def test_closure_is_materialised_on_request_only(records: Path) -> None:
    query = "ASK { topic:training mlg:dependsOn topic:arithmetic }"
    assert not build(records).ask(query)
    assert EmbeddedStore.of_quads(build_dataset([records], closure=True).quads).ask(query)


# -- overlays


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """A folder that adds a topic, an alias, and supersedes training -> gradient."""
    return write_records(
        tmp_path / "later",
        {
            "mine.ttl": topic("cooking")
            + claim("topic:cooking", "mlg:requires", "topic:training")
            + 'topic:python skos:altLabel "snake language"@en .'
            + "claim:topic.training.requires.topic.gradient mlg:status mlg:Superseded ."
        },
    )


def test_overlay_merges_and_overrides_and_recomputes_depths(records: Path, later: Path) -> None:
    built = build_dataset([records, later])
    store = EmbeddedStore.of_quads(built.quads)
    assert built.overridden == [thing("claim", "topic.training.requires.topic.gradient")]
    assert rules(built) == ["override"]
    assert not store.ask("ASK { topic:training mlg:requires topic:gradient }")
    assert store.ask('ASK { topic:python skos:altLabel "snake language"@en ; rdfs:label "Python"@en }')
    depths = {
        slug: store.ask(f"ASK {{ topic:{slug} mlg:learningDepth {depth} }}")
        for slug, depth in (("training", 0), ("cooking", 1), ("gradient", 3))
    }
    assert all(depths.values()), depths


def test_overlay_over_a_built_base_equals_both_folders_built_together(records: Path, later: Path) -> None:
    base = authored(build_dataset([records]).quads)
    assert dataset_text(build_dataset([later], base)) == dataset_text(build_dataset([records, later]))


def test_order_of_folders_decides_which_status_stands(records: Path, later: Path) -> None:
    assert build(later, records).ask("ASK { topic:training mlg:requires topic:gradient }")


def test_checking_does_not_change_the_files(records: Path) -> None:
    before = {path: path.read_bytes() for path in records.rglob("*.ttl")}
    check_data([records])
    assert {path: path.read_bytes() for path in records.rglob("*.ttl")} == before


# -- layout


def test_source_tree_has_its_own_ontology_and_data() -> None:
    layout = find_layout()
    assert layout.data is not None
    assert (layout.ontology / "mlgraph.ttl").is_file()
    assert layout.data.parent == layout.ontology.parent


def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pretend that the package lies in site-packages."""
    package = folder / "lib" / "site-packages" / "mlgraph"
    (package / "build").mkdir(parents=True)
    monkeypatch.setattr(dataset, "__file__", str(package / "build" / "dataset.py"))
    return package


def test_installed_package_has_the_ontology_inside_and_no_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ontology = installed(tmp_path, monkeypatch) / "dataset" / "ontology"
    ontology.mkdir(parents=True)
    (ontology / "mlgraph.ttl").write_text("")
    assert find_layout() == (ontology, None)


def test_installation_without_an_ontology_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path, monkeypatch)
    with pytest.raises(StoreError, match="no ontology beside") as caught:
        find_layout()
    assert caught.value.mend == "install mlgraph again"


# -- writing


def test_file_is_written_with_its_folders_and_unix_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "a.ttl"
    write_atomically(path, "é\nb\n")
    assert path.read_bytes() == "é\nb\n".encode()
    assert [each.name for each in path.parent.iterdir()] == ["a.ttl"]


def test_old_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("old and much longer")
    write_atomically(path, "new")
    assert path.read_text() == "new"


def test_rights_are_those_of_an_ordinary_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    write_atomically(tmp_path / "a.ttl", "x")
    rights = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("plain", "a.ttl")]
    assert rights[0] == rights[1]


def fail(*_: object, **__: object) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("step", ["fsync", "fdopen"])
def test_full_disk_keeps_the_old_file_whole_and_leaves_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("old")
    patched = SimpleNamespace(
        **{name: getattr(os, name) for name in ("fdopen", "fsync", "umask")} | {step: fail}
    )
    monkeypatch.setattr(atomic, "os", patched)
    with pytest.raises(StoreError, match="No space left on device") as caught:
        write_atomically(path, "new")
    assert "space" in caught.value.mend
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.ttl"]


def test_interruption_keeps_the_old_file_whole_and_leaves_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("old")

    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.ttl"]


@pytest.mark.parametrize("obstacle", ["folder", "file"])
def test_place_that_cannot_be_written_is_named(tmp_path: Path, obstacle: str) -> None:
    path = tmp_path / "a.ttl"
    if obstacle == "folder":
        path.mkdir()
    else:
        path.write_text("a file where a folder is needed")
        path = path / "b.ttl"
    with pytest.raises(StoreError, match="cannot write"):
        write_atomically(path, "new")
    assert [each.name for each in tmp_path.iterdir()] == ["a.ttl"]


def test_text_that_is_no_unicode_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_atomically(tmp_path / "a.ttl", "\udcff")
    assert list(tmp_path.iterdir()) == []


def test_empty_record_adds_nothing(records: Path) -> None:
    text = dataset_text(build_dataset([records]))
    (records / "empty.ttl").write_text("")
    assert dataset_text(build_dataset([records])) == text
    assert quads_of("") == []
