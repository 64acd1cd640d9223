"""The graph that a new record is written for: look things up in it, check a record over it, write it."""

from __future__ import annotations

import re
import tempfile
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from mlgraph.analysis.reduction import redundant_prerequisites
from mlgraph.build.dataset import check_data, find_layout, write_atomically
from mlgraph.build.derive import authored, merge_layers, stated_links
from mlgraph.build.opening import shipped_dataset
from mlgraph.checks.record import read_records
from mlgraph.errors import DataError, UsageError
from mlgraph.network.projection import prerequisite_graph
from mlgraph.rdf.reader import read_turtle
from mlgraph.rdf.store import text
from mlgraph.rdf.writer import to_turtle
from mlgraph.vocab import MLG, RDF, SLUG, curie, expand, kind_and_slug, thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import networkx as nx

    from mlgraph.model import Finding

__all__ = [
    "Curation",
    "Written",
    "existing",
    "fresh",
    "open_curation",
    "place_of",
    "values_of",
    "write_record",
]


class Curation(NamedTuple):
    """The graph that a record is written for: the folder, and all authored triples around it."""

    folder: Path
    quads: list[ox.Quad]
    homes: dict[str, Path]
    types: dict[str, str]
    date: str


class Written(NamedTuple):
    """A record that was written, and what the checks had to say that does not refuse it."""

    path: Path
    findings: list[Finding]


def open_curation(folder: Path | None, date: str, overlays: Sequence[Path] = ()) -> Curation:
    """Read the graph that a new record will belong to.

    Parameters
    ----------
    folder : Path, optional
        Where to write; default the source tree's ``data/``. It need not exist yet. A folder with a
        ``dataset.ttl`` is a whole graph; any other lies over the shipped one.
    date : str
        ISO date of the new record.
    overlays : sequence of Path
        Folders between the shipped graph and the folder.

    Returns
    -------
    Curation

    Raises
    ------
    UsageError
        If no folder is given and there is no source tree.
    DataError
        If records that are there cannot be read.
    """
    tree = find_layout().data
    if folder is None and tree is None:
        raise UsageError("no data folder to write to", "say where with -o DIR")
    target = folder or tree or Path()
    whole = (target / "dataset.ttl").is_file()
    layers: list[list[ox.Quad]] = [] if whole else [authored(read_turtle(shipped_dataset(), limit=2**33))]
    between = () if whole else (each for each in overlays if each.resolve() != target.resolve())
    layers += [_read(each)[0] for each in between]
    own, homes = _read(target) if target.is_dir() else ([], {})
    merged = merge_layers([each for each in (*layers, own) if each] or [[]])[0]
    types = {text(quad.subject): text(quad.object) for quad in merged if quad.predicate.value == RDF.type}
    return Curation(target, merged, homes, types, date)


def _read(folder: Path) -> tuple[list[ox.Quad], dict[str, Path]]:
    """Return the triples of a folder, and where each of its things is defined."""
    records = read_records([folder])
    broken = [each for each in records.findings if each.severity == "error"]
    if broken:
        first = broken[0]
        raise DataError(first.message, first.mend, path=Path(first.path), line=first.line)
    homes: dict[str, Path] = {}
    for record in records.files:
        for quad in record.quads:
            if quad.predicate.value == RDF.type:
                homes.setdefault(text(quad.subject), record.path)
    return records.quads, homes


def place_of(curation: Curation, node: str) -> str:
    """Return where a thing stands, in words."""
    home = curation.homes.get(node)
    return f" in {home}" if home else " in the graph"


def fresh(curation: Curation, kind: str, slug: str) -> str:
    """Return the IRI for a new slug."""
    if not SLUG.fullmatch(slug):
        near = re.sub(r"[^a-z0-9.]+", "-", slug.lower()).strip("-.")
        raise DataError(
            f"{slug[:80]!r} is no slug: lower-case letters and digits, joined by - or .",
            f"for example {near}" if SLUG.fullmatch(near) else "for example chain-rule",
        )
    iri = thing(kind, slug)
    if iri in curation.types:
        raise DataError(
            f"the {kind} {slug} exists{place_of(curation, iri)}", "edit that record, or choose another slug"
        )
    return iri


def existing(curation: Curation, name: str, kinds: Sequence[str]) -> str:
    """Return the IRI of a thing that is there, by slug, kind/slug or IRI."""
    given = expand(name)
    candidates = [given] if given else [thing(kind, name) for kind in kinds]
    found = [each for each in candidates if each in curation.types]
    fitting = [each for each in found if (kind_and_slug(each) or ("", ""))[0] in kinds]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise DataError(
            f"{name!r} fits several things",
            "say which: " + " or ".join("/".join(kind_and_slug(each) or ()) for each in fitting),
        )
    what = "thing" if len(kinds) > 3 else " or ".join(kinds)
    if found:
        raise DataError(f"{curie(found[0])} is not a {what}", f"name a {what}")
    slugs = {
        known[1] for known in map(kind_and_slug, curation.types) if known is not None and known[0] in kinds
    }
    near = get_close_matches(name.rpartition("/")[2], sorted(slugs), n=3, cutoff=0.7)
    hint = f"did you mean {', '.join(near)}? " if near else ""
    raise DataError(f"no {what} is called {name[:80]!r}", f"{hint}write its record first, or mend the name")


def values_of(curation: Curation, node: str, predicate: str) -> list[str]:
    """Return the values of a property as texts, sorted."""
    return sorted(
        text(quad.object)
        for quad in curation.quads
        if quad.predicate.value == predicate and text(quad.subject) == node
    )


def write_record(
    curation: Curation, relative: Path, quads: Sequence[ox.Quad], *, replaces: bool = False
) -> Written:
    """Check a record over the graph and write it.

    Parameters
    ----------
    curation : Curation
        The graph around it.
    relative : Path
        Where in the folder.
    quads : sequence of pyoxigraph.Quad
        All that the file shall hold.
    replaces : bool
        The file is there, and ``quads`` hold what it says and more.

    Returns
    -------
    Written

    Raises
    ------
    DataError
        If the file is there against expectation, or a check fails; nothing is written then.
    StoreError
        If the folder cannot be written.
    """
    path = curation.folder / relative
    if path.exists() and not replaces:
        raise DataError("the file exists", "edit it, or choose another slug", path=path)
    content = to_turtle(quads)
    with tempfile.TemporaryDirectory(prefix="mlgraph-new-") as folder:
        trial = Path(folder) / path.name
        trial.write_text(content, encoding="utf-8")
        records, findings = check_data([trial], curation.quads)
    errors = [each for each in findings if each.severity == "error"]
    if errors:
        raise DataError(
            "; ".join(dict.fromkeys(each.message for each in errors[:5])), errors[0].mend or "mend the flags"
        )
    _refuse_redundant(curation, records.quads)
    write_atomically(path, content)
    new = {text(quad.subject) for quad in quads} - curation.types.keys()
    return Written(path, [each for each in findings if each.severity == "warning" and each.node in new])


def _refuse_redundant(curation: Curation, quads: Sequence[ox.Quad]) -> None:
    """Refuse a record that makes an edge redundant, be it its own or one that stands already."""
    before, after = _hard(curation.quads), _hard([*curation.quads, *quads])
    if len(before.edges) == len(after.edges):
        return
    known = {(needed, topic) for needed, topic, _ in redundant_prerequisites(before)}
    for needed, topic, through in redundant_prerequisites(after):
        if (needed, topic) not in known:
            raise DataError(
                f"with it, {curie(topic)} needs {curie(needed)} already through {curie(through)}",
                f"link to the nearest topic that is needed; {curie(topic)} must not name {curie(needed)} itself",
            )


def _hard(quads: Sequence[ox.Quad]) -> nx.DiGraph[str]:
    """Return the hard prerequisites that verified claims state."""
    return prerequisite_graph(
        ox.Quad(link[RDF.subject], link[RDF.predicate], link[RDF.object])
        for link in stated_links(quads).values()
        if link.get(RDF.predicate) == ox.NamedNode(MLG.requires)
        and link.get(MLG.status) == ox.NamedNode(MLG.Verified)
    )
