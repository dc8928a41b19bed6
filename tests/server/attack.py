"""What somebody who attacks the server has: its own description, and a program that reads it."""

import json
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

_LOCK = Path(__file__).parents[2] / "requirements" / "attack.txt"
_FETCH_S, _RUN_S = 60, 110
_TESTED = re.compile(r"Tested: (\d+)")
_LEAST_OPERATIONS = 80


def fetched_schemathesis() -> list[str]:
    """The command, of the very versions that are pinned, in an environment of its own beside the
    project's, made once for each state of the lock; skips where they cannot be fetched."""
    uv, place = Path(sys.executable).with_name("uv"), Path(sys.prefix, "attack")
    wanted, stamp = sha256(_LOCK.read_bytes()).hexdigest(), place / "attack.stamp"
    programs = place / Path(sys.executable).parent.name
    command = [str(programs / "schemathesis")]
    if stamp.exists() and stamp.read_text() == wanted:
        return command
    pinned = ("--require-hashes", "--python", str(programs / "python"), str(_LOCK))
    try:
        for step in (("venv", "--clear", str(place)), ("pip", "sync", *pinned)):
            subprocess.run(
                [str(uv), *step], capture_output=True, text=True, timeout=_FETCH_S, check=True
            )
    except (OSError, subprocess.SubprocessError) as error:
        why = getattr(error, "stderr", None) or error
        pytest.skip(f"without a package index there is no schemathesis to attack with: {why}")
    stamp.write_text(wanted)
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
