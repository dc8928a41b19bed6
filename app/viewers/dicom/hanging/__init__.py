"""Hanging protocols at work: the one in force, its stages and menu, what a prior is called."""
