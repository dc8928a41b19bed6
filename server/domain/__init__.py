"""Rules without input or output: no framework, no clock of its own, no store."""
