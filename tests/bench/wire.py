"""Images on the wire: storing and reading them, ours sealed and by TLS beside Debian's Orthanc."""

from collections.abc import Iterator

from tests.bench import broken, light, memory, stow
from tests.bench.measure import Measure


def run() -> Iterator[Measure]:
    """Its parts, one after the other."""
    yield from stow.run()
    yield from light.run()
    yield from broken.run()
    yield from memory.run()
