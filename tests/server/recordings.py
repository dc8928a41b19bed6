"""People in a call who ask, agree and refuse on real sockets, and pieces on their way."""

import hashlib
from typing import Any

import httpx

from protocol import paths
from protocol.base import new_id
from protocol.kept_recording import PIECE
from protocol.recording import RECORDING_WORDING
from tests.server.people import Someone
from tests.server.sockets import Line

AGREED = {"wording": RECORDING_WORDING, "language": "zh"}


async def ask(line: Line, case_id: str, consent: object = AGREED) -> None:
    await line.say("ask_recording", ref=str(new_id()), consultation_id=case_id, consent=consent)


async def answer(line: Line, case_id: str, recording_id: str, consent: object = None) -> None:
    await line.say(
        "answer_recording",
        ref=str(new_id()),
        consultation_id=case_id,
        recording_id=recording_id,
        consent=consent,
    )


async def stop(line: Line, case_id: str, recording_id: str, **more: object) -> None:
    await line.say(
        "stop_recording",
        ref=str(new_id()),
        consultation_id=case_id,
        recording_id=recording_id,
        **more,
    )


async def recording(line: Line, phase: str) -> dict[str, Any]:
    """The state that everybody is told, once it is in this phase."""

    def fits(frame: dict[str, Any]) -> bool:
        call = frame["call"]
        return bool(call and call["recording"] and call["recording"]["phase"] == phase)

    found: dict[str, Any] = (await line.hear("call_changed", fits))["call"]["recording"]
    return found


def put(who: Someone, recording_id: str, index: int, data: bytes, **more: object) -> httpx.Response:
    query = {
        "start_ms": index * 3000,
        "end_ms": index * 3000 + 3000,
        "sha256": hashlib.sha256(data).hexdigest(),
        **more,
    }
    path = paths.RECORDING_PIECE.format(recording_id=recording_id, index=index)
    headers = {"content-type": PIECE}
    return who.http.put(path, params=query, content=data, headers=headers)  # type: ignore[arg-type]  # plain values


def complete(who: Someone, recording_id: str, *pieces: bytes) -> httpx.Response:
    body = {"sha256": [hashlib.sha256(one).hexdigest() for one in pieces]}
    return who.send("POST", paths.RECORDING_COMPLETE, body, recording_id=recording_id)
