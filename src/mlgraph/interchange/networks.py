"""The prerequisites between topics for tools that draw graphs: GEXF, Cytoscape JSON, Mermaid, Graphviz DOT."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from mlgraph.interchange.pairs import topic_graph
from mlgraph.rdf.store import text

if TYPE_CHECKING:
    import networkx as nx

    from mlgraph.rdf.store import Store

__all__ = ["to_cytoscape", "to_dot_graph", "to_gexf", "to_mermaid_graph"]

_GEXF = "http://gexf.net/1.3"


def _network(store: Store) -> nx.DiGraph[str]:
    return topic_graph(store, soft=True)


def to_gexf(store: Store) -> str:
    """Return hard and soft prerequisites as GEXF 1.3, as Gephi reads it.

    Parameters
    ----------
    store : Store
        The graph.

    Returns
    -------
    str
        Nodes carry label and IRI, edges (prerequisite -> dependent) their kind as
        ``need``. Sorted, without a date of
        making: the same graph gives the same bytes.
    """
    network = _network(store)
    issued = min(
        (text(row["d"]) for row in store.select("SELECT ?d WHERE { ?x dcterms:issued ?d }")), default=""
    )
    dated = f" lastmodifieddate={quoteattr(issued)}" if issued else ""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<gexf xmlns="{_GEXF}" version="1.3">',
        f"  <meta{dated}><creator>mlgraph</creator></meta>",
        '  <graph defaultedgetype="directed" mode="static">',
        '    <attributes class="node"><attribute id="iri" title="iri" type="string"/></attributes>',
        '    <attributes class="edge"><attribute id="need" title="need" type="string"/></attributes>',
        "    <nodes>",
    ]
    for iri, data in network.nodes(data=True):
        lines.append(
            f"      <node id={quoteattr(data['slug'])} label={quoteattr(_clean(data['label']))}>"
            f'<attvalues><attvalue for="iri" value={quoteattr(iri)}/></attvalues></node>'
        )
    lines += ["    </nodes>", "    <edges>"]
    for place, (before, after, data) in enumerate(network.edges(data=True)):
        ends = f"source={quoteattr(_slug(network, before))} target={quoteattr(_slug(network, after))}"
        # an attribute of GEXF itself called kind is for parallel edges, and readers pass over it
        kind = f'<attvalues><attvalue for="need" value={quoteattr(data["kind"])}/></attvalues>'
        lines.append(f'      <edge id="{place}" {ends}>{kind}</edge>')
    return "\n".join([*lines, "    </edges>", "  </graph>", "</gexf>"]) + "\n"


def _slug(network: nx.DiGraph[str], iri: str) -> str:
    return str(network.nodes[iri]["slug"])


def _clean(label: str) -> str:
    """Drop control characters, which XML cannot carry."""
    return "".join(each for each in label if each.isprintable())


def to_cytoscape(store: Store) -> str:
    """Return hard and soft prerequisites as Cytoscape JSON (``cytoscape.js`` and the desktop program).

    Parameters
    ----------
    store : Store
        The graph.

    Returns
    -------
    str
        ``elements`` with ``nodes`` (id, value, name, iri) and ``edges`` (id, source, target, kind), sorted.
    """
    network = _network(store)
    nodes = [
        {"data": {"id": data["slug"], "value": data["slug"], "name": data["label"], "iri": iri}}
        for iri, data in network.nodes(data=True)
    ]
    edges: list[dict[str, Any]] = []
    for before, after, data in network.edges(data=True):
        source, target = _slug(network, before), _slug(network, after)
        edges.append(
            {"data": {"id": f"{source}>{target}", "source": source, "target": target, "kind": data["kind"]}}
        )
    whole = {"data": {"name": "mlgraph prerequisites"}, "elements": {"nodes": nodes, "edges": edges}}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def to_mermaid_graph(store: Store) -> str:
    """Return hard prerequisites as a Mermaid flowchart, soft ones as dotted arrows.

    Parameters
    ----------
    store : Store
        The graph.

    Returns
    -------
    str
        Large graphs need ``maxEdges`` raised in Mermaid's configuration; one goal is drawn by
        ``mlgraph prereqs TOPIC --format mermaid``.
    """
    network = _network(store)
    names = {iri: f"n{place}" for place, iri in enumerate(network)}
    lines = ["flowchart LR"]
    for iri, data in network.nodes(data=True):
        label = data["label"].replace("&", "#amp;").replace('"', "#quot;")
        lines.append(f'    {names[iri]}["{label}"]')
    for before, after, data in network.edges(data=True):
        arrow = "-->" if data["kind"] == "requires" else "-.->"
        lines.append(f"    {names[before]} {arrow} {names[after]}")
    return "\n".join(lines) + "\n"


def to_dot_graph(store: Store) -> str:
    """Return hard prerequisites as a Graphviz digraph, soft ones dashed.

    Parameters
    ----------
    store : Store
        The graph.
    """
    network = _network(store)
    lines = ["digraph prerequisites {", "    rankdir=LR;", "    node [shape=box, style=rounded];"]
    for _, data in network.nodes(data=True):
        lines.append(f"    {_quoted(data['slug'])} [label={_quoted(data['label'])}];")
    for before, after, data in network.edges(data=True):
        style = "" if data["kind"] == "requires" else " [style=dashed]"
        lines.append(f"    {_quoted(_slug(network, before))} -> {_quoted(_slug(network, after))}{style};")
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
