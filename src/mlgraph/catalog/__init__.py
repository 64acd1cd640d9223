"""The domain questions: SPARQL on a store gives frozen values."""
