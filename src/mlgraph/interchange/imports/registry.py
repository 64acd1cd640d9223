"""Every format that can be imported, by name."""

from __future__ import annotations

from mlgraph.interchange.imports import (
    ctdl,
    curricular,
    esco,
    mit,
    onet,
    own_csv,
    princeton,
    rpi,
    schema_org,
)

__all__ = ["READERS"]

READERS = {
    each.READER.name: each.READER
    for each in (own_csv, mit, rpi, princeton, curricular, schema_org, ctdl, esco, onet)
}
"""Name of a format -> its reader."""
