"""Decoding in processes that can be ended: the first decode of a file nobody knows yet."""
