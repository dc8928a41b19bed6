"""Medplum's FHIR router in a Node.js process of its own, fetched once by npm."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.errors import CounterpartMissing
from tests.bench.processes import cache_folder, running

VERSION = "4.5.2"
PACKAGES = ("fhir-router", "core", "definitions", "fhirtypes")
_SCRIPT = Path(__file__).with_name("medplum.mjs")
_FETCH_S = 110


def medplum_folder() -> Path:
    """Where its packages lie; raises `CounterpartMissing`."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise CounterpartMissing(f"{program} is not installed")
    folder = cache_folder(f"medplum-{VERSION}")
    if all((folder / "node_modules/@medplum" / one / "package.json").exists() for one in PACKAGES):
        return folder
    command = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(
            [*command, *(f"@medplum/{one}@{VERSION}" for one in PACKAGES)],
            capture_output=True,
            timeout=_FETCH_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CounterpartMissing("npm did not fetch Medplum's router in time") from error
    if done.returncode:
        raise CounterpartMissing("npm could not fetch Medplum's router")
    return folder


@contextmanager
def medplum() -> Iterator[str]:
    """Runs it on a free port of loopback; answers the base address."""
    with running(["node", _SCRIPT, medplum_folder()]) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        if not port:
            raise CounterpartMissing("Medplum's router did not start")
        yield f"http://127.0.0.1:{port}/fhir"
