"""Encrypted local drafts, keys and what a profile remembers; no Qt."""
