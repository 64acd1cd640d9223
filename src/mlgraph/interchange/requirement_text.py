"""Read what a course asks for: texts such as ``18.06, (6.3700/18.600)`` as AND/OR trees.

The grammar, loosest first; a text that fits no rule, or two of them, is refused and stays a text::

    text    = section { label section }          label: "Prereq:", "Coreq:", "Recommended:"
    section = list { ";" ["or"] list }           all of them; any if each ";" is followed by "or"
    list    = words { "," ["and" | "or"] words } all; any if the last comma is followed by "or"
    words   = bars { "and" bars } ["or equivalents"] | bars { "or" bars }
    bars    = ands { "|" ands }
    ands    = slashes { "&" slashes }
    slashes = atom { "/" atom }                  any
    atom    = "(" section ")" | count "of" list | code {"/" digits} [ "(" gloss ")" ] | quoted | phrase
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from mlgraph.interchange.requirement_tree import Gate, Leaf, Node, all_of, any_of, leaves

__all__ = ["DEPTH_LIMIT", "GENERIC", "MIT", "PRINCETON", "TEXT_LIMIT", "Dialect", "Part", "read_requirement"]

TEXT_LIMIT = 4000
"""Characters that a requirement text may have."""

DEPTH_LIMIT = 24
"""Brackets that may stand within brackets."""


class Part(NamedTuple):
    """One section of a requirement; ``tree`` is None where it could not be read."""

    text: str
    tree: Node | None
    concurrent: bool = False
    recommended: bool = False


class Dialect(NamedTuple):
    """How one source writes: its course codes, and which bare words may stand for a requirement."""

    name: str
    code: re.Pattern[str]
    phrase: re.Pattern[str]


_PERMISSION = (
    r"(?:permission|consent|approval) (?:of|from|by)\b.{1,60}|(?:instructor|department|advisor)(?:'?s)? "
    r"(?:permission|consent|approval)|(?:or )?(?:the )?equivalents?(?: experience| course| background)?"
    r"|(?:sophomore|junior|senior|graduate|first-year|undergraduate)(?: or \w+)? standing|placement test"
    r"|(?:[\w-]+ ){0,3}maturity"
)
_SUBJECTS = (
    r"(?:one|two|three|any|an?|\d)\b.{0,60}\b(?:subject|course|class|workshop|semester)s?(?: in .{1,60})?"
)
_PROSE = (
    r"\b(?:is|are|be|will|would|should|if|not|but|have|has|this|that|they|students?|who|may|must|can|open)\b"
)

MIT = Dialect(
    "mit",
    re.compile(r"(?:\d{1,2}[A-Z]{0,3}|[A-Z]{2,3})\.[A-Z]{0,4}\d{0,5}[A-Z]{0,4}\b(?!\.\w)"),
    re.compile(
        rf"(?:{_PERMISSION}|{_SUBJECTS}|[A-Z][a-z]+ [IVX]{{1,3}}(?: \(GIR\))?|[A-Z][a-z]+ \(GIR\))",
        re.IGNORECASE,
    ),
)
"""The MIT catalogue as Hydrant gives it: comma is and, slash is or, words in two quotes."""

PRINCETON = Dialect(
    "princeton",
    re.compile(r"[$<]{0,2}(?:[A-Z]{2,4} ?[\d*][\dA-Z*]{1,4}|[A-Z]{3,8}\d?)(?![\w*])"),
    re.compile(r"(?!)"),
)
"""Princeton Course Prerequisites: ``&``, ``|``, brackets, ``$`` for a corequisite, ``<`` for or higher."""

GENERIC = Dialect(
    "generic",
    re.compile(
        r"[A-Z]{1,8}[ -]?\d[\dA-Z]{0,5}(?:\.\d{1,3})?(?![\w-])|\d{1,2}[A-Z]{0,3}\.[A-Z]{0,2}\d{1,5}[A-Z]{0,2}\b"
    ),
    re.compile(rf"(?!.*{_PROSE})(?:{_PERMISSION}|{_SUBJECTS}|\w[^.!?]{{0,59}})", re.IGNORECASE),
)
"""Any other catalogue: codes such as CS 229 or 6.3900; short phrases are kept as words."""

_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_TOKEN = re.compile(
    r"''(?P<quoted>(?:(?!'').){1,300})''"
    r"|(?P<count>\b(?:any|at least|minimum of)? ?(?:one|two|three|four|five|[1-9]) of(?: the following)?:?(?=\W))"
    r"|(?P<word>\b(?:and|or)\b)|(?P<sign>[(),;/&|\[\]])",
    re.IGNORECASE,
)
_SIGNS = {"[": "(", "]": ")"}
_LABEL = re.compile(
    r"\b(?P<kind>pre-?req(?:uisite)?s?|co-?req(?:uisite)?s?|recommended(?: preparation)?)\s*:\s*",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(r"/(\d{1,2})(?![\w.])")
_EXAMPLE = re.compile(r"\((?:e\.g\.|such as|for example)[^()]{1,200}\)", re.IGNORECASE)
_NOTHING = re.compile(r"(?:none|no prerequisites?|n/?a|-+|nil)?\.?", re.IGNORECASE)
_OPEN_SUBJECT = re.compile(
    r"(?:an?|any|one|two|three|\d)\b.{0,60}\b(?:subject|course|class)(?:es|s)? in \w+", re.IGNORECASE
)
_BARE = re.compile(r"[a-z]+(?: [a-z]+)?")
_ROMAN_GIR = re.compile(r"[A-Z][a-z]+(?: I{1,3})? \(GIR\)")


class _UnreadableError(Exception):
    """The text fits no rule of the grammar, or two of them."""


class _Token(NamedTuple):
    kind: str
    value: str


def read_requirement(text: str, dialect: Dialect = GENERIC) -> tuple[Part, ...]:
    """Read a requirement text.

    Parameters
    ----------
    text : str
        As the source has it.
    dialect : Dialect
        How the source writes.

    Returns
    -------
    tuple of Part
        None for an empty text or "none"; a part whose tree is None could not be read.

    Examples
    --------
    >>> from mlgraph.interchange.requirement_tree import show
    >>> [show(part.tree) for part in read_requirement("18.06, (6.3700/18.600)", MIT) if part.tree]
    ['18.06 & (6.3700 | 18.600)']
    >>> [show(part.tree) for part in read_requirement("CS 101, MATH 2 or consent of instructor") if part.tree]
    ['CS 101 & (MATH 2 | "consent of instructor")']
    >>> read_requirement("Sit in if you like. It is fun.")[0].tree is None
    True
    """
    text = " ".join(text.split())
    found: list[Part] = []
    marks = list(_LABEL.finditer(text)) if "''" not in text else []
    starts = [(0, marks[0].start() if marks else len(text), "pre")] + [
        (mark.end(), after.start() if after else len(text), mark["kind"].lower()[:3])
        for mark, after in pairwise([*marks, None])
        if mark
    ]
    for start, end, kind in starts:
        section = text[start:end].strip(" ;.")
        if not _NOTHING.fullmatch(section):
            found.append(Part(section, _tree(section, dialect), kind.startswith("co"), kind == "rec"))
    return tuple(found)


def _tree(text: str, dialect: Dialect) -> Node | None:
    if len(text) > TEXT_LIMIT:
        return None
    try:
        return _Parser(_tokens(text, dialect), dialect).whole()
    except _UnreadableError:
        return None


def _tokens(text: str, dialect: Dialect) -> list[_Token]:
    found: list[_Token] = []
    place = 0
    words = ""
    while place < len(text):
        at_word = place == 0 or not text[place - 1].isalnum()
        known = (dialect is MIT and at_word and _ROMAN_GIR.match(text, place)) or None
        code = at_word and not words.strip() and dialect.code.match(text, place)
        sign = _TOKEN.match(text, place)
        if words.strip() and _EXAMPLE.match(text, place):
            sign = None
        if known or code or sign:
            _flush(found, words, dialect)
            words = ""
        if known:
            found.append(_Token("words", known.group()))
            place = known.end()
        elif code:
            found.append(_Token("code", code.group()))
            place = code.end()
            while dialect is not PRINCETON and (short := _ABBREVIATED.match(text, place)):
                # 6.8300/1 is 6.8300 or 6.8301
                found += [_Token("/", "/"), _Token("code", code.group()[: -len(short[1])] + short[1])]
                place = short.end()
        elif words.strip() and (gloss := _EXAMPLE.match(text, place)):
            words += gloss.group()
            place = gloss.end()
        elif sign:
            found += _signs(sign, dialect)
            place = sign.end()
        else:
            words += text[place]
            place += 1
    _flush(found, words, dialect)
    return found


def _signs(sign: re.Match[str], dialect: Dialect) -> list[_Token]:
    if sign["quoted"]:
        inner = re.sub(r"^prereq:\s*", "", sign["quoted"].strip(), flags=re.IGNORECASE)
        bare = re.sub(r"^coreq:\s*", "$", inner, flags=re.IGNORECASE)  # $ marks what may be taken at once
        code = dialect.code.fullmatch(bare.removeprefix("$"))
        return [_Token("code", bare) if code else _Token("words", inner)]
    if sign["count"]:
        word = next(each for each in sign["count"].lower().split() if each in _COUNTS or each.isdigit())
        return [_Token("count", str(_COUNTS.get(word) or int(word)))]
    if sign["word"]:
        return [_Token(sign["word"].lower(), sign["word"])]
    value = _SIGNS.get(sign["sign"], sign["sign"])
    return [_Token(value, value)]


def _flush(found: list[_Token], words: str, dialect: Dialect) -> None:
    words = words.strip()
    if not words:
        return
    open_end = len(found) > 1 and found[-1].kind == "or" and _OPEN_SUBJECT.fullmatch(found[-2].value)
    if open_end and _BARE.fullmatch(words):  # "a subject in probability or logic" is one phrase
        found[-2:] = [_Token("words", f"{found[-2].value} or {words}")]
        return
    if not dialect.phrase.fullmatch(_EXAMPLE.sub("", words).strip()):
        # a gloss after a code is dropped by the parser; anything else that no rule knows is refused
        found.append(_Token("unknown", words))
    else:
        found.append(_Token("words", words))


def _several(part: Node, count: int) -> Leaf:
    kinds = leaves(part)
    if any_of(kinds) != part or len({each.concurrent for each in kinds}) > 1:
        raise _UnreadableError
    return Leaf(" | ".join(each.value for each in kinds), concurrent=kinds[0].concurrent, number=count)


class _Parser:
    """Reads tokens by recursive descent."""

    def __init__(self, tokens: list[_Token], dialect: Dialect) -> None:
        self.tokens = tokens
        self.place = 0
        self.depth = 0
        self.dialect = dialect

    def whole(self) -> Node:
        found = self.section()
        if self.place < len(self.tokens):
            raise _UnreadableError
        return found

    def peek(self, ahead: int = 0) -> str:
        place = self.place + ahead
        return self.tokens[place].kind if place < len(self.tokens) else ""

    def take(self, kind: str) -> bool:
        if self.peek() == kind:
            self.place += 1
            return True
        return False

    def section(self) -> Node:
        parts = [self.list()]
        joins = set()
        while self.take(";"):
            joins.add("or" if self.take("or") else "and")
            self.take("and")
            parts.append(self.list())
        if len(joins) > 1:
            raise _UnreadableError
        return any_of(parts) if joins == {"or"} else all_of(parts)

    def list(self) -> Node:
        items = [self.words()]
        joins: list[str] = []
        while self.take(","):
            joins.append("and" if self.take("and") else "or" if self.take("or") else "")
            items.append(self.words())
        parts = [node for node, _ in items]
        named = {join for join in joins if join}
        if len(named) > 1 or (named and joins[-1] == ""):
            raise _UnreadableError
        if named and "" in joins and any(word for _, word in items):  # "a, b or c, or d": two readings
            raise _UnreadableError
        if not joins:
            return parts[0]
        return any_of(parts) if named == {"or"} else all_of(parts)

    def words(self) -> tuple[Node, str]:
        parts = [self.bars()]
        joined = ""
        while self.peek() in {"and", "or"}:
            word = self.peek()
            if joined not in {"", word}:
                if word == "or" and self.equivalents():
                    self.place += 2
                    return any_of(
                        [all_of(parts), Leaf(self.tokens[self.place - 1].value, course=False)]
                    ), "or"
                raise _UnreadableError
            joined = word
            self.place += 1
            parts.append(self.bars())
        if not joined:
            return parts[0], ""
        return (any_of(parts) if joined == "or" else all_of(parts)), joined

    def equivalents(self) -> bool:
        """Say whether "or equivalents" follows, which speaks of all that stands before it."""
        after = self.place + 1
        return (
            self.peek(1) == "words"
            and self.tokens[after].value.lower() == "equivalents"
            and self.peek(2) in {"", ",", ";", ")"}
        )

    def bars(self) -> Node:
        parts = [self.ands()]
        while self.take("|"):
            parts.append(self.ands())
        return any_of(parts)

    def ands(self) -> Node:
        parts = [self.slashes()]
        while self.take("&"):
            parts.append(self.slashes())
        counts = Counter(parts)
        return all_of(
            # "MAT2** & MAT2**" means two courses of that kind
            _several(part, count) if count > 1 and any("*" in leaf.value for leaf in leaves(part)) else part
            for part, count in counts.items()
        )

    def slashes(self) -> Node:
        parts = [self.atom()]
        while self.take("/"):
            parts.append(self.atom())
        return any_of(parts)

    def atom(self) -> Node:
        if self.depth >= DEPTH_LIMIT:
            raise _UnreadableError
        kind = self.peek()
        if kind == "(":
            self.place += 1
            self.depth += 1
            found = self.section()
            self.depth -= 1
            if not self.take(")"):
                raise _UnreadableError
            return found
        if kind == "count":
            return self.counted()
        if kind not in {"code", "words"}:
            raise _UnreadableError
        value = self.tokens[self.place].value
        self.place += 1
        if kind == "words":
            if self.peek() == "(":  # words before a bracket: which of both is meant is not for us to guess
                raise _UnreadableError
            return Leaf(value, course=False)
        concurrent = self.gloss() or "$" in value
        return Leaf(value.replace("$", ""), course=True, concurrent=concurrent)

    def gloss(self) -> bool:
        """Skip a bracket after a code that holds nothing but words; say whether it allows to take both at once."""
        closed = self.peek() == "(" and self.peek(1) in {"words", "unknown"} and self.peek(2) == ")"
        if not closed or self.dialect is PRINCETON:
            return False
        words = self.tokens[self.place + 1].value
        concurrent = re.search(r"co-?req|concurrent", words, re.IGNORECASE) is not None
        if self.dialect.code.search(words) and not concurrent:
            raise _UnreadableError
        self.place += 3
        return concurrent

    def counted(self) -> Node:
        minimum = int(self.tokens[self.place].value)
        self.place += 1
        found: list[Node] = []
        bracket = self.take("(")
        while True:
            found.append(self.slashes())
            if not (self.take(",") or self.peek() in {"or", "and"}):
                break
            if self.peek() in {"or", "and"}:
                self.place += 1
        if bracket and not self.take(")"):
            raise _UnreadableError
        if len(found) == 1 and isinstance(found[0], Gate) and found[0].minimum == 1:
            found = list(found[0].parts)
        if not 1 <= minimum <= len(found):
            raise _UnreadableError
        return any_of(found) if minimum == 1 else Gate(minimum, tuple(dict.fromkeys(found)))
