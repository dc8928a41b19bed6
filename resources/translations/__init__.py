"""The translations, and how they are made."""
