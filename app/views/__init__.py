"""Widgets: they show props and emit wishes; no decisions, no network."""
