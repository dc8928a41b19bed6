"""Medplum's FHIR router in a Node.js process of its own, fetched once by npm."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.errors import CounterpartMissing
from tests.bench.npm import npm_folder
from tests.bench.processes import running

VERSION = "4.5.2"
PACKAGES = tuple(f"@medplum/{one}" for one in ("fhir-router", "core", "definitions", "fhirtypes"))
_SCRIPT = Path(__file__).with_name("medplum.mjs")


@contextmanager
def medplum() -> Iterator[str]:
    """Runs it on a free port of loopback; answers the base address."""
    with running(["node", _SCRIPT, npm_folder("medplum", VERSION, PACKAGES)]) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        if not port:
            raise CounterpartMissing("Medplum's router did not start")
        yield f"http://127.0.0.1:{port}/fhir"
