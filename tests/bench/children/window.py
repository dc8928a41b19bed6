"""The real client until its sign-in window is on the screen; then says so and closes."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import app.__main__  # noqa: F401 - what `python -m app` imports first
from app.cli.window import run_window

if TYPE_CHECKING:
    from app.composition.program import Program


async def say_when_exposed(program: "Program") -> None:
    while (handle := program.sign_in.windowHandle()) is None or not handle.isExposed():  # noqa: ASYNC110 - exposure sends no signal
        await asyncio.sleep(0)
    print("shown", flush=True)
    slow = {"pydicom", "aiortc", "fastapi"} & sys.modules.keys()
    print(" ".join(sorted(slow)), flush=True)


if __name__ == "__main__":
    raise SystemExit(run_window(Path(sys.argv[1]), play=say_when_exposed))
