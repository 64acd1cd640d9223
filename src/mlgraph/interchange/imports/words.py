"""Words of rows for individuals of the ontology."""

from __future__ import annotations

import re

from mlgraph.vocab import MLG

__all__ = ["AUDIENCES", "COSTS", "FORMATS", "LEVELS", "PACINGS"]


def _words(names: str) -> dict[str, str]:
    """Return word -> IRI: SelfPaced is self-paced."""
    return {re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower(): getattr(MLG, name) for name in names.split()}


LEVELS = _words("Awareness Working Deep")
PACINGS = _words("SelfPaced Cohort")
FORMATS = _words("OnCampus Online Hybrid Immersive")
COSTS = _words("Free FreeToAudit Paid Tuition UnknownCost")
AUDIENCES = _words("Introductory Undergraduate Graduate")
