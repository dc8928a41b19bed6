"""`huizhen check-call`: whether a call will work from this computer, step by step."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.net.connection import Connection
    from app.net.trust import Pin
    from app.session.call_check import Finding, Step

PASSWORD = "HUIZHEN_PASSWORD"  # nosec B105  # the name of a variable


class CheckError(Exception):
    """One plain sentence for the person at the terminal."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--server, --ca, --user, --no-devices, --json."""
    parser.description = (
        "Check what a call needs: camera, microphone and loudspeaker, and with --server the way to "
        "the server, its relays and the speed of the line. Relays and speed are told to people "
        "who may call: give --user; the password is asked for, or taken from HUIZHEN_PASSWORD."
    )
    parser.add_argument("--server", metavar="URL", help="https://host[:port]")
    parser.add_argument(
        "--ca", type=Path, metavar="FILE", help="the server's CA in PEM (default: the system's)"
    )
    parser.add_argument("--user", metavar="NAME", help="who signs in for the check")
    parser.add_argument("--no-devices", action="store_true", help="check the network alone")
    parser.add_argument("--json", action="store_true", help="print one JSON line")


def run(args: argparse.Namespace) -> int:
    """0 when nothing failed, 1 when something did, 2 for wrong usage."""
    import asyncio

    from app.models.call_check import overall_words, passed

    if args.server is not None and not args.server.startswith("https://"):
        print("huizhen check-call: --server must start with https://", file=sys.stderr)
        return 2
    if args.no_devices and args.server is None:
        print("huizhen check-call: without devices --server is needed", file=sys.stderr)
        return 2
    try:
        found = asyncio.run(_check(args))
    except CheckError as error:
        print(f"huizhen check-call: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if args.json:
        _print_json(found, ok=passed(found))
    else:
        print(overall_words(found))
    return 0 if passed(found) else 1


async def _check(args: argparse.Namespace) -> tuple[Finding, ...]:
    from app.media.equipment import DeviceSource
    from app.services.call_check import DeviceProbe

    found: list[Finding] = []
    begun = _silent if args.json else _say

    def tell(one: Finding) -> None:
        found.append(one)
        if not args.json:
            _print(one)

    if not args.no_devices:
        async for one in DeviceProbe(DeviceSource(), DeviceSource(), DeviceSource()).run(begun):
            tell(one)
    if args.server is not None:
        from app.net.connection import Connection
        from app.services.call_check import LineProbe

        connection = Connection(args.server, _pin(args.ca))
        try:
            signed_in = args.user is not None and await _sign_in(connection, args.user, tell)
            async for one in LineProbe(connection, signed_in=signed_in).run(begun):
                tell(one)
            if signed_in:
                await connection.sign_out()
        finally:
            await connection.close()
    return tuple(found)


async def _sign_in(connection: Connection, user: str, tell: Callable[[Finding], None]) -> bool:
    """Whether it worked; a refusal is told, and of a bad way to the server the check tells."""
    import getpass

    from app.services.call_check import sign_in
    from app.session.call_check import Reason, Verdict

    password = os.environ.get(PASSWORD) or getpass.getpass("Password: ")
    found = await sign_in(connection, user, password)
    if found.reason in (Reason.REFUSED, Reason.ELSEWHERE):
        tell(found)
    return found.verdict is Verdict.GOOD


def _pin(ca: Path | None) -> Pin | None:
    from app.cli.ca_file import CaUnreadableError, pin_in

    try:
        return pin_in(ca)
    except CaUnreadableError as error:
        raise CheckError(str(error)) from error


def _silent(_step: Step) -> None:
    """Nothing but the result is printed."""


def _say(step: Step) -> None:
    from app.models.call_check import step_words

    if sys.stderr.isatty():
        print(f"… {step_words(step)}", file=sys.stderr)


def _print(found: Finding) -> None:
    from app.models.call_check import derive_finding

    line = derive_finding(found)
    print(f"{found.verdict.value:8}{line.title}: {line.text}")


def _print_json(found: tuple[Finding, ...], *, ok: bool) -> None:
    import json

    from app.models.call_check import finding_words

    steps = [one.model_dump(mode="json") | {"words": finding_words(one)} for one in found]
    print(json.dumps({"ok": ok, "steps": steps}, ensure_ascii=False))
