"""The machine a run was made on, in one line."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path


def processor() -> str:
    """The processor's name as the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def system() -> str:
    """The operating system by its own name."""
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.platform(terse=True)


def describe() -> str:
    """Cores, processor, system, Python and the day."""
    day = datetime.now(UTC).date().isoformat()
    return (
        f"{os.cpu_count()} cores ({processor()}), {system()}, "
        f"Python {platform.python_version()}, {day}"
    )


def load() -> float | None:
    """What else the machine was doing: load average of the last minute, where it is told."""
    try:
        return os.getloadavg()[0]
    except (AttributeError, OSError):
        return None
