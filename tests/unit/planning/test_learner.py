"""A profile is a small file that is never damaged, and what follows from it is closed.

arithmetic <- algebra <- calculus <=(deep) gradient <- training ~~ one of: pytorch (8 h), jax (6 h)
course mit-1.01 teaches calculus, and gradient deeply
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from mlgraph.errors import ProfileError, StoreError, UsageError
from mlgraph.planning.learner import (
    Known,
    Learner,
    forget,
    knowledge,
    learn,
    parse_learner,
    profile_folder,
    profile_names,
    profile_path,
    read_learner,
    to_json,
    write_learner,
)
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.vocab import thing

if TYPE_CHECKING:
    from pathlib import Path

COURSE = thing("course", "mit-1.01")
DAY = "2026-11-25"


def topic(slug: str) -> str:
    return thing("topic", slug)


def of(*slugs: str, level: str = "working") -> Learner:
    return Learner({topic(slug): Known(level) for slug in slugs})


FULL = Learner(
    {topic("gradient"): Known("deep", DAY, shaky=True), topic("python"): Known()},
    {COURSE: Known("working", DAY)},
    frozenset({topic("jax")}),
    {"assess": {"asked": ["é", 1.5, None]}},
)


# -- places


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MLGRAPH_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MLGRAPH_PROFILE", raising=False)
    return tmp_path / "home" / "profiles"


def test_profile_is_a_name_in_the_folder_or_a_path(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert profile_path() == home / "default.json"
    assert profile_path("me") == home / "me.json"
    assert str(profile_path("me.json")) == "me.json"
    assert str(profile_path("./me")) == "me"
    monkeypatch.setenv("MLGRAPH_PROFILE", "work")
    assert profile_path() == home / "work.json"
    assert profile_path("me") == home / "me.json"


@pytest.mark.parametrize("name", ["..", "a b", ".hidden", "x" * 65, "né", "a\n"])
def test_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="no name for a profile"):
        profile_path(name)


def test_folder_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLGRAPH_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert profile_folder() == tmp_path / "mlgraph" / "profiles"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert profile_folder() == tmp_path / ".local" / "share" / "mlgraph" / "profiles"


def test_without_a_home_there_is_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError

    for name in ("MLGRAPH_HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("mlgraph.planning.learner.Path.home", nowhere)
    with pytest.raises(UsageError, match="no home folder"):
        profile_folder()


def test_names_are_those_of_the_folder(home: Path) -> None:
    assert profile_folder() == home
    assert profile_names() == []
    for name in ("b", "a"):
        write_learner(profile_path(name), of("python"))
    write_learner(profile_path("a"), of("jax"))  # leaves a.json.bak
    assert profile_names() == ["a", "b"]


# -- the file


def test_profile_that_does_not_exist_is_empty(tmp_path: Path) -> None:
    assert read_learner(tmp_path / "none.json") == Learner()


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "me.json"
    write_learner(path, FULL)
    assert read_learner(path) == FULL
    assert [each.name for each in path.parent.iterdir()] == ["me.json"]


def test_file_is_sorted_and_has_a_topic_a_line() -> None:
    assert to_json(FULL).splitlines() == [
        "{",
        '  "schema": "mlgraph/profile/1",',
        '  "topics": {',
        '    "topic:gradient": {"level": "deep", "on": "2026-11-25", "shaky": true},',
        '    "topic:python": {"level": "working"}',
        "  },",
        '  "courses": {',
        '    "course:mit-1.01": {"level": "working", "on": "2026-11-25"}',
        "  },",
        '  "denied": ["topic:jax"],',
        '  "state": {',
        '    "assess": {"asked": ["é", 1.5, null]}',
        "  }",
        "}",
    ]
    backwards = FULL._replace(topics=dict(reversed(list(FULL.topics.items()))))
    assert to_json(backwards) == to_json(FULL)


def test_state_with_half_a_surrogate_pair_survives(tmp_path: Path) -> None:
    path = tmp_path / "me.json"
    path.write_text('{"schema": "mlgraph/profile/1", "state": {"x": "\\ud800"}}')
    write_learner(path, learn(read_learner(path), topic("jax"), Known()))
    assert read_learner(path).state == {"x": "\ud800"}


def test_mark_of_byte_order_and_other_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "me.json"
    path.write_bytes(b"\xef\xbb\xbf" + to_json(FULL).replace("\n", "\r\n").encode())
    assert read_learner(path) == FULL


def test_state_before_is_kept_beside(tmp_path: Path) -> None:
    path, backup = tmp_path / "me.json", tmp_path / "me.json.bak"
    write_learner(path, of("python"))
    assert not backup.exists()
    write_learner(path, of("jax"))
    assert read_learner(backup) == of("python")
    write_learner(path, of("jax"))  # nothing changes, so the older state is not lost
    assert read_learner(backup) == of("python")


def test_full_disk_leaves_the_profile_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "me.json"
    write_learner(path, of("python"))

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("mlgraph.build.atomic.os.fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        write_learner(path, of("jax"))
    assert read_learner(path) == of("python")
    assert [each.name for each in tmp_path.iterdir()] == ["me.json"]


PROFILE: dict[str, Any] = {"schema": "mlgraph/profile/1"}

DAMAGED = {
    "cut": (to_json(FULL)[:-40].encode(), "not JSON", 12),
    "empty": (b"", "not JSON", 1),
    "binary": (b"\x80\x00\xff" * 9, "not UTF-8", None),
    "list": (b"[]", 'does not say "schema"', None),
    "other schema": (b'{"schema": "mlgraph/profile/2"}', 'does not say "schema"', None),
    "no schema": (b'{"topics": {}}', 'does not say "schema"', None),
    "deep": (b"[" * 100_000, "nested too deeply", None),
    "long number": (b'{"schema": ' + b"1" * 5000 + b"}", "number too long", None),
    "topics a list": (json.dumps(PROFILE | {"topics": []}).encode(), '"topics" is no object', None),
    "denied a text": (json.dumps(PROFILE | {"denied": "x"}).encode(), '"denied" is no list', None),
    "state a list": (json.dumps(PROFILE | {"state": []}).encode(), '"state" no object', None),
    "no level": (json.dumps(PROFILE | {"topics": {"topic:a": {}}}).encode(), 'needs "level"', None),
    "empty level": (
        json.dumps(PROFILE | {"topics": {"topic:a": {"level": ""}}}).encode(),
        'needs "level"',
        None,
    ),
    "level a list": (
        json.dumps(PROFILE | {"topics": {"topic:a": {"level": []}}}).encode(),
        'needs "level"',
        None,
    ),
    "entry a text": (json.dumps(PROFILE | {"topics": {"topic:a": "deep"}}).encode(), 'needs "level"', None),
    "no date": (
        json.dumps(PROFILE | {"topics": {"topic:a": {"level": "deep", "on": "2026-02-30"}}}).encode(),
        'needs "on"',
        None,
    ),
    "shaky a text": (
        json.dumps(PROFILE | {"topics": {"topic:a": {"level": "deep", "shaky": "no"}}}).encode(),
        'needs "on"',
        None,
    ),
    "no IRI": (json.dumps(PROFILE | {"denied": ["chain rule"]}).encode(), "names nothing", None),
    "injection": (
        json.dumps(PROFILE | {"denied": ["<https://a.org/> } ; DROP ALL #>"]}).encode(),
        "names nothing",
        None,
    ),
    "no text": (json.dumps(PROFILE | {"denied": [7]}).encode(), "names nothing", None),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damaged_profile_is_refused_and_left_as_it_is(tmp_path: Path, case: str) -> None:
    content, why, line = DAMAGED[case]
    path = tmp_path / "me.json"
    path.write_bytes(content)
    with pytest.raises(ProfileError, match="the profile is damaged") as caught:
        read_learner(path)
    assert why in str(caught.value)
    assert str(path) in str(caught.value)
    assert caught.value.line == line
    assert "--profile" in caught.value.mend
    with pytest.raises(ProfileError):
        write_learner(path, of("python"))
    assert path.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == ["me.json"]


def test_too_large_profile_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "me.json"
    path.write_bytes(to_json(FULL).encode() + b" " * (4 * 2**20))
    size = path.stat().st_size
    with pytest.raises(ProfileError, match="larger than 4 MB"):
        write_learner(path, of("python"))
    assert path.stat().st_size == size


def test_way_back_from_damage_is_the_copy_beside(tmp_path: Path) -> None:
    path = tmp_path / "me.json"
    write_learner(path, of("python"))
    write_learner(path, of("jax"))
    path.write_text("{")
    with pytest.raises(ProfileError) as caught:
        read_learner(path)
    assert f"{path}.bak" in caught.value.mend
    assert read_learner(tmp_path / "me.json.bak") == of("python")


def test_folder_in_place_of_a_profile_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="cannot be read"):
        read_learner(tmp_path)


# -- learning and forgetting


def test_learning_takes_a_denial_back() -> None:
    after = learn(Learner(denied=frozenset({topic("jax")})), topic("jax"), Known("deep"))
    assert after == of("jax", level="deep")


def test_course_and_topic_are_kept_apart() -> None:
    after = learn(learn(Learner(), COURSE, Known()), topic("jax"), Known())
    assert (set(after.courses), set(after.topics)) == ({COURSE}, {topic("jax")})


def test_forgetting_leaves_the_rest() -> None:
    after = forget(forget(FULL, topic("python")), COURSE)
    assert (set(after.topics), after.courses, after.denied) == ({topic("gradient")}, {}, FULL.denied)
    assert forget(FULL, topic("python"), deny=True).denied == {topic("jax"), topic("python")}


# -- what follows


def levels(store: EmbeddedStore, learner: Learner, **extra: str) -> dict[str, str]:
    known = knowledge(store, learner, {topic(slug): level for slug, level in extra.items()})
    return {iri.rpartition("/")[2]: level for iri, level in sorted(known.levels.items())}


def test_nothing_implies_nothing(little: EmbeddedStore) -> None:
    assert knowledge(little, Learner()) == ({}, {}, frozenset())


def test_topic_implies_its_needs_at_their_levels(little: EmbeddedStore) -> None:
    known = knowledge(little, of("gradient"))
    assert {iri.rpartition("/")[2]: level for iri, level in known.levels.items()} == {
        "gradient": "working",
        "calculus": "deep",
        "algebra": "working",
        "arithmetic": "working",
    }
    assert known.implied == {
        topic("calculus"): topic("gradient"),
        topic("algebra"): topic("calculus"),
        topic("arithmetic"): topic("algebra"),
    }
    assert known.has(topic("calculus"), "deep")
    assert known.has(topic("gradient"))
    assert not known.has(topic("gradient"), "deep")
    assert not known.has(topic("training"), "awareness")


def test_awareness_implies_nothing(little: EmbeddedStore) -> None:
    assert levels(little, of("gradient", level="awareness")) == {"gradient": "awareness"}


def test_either_or_needs_are_not_implied(little: EmbeddedStore) -> None:
    assert {"jax", "pytorch", "python"}.isdisjoint(levels(little, of("training")))


def test_recommendation_is_not_implied(little: EmbeddedStore) -> None:
    assert "statistics" not in levels(little, of("training"))


def test_stated_awareness_is_raised_by_what_needs_more(little: EmbeddedStore) -> None:
    learner = Learner({topic("gradient"): Known(), topic("calculus"): Known("awareness")})
    assert levels(little, learner)["calculus"] == "deep"
    assert "arithmetic" in levels(little, learner)


def test_course_implies_what_it_teaches_at_its_level(little: EmbeddedStore) -> None:
    known = knowledge(little, Learner(courses={COURSE: Known()}))
    assert known.levels[topic("gradient")] == "deep"
    assert known.implied[topic("gradient")] == COURSE
    assert topic("arithmetic") in known.levels


def test_stated_level_goes_before_that_of_a_course(little: EmbeddedStore) -> None:
    learner = Learner({topic("gradient"): Known("awareness")}, {COURSE: Known()})
    assert levels(little, learner)["gradient"] == "awareness"


def test_proposed_claim_of_a_course_teaches_nothing(little: EmbeddedStore) -> None:
    known = levels(little, Learner(courses={thing("course", "eth-7"): Known()}))
    assert known == {"training": "awareness"}


def test_denied_topic_is_not_known_though_its_needs_are(little: EmbeddedStore) -> None:
    learner = of("gradient")._replace(denied=frozenset({topic("algebra")}))
    assert set(levels(little, learner)) == {"gradient", "calculus", "arithmetic"}


def test_what_is_known_besides_counts_even_if_denied(little: EmbeddedStore) -> None:
    learner = Learner(denied=frozenset({topic("jax")}))
    assert levels(little, learner, jax="deep") == {"jax": "deep", "python": "working"}


def test_deeper_of_two_statements_holds(little: EmbeddedStore) -> None:
    assert levels(little, of("python"), python="deep") == {"python": "deep"}
    assert levels(little, of("python", level="deep"), python="awareness") == {"python": "deep"}


def test_shaky_is_what_is_stated_so_or_taught_by_a_shaky_course(little: EmbeddedStore) -> None:
    learner = Learner(
        {topic("python"): Known(shaky=True), topic("calculus"): Known("deep")},
        {COURSE: Known(shaky=True)},
    )
    assert knowledge(little, learner).shaky == {topic("python"), topic("gradient")}
    denied = learner._replace(denied=frozenset({topic("python")}))
    assert knowledge(little, denied).shaky == {topic("gradient")}


def test_what_the_graph_does_not_hold_is_known_and_implies_nothing(little: EmbeddedStore) -> None:
    assert levels(little, of("alchemy")) == {"alchemy": "working"}


def test_loop_of_needs_ends() -> None:
    looped = "topic:a mlg:requires topic:b . topic:b mlg:requires topic:c . topic:c mlg:requires topic:a ."
    assert set(levels(EmbeddedStore.of_turtle(looped), of("a"))) == {"a", "b", "c"}


def test_profile_parses_from_text(tmp_path: Path) -> None:
    assert parse_learner(to_json(FULL), tmp_path) == FULL
