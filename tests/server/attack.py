"""What somebody who attacks the server has: its own description, and a program that reads it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_PROGRAM = "schemathesis==4.*"
_FETCH_S, _RUN_S = 60, 110
_TESTED = re.compile(r"Tested: (\d+)")
_LEAST_OPERATIONS = 80


def fetched_schemathesis() -> list[str]:
    """The command; skips where it cannot be fetched."""
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "tool", "run", "--quiet", "--from", _PROGRAM, "schemathesis"]
    try:
        done = subprocess.run(
            [*command, "--version"], capture_output=True, timeout=_FETCH_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        pytest.skip("schemathesis was not fetched in time")
    if done.returncode:
        pytest.skip("schemathesis cannot be fetched here")
    return command


def pointed(document: str, places: dict[str, list[str]]) -> str:
    """The OpenAPI document with things that are there in its paths, JSON alone in its bodies, and
    without what would end the attack: signing out and taking rights away."""
    api: dict[str, Any] = json.loads(document)
    for path in list(api["paths"]):
        if path.startswith(("/v1/session", "/v1/me/password", "/v1/accounts/")):
            del api["paths"][path]
    for operations in api["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                known = places.get(parameter["name"])
                if parameter["in"] == "path" and known:
                    parameter["schema"] = {"type": "string", "enum": known}
            body = operation.get("requestBody", {"content": {}})["content"]
            for kind in [kind for kind in body if "json" not in kind]:
                del body[kind]
            if not body:
                operation.pop("requestBody", None)
    return json.dumps(api)


def attacked(command: list[str], document: Path, url: str, ca: Path, token: str) -> str:
    """Sends every operation what it says and does not say it takes; answers what failed, or ""."""
    done = subprocess.run(
        [
            *(*command, "run", str(document), "--url", url, "--tls-verify", str(ca)),
            *("-H", f"Authorization: Bearer {token}", "--checks", "not_a_server_error"),
            *("--max-examples", "5", "--phases", "fuzzing", "--workers", "2"),
            *("--generation-deterministic", "--no-color"),
        ],
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
        cwd=document.parent,
        capture_output=True,
        text=True,
        timeout=_RUN_S,
        check=False,
    )
    tested = _TESTED.search(done.stdout)
    if tested is None or int(tested[1]) < _LEAST_OPERATIONS:
        raise AssertionError(f"it did not attack: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    # Its status also tells of operations for which it could not make data.
    return done.stdout[-6000:] if "= FAILURES =" in done.stdout else ""
