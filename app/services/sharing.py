"""Sharing a screen or a device in a call: a seat of its own, connections from it to everybody."""

import logging
from collections.abc import Callable
from uuid import UUID

from app.media.equipment import DeviceSource
from app.media.messages import AddPeer, Command, ListDevices, RemovePeer, Role
from app.media.sharing import (
    ChooseShare,
    Flow,
    GeneratedScreen,
    ListSurfaces,
    NoShare,
    ScreenSource,
    Shared,
    ShareLost,
    Surfaces,
    WindowSource,
    share_line,
)
from app.net.errors import Unreachable
from app.net.socket import EventSocket
from app.services.facts import Facts
from app.services.troubles import raise_notice, trouble_of
from app.session.call import CallPhase
from app.session.notices import Severity, Trouble
from app.session.sharing import (
    ShareAsked,
    ShareBegan,
    ShareChosen,
    ShareEnded,
    SharePhase,
    ShareSourceLost,
    SurfacesSeen,
)
from protocol.base import new_id
from protocol.call import CallState
from protocol.sharing import ShareKind
from protocol.socket import Refused, ShareStarted, StartShare, StopShare

log = logging.getLogger(__name__)


class SharingService:
    """Our own share. Others who came before it are offered to, later ones offer.

    Args:
        tell: gives a command to the media process.
        generated: a page made by the program may be shared (demo, tests).
    """

    def __init__(
        self,
        facts: Facts,
        socket: Callable[[], EventSocket],
        tell: Callable[[Command], None],
        *,
        generated: bool,
    ) -> None:
        self._facts, self._socket, self._tell = facts, socket, tell
        self._generated = generated
        self._ref: UUID | None = None
        self._viewers: dict[UUID, Role] = {}

    @property
    def seat(self) -> UUID | None:
        return self._facts.state.sharing.seat

    # --- what a person wants -------------------------------------------------------------

    def look(self) -> None:
        """What is there to share?"""
        self._tell(ListSurfaces())
        self._tell(ListDevices())

    def choose(self, source: Shared | None) -> None:
        """Opens it, so that one sees what the others would; None lets go of it."""
        state = self._facts.state
        if state.sharing.phase is not SharePhase.OFF or state.call.phase is not CallPhase.IN:
            return
        self._facts.apply(ShareChosen(source))
        self._tell(ChooseShare(source=source or NoShare()))

    async def start(self) -> None:
        """Shows what was chosen to everybody."""
        state = self._facts.state
        source, place = state.sharing.chosen, state.call.consultation_id
        if source is None or place is None or state.sharing.phase is not SharePhase.OFF:
            return
        self._ref = new_id()
        self._facts.apply(ShareAsked())
        kind, title = _told(source)
        wish = StartShare(ref=self._ref, consultation_id=place, kind=kind, title=title)
        try:
            await self._socket().send(wish)
        except Unreachable as error:
            self._let_go()
            code, details = trouble_of(error)
            raise_notice(self._facts, code, details)

    async def stop(self) -> None:
        """At once here; the others are told when the server can be reached."""
        place, asked = self._facts.state.call.consultation_id, self._facts.state.sharing.phase
        self._let_go()
        if place is not None and asked is not SharePhase.OFF:
            try:
                await self._socket().send(StopShare(consultation_id=place))
            except Unreachable:
                log.info("the share has no pictures; its seat goes when the line is back")

    # --- what the server says ------------------------------------------------------------

    def started(self, message: ShareStarted) -> None:
        if message.ref != self._ref or self._facts.state.sharing.phase is not SharePhase.ASKED:
            return
        self._begin(message.share, message.call)

    def _begin(self, seat: UUID, call: CallState) -> None:
        self._facts.apply(ShareBegan(seat))
        for viewer in self._others(call):
            self._add(viewer, Role.OFFERER)

    def refused(self, message: Refused) -> bool:
        """Whether it was our share that was refused; then it is told."""
        if self._ref is None or message.ref != self._ref:
            return False
        self._let_go()
        raise_notice(self._facts, message.problem.code)
        return True

    def meet(self, call: CallState) -> None:
        """The roster has changed, or our seat is ours again."""
        seat = self.seat
        if seat is None:
            return
        if seat not in {one.peer_id for one in call.participants}:
            self._let_go()
            raise_notice(self._facts, Trouble.SHARE_ENDED, severity=Severity.WARNING)
            return
        present = set(self._others(call))
        for gone in set(self._viewers) - present:
            del self._viewers[gone]
            self._tell(RemovePeer(peer_id=share_line(str(gone))))
        for new in present - set(self._viewers):
            self._add(new, Role.ANSWERER)

    async def resumed(self, call: CallState, own: UUID) -> None:
        """Our seat is ours again: what was begun or ended without the server is made good."""
        phase = self._facts.state.sharing.phase
        ours = [one.peer_id for one in call.participants if one.share and one.share.owner == own]
        if phase is SharePhase.OFF and ours:
            await self._socket().send(StopShare(consultation_id=call.consultation_id))
        elif phase is SharePhase.ASKED and ours:
            self._begin(ours[0], call)
        elif phase is SharePhase.ASKED:
            self._let_go()
            raise_notice(self._facts, Trouble.SHARE_ENDED, severity=Severity.WARNING)

    def interrupted(self) -> None:
        """Our seat is another one: what was shared on the old one is over."""
        if self.seat is not None:
            raise_notice(self._facts, Trouble.SHARE_ENDED, severity=Severity.WARNING)

    def _others(self, call: CallState) -> list[UUID]:
        own = self._facts.state.call.own_peer
        return [
            one.peer_id for one in call.participants if one.share is None and one.peer_id != own
        ]

    def _add(self, viewer: UUID, role: Role, *, again: bool = False) -> None:
        self._viewers[viewer] = role
        name = share_line(str(viewer))
        self._tell(AddPeer(peer_id=name, role=role, again=again, flow=Flow.SHOW))

    # --- what the media process says -----------------------------------------------------

    def seen(self, surfaces: Surfaces) -> None:
        self._facts.apply(SurfacesSeen(surfaces, self._generated))

    async def lost(self, event: ShareLost) -> None:
        """What we share or have chosen gives no pictures any more."""
        if event.source != self._facts.state.sharing.chosen:
            return  # another was chosen meanwhile
        shown = self._facts.state.sharing.phase is not SharePhase.OFF
        if shown:
            raise_notice(self._facts, Trouble.SHARE_ENDED, severity=Severity.WARNING)
            await self.stop()
        self._facts.apply(ShareSourceLost(event.trouble))

    def media_back(self) -> None:
        """The media process is a new one: it opens what was shared and meets everybody again."""
        sharing = self._facts.state.sharing
        if sharing.chosen is None:
            return
        self._tell(ChooseShare(source=sharing.chosen))
        for viewer, role in tuple(self._viewers.items()):
            self._add(viewer, role, again=True)

    def ended(self) -> None:
        """The call is over, or begins anew: media are gone already."""
        self._ref = None
        self._viewers.clear()

    def _let_go(self) -> None:
        for viewer in self._viewers:
            self._tell(RemovePeer(peer_id=share_line(str(viewer))))
        self.ended()
        self._tell(ChooseShare(source=NoShare()))
        self._facts.apply(ShareEnded())


def _told(source: Shared) -> tuple[ShareKind, str]:
    """What the others are told of it: never a window's title, which may name a patient."""
    match source:
        case ScreenSource() | GeneratedScreen():
            return ShareKind.SCREEN, ""
        case WindowSource():
            return ShareKind.WINDOW, ""
        case DeviceSource():
            return ShareKind.DEVICE, source.name[:80]
