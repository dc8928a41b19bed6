"""Calibrating pictures by hand: a line over something of known length, and how long it is."""
