"""The store on disk: built once from a dataset file in the user's cache, then opened read-only.

A store folder is immutable: it is built beside its place and renamed into it, so two processes
that start at once both work, and a killed one leaves nothing half-made. On the hot path a stat of
the source files, not a hash of them, decides whether the store is fresh.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mlgraph.errors import MlgraphError, StoreError
from mlgraph.rdf.store import EmbeddedStore
from mlgraph.vocab import BASE, HOME, renamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = [
    "cache_folder",
    "cached_store",
    "clear_cache",
    "content_key",
    "fill_engine",
    "resumable_store",
    "stores_in",
]

ENGINE = f"ox{ox.__version__}"
_STALE_AFTER = 30 * 24 * 3600.0
_ABANDONED_AFTER = 3600.0
_CHUNK = 1 << 20
_STAMPS = "stamps"


def cache_folder() -> Path:
    """Return the user's cache folder for mlgraph (``MLGRAPH_CACHE``, else the XDG place)."""
    own = os.environ.get("MLGRAPH_CACHE")
    if own:
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "mlgraph"


def content_key(paths: Iterable[Path]) -> str:
    """Return 24 hex digits that stand for the bytes of some files, in order."""
    from hashlib import sha256  # noqa: PLC0415 - not paid for on the hot path

    digest = sha256()  # processors have instructions for it: the catalogues of many courses are gigabytes
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        digest.update(b"\0")
    return digest.hexdigest()[:24]


def _stamp(paths: Sequence[Path], salt: str) -> str:
    """Return what a stat of the files says, as the text of a stamp file."""
    lines = [salt]
    for path in paths:
        stat = path.stat()
        lines.append(f"{stat.st_size} {stat.st_mtime_ns} {path}")
    return "\n".join(lines)


def _changed(paths: Sequence[Path], salt: str, stamp: str) -> bool:
    """Return whether files are no longer what a stamp says of them; one that is gone is not."""
    try:
        return _stamp(paths, salt) != stamp
    except OSError:
        return True


def _stamp_name(stamp: str) -> str:
    """Return a short file name for a stamp; equal names are told apart by their content."""
    value = 0
    for character in stamp:
        value = (value * 1000003 ^ ord(character)) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def cached_store(
    paths: Sequence[Path],
    fill: Callable[[ox.Store], None],
    *,
    salt: str = "",
    folder: Path | None = None,
) -> EmbeddedStore:
    """Open the store that is made from some files, building it if need be.

    Parameters
    ----------
    paths : sequence of Path
        The files whose content decides the store.
    fill : callable
        Loads the engine; called only when no fresh store exists.
    salt : str
        Distinguishes stores that are made from the same files in different ways.
    folder : Path, optional
        The cache folder; default `cache_folder`.

    Returns
    -------
    EmbeddedStore
        Read-only on disk; in memory, with a ``note``, where the cache cannot be written.

    Notes
    -----
    Warm: a stat a file and one small read. Cold: a hash of the files and one bulk load.
    """
    folder = folder or cache_folder()
    stamp = _stamp(paths, salt)
    ready = _ready(folder, stamp)
    if ready is not None:
        return ready
    try:
        return _build(paths, fill, salt, folder, stamp)
    except (OSError, StoreError) as error:
        engine = ox.Store()
        fill(engine)
        reason = (error.strerror if isinstance(error, OSError) else "") or str(error)
        return EmbeddedStore(
            engine, f"the cache {folder} cannot be used ({reason}); working in memory, more slowly"
        )


def resumable_store(
    paths: Sequence[Path],
    fill: Callable[[ox.Store, Path], None],
    *,
    salt: str = "",
    folder: Path | None = None,
) -> EmbeddedStore:
    """Open the store that is made from some large files; a build that was killed goes on where it was.

    Parameters
    ----------
    paths : sequence of Path
        The files whose content decides the store.
    fill : callable
        Loads the engine, and keeps in the file that it is given how far it is; called again with
        both after a kill.
    salt : str
        Distinguishes stores that are made from the same files in different ways.
    folder : Path, optional
        The cache folder; default `cache_folder`.

    Returns
    -------
    EmbeddedStore
        Read-only, on disk.

    Raises
    ------
    StoreError
        If the cache cannot be written: so much does not belong into memory. Or if a file changed meanwhile.

    Notes
    -----
    One process builds, others wait for it. What a failed build left is removed; what a killed one
    left stays for 30 days.
    """
    folder = folder or cache_folder()
    stamp = _stamp(paths, salt)
    ready = _ready(folder, stamp)
    if ready is not None:
        return ready
    name = f"store-{content_key(paths)}-{salt}-{ENGINE}"
    kept = _kept(folder, name, stamp)
    if kept is not None:
        return kept

    def whole(engine: ox.Store, state: Path) -> None:
        fill(engine, state)
        if _changed(paths, salt, stamp):
            raise StoreError(
                "a file changed while it was loaded, so that a part of it is old",
                "give the same command again when nobody writes to the files",
            )

    try:
        (folder / _STAMPS).mkdir(parents=True, exist_ok=True)
        with _alone(folder / f"loading-{name}.lock"):
            if _whole(folder / name) is None:
                _sweep(folder)
                _resume(folder, name, whole)
            _mark(folder, stamp, name)
    except OSError as error:
        raise StoreError(
            f"the store cannot be built in {folder}: {error.strerror or error}",
            "set MLGRAPH_CACHE to a folder that can be written and has space: about twice the files",
        ) from error
    return EmbeddedStore.open(folder / name)


def _resume(folder: Path, name: str, fill: Callable[[ox.Store, Path], None]) -> None:
    loading, state = folder / f"loading-{name}", folder / f"loading-{name}.json"
    try:
        engine = _opened(loading, state)
        fill(engine, state)
        engine.flush()
        del engine
        loading.rename(folder / name)
    except (
        MlgraphError,
        OSError,
        RuntimeError,
        SyntaxError,
    ):  # not Ctrl-C: the next build goes on from there
        shutil.rmtree(loading, ignore_errors=True)
        state.unlink(missing_ok=True)
        raise
    state.unlink(missing_ok=True)


def _opened(loading: Path, state: Path) -> ox.Store:
    """Open a half-filled store, or a new one where there is none or it is damaged."""
    if state.is_file():
        with contextlib.suppress(OSError, RuntimeError):
            return ox.Store(str(loading))
    shutil.rmtree(loading, ignore_errors=True)
    state.unlink(missing_ok=True)
    return ox.Store(str(loading))


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Let one process in at a time; the system frees the lock of a killed one."""
    import fcntl  # noqa: PLC0415 - large catalogues only

    with lock.open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
        lock.unlink(missing_ok=True)


def _marker(folder: Path, stamp: str) -> Path:
    return folder / _STAMPS / f"{_stamp_name(stamp)}-{ENGINE}"


def _ready(folder: Path, stamp: str) -> EmbeddedStore | None:
    """Open the store that a stamp leads to, if there is one."""
    with contextlib.suppress(OSError, StoreError, UnicodeDecodeError):
        known, _, name = _marker(folder, stamp).read_text(encoding="utf-8").rpartition("\n")
        if known == stamp:
            return EmbeddedStore.open(folder / name)
    return None


def _mark(folder: Path, stamp: str, name: str) -> None:
    marker = _marker(folder, stamp)
    written = marker.with_name(f"{marker.name}.{os.getpid()}")
    written.write_text(f"{stamp}\n{name}", encoding="utf-8")
    written.replace(marker)


def _build(
    paths: Sequence[Path],
    fill: Callable[[ox.Store], None],
    salt: str,
    folder: Path,
    stamp: str,
) -> EmbeddedStore:
    name = f"store-{content_key(paths)}{'-' + salt if salt else ''}-{ENGINE}"
    place = folder / name
    found = _kept(folder, name, stamp)
    if found is not None:
        return found
    (folder / _STAMPS).mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    building = folder / f"building-{os.getpid()}-{time.monotonic_ns():x}"
    try:
        engine = ox.Store(str(building))
        fill(engine)
        engine.optimize()
        engine.flush()
        del engine
        with contextlib.suppress(OSError):
            building.rename(place)  # another process may have been quicker; its copy is equal
    finally:
        shutil.rmtree(building, ignore_errors=True)
    _mark(folder, stamp, name)
    return EmbeddedStore.open(place)


def _kept(folder: Path, name: str, stamp: str) -> EmbeddedStore | None:
    """Open the store of some content, if it is there, and note which stamp leads to it, if that can be written.

    In the image of a container times lose their fractions, so that another stamp led to it when it was made.
    """
    found = _whole(folder / name)
    if found is not None:
        with contextlib.suppress(OSError):
            (folder / _STAMPS).mkdir(parents=True, exist_ok=True)
            _mark(folder, stamp, name)
    return found


def _whole(place: Path) -> EmbeddedStore | None:
    """Open a store folder that is there; remove what a killed removal left of one."""
    if place.is_dir():
        with contextlib.suppress(StoreError):
            return EmbeddedStore.open(place)
        shutil.rmtree(place, ignore_errors=True)
    return None


def fill_engine(engine: ox.Store, path: Path) -> None:
    """Load a Turtle or N-Triples file into an engine."""
    if BASE == HOME:
        engine.bulk_load(path=str(path))
        return
    form = ox.RdfFormat.from_extension(path.suffix.removeprefix("."))
    engine.bulk_load(renamed(path.read_text(encoding="utf-8")).encode(), format=form)


def _sweep(folder: Path) -> None:
    """Remove what killed builds and old releases left behind."""
    now = time.time()
    ages = (("building-*", _ABANDONED_AFTER), ("store-*", _STALE_AFTER), ("loading-*", _STALE_AFTER))
    for pattern, age in ages:
        for old in folder.glob(pattern):
            with contextlib.suppress(OSError):
                if now - old.stat().st_mtime > age:
                    _remove(old)


def _remove(old: Path) -> None:
    if old.is_dir():
        shutil.rmtree(old, ignore_errors=True)
    else:
        old.unlink(missing_ok=True)


def stores_in(folder: Path) -> list[tuple[str, int]]:
    """Return name and size in bytes of each store in a cache folder, sorted by name."""
    return [
        (place.name, sum(file.stat().st_size for file in place.rglob("*") if file.is_file()))
        for place in sorted(folder.glob("store-*"))
    ]


def clear_cache(folder: Path | None = None) -> int:
    """Remove all stores and stamps; return how many stores went.

    Raises
    ------
    StoreError
        If the folder holds something that may not be removed.
    """
    folder = folder or cache_folder()
    stores = list(folder.glob("store-*"))
    try:
        for place in (*stores, *folder.glob("building-*"), *folder.glob("loading-*"), folder / _STAMPS):
            if place.is_dir():
                shutil.rmtree(place)
            else:
                place.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"cannot clear {folder}: {error.strerror}") from error
    return len(stores)
