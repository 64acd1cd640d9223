"""SPARQL 1.1 Protocol, linked data and a JSON API over HTTP."""
