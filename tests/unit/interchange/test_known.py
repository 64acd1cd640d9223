"""Texts that say what somebody knows: all of a text is understood, or it is told which lines are not."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from mlgraph.errors import DataError, EncodingError, FileTooLargeError
from mlgraph.interchange.known import (
    LINE_LIMIT,
    SIZE_LIMIT,
    Entry,
    Fault,
    apply,
    load_text,
    name_entries,
    read_entries,
    split_level,
    to_csv,
)
from mlgraph.planning.learner import Known, Learner, to_json
from mlgraph.vocab import thing

if TYPE_CHECKING:
    from pathlib import Path

    from mlgraph.rdf.store import EmbeddedStore

DAY = "2026-11-25"
OTHER = "2025-01-02"


def topic(slug: str) -> str:
    return thing("topic", slug)


def read(content: str) -> list[Entry]:
    entries, faults = read_entries(content, "file")
    assert faults == []
    return [each._replace(line=0) for each in entries]


def faults_of(content: str) -> list[tuple[int, str]]:
    return [(each.line, each.what) for each in read_entries(content, "file")[1]]


def learned(store: EmbeddedStore, content: str, learner: Learner | None = None) -> Learner:
    entries, faults = read_entries(content, "file")
    named, more = name_entries(store, entries)
    assert faults + more == []
    return apply(learner or Learner(), named, DAY)


# -- bytes


def test_file_is_read_without_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("\ufeffé\r\n".encode())
    assert load_text(str(path)) == "é\r\n"
    assert load_text("-", io.BytesIO(b"a")) == "a"


def test_file_at_the_limit_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a" * SIZE_LIMIT)
    assert len(load_text(str(path))) == SIZE_LIMIT
    path.write_bytes(b"a" * (SIZE_LIMIT + 1))
    with pytest.raises(FileTooLargeError, match="larger than 4 MB"):
        load_text(str(path))


@pytest.mark.parametrize(
    ("content", "why", "line"), [(b"a\n\xff", "not UTF-8", 2), (b"a\0b", "not a text", None)]
)
def test_what_is_no_text_is_refused(content: bytes, why: str, line: int | None) -> None:
    with pytest.raises(EncodingError, match=why) as caught:
        load_text("file", io.BytesIO(content))
    assert caught.value.line == line


def test_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read: No such file"):
        load_text(str(tmp_path / "none"))


# -- lists and tables


def test_names_one_a_line() -> None:
    content = "# what I know\nCalculus\n\n  Linear   algebra \njax:deep\nCS 229: Machine Learning\n"
    assert read(content) == [
        Entry("Calculus"),
        Entry("Linear algebra"),
        Entry("jax", "deep"),
        Entry("CS 229: Machine Learning"),
    ]


def test_name_with_commas_needs_no_quotes_in_a_list() -> None:
    assert read("Data, Inference, and Decisions\n") == [Entry("Data, Inference, and Decisions")]
    assert read('"Data, Inference",deep\n') == [Entry("Data, Inference", "deep")]


@pytest.mark.parametrize(
    "content",
    [
        "topic,level,shaky,on\ncalculus,deep,yes,2025-01-02\njax,,,\n",
        "level,On,TOPIC,shaky\nDEEP,2025-01-02,calculus,x\n,,jax,no\n",
        "topic;level;shaky;on\ncalculus;deep;true;2025-01-02\njax;;0;\n",
        "topic\tlevel\tshaky\ton\ncalculus\tdeep\t1\t2025-01-02\njax\t\t\t\n",
        "calculus,deep,shaky,2025-01-02\njax\n",
        "calculus, deep, yes, 2025-01-02\r\njax,,\r\n",
        "calculus,deep,yes,2025-01-02\rjax\r",
    ],
    ids=["header", "other order", "semicolons", "tabs", "no header", "windows", "old mac"],
)
def test_tables_are_read_with_or_without_header(content: str) -> None:
    assert read(content) == [Entry("calculus", "deep", shaky=True, on=OTHER), Entry("jax")]


@pytest.mark.parametrize("column", ["topic", "course", "name", "Topic"])
def test_column_of_names_has_several_names(column: str) -> None:
    assert read(f"{column}\ncalculus\n") == [Entry("calculus")]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    content = 'topic,level\r\n\r\n"two\nlines",deep\n# no\njax,expert\n'
    entries, faults = read_entries(content, "file")
    assert entries == [Entry("two lines", "deep", line=3)]
    assert [each.line for each in faults] == [6]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("jax,expert", "no level 'expert'; levels are awareness, working and deep"),
        (",deep", "no name"),
        ("jax:deep,working", "two levels, deep and working"),
        ("jax,deep,maybe", "shaky is 'maybe', not yes or no"),
        ("jax,deep,,yesterday", "no date: 'yesterday'; write it as 2026-11-25"),
        ("jax,deep,,2026-02-30", "no date: '2026-02-30'; write it as 2026-11-25"),
        ("jax,deep,,,more", "5 cells where 4 were expected"),
        (f"jax,{'x' * 99}", f"no level '{'x' * 57}...'; levels are awareness, working and deep"),
    ],
)
def test_bad_line_is_told(line: str, what: str) -> None:
    assert faults_of(f"topic,level,shaky,on\ncalculus\n{line}\n") == [(3, what)]


def test_every_bad_line_is_told() -> None:
    content = "topic,level,mark\ncalculus,deep,\njax,x,\n,working,\n"
    assert faults_of(content) == [
        (1, "no such column: 'mark'; columns are topic, level, shaky and on"),
        (3, "no level 'x'; levels are awareness, working and deep"),
        (4, "no name"),
    ]


def test_two_columns_of_names_are_too_many() -> None:
    assert faults_of("topic,course\ncalculus,\n") == [(1, "two columns say the name")]


def test_empty_text_says_nothing() -> None:
    assert read_entries("", "file") == read_entries("\n# no\n\n", "file") == ([], [])


def test_quotes_that_do_not_end_are_refused() -> None:
    with pytest.raises(DataError, match=r"file:2: not CSV") as caught:
        read_entries('jax\n"calculus\npython\n', "file")
    assert caught.value.mend == "mend the quotes"


def test_too_many_lines_are_refused() -> None:
    assert len(read_entries("jax\n" * LINE_LIMIT, "file")[0]) == LINE_LIMIT
    with pytest.raises(FileTooLargeError, match="more than 20,000 lines"):
        read_entries("\n" * LINE_LIMIT + "jax\n", "file")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("jax", ("jax", "")),
        ("jax:Deep", ("jax", "deep")),
        ("topic:jax", ("topic:jax", "")),
        ("topic:jax : working ", ("topic:jax", "working")),
        ("jax:expert", ("jax:expert", "")),
        (":deep", (":deep", "")),
        ("jax:", ("jax:", "")),
    ],
)
def test_level_stands_after_the_last_colon(name: str, parts: tuple[str, str]) -> None:
    assert split_level(name) == parts


# -- profiles


FULL = Learner(
    {topic("gradient"): Known("deep", OTHER, shaky=True), topic("python"): Known()},
    {thing("course", "mit-1.01"): Known("working", OTHER)},
    frozenset({topic("jax")}),
)


def test_profile_is_read_with_the_lines_of_its_topics() -> None:
    entries, faults = read_entries(to_json(FULL), "file")
    assert faults == []
    assert entries == [
        Entry("topic:gradient", "deep", shaky=True, on=OTHER, line=4),
        Entry("topic:python", "working", line=5),
        Entry("course:mit-1.01", on=OTHER, line=8),
        Entry("topic:jax", denied=True, line=10),
    ]


def test_exported_profile_is_imported_again(little: EmbeddedStore) -> None:
    assert learned(little, to_json(FULL)) == FULL._replace(
        topics={**FULL.topics, topic("python"): Known("working", DAY)}
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "not a profile: not JSON"),
        ("[]", "not a profile: it does not say"),
        ('{"schema": "mlgraph/known/1"}', "not a profile: it does not say"),
        ('{"schema": "mlgraph/profile/1", "topics": {"topic:a": {"level": []}}}', "not a profile: topics"),
    ],
)
def test_other_json_is_refused(content: str, why: str) -> None:
    with pytest.raises(DataError, match=why) as caught:
        read_entries(content, "file")
    assert "mlgraph known export" in caught.value.mend


# -- names


def test_area_stands_for_its_topics_and_gives_way_to_a_topic_itself(little: EmbeddedStore) -> None:
    found = learned(little, "jax:deep\narea:mathematics,awareness\npython\n")
    assert found.topics[topic("jax")] == Known("deep", DAY)
    assert found.topics[topic("python")] == Known("working", DAY)
    assert found.topics[topic("calculus")] == Known("awareness", DAY)
    assert len(found.topics) == 9


def test_course_is_kept_as_a_course(little: EmbeddedStore) -> None:
    found = learned(little, "1.01\ncourse:eth-7,,yes,2025-01-02\n")
    assert found == Learner(
        courses={
            thing("course", "mit-1.01"): Known("working", DAY),
            thing("course", "eth-7"): Known("working", OTHER, shaky=True),
        }
    )


def test_name_without_level_never_takes_knowledge_away(little: EmbeddedStore) -> None:
    before = Learner({topic("jax"): Known("deep", OTHER, shaky=True), topic("python"): Known("awareness")})
    assert learned(little, "jax\npython\n", before).topics == {
        topic("jax"): Known("deep", DAY),
        topic("python"): Known("working", DAY),
    }
    assert learned(little, "jax:awareness\n", before).topics[topic("jax")].level == "awareness"


def test_known_topic_is_no_longer_denied(little: EmbeddedStore) -> None:
    before = Learner(denied=frozenset({topic("jax"), topic("python")}))
    assert learned(little, "jax\n", before).denied == {topic("python")}


def named_faults(store: EmbeddedStore, *entries: Entry) -> list[Fault]:
    return name_entries(store, [each._replace(line=at) for at, each in enumerate(entries, 1)])[1]


def test_unknown_names_come_with_near_ones(little: EmbeddedStore) -> None:
    first, second = named_faults(little, Entry("calculos"), Entry("jax:expert"))
    assert first == Fault(1, "no topic, area or course is called 'calculos'", ("calculus",))
    assert second.what.endswith("'jax:expert'; levels are awareness, working and deep")


def test_what_cannot_be_said_of_a_course_is_told(little: EmbeddedStore) -> None:
    found = named_faults(little, Entry("mit-1.01", "deep"), Entry("eth-7", denied=True))
    assert [each.what for each in found] == [
        "Calculus for All is a course: only topics have a level, or are denied",
        "Training Networks is a course: only topics have a level, or are denied",
    ]


def test_contradictions_are_told_and_the_first_stands(little: EmbeddedStore) -> None:
    entries = [
        Entry("jax", "deep", line=1),
        Entry("Jax", "working", line=2),
        Entry("topic:jax", line=3),
        Entry("jax", denied=True, line=4),
    ]
    named, faults = name_entries(little, entries)
    assert faults == [
        Fault(2, "Jax is said to be known at two levels, deep and working"),
        Fault(4, "Jax is said to be known, and denied"),
    ]
    assert [each.entry.line for each in named] == [1, 3]


# -- export


def test_csv_is_imported_again(little: EmbeddedStore) -> None:
    stated = FULL._replace(denied=frozenset())
    again = learned(little, to_csv(stated))
    assert again == stated._replace(topics={**stated.topics, topic("python"): Known("working", DAY)})
    assert to_csv(FULL).splitlines() == [
        "topic,level,shaky,on",
        "topic:gradient,deep,yes,2025-01-02",
        "topic:python,working,,",
        "course:mit-1.01,,,2025-01-02",
    ]
