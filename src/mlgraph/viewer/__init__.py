"""The interactive page: pyvis with a template of our own, everything inlined, nothing fetched."""
