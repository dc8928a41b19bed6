"""Planes and slabs through a volume, beside each other."""
