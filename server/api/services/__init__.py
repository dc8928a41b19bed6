"""Use cases: one a file, joining the rules with the store."""
