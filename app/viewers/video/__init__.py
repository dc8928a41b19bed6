"""The pictures of a call."""
