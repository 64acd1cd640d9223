"""Look at a SPARQL text before it runs: which form it has, and whether it may run at all."""

from __future__ import annotations

import re

from mlgraph.errors import QueryForbiddenError, QuerySyntaxError

__all__ = ["DEPTH_LIMIT", "LENGTH_LIMIT", "query_form"]

LENGTH_LIMIT = 200_000
"""Characters that a query may have."""

DEPTH_LIMIT = 200
"""How deeply brackets may nest; the engine's parser recurses and would overrun its stack."""

_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n\r]*)
  | (?P<iri><[^<>"{}|^`\x00-\x20]*>)
  | (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
      |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
  | (?P<variable>[?$]\w+)
  | (?P<name>[\w.-]{0,200}:(?:[\w.:%-]|\\[^\s\w])*)
  | (?P<word>[A-Za-z]\w*)
  | (?P<other>(?:[^\WA-Za-z]|[.-])+)
  | (?P<open>[({\[])
  | (?P<close>[)}\]])
    """,
    re.VERBOSE | re.DOTALL,
)
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_WRITES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD"}


def query_form(
    query: str, *, length: int = LENGTH_LIMIT, depth: int = DEPTH_LIMIT, datasets: bool = False
) -> str:
    """Return SELECT, ASK, CONSTRUCT or DESCRIBE, or refuse the query.

    Parameters
    ----------
    query : str
        A SPARQL 1.1 text.
    length, depth : int
        The characters that it may have, and how deeply its brackets may nest.
    datasets : bool
        Whether FROM may choose among the graphs of the store.

    Returns
    -------
    str
        The form of the query, in capitals.

    Raises
    ------
    QueryForbiddenError
        If it is an update, calls another server (SERVICE), names graphs to read (FROM) where it may
        not, is too long or nests too deeply.
    QuerySyntaxError
        If no query form is found.

    Notes
    -----
    Comments, strings, IRIs and names are skipped, so a literal "DROP" is no update. O(n). What a token
    is depends on the grammar around it, so a hostile text can hide a SERVICE from this look, which is
    there for its clear words; the worker asks the engine's own parser (see `mlgraph.rdf.worker`).

    Examples
    --------
    >>> query_form('SELECT ?s WHERE { ?s rdfs:label "DROP ALL" }')
    'SELECT'
    >>> query_form("DELETE WHERE { ?s ?p ?o }")
    Traceback (most recent call last):
        ...
    mlgraph.errors.QueryForbiddenError: DELETE would change the graph; queries only read
    """
    if len(query) > length:
        raise QueryForbiddenError(
            f"the query has {len(query):,} characters; {length:,} are allowed",
            "put long lists of values into several queries",
        )
    # Most queries cannot nest too deeply nor hold a word that is refused: then the form alone is looked for.
    lower = query.casefold()
    brackets = query.count("{") + query.count("(") + query.count("[")
    harmless = brackets <= depth and "service" not in lower and (datasets or "from" not in lower)
    form = ""
    level = 0
    for token in _TOKEN.finditer(query):
        if token.lastgroup == "open":
            level += 1
            if level > depth:
                raise QueryForbiddenError(f"brackets nest deeper than {depth}")
        elif token.lastgroup == "close":
            level -= 1
        elif token.lastgroup == "word":
            form = _judge(token.group().upper(), form, datasets=datasets)
            if form and harmless:
                return form
    if not form:
        raise QuerySyntaxError("no SELECT, ASK, CONSTRUCT or DESCRIBE was found")
    return form


def _judge(word: str, form: str, *, datasets: bool) -> str:
    """Return the form so far, or refuse the word."""
    if not form and word in _WRITES:
        raise QueryForbiddenError(f"{word} would change the graph; queries only read")
    if "SERVICE" in word:  # the engine asks for no space around a keyword
        raise QueryForbiddenError("SERVICE would call another server; queries stay on this machine")
    if word == "FROM" and not datasets:
        raise QueryForbiddenError("FROM is not needed: everything lies in one default graph")
    return form or (word if word in _FORMS else "")
