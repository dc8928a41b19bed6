"""Packages of npm that counterparts need, fetched once into the user's cache."""

import shutil
import subprocess
from pathlib import Path

from tests.bench.errors import CounterpartMissing
from tests.bench.processes import cache_folder

_FETCH_S = 120


def npm_folder(name: str, version: str, packages: tuple[str, ...]) -> Path:
    """Where `packages`, all of one version, lie below `node_modules`; `name` is that of the folder
    and of what a person reads. Raises `CounterpartMissing`."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise CounterpartMissing(f"{program} is not installed")
    folder = cache_folder(f"{name}-{version}")
    if all((folder / "node_modules" / one / "package.json").exists() for one in packages):
        return folder
    command = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(
            [*command, *(f"{one}@{version}" for one in packages)],
            capture_output=True,
            timeout=_FETCH_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CounterpartMissing(f"npm did not fetch {name} in time") from error
    if done.returncode:
        raise CounterpartMissing(f"npm could not fetch {name} {version}")
    return folder
