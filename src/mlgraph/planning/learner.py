"""What a learner knows: a small readable file, and what follows from it by the graph."""

from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgraph.build.atomic import write_atomically
from mlgraph.catalog.learning import taught_by
from mlgraph.catalog.whole import hard_edges
from mlgraph.errors import ProfileError, UsageError
from mlgraph.rdf.store import is_iri
from mlgraph.vocab import curie, expand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlgraph.rdf.store import Store

__all__ = [
    "RANK",
    "Knowledge",
    "Known",
    "Learner",
    "forget",
    "is_date",
    "knowledge",
    "learn",
    "parse_learner",
    "profile_folder",
    "profile_names",
    "profile_path",
    "read_learner",
    "to_json",
    "write_learner",
]

SCHEMA = "mlgraph/profile/1"
RANK = {"": 0, "awareness": 1, "working": 2, "deep": 3}
"""Level -> its rank; the empty level is not knowing."""

_SIZE_LIMIT = 4 * 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Known(NamedTuple):
    """How well something is known, since when (ISO date), and whether it is shaky."""

    level: str = "working"
    on: str = ""
    shaky: bool = False


class Learner(NamedTuple):
    """What somebody said of themselves: topics and courses known, topics denied, by IRI.

    ``state`` holds what commands keep between runs (an assessment, a plan), by their name.
    """

    topics: Mapping[str, Known] = {}
    courses: Mapping[str, Known] = {}
    denied: frozenset[str] = frozenset()
    state: Mapping[str, Any] = {}


class Knowledge(NamedTuple):
    """Topics known with their levels; ``implied`` says by which topic or course, where not stated."""

    levels: dict[str, str]
    implied: dict[str, str]
    shaky: frozenset[str]

    def has(self, topic: str, level: str = "working") -> bool:
        """Return whether a topic is known at a level at least."""
        return RANK[self.levels.get(topic, "")] >= RANK[level]


def profile_folder() -> Path:
    """Return the folder of profiles: ``MLGRAPH_HOME``, else the user's data directory."""
    own = os.environ.get("MLGRAPH_HOME")
    if own:
        return Path(own) / "profiles"
    base = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        return (Path(base) if base else Path.home() / ".local" / "share") / "mlgraph" / "profiles"
    except RuntimeError as error:
        raise UsageError(
            "no home folder, so no place for a profile", "name a file with --profile, or set MLGRAPH_HOME"
        ) from error


def profile_path(given: str = "") -> Path:
    """Return the file of a profile.

    Parameters
    ----------
    given : str
        A path (with a slash, or ending in ``.json``) or the name of a profile; empty for
        ``MLGRAPH_PROFILE``, else ``default``.

    Raises
    ------
    UsageError
        If the name is none, or there is no home folder.
    """
    given = given or os.environ.get("MLGRAPH_PROFILE", "") or "default"
    if given.endswith(".json") or "/" in given or os.sep in given:
        return Path(given)
    if not _NAME.fullmatch(given):
        raise UsageError(f"no name for a profile: {given[:80]!r}", "use letters, digits, - and _, or a path")
    return profile_folder() / f"{given}.json"


def profile_names() -> list[str]:
    """Return the names of the profiles in the profile folder, sorted."""
    folder = profile_folder()
    return sorted(path.stem for path in folder.glob("*.json")) if folder.is_dir() else []


def read_learner(path: Path) -> Learner:
    """Read a profile; one that does not exist is empty.

    Parameters
    ----------
    path : Path
        As `profile_path` gives it.

    Returns
    -------
    Learner

    Raises
    ------
    ProfileError
        If the file is damaged or of another schema; it is never overwritten then.
    """
    try:
        if path.stat().st_size > _SIZE_LIMIT:
            raise _damaged(path, f"it is larger than {_SIZE_LIMIT // 2**20} MB")
        raw = path.read_text(encoding="utf-8-sig")  # some editors put a byte order mark before it
    except FileNotFoundError:
        return Learner()
    except UnicodeDecodeError as error:
        raise _damaged(path, "it is not UTF-8") from error
    except OSError as error:
        raise ProfileError(f"cannot be read: {error.strerror}", "name another file", path=path) from error
    return parse_learner(raw, path)


def parse_learner(raw: str, path: Path) -> Learner:
    """Return the learner that the text of a profile describes.

    Raises
    ------
    ProfileError
        If it is not a profile; carries the line where JSON breaks.
    """
    try:
        data = json.loads(raw)
    except json.JSONDecodeError as error:
        raise _damaged(path, f"not JSON: {error.msg}", error.lineno) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a ValueError
        raise _damaged(path, "nested too deeply, or a number too long") from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise _damaged(path, f'it does not say "schema": "{SCHEMA}"')
    denied = data.get("denied", [])
    state = data.get("state", {})
    if not isinstance(denied, list) or not isinstance(state, dict):
        raise _damaged(path, '"denied" is no list, or "state" no object')
    return Learner(
        _known(data, "topics", path),
        _known(data, "courses", path),
        frozenset(_iri(each, path) for each in denied),
        state,
    )


def _known(data: Mapping[str, Any], key: str, path: Path) -> dict[str, Known]:
    entries = data.get(key, {})
    if not isinstance(entries, dict):
        raise _damaged(path, f'"{key}" is no object')
    found = {}
    for name, entry in entries.items():
        level = entry.get("level") if isinstance(entry, dict) else None
        if not isinstance(level, str) or not RANK.get(level):
            raise _damaged(path, f'{key}: {name[:80]!r} needs "level": awareness, working or deep')
        on, shaky = entry.get("on", ""), entry.get("shaky", False)
        if not isinstance(on, str) or not isinstance(shaky, bool) or not (on == "" or is_date(on)):
            raise _damaged(path, f'{key}: {name[:80]!r} needs "on" as 2026-11-25, and "shaky" true or false')
        found[_iri(name, path)] = Known(level, on, shaky)
    return found


def is_date(value: str) -> bool:
    """Return whether a text is a day as ISO 8601 writes it, such as 2026-11-25.

    Examples
    --------
    >>> is_date("2026-11-25"), is_date("2026-11-31"), is_date("20261125")
    (True, False, False)
    """
    if not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _iri(name: object, path: Path) -> str:
    iri = expand(name) if isinstance(name, str) else None
    if iri is None or not is_iri(iri):
        raise _damaged(path, f"{str(name)[:80]!r} names nothing; write it as topic:chain-rule")
    return iri


def _damaged(path: Path, why: str, line: int | None = None) -> ProfileError:
    backup = path.with_name(f"{path.name}.bak")
    mend = "mend it with an editor, or name another profile with --profile"
    if backup.is_file():
        mend = f"the state before the last change is in {backup}: copy it over this file, or mend it by hand"
    return ProfileError(f"the profile is damaged: {why}", mend, path=path, line=line)


def to_json(learner: Learner) -> str:
    """Return a learner as the text of a profile: sorted, one topic a line."""

    def entries(known: Mapping[str, Known]) -> dict[str, dict[str, object]]:
        return {
            curie(iri): {
                "level": each.level,
                **({"on": each.on} if each.on else {}),
                **({"shaky": True} if each.shaky else {}),
            }
            for iri, each in sorted(known.items())
        }

    def block(rows: Mapping[str, object]) -> str:
        if not rows:
            return "{}"
        lines = [
            f"    {json.dumps(name)}: {json.dumps(row, ensure_ascii=False)}" for name, row in rows.items()
        ]
        return "{\n" + ",\n".join(lines) + "\n  }"

    parts = [
        f'  "schema": "{SCHEMA}"',
        f'  "topics": {block(entries(learner.topics))}',
        f'  "courses": {block(entries(learner.courses))}',
        f'  "denied": {json.dumps(sorted(map(curie, learner.denied)))}',
        f'  "state": {block(dict(sorted(learner.state.items())))}',
    ]
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    return text.encode("utf-8", "backslashreplace").decode()  # half a surrogate pair is written as JSON does


def write_learner(path: Path, learner: Learner) -> None:
    """Write a profile so that the old one, or the new one, is there whatever happens.

    The state before goes to ``FILE.bak``.

    Raises
    ------
    ProfileError
        If the file there is damaged; it is not overwritten.
    StoreError
        If the folder cannot be written.
    """
    before = read_learner(path)
    if path.is_file():
        if before == learner:
            return
        write_atomically(path.with_name(f"{path.name}.bak"), to_json(before))
    write_atomically(path, to_json(learner))


def learn(learner: Learner, iri: str, known: Known) -> Learner:
    """Return the learner with one topic or course more; a denial of it is taken back."""
    kind = "courses" if "/id/course/" in iri else "topics"
    entries = {**getattr(learner, kind), iri: known}
    return learner._replace(**{kind: entries}, denied=learner.denied - {iri})


def forget(learner: Learner, iri: str, *, deny: bool = False) -> Learner:
    """Return the learner without a topic or course; ``deny`` also keeps it from being implied."""
    return learner._replace(
        topics={key: each for key, each in learner.topics.items() if key != iri},
        courses={key: each for key, each in learner.courses.items() if key != iri},
        denied=learner.denied | {iri} if deny else learner.denied,
    )


def knowledge(store: Store, learner: Learner, extra: Mapping[str, str] | None = None) -> Knowledge:
    """Return all that a learner knows: what is stated, what courses taught, and what both imply.

    Parameters
    ----------
    store : Store
        The graph.
    learner : Learner
        What was stated.
    extra : mapping of IRI to level, optional
        Topics known besides, even where the learner denies them.

    Returns
    -------
    Knowledge
        Knowing a topic at working level or deeper implies its hard prerequisites at the level that it
        needs of them; awareness implies nothing, nor does an either-or group. What is denied is not
        known, though what it needs may be. What only shaky courses taught is shaky, unless it is stated.

    Notes
    -----
    Three SPARQL queries and a pass over the closure of what is known.
    """
    ground = _Ground({}, {})
    for topic, level in (extra or {}).items():
        ground.raise_to(topic, level, "")
    for topic, entry in learner.topics.items():
        ground.raise_to(topic, entry.level, "")
    stated = set(ground.levels)
    unsure: dict[str, bool] = {}
    for course, topic, level in taught_by(store, sorted(learner.courses)):
        if topic not in stated:
            ground.raise_to(topic, level, course)
            unsure[topic] = unsure.get(topic, True) and learner.courses[course].shaky
    _imply(store, ground)
    for topic in learner.denied - (extra or {}).keys():
        ground.levels.pop(topic, None)
        ground.implied.pop(topic, None)
    shaky = {topic for topic, entry in learner.topics.items() if entry.shaky}
    shaky |= {topic for topic, every in unsure.items() if every}
    return Knowledge(ground.levels, ground.implied, frozenset(shaky & ground.levels.keys()))


class _Ground(NamedTuple):
    """Levels while they are worked out."""

    levels: dict[str, str]
    implied: dict[str, str]

    def raise_to(self, topic: str, level: str, by: str) -> bool:
        """Note a level if it is higher than what is known; return whether it was."""
        if RANK[level] <= RANK[self.levels.get(topic, "")]:
            return False
        self.levels[topic] = level
        if by:
            self.implied[topic] = by
        else:
            self.implied.pop(topic, None)
        return True


def _imply(store: Store, ground: _Ground) -> None:
    """Add what topics known at working level or deeper need."""
    firm = sorted(topic for topic, level in ground.levels.items() if RANK[level] >= RANK["working"])
    needs: dict[str, list[tuple[str, str]]] = {}
    for edge in hard_edges(store, firm):
        needs.setdefault(edge.dependent, []).append((edge.prerequisite, edge.level))
    todo = firm[::-1]
    while todo:
        topic = todo.pop()
        for needed, level in needs.get(topic, ()):
            fresh = RANK[ground.levels.get(needed, "")] < RANK["working"]
            if ground.raise_to(needed, level, topic) and fresh:
                todo.append(needed)
