"""What of a name matters when names are compared."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["normalise"]

_MOST_KEPT = 2**16
"""Texts whose plain form is remembered; a server is asked for more than it has names."""

_GREEK_LETTERS = "αβγδεζηθικλμνξοπρστυφχψω"
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau "
    "upsilon phi chi psi omega"
)
# Patterns are compiled when first used: names given as slugs never come this far.
_BRITISH = (
    (r"isation$", "ization"),
    (r"ise$", "ize"),
    (r"ising$", "izing"),
    (r"ised$", "ized"),
    (r"yse$", "yze"),
    (r"our$", "or"),
    (r"ourhood", "orhood"),
    (r"elling$", "eling"),
    (r"elled$", "eled"),
    (r"^neighbour", "neighbor"),
    (r"^centre$", "center"),
    (r"^programme$", "program"),
)
_NOT_BRITISH = frozenset("noise exercise precise concise wise rise otherwise four hour your our".split())


@lru_cache(maxsize=_MOST_KEPT)
def normalise(name: str) -> str:
    """Reduce a name to what matters when names are compared.

    Case, hyphens, plural, British spelling, Greek letters and a bracketed part do not matter.

    Examples
    --------
    >>> normalise("Support-Vector Machines (SVMs)")
    'support vector machine'
    >>> normalise("Regularisation") == normalise("regularization")
    True
    >>> normalise("β-distribution")
    'beta distribution'
    """
    text = re.sub(r"\([^)]*\)", " ", name.casefold())
    if not text.isascii():
        greek = dict(zip(_GREEK_LETTERS, _GREEK_NAMES.split(), strict=True))
        text = "".join(f" {greek[letter]} " if letter in greek else letter for letter in text)
    text = re.sub("['\u2019`]s\\b", "", text)
    text = re.sub("['\u2019`]", "", text)
    words = re.sub(r"[^\w+#*.]+|_", " ", text).split()
    return " ".join(_american(_singular(word.strip("."))) for word in words if word.strip("."))


@lru_cache(maxsize=_MOST_KEPT)
def _american(word: str) -> str:
    if word in _NOT_BRITISH:
        return word
    for pattern, spelling in _BRITISH:
        word = re.sub(pattern, spelling, word)
    return word


@lru_cache(maxsize=_MOST_KEPT)
def _singular(word: str) -> str:
    if word.endswith("yses"):
        return word[:-2] + "is"
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and re.search(r"(ss|x|ch|sh|z)es$", word):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
