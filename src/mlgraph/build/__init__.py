"""From data folders to a checked, derived, canonical dataset, and the store that holds it."""
