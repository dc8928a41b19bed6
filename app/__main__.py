"""`huizhen`: the desktop client, and its command line for IT and for tests."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.net.emr.launch import Launch

SHOWN = {
    "render": "write one frame as PNG, exactly as the viewer shows it",
    "decode": "print the SHA-256 of a frame's decoded samples",
    "measure": "measure on one frame, by the code of the viewer's tools",
    "restore": "the original file of one that was recompressed on its way",
    "join": "take part in a call without a window, by invitation",
    "check-call": "whether a call will work from this computer: devices, server, relays, speed",
    "echo": "ask whether an archive or a device answers (C-ECHO)",
    "query": "search an archive for studies (C-FIND)",
    "import-codes": "a hospital's own table of diagnoses (CSV), for the fields that ask for codes",
    "demo": "play one consultation from clinic to signed report",
}
HIDDEN = {
    "media": "app.cli.media",
    "capture": "app.cli.capture",
    "transfer": "app.cli.transfer",
    "decode-worker": "app.cli.decode_worker",
    "document-worker": "app.cli.document_worker",
    "demo-client": "app.cli.demo.client",
}
"""Child processes of the window, started through this program so that a packaged one works."""


LAUNCHED = ("launch=", "iss=", "huizhen:")
"""How words begin by which a hospital's own program opens the window for its patient."""
EPILOG = (
    "launch=WORD iss=URL, or a link huizhen://launch?iss=URL&launch=WORD: opens the record of the "
    "patient whom the hospital's own program has open (SMART App Launch)"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Starts the window, or the subcommand that was asked for."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in HIDDEN:
        module = importlib.import_module(HIDDEN[given[0]])
        if hasattr(module, "main"):
            return int(module.main(given[1:]))
        return int(module.run(argparse.Namespace()))
    parser = argparse.ArgumentParser(prog="huizhen", description=__doc__, epilog=EPILOG)
    parser.add_argument("--profile", type=Path, help="folder of this user's settings and drafts")
    parser.add_argument(
        "--generated-media",
        action="store_true",
        help="send a generated picture and tone in calls, without a camera",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, text in SHOWN.items():
        sub = commands.add_parser(name, help=text, description=text)
        if name in given:  # importing a subcommand's module is slow; only the one asked for
            _module(name).add_arguments(sub)
    launched = [word for word in given if word.startswith(LAUNCHED)]
    if launched and (command := _command_of(given)):
        parser.error(
            "launch=…, iss=… and huizhen: links open the window and go with no command (here: "
            f"{command}); a file of such a name is written with its folder, as ./launch=…"
        )
    options = parser.parse_args([word for word in given if word not in launched])
    if options.command is None:
        launch = _launch_of(launched)
        if launched and launch is None:
            parser.error("a launch needs both launch=… and iss=… (the hospital's server)")
        return open_window(options, launch)
    return int(_module(options.command).run(options))


def _module(name: str) -> ModuleType:
    if name == "demo":
        return importlib.import_module("app.cli.demo.command")
    return importlib.import_module(f"app.cli.{name.replace('-', '_')}")


def _command_of(given: Sequence[str]) -> str:
    """Empty where the window is meant."""
    behind = zip(given, ("", *given), strict=False)
    return next((one for one, before in behind if one in SHOWN and before != "--profile"), "")


def _launch_of(launched: Sequence[str]) -> Launch | None:
    if not launched:
        return None
    from app.net.emr.launch import launch_of

    return launch_of(launched)


def open_window(options: argparse.Namespace, launch: Launch | None = None) -> int:
    from app.cli.window import run_window

    return run_window(options.profile, generated_media=options.generated_media, launch=launch)


if __name__ == "__main__":
    raise SystemExit(main())
