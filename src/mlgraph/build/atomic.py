"""Files that are whole whatever happens: the old one or the new one, never a part."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

from mlgraph.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["fill_atomically", "write_atomically"]


def write_atomically(path: Path, content: str) -> None:
    """Write a text file so that a reader sees the old or the new one, never a part.

    Raises
    ------
    StoreError
        If the folder cannot be written, or the disk is full; the old file stays whole.
    """
    fill_atomically(path, lambda file: file.write(content.encode()))


def fill_atomically(path: Path, fill: Callable[[IO[bytes]], object]) -> None:
    """Let something write a file, as it comes, so that a reader sees the old or the new one, never a part.

    Raises
    ------
    StoreError
        If the folder cannot be written, or the disk is full; the old file stays whole.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                fill(file)
                file.flush()
                os.fsync(file.fileno())
            mask = os.umask(0)
            os.umask(mask)
            Path(name).chmod(0o666 & ~mask)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}", "check space and permissions") from error
