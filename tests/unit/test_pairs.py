"""Reading labelled pairs and aliases, good and bad."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlgraph.analysis.evaluation import Pair
from mlgraph.errors import DataError, EncodingError, FileTooLargeError
from mlgraph.interchange.pairs import LINE_LIMIT, read_aliases, read_pairs, topic_graph, topic_names
from mlgraph.network.projection import prerequisite_graph
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.vocab import thing

if TYPE_CHECKING:
    from pathlib import Path

STORE = EmbeddedStore.of_turtle("""
topic:svd a mlg:Topic ; rdfs:label "Singular value decomposition"@en ;
    skos:prefLabel "Singular value decomposition"@en , "Singulärwertzerlegung"@de ; skos:altLabel "SVD"@en .
topic:beta-distribution a mlg:Topic ; rdfs:label "Beta distribution"@en ; skos:prefLabel "Beta distribution"@en .
topic:kernel-function a mlg:Topic ; rdfs:label "Kernel function"@en ; skos:altLabel "kernel"@en .
topic:kernel-size a mlg:Topic ; rdfs:label "Kernel size"@en ; skos:altLabel "kernels"@en ; mlg:requires topic:svd ;
    mlg:recommends topic:kernel-function .
skill:svd a mlg:Skill ; rdfs:label "No topic"@en .
""")
NAMES = topic_names(STORE)


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "pairs.tsv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_columns_may_stand_in_any_order_among_others(tmp_path: Path) -> None:
    text = "Label\tnote\tprerequisite\tconcept\n1\tx\ta\tb\n\n0\t\tc d\t e \n"
    assert read_pairs(written(tmp_path, text)) == [Pair("b", "a", True), Pair("e", "c d", False)]


def test_a_byte_order_mark_and_crlf_do_not_matter(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbfconcept\tprerequisite\tlabel\r\nb\ta\t1\r\n"
    assert read_pairs(written(tmp_path, text)) == [Pair("b", "a", True)]


def test_missing_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the header lacks prerequisite, label") as caught:
        read_pairs(written(tmp_path, "concept,prerequisite,label\tconcept\n"))
    assert caught.value.line == 1


def test_an_empty_file_lacks_all_columns(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="lacks concept, prerequisite, label"):
        read_pairs(written(tmp_path, ""))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("b\ta\tyes", "the label is 'yes', not 0 or 1"),
        ("b\ta\t", "the label is ''"),
        ("b\ta", "a row of 2 cells"),
        ("\ta\t1", "without a name"),
        ("b\t \t1", "without a name"),
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        read_pairs(written(tmp_path, f"concept\tprerequisite\tlabel\nb\ta\t1\n\n{row}\n"))
    assert caught.value.line == 4


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_pairs(tmp_path / "none.tsv")
    with pytest.raises(DataError, match="cannot be read"):
        read_pairs(tmp_path)


def test_bytes_that_are_not_utf8_are_named_by_their_line(tmp_path: Path) -> None:
    with pytest.raises(EncodingError, match="0xe4") as caught:
        read_pairs(written(tmp_path, b"concept\tprerequisite\tlabel\nb\ta\t1\nb\xe4\ta\t1\n"))
    assert caught.value.line == 3


def test_rows_and_lines_are_bounded(tmp_path: Path) -> None:
    rows = "concept\tprerequisite\tlabel\n" + "b\ta\t1\n" * 5
    assert len(read_pairs(written(tmp_path, rows), limit=5)) == 5
    with pytest.raises(FileTooLargeError, match="more than 4 rows"):
        read_pairs(written(tmp_path, rows), limit=4)
    with pytest.raises(FileTooLargeError, match="a line of more than"):
        read_pairs(written(tmp_path, "concept\tprerequisite\tlabel\n" + "x" * (LINE_LIMIT + 1)))


@pytest.mark.parametrize(
    ("name", "slugs"),
    [
        ("svd", ["svd"]),
        ("Singular-Value Decompositions", ["svd"]),
        ("Singulärwertzerlegung", ["svd"]),
        ("β distribution", ["beta-distribution"]),
        ("Kernel (machine learning)", ["kernel-function", "kernel-size"]),
        ("no topic", []),
        ("", []),
    ],
)
def test_topics_are_found_by_slug_label_and_alias(name: str, slugs: list[str]) -> None:
    assert NAMES.find(name) == tuple(thing("topic", slug) for slug in slugs)


def test_aliases_name_a_slug_or_label_of_ours(tmp_path: Path) -> None:
    text = "name\ttopic\nFeature Maps\tkernel-size\nspectral trick\tSVD\nspectral tricks\tsvd\n"
    assert read_aliases(written(tmp_path, text), NAMES) == {
        "feature map": thing("topic", "kernel-size"),
        "spectral trick": thing("topic", "svd"),
    }


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("x\tkernel", "fits several topics: kernel-function, kernel-size"),
        ("x\ttea", "'tea' is no topic of ours"),
        ("x", "needs two cells"),
        ("x\t", "needs two cells"),
        ("As\tkernel-size", "has two meanings: svd and kernel-size"),
    ],
)
def test_a_bad_alias_is_named_by_its_line(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        read_aliases(written(tmp_path, f"as\tsvd\n{row}\n"), NAMES)
    assert caught.value.line == 2


@pytest.mark.parametrize("soft", [False, True])
def test_the_topic_graph_is_the_projection_of_all_triples(soft: bool) -> None:
    found, expected = topic_graph(STORE, soft=soft), prerequisite_graph(STORE.triples(), soft=soft)
    assert list(found.edges) == list(expected.edges)
    assert list(found) == list(expected)
