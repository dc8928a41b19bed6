"""Commands, keys and wishes: what a person can ask for, as data."""
