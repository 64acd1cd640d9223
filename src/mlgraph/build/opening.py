"""Open the graph: the shipped dataset, with a user's own folders over it if there are any.

The hot path (shipped data, warm cache) imports neither networkx nor rdflib.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from mlgraph.errors import StoreError, UsageError
from mlgraph.rdf.cache import cached_store, fill_engine, resumable_store
from mlgraph.vocab import BASE, HOME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pyoxigraph as ox

    from mlgraph.rdf.store import EmbeddedStore

__all__ = ["data_folders", "open_store", "shipped_dataset", "store_source"]

_BASE = re.compile(r"https?://[^\s<>\"'\\^`{|}#?]+/")


def shipped_dataset() -> Path:
    """Return the path of the dataset that came with the package.

    Raises
    ------
    StoreError
        If it is not there, as in a source tree that was never built.
    """
    path = Path(__file__).resolve().parent.parent / "dataset" / "mlgraph.ttl"
    if not path.is_file():
        raise StoreError(
            f"the dataset {path} is missing", "in a source tree run `mlgraph build`, else install again"
        )
    return path


def data_folders(given: Sequence[Path] = ()) -> tuple[Path, ...]:
    """Return the folders to lay over the shipped graph: those given, else ``MLGRAPH_DATA``.

    ``MLGRAPH_DATA`` holds folders separated as in ``PATH``.
    """
    if given:
        return tuple(given)
    return tuple(Path(each) for each in os.environ.get("MLGRAPH_DATA", "").split(os.pathsep) if each)


def open_store(
    data: Sequence[Path] = (),
    *,
    cache: Path | None = None,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> EmbeddedStore:
    """Open the graph as a store that answers SPARQL.

    Parameters
    ----------
    data : sequence of Path
        Folders of records to lay over the shipped graph, later over earlier ones. N-Triples files
        (``.nt``) in them are catalogues of any size, which lie over all records.
    cache : Path, optional
        The cache folder; default the user's.
    progress : callable
        Told how far the load of catalogues is: what is done, bytes loaded, bytes in all.

    Returns
    -------
    EmbeddedStore
        On disk, read-only; in memory where the cache cannot be written (its ``note`` says so).

    Raises
    ------
    StoreError
        If the shipped dataset is missing.
    UsageError
        If ``MLGRAPH_BASE`` is no address.
    CheckFailedError
        If the given folders have errors.
    DataError
        If a folder does not exist.

    Notes
    -----
    Warm: some milliseconds. First use: one bulk load, under 2 s for the shipped data.

    Examples
    --------
    >>> open_store().ask("ASK { topic:deep-learning a mlg:Topic }")
    True
    """
    dataset = shipped_dataset()
    salt = _salt()
    if not data:
        return cached_store(
            [dataset], lambda engine: fill_engine(engine, dataset), salt=salt.lstrip("-"), folder=cache
        )
    catalogues = _catalogues(data)
    data = [folder for folder in data if folder.resolve() not in catalogues]
    files = [dataset, *_overlay_files(data)]
    layers = ".".join(str(len(list(_overlay_files([folder])))) for folder in data)

    def fill(engine: ox.Store) -> None:
        engine.bulk_extend(_overlaid(dataset, data))

    if not catalogues:
        return cached_store(files, fill, salt=f"overlay-{layers}{salt}", folder=cache)

    def below(engine: ox.Store) -> None:
        if len(files) > 1:
            fill(engine)
        else:
            fill_engine(engine, dataset)

    def load(engine: ox.Store, state: Path) -> None:
        from mlgraph.build.catalogue import load_catalogues  # noqa: PLC0415 - imports networkx

        load_catalogues(engine, state, below, catalogues, progress)

    salt = f"catalogue-{layers or 0}.{len(catalogues)}{salt}"
    return resumable_store([*files, *catalogues], load, salt=salt, folder=cache)


def _salt() -> str:
    """Return what tells a store of things under another base apart; nothing for the usual one.

    Raises
    ------
    UsageError
        If names cannot begin so.
    """
    if not _BASE.fullmatch(BASE):
        raise UsageError(
            f"MLGRAPH_BASE is {BASE!r}, with which no name can begin",
            "give an address that ends with a slash, such as https://example.org/kg/",
        )
    if BASE == HOME:
        return ""
    from hashlib import blake2b  # noqa: PLC0415 - not paid for on the hot path

    return f"-base-{blake2b(BASE.encode(), digest_size=8).hexdigest()}"


def _catalogues(data: Sequence[Path]) -> list[Path]:
    """Return the N-Triples files in some folders, or that are given themselves, sorted within each."""
    found: dict[Path, None] = {}
    for folder in data:
        places = [folder] if folder.suffix == ".nt" else sorted(folder.rglob("*.nt"))
        found.update(dict.fromkeys(place.resolve() for place in places if place.is_file()))
    return list(found)


def _overlay_files(data: Sequence[Path]) -> Iterator[Path]:
    from mlgraph.rdf.reader import record_files  # noqa: PLC0415 - overlays only

    yield from (path.resolve() for path in record_files(data))


def _overlaid(dataset: Path, data: Sequence[Path]) -> list[ox.Quad]:
    from mlgraph.build.dataset import build_dataset  # noqa: PLC0415 - imports networkx
    from mlgraph.build.derive import authored  # noqa: PLC0415
    from mlgraph.rdf.reader import read_turtle  # noqa: PLC0415

    base = authored(read_turtle(dataset, limit=2**33))
    return build_dataset(data, base).quads


def store_source(store: EmbeddedStore, data: Sequence[Path] = ()) -> Path:
    """Return what a query worker opens to see the same graph: a store folder or a dataset file.

    Raises
    ------
    StoreError
        If an overlaid or renamed graph is in memory only.
    """
    if store.folder is not None:
        return store.folder
    if not data and BASE == HOME:
        return shipped_dataset()
    raise StoreError(
        "free-form queries on overlaid or renamed data need a cache folder that can be written",
        "set MLGRAPH_CACHE to a folder with some free space",
    )
