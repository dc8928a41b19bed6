"""Two validators nobody here wrote: `fhir.resources` (R4B) and npm `fhir` (R4)."""

import json
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from protocol import decimals
from tests.bench.errors import CounterpartMissing
from tests.bench.npm import npm_folder
from tests.bench.processes import running

Json = dict[str, Any]
_SCRIPT = Path(__file__).with_name("judge.mjs")
_VERSION = "4.12.0"


def strict(resource: Json) -> None:
    """By its model of R4B; raises where it does not fit."""
    get_fhir_model_class(resource["resourceType"]).model_validate_json(decimals.dumps(resource))


class NpmJudge:
    """Says of each resource what is wrong with it, one line each."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def wrong(self, resources: Iterable[Json]) -> list[str]:
        found: list[str] = []
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        for one in resources:
            self._process.stdin.write(decimals.dumps(one) + "\n")
            self._process.stdin.flush()
            told = json.loads(self._process.stdout.readline())
            found += [f"{one['resourceType']}: {what}" for what in told]
        return found


@contextmanager
def npm_judge() -> Iterator[NpmJudge]:
    """Skips the test where it cannot be had."""
    try:
        folder = npm_folder("fhir", _VERSION, ("fhir",))
    except CounterpartMissing as missing:
        pytest.skip(str(missing))
    with running(["node", _SCRIPT, folder], stdin=subprocess.PIPE) as process:
        yield NpmJudge(process)


def references(value: Any) -> Iterator[str]:
    """Every Reference.reference in it."""
    if isinstance(value, list):
        for one in value:
            yield from references(one)
    elif isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for one in value.values():
            yield from references(one)
