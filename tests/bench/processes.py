"""Starting what is measured or compared with; each ends by its own pid."""

import os
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
GRACE_S = 15


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def cache_folder(name: str) -> Path:
    """Where fetched counterparts stay between runs, outside the project."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "huizhen-bench" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def running(
    argv: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    stderr: int | None = subprocess.DEVNULL,
    stdin: int = subprocess.DEVNULL,
) -> Iterator["subprocess.Popen[str]"]:
    """A child whose stdout can be read line by line; SIGTERM at the end, then SIGKILL."""
    process = subprocess.Popen(
        [str(part) for part in argv],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        end(process)


def end(process: "subprocess.Popen[str]") -> None:
    """Ends a child and waits for it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def cpu_s(process: psutil.Process) -> float:
    """Processor time it has taken, in user and system mode."""
    times = process.cpu_times()
    return float(times.user + times.system)
