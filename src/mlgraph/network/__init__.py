"""The one bridge between triples and networkx graphs."""
