"""Triples: reading, canonical writing, the store and guarded SPARQL. It knows no graph algorithm."""
