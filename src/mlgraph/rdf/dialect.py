"""Say a query so that servers answer it whose property paths are not those of SPARQL 1.1."""

from __future__ import annotations

import re

from mlgraph.vocab import MLG

__all__ = ["by_closure"]

_STEPS = re.compile(
    rf"""(?P<step>(?<![\w.-])mlg:requires|<{re.escape(MLG.requires)}>)\s*(?P<sign>[+*])(?!\s*\.?\d)
      | <[^<>"\s]*> | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | \#[^\n]*""",
    re.VERBOSE,
)


def by_closure(query: str) -> str:
    """Return a query that asks the materialised closure where it asked a path of prerequisites.

    Parameters
    ----------
    query : str
        SPARQL 1.1. Strings, comments and other IRIs in it are left as they are.

    Returns
    -------
    str
        With ``mlg:dependsOn`` for ``mlg:requires+``, and ``mlg:dependsOn?`` for ``mlg:requires*``.

    Examples
    --------
    >>> by_closure("ASK { ?x ^mlg:requires+/mlg:requires ?y ; mlg:teaches/mlg:requires* ?z }")
    'ASK { ?x ^mlg:dependsOn/mlg:requires ?y ; mlg:teaches/mlg:dependsOn? ?z }'
    """

    def said(found: re.Match[str]) -> str:
        if not found["step"]:
            return found[0]
        closed = "mlg:dependsOn" if found["step"].startswith("mlg:") else f"<{MLG.dependsOn}>"
        return closed + ("?" if found["sign"] == "*" else "")

    return _STEPS.sub(said, query)
