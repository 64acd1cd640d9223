"""Readers of foreign catalogues, one module a format, and what they share."""
