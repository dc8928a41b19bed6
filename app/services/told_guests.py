"""Browsers hear by signals what goes to them; our own programs read it beside the media."""

import logging
from collections.abc import Callable
from uuid import UUID

from app.net.errors import Unreachable
from app.services.line import Line
from app.services.tasks import Tasks
from app.session.call import Call, CallPhase
from protocol.call import Sending
from protocol.socket import SendSignal

log = logging.getLogger(__name__)


class ToldGuests:
    """Each is told when it changes, and anew on each new connection. Behind an SFU nobody is: there
    no peer of a call hears another one's signals."""

    def __init__(self, socket: Callable[[], Line], tasks: Tasks) -> None:
        self._socket = socket
        self._tasks = tasks
        self._told: dict[UUID, Sending] = {}

    def follow(self, call: Call) -> None:
        wanted = _words(call)
        self._told = {peer: word for peer, word in self._told.items() if peer in wanted}
        if call.phase is not CallPhase.IN or call.server_away or call.consultation_id is None:
            return
        for peer, word in wanted.items():
            if self._told.get(peer) != word:
                self._told[peer] = word
                said = SendSignal(consultation_id=call.consultation_id, to=peer, signal=word)
                self._tasks.start(self._say(said))

    async def _say(self, said: SendSignal) -> None:
        try:
            await self._socket().send(said)
        except Unreachable:
            self._told.pop(said.to, None)
            log.info("a guest is told of our pictures when the line is back")


def _words(call: Call) -> dict[UUID, Sending]:
    """What each guest should know, by peer."""
    running = call.running
    if running is None or running.sfu is not None:
        return {}
    guests = {one.peer_id for one in running.participants if one.account_id is None}
    return {
        picture.peer_id: Sending(
            motion=picture.motion,
            limit=picture.limit,
            camera_off=call.camera_off,
            microphone_off=call.muted and not call.talking,
        )
        for picture in call.pictures
        if picture.connected and picture.peer_id in guests
    }
