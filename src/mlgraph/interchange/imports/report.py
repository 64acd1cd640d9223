"""What an import did, counted: rows read, kept and left out, requirements, suggestions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

__all__ = ["UNREAD_LIMIT", "Report"]

UNREAD_LIMIT = 1000
"""Unread requirement texts that a report lists; all are counted."""


@dataclass
class Report:
    """The counts of an import."""

    rows: int = 0
    kept: int = 0
    courses: int = 0
    concepts: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    used: Counter[str] = field(default_factory=Counter)
    requirements: Counter[str] = field(default_factory=Counter)
    claims: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    files: int = 0
    unread: list[str] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "rows": self.rows,
            "kept": self.kept,
            "courses": self.courses,
            "concepts": self.concepts,
            "leftOut": _ranked(self.left_out),
            "used": _ranked(self.used),
            "requirements": {name: self.requirements[name] for name in _REQUIREMENTS},
            "claims": {name: self.claims[name] for name in ("proposed", "verified")},
            "links": dict(sorted(self.links.items())),
            "files": self.files,
            "unread": list(self.unread),
        }

    @classmethod
    def of_data(cls, data: dict[str, Any]) -> Report:
        """Return the report that `as_data` described."""
        return cls(
            int(data["rows"]),
            int(data["kept"]),
            int(data["courses"]),
            int(data["concepts"]),
            Counter(data["leftOut"]),
            Counter(data["used"]),
            Counter(data["requirements"]),
            Counter(data["claims"]),
            Counter(data["links"]),
            int(data["files"]),
            [str(each) for each in data["unread"]],
        )


_REQUIREMENTS = ("texts", "read", "unread", "tooWide", "groups", "options", "optionsInWords", "mixedTiming")


def _ranked(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))
