"""Pure functions on graphs; nothing here knows RDF or a screen."""
