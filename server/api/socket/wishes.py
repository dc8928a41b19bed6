"""What a socket says about calls, done in the process where the call runs."""

from collections.abc import Awaitable
from typing import assert_never
from uuid import UUID

import orjson
import structlog

from protocol.errors import ErrorCode
from protocol.socket import (
    AnswerRecording,
    AskRecording,
    CallJoined,
    JoinCall,
    LeaveCall,
    Refused,
    SendChat,
    SendSignal,
    ShareStarted,
    StartShare,
    StopRecording,
    StopShare,
)
from server.api.problems import problem_of, problem_of_store
from server.api.services.calls import Calls
from server.api.services.chat import Chat
from server.api.services.recording_wishes import RecordingWishes
from server.api.services.rooms import Pushed
from server.api.services.share_wishes import ShareWishes
from server.api.socket.relay import Speaker, relay
from server.domain.errors import Refusal, not_a_member
from server.store.errors import StoreError

_LOG = structlog.get_logger("huizhen.socket")

CallMessage = (
    JoinCall
    | LeaveCall
    | StartShare
    | StopShare
    | SendSignal
    | AskRecording
    | AnswerRecording
    | StopRecording
    | SendChat
)


class CallWishes:
    """Carries out what somebody in a call wishes; answers are pushed to who asked."""

    def __init__(
        self, calls: Calls, recording: RecordingWishes, shares: ShareWishes, chat: Chat
    ) -> None:
        self.calls = calls
        self._recording = recording
        self._shares = shares
        self._chat = chat

    async def carry_out(self, speaker: Speaker, message: CallMessage) -> None:
        """Raises a `Refusal` or a `StoreError`, and changes nothing then."""
        match message:
            case JoinCall():
                joined = await self.calls.join(speaker, message.consultation_id, message.seat)
                joined = joined.model_copy(update={"screen_sharing": self._shares.screens})
                speaker.push(CallJoined(ref=message.ref, joined=joined).model_dump_json())
            case LeaveCall():
                await self.calls.leave(speaker, message.consultation_id)
            case StartShare():
                share, call = await self._shares.begin(speaker, message)
                answer = ShareStarted(ref=message.ref, share=share, call=call)
                speaker.push(answer.model_dump_json())
            case StopShare():
                await self._shares.end(speaker, message.consultation_id)
            case SendSignal():
                if not relay(self.calls, speaker, orjson.loads(message.model_dump_json())):
                    raise not_a_member()
            case AskRecording():
                await self._recording.ask(speaker, message)
            case AnswerRecording():
                await self._recording.answer(speaker, message)
            case StopRecording():
                await self._recording.stop(speaker, message)
            case SendChat():
                await self._chat.post(speaker, message)
            case _:
                assert_never(message)


async def answered(to: Pushed, kind: str, ref: UUID | None, doing: Awaitable[None]) -> None:
    """Does what one frame asks for; who sent it is told when it was refused or failed."""
    try:
        await doing
    except Refusal as refusal:
        refuse(to, refusal, ref)
    except StoreError as error:
        _LOG.error("socket.store", message=kind, error=type(error).__name__)
        to.push(Refused(problem=problem_of_store(error), ref=ref).model_dump_json())
    except Exception:
        _LOG.exception("socket.failed", message=kind)
        refuse(to, Refusal(ErrorCode.SERVER_ERROR, "the server failed; try again"), ref)


def refuse(to: Pushed, refusal: Refusal, ref: UUID | None = None) -> None:
    to.push(Refused(problem=problem_of(refusal), ref=ref).model_dump_json())


def ref_of(message: object) -> UUID | None:
    """What the answer to a frame refers to."""
    return getattr(message, "ref", None) or getattr(message, "id", None)
