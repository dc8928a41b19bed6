"""Showing medicine: one viewer per kind of document."""
