"""`huizhen join CODE --server URL`: a windowless participant of one call, for IT and for tests."""

from __future__ import annotations

import argparse
import json
import logging
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from app.media.messages import Source
    from app.media.participant import ParticipantStatistics
    from app.net.api import Api
    from app.net.trust import Pin
    from protocol.call import CallTicket


class JoinError(Exception):
    """One plain sentence for the person at the terminal, and the exit status."""

    status = 1


class UsageError(JoinError):
    """The arguments cannot be used as they are."""

    status = 2


@dataclass(frozen=True, slots=True)
class _Wish:
    code: str
    server: str
    ca: Path | None
    source: Source
    seconds: float


@dataclass(frozen=True, slots=True)
class _Found:
    """`breaks`: how often the line to the server broke and came back."""

    statistics: ParticipantStatistics
    breaks: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """CODE, --server, --ca, --source, --seconds, --json."""
    parser.description = (
        "Take part in one call without a window and print the statistics of what was sent and "
        "received. CODE is a single-use invitation to that call and opens nothing else; whoever "
        "uses it agrees, as a guest in a browser does, that picture and sound go to the call."
    )
    parser.add_argument("code", metavar="CODE", help="the invitation, or its whole link")
    parser.add_argument("--server", required=True, metavar="URL", help="https://host[:port]")
    parser.add_argument(
        "--ca", type=Path, metavar="FILE", help="the server's CA in PEM (default: the system's)"
    )
    parser.add_argument(
        "--source",
        default="generated",
        metavar="generated|FILE",
        help="what is sent: a generated picture and tone, or a media file (default: generated)",
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=10.0,
        metavar="N",
        help="how long to stay after the first connection (default 10); Ctrl+C leaves earlier and "
        "prints what was found until then",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON line; its each_second holds the statistics of every second",
    )


def run(args: argparse.Namespace) -> int:
    """0 after a connected call; 1 and one line on standard error otherwise; 2 for wrong usage."""
    import asyncio

    logging.basicConfig(level=logging.ERROR, format="huizhen join: %(message)s")
    try:
        wish = _wish(args)
        found = asyncio.run(_join(wish))
    except JoinError as error:
        print(f"huizhen join: {error}", file=sys.stderr)
        return error.status
    except KeyboardInterrupt:
        return 130
    _print(found, as_json=args.json)
    for line in _relay_words(found.statistics):
        print(f"huizhen join: {line}", file=sys.stderr)
    if not found.statistics.connected:
        print("huizhen join: nobody else could be connected", file=sys.stderr)
        return 1
    return 0


def _wish(args: argparse.Namespace) -> _Wish:
    from app.media.messages import FileSource, GeneratedSource

    if not (math.isfinite(args.seconds) and args.seconds > 0):
        raise UsageError("--seconds must be a number above 0")
    if not args.server.startswith("https://"):
        raise UsageError("--server must start with https://")
    source: Source = GeneratedSource()
    if args.source != "generated":
        from app.media.files import shows_or_sounds

        path = Path(args.source)
        if not path.is_file():
            raise UsageError("--source: there is no such file")
        if not shows_or_sounds(path):
            raise UsageError("--source: the file holds neither pictures nor sound")
        source = FileSource(path=path.resolve())
    code = args.code.rpartition("#")[2]  # a link carries it in its fragment
    return _Wish(code, args.server, args.ca, source, args.seconds)


def _pin(ca: Path | None) -> Pin | None:
    from app.cli.ca_file import CaUnreadableError, pin_in

    try:
        return pin_in(ca)
    except CaUnreadableError as error:
        raise UsageError(str(error)) from error


async def _join(wish: _Wish) -> _Found:
    import asyncio

    from app.cli.signalling import CallRefused, SocketSignalling
    from app.media.participant import run_participant
    from app.net.api import Api
    from app.net.connection import Connection
    from app.net.errors import NetError

    connection = Connection(wish.server, _pin(wish.ca))
    enough = asyncio.Event()
    try:
        ticket = await _redeem(Api(connection), wish)
        signalling = SocketSignalling(connection, ticket)
        try:
            joined = await signalling.join()
            _leave_when_told(enough)
            found = await run_participant(
                signalling,
                wish.source,
                wish.seconds,
                ice_servers=joined.ice_servers,
                ice_transport_policy=joined.ice_transport_policy,
                enough=enough,
            )
            return _Found(found, signalling.breaks)
        finally:
            await signalling.leave()
    except CallRefused as error:
        raise JoinError(str(error)) from error
    except NetError as error:
        raise JoinError(_words(error)) from error
    finally:
        await connection.close()


def _leave_when_told(enough: asyncio.Event) -> None:
    """Ctrl+C and SIGTERM end the stay from now on; on Windows, Ctrl+C ends the program."""
    import asyncio
    import signal

    if sys.platform != "win32":
        loop = asyncio.get_running_loop()
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(one, enough.set)


async def _redeem(api: Api, wish: _Wish) -> CallTicket:
    from pydantic import ValidationError

    from protocol.call import CONSENT_WORDING, GuestConsent, RedeemInvitation

    try:
        consent = GuestConsent(wording=CONSENT_WORDING, language="en")
        body = RedeemInvitation(code=wish.code, consent=consent)
    except ValidationError as error:
        raise UsageError("CODE is no invitation: copy it, or its link, whole") from error
    return await api.redeem(body)


def _words(error: Exception) -> str:
    from app.net.errors import Refused, TimedOut, Unreachable, Untrusted
    from protocol.errors import ErrorCode

    match error:
        case Refused() if error.code is ErrorCode.INVITATION_INVALID:
            return "the invitation is used, too old, or its call has ended: ask for a new one"
        case Refused() if error.code is ErrorCode.CALL_NOT_RUNNING:
            return "the call has ended"
        case Refused():
            return f"the server refused it: {error.problem.title}"
        case Untrusted():
            return (
                "the server's certificate is not trusted: get the server's CA file (tls/ca.pem in "
                "its data folder) from whoever runs it, and give it with --ca FILE"
            )
        case TimedOut():
            return "the server did not answer in time"
        case Unreachable():
            return "the server cannot be reached: check --server and the network"
        case _:
            return f"the server's answer was not understood ({error})"


def _relay_words(found: ParticipantStatistics) -> tuple[str, ...]:
    """What was wrong with the site's relays, a line for each kind."""
    from app.media.messages import RelayState

    words = {
        RelayState.REFUSED: (
            "the relay refused our credentials: hospital IT must compare the secrets "
            "(HUIZHEN_TURN_SECRET of the server, static-auth-secret of the relay) and the clocks"
        ),
        RelayState.UNREACHABLE: (
            "the relay cannot be reached: hospital IT must check that it runs, and the firewall "
            "between here and the addresses of HUIZHEN_TURN_URLS"
        ),
    }
    return tuple(text for state, text in words.items() if state in found.relay_troubles)


def _print(all_found: _Found, *, as_json: bool) -> None:
    found = all_found.statistics
    peers = found.peers
    rtts = [peer.rtt_ms for peer in peers if peer.rtt_ms is not None]
    # A connection that its other side has closed counts from zero again: its rate is none.
    rates = [(max(0, peer.bitrate_in_bps), max(0, peer.bitrate_out_bps)) for peer in peers]
    summary: dict[str, object] = {
        "ok": found.connected,
        "seconds": found.seconds,
        "frames_sent": sum(peer.frames_sent for peer in peers),
        "frames_received": sum(peer.frames_decoded for peer in peers),
        "audio_frames_sent": sum(peer.audio_frames_sent for peer in peers),
        "audio_frames_received": sum(peer.audio_frames_received for peer in peers),
        "fps": max((peer.fps for peer in peers), default=0.0),
        "kbit_s_in": round(sum(rate for rate, _ in rates) / 1000, 1),
        "kbit_s_out": round(sum(rate for _, rate in rates) / 1000, 1),
        "packets_lost": sum(peer.packets_lost for peer in peers),
        "freezes": sum(peer.freezes for peer in peers),
        "audio_slots": sum(peer.audio_slots for peer in peers),
        "audio_concealed": sum(peer.audio_concealed for peer in peers),
        "rtt_ms": max(rtts, default=None),
        "reconnects": sum(peer.reconnects for peer in peers),
        "server_reconnects": all_found.breaks,
        "paths": sorted(found.used_paths()),
        "relay_words": list(_relay_words(found)),
    }
    if not as_json:
        for name, value in summary.items():
            print(f"{name:>22}  {value}")
        return
    details = found.model_dump(mode="json", exclude={"connected", "seconds"})
    print(json.dumps(summary | details, ensure_ascii=False))
