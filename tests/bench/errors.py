"""What stops a bench or a comparison.

BenchError
├── BenchFailed           the product did something wrong: the run fails
└── CounterpartMissing    what we compare with cannot be had here: measured without it
"""


class BenchError(Exception):
    """Base of the tree; the text says what happened in one line."""


class BenchFailed(BenchError):
    """The product did not do what was measured."""


class CounterpartMissing(BenchError):
    """The counterpart cannot be had on this machine; the text says why."""
