"""Suggest the topics of a course from its title and description; suggestions are for a person to judge."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mlgraph.catalog.spelling import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Names", "Suggestion", "names_of", "suggest", "suggest_exact"]

WORDS = 7
"""Words that a name may have to be looked for."""

SUGGESTIONS = 40
"""Suggestions that one course may have; the best are kept."""

_WORD = re.compile(r"[\w+#*'\u2019]+(?:\.\w+)*", re.UNICODE)
_BREAK = re.compile(r"[.;:!?()\[\]\"\u201c\u201d]+(?:\s|$)|[()\[\],]|\n")
_PRESUPPOSED = re.compile(
    r"\b(?:prerequisites?|corequisites?|prior|assum\w+|familiarity|background in|no previous|required knowledge|credit cannot|not open to|same subject)\b",
    re.IGNORECASE,
)
_SHORT = re.compile(r"[A-Z0-9][A-Za-z0-9.+-]{0,5}")
_SCORES = {
    # measured against the topics that curators took from the same descriptions, see docs/import.md
    (True, True): 0.5,
    (True, False): 0.35,
    (False, True): 0.65,
    (False, False): 0.35,
}
"""(In the title, several words) -> score before what surrounds it counts."""


Named = tuple[tuple[str, str, bool], ...]


class Names(NamedTuple):
    """Names of topics: normalised -> IRI, as written, whether it is the label; and how long those from a word on are."""

    meant: Mapping[str, Named]
    longest: Mapping[str, int]


class Suggestion(NamedTuple):
    """A topic that a course may teach, how likely, and the words that say so."""

    topic: str
    score: float
    name: str
    where: str


class _Hit(NamedTuple):
    topic: str
    words: int
    name: str
    title: bool
    label: bool
    plain: bool


def names_of(meant: Mapping[str, Named]) -> Names:
    """Return names ready to be looked for."""
    longest: dict[str, int] = {}
    for name in meant:
        first, size = name.partition(" ")[0], name.count(" ") + 1
        if size <= WORDS:
            longest[first] = max(size, longest.get(first, 0))
    return Names(meant, longest)


def suggest(
    title: str,
    description: str,
    topics: Names,
    least: float = 0.0,
) -> list[Suggestion]:
    """Return topics whose names stand in a title or description.

    Parameters
    ----------
    title, description : str
        What the source says.
    topics : Names
        Names of topics.
    least : float
        Suggestions below this score are left out.

    Returns
    -------
    list of Suggestion
        By score, then topic; at most `SUGGESTIONS`.

    Notes
    -----
    The longest name wins: "linear regression" is not "regression" too. A name of one word in a
    description counts only beside two other topics; short forms such as EM must be written so.

    Examples
    --------
    >>> meant = {
    ...     "linear regression": (("t:lr", "Linear regression", True),),
    ...     "regression": (("t:r", "x", True),),
    ... }
    >>> names = names_of(meant)
    >>> [(each.topic, each.where) for each in suggest("Statistics", "Covers linear regressions.", names)]
    [('t:lr', 'description')]
    """
    hits = _hits(title, topics, title=True)
    for sentence in re.split(r"(?<=[a-z)])[.!?;]\s+", description):
        if not _PRESUPPOSED.search(sentence):
            hits += _hits(sentence, topics, title=False)
    by_topic: dict[str, list[_Hit]] = {}
    for hit in hits:
        by_topic.setdefault(hit.topic, []).append(hit)
    firm = {topic for topic, found in by_topic.items() if any(hit.words > 1 or hit.title for hit in found)}
    suggestions = []
    for topic, found in by_topic.items():
        score = _score(found, len(firm - {topic}))
        if score and score >= least:
            best = max(found, key=lambda hit: (hit.title, hit.words, hit.label))
            suggestions.append(Suggestion(topic, score, best.name, "title" if best.title else "description"))
    return sorted(suggestions, key=lambda each: (-each.score, each.topic))[:SUGGESTIONS]


def _score(found: list[_Hit], around: int) -> float:
    title = any(hit.title for hit in found)
    several = any(hit.words > 1 for hit in found)
    if not title and not several and around < 2:
        return 0.0
    score = _SCORES[title, several]
    score += 0.05 if len(found) > 1 else 0.0
    score += 0.1 if around >= 3 else -0.2 if around == 0 else 0.0
    score -= 0.0 if any(hit.label for hit in found) else 0.05
    score -= 0.2 if all(hit.plain for hit in found) else 0.0
    return round(min(0.85, max(0.05, score)), 2)


def suggest_exact(label: str, topics: Names) -> Suggestion | None:
    """Return the one topic that has a label as its name, for skills that bear a topic's name."""
    found = topics.meant.get(normalise(label), ())
    if len({iri for iri, _, _ in found}) != 1:
        return None
    iri, name, is_label = max(found, key=lambda each: each[2])
    if _SHORT.fullmatch(name) and not name.islower() and name != re.sub(r"\s*\([^)]*\)", "", label).strip():
        return None
    return Suggestion(iri, 0.7 if is_label else 0.6, name, "label")


def _hits(text: str, topics: Names, *, title: bool) -> list[_Hit]:
    found: list[_Hit] = []
    for run in _BREAK.split(text):
        raw = [word.strip("'\u2019") for part in _WORD.findall(run) for word in part.split("-")]
        words = [(each, _plain(each)) for each in raw]
        words = [each for each in words if each[1]]
        place = 0
        while place < len(words):
            step = 1
            longest = topics.longest.get(words[place][1].partition(" ")[0], 0)
            for size in range(min(longest, len(words) - place), 0, -1):
                name = " ".join(plain for _, plain in words[place : place + size])
                if name in topics.meant:
                    written = " ".join(word for word, _ in words[place : place + size])
                    fitting = _fitting(topics.meant[name], written, size)
                    if fitting:
                        # an everyday word that is only one of the other names: "methods", "power"
                        plain = size == 1 and written[1:].islower() and not any(label for _, label in fitting)
                        found += [_Hit(iri, size, written, title, label, plain) for iri, label in fitting]
                        step = size
                        break
            place += step
    return found


@lru_cache(maxsize=200_000)
def _plain(word: str) -> str:
    return normalise(word)


def _fitting(named: Named, written: str, size: int) -> list[tuple[str, bool]]:
    """Return the topics that are meant: a short form must be written as such, one letter never counts."""
    found = []
    for iri, name, label in named:
        short = (
            size == 1
            and _SHORT.fullmatch(name)
            and sum(each.isupper() or each.isdigit() for each in name) > 1
        )
        if (short and name.rstrip("s") != written.rstrip("s")) or len(written) < 2:
            continue
        found.append((iri, label))
    return found if len({iri for iri, _ in found}) == 1 else []
