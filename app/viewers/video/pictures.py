"""The pictures of a call in whatever room they have; whoever speaks is large where several are."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.viewers.video.frame import VideoFrame
from app.viewers.video.picture import PictureState, VideoPicture
from app.viewers.video.shared import SharedPicture
from app.viewers.video.tiles import STRIP, inset, tiles

LatestFrame = Callable[[str], VideoFrame | None]
"""The newest picture of a stream: `self`, or a peer id as text."""
INSET_FROM = 500
"""From this width on one's own picture lies over the only other one."""
LEAST = QSize(160, 84)
SHARE_HINT = 264
FACES_STRIP = 0.16
"""Of the longer side, for the faces beside what is shared."""
BELOW_FROM = 0.65
"""From this shape on faces are below what is shared, where the room is narrow."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One peer's picture: whose, what it is doing, whether they speak, what is said beside it."""

    peer_id: UUID
    caption: str
    state: PictureState
    speaks: bool
    word: str = ""


class CallPictures(QWidget):
    """One's own picture, mirrored, the others', and what they share: the newest of it is large."""

    def __init__(self, latest: LatestFrame) -> None:
        super().__init__()
        self.setObjectName("callPictures")
        self._latest = latest
        self.own = VideoPicture(lambda: latest("self"), self)
        self.own.setObjectName("ownPicture")
        self.own.set_mirrored(True)
        self._peers: dict[UUID, VideoPicture] = {}
        self._shares: dict[UUID, SharedPicture] = {}
        self._large: UUID | None = None
        self.setMinimumSize(LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def large(self) -> UUID | None:
        """Whose picture is large, where there are three or more."""
        return self._large

    def sizeHint(self) -> QSize:
        return QSize(320, SHARE_HINT if self._shares else 150)

    def show_peers(self, shown: tuple[Shown, ...]) -> None:
        """A state of CONNECTING leaves a picture that was live as the last one, and says so."""
        wanted = {one.peer_id for one in shown}
        for gone in set(self._peers) - wanted:
            picture = self._peers.pop(gone)
            picture.hide()
            picture.deleteLater()
        for one in shown:
            picture = self._peers.get(one.peer_id) or self._made(one.peer_id)
            picture.set_caption(one.caption, one.word)
            picture.set_speaks(speaks=one.speaks and len(shown) > 1)
            if one.state is not PictureState.CONNECTING:
                picture.set_state(one.state)
            elif picture.state in (PictureState.LIVE, PictureState.NO_PICTURE):
                picture.set_state(PictureState.RECONNECTING)
        speaker = next((one.peer_id for one in shown if one.speaks), None)
        if len(shown) < 2:
            self._large = None
        elif speaker is not None:
            self._large = speaker
        elif self._large not in wanted:
            self._large = shown[0].peer_id
        self._arrange()

    @property
    def shares(self) -> tuple[SharedPicture, ...]:
        """What the others share, the newest last."""
        return tuple(self._shares.values())

    def show_shares(self, shown: tuple[Shown, ...]) -> None:
        """As `show_peers`, for what they share."""
        for gone in set(self._shares) - {one.peer_id for one in shown}:
            picture = self._shares.pop(gone)
            self.updateGeometry()
            picture.hide()
            picture.deleteLater()
        for one in shown:
            if one.peer_id not in self._shares:
                made = SharedPicture(partial(self._latest, str(one.peer_id)), self)
                made.show()
                self._shares[one.peer_id] = made
                self.updateGeometry()
            share = self._shares[one.peer_id]
            share.set_caption(one.caption)
            if one.state is PictureState.LIVE:
                share.set_state(PictureState.LIVE)
            elif share.state is PictureState.LIVE:
                share.set_state(PictureState.RECONNECTING)
        self._arrange()

    def _made(self, peer_id: UUID) -> VideoPicture:
        made = VideoPicture(partial(self._latest, str(peer_id)), self)
        made.setObjectName("peerPicture")
        made.show()
        self._peers[peer_id] = made
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        peers, area = list(self._peers), self.rect()
        if self._shares:
            count = len(peers) + len(self._shares)
            narrow = area.width() < INSET_FROM
            strip = STRIP if narrow else FACES_STRIP
            below = narrow and area.height() > area.width() * BELOW_FROM
            self._place(tiles(count + 1, area, count - 1, strip, below=below))
        elif len(peers) == 1 and area.width() >= INSET_FROM:
            self._place([area, inset(area)])
        else:
            large = peers.index(self._large) if self._large in self._peers else None
            self._place(tiles(len(peers) + 1, area, large))
        self.own.raise_()

    def _place(self, places: list[QRect]) -> None:
        for picture, place in zip(
            (*self._peers.values(), *self._shares.values(), self.own), places, strict=True
        ):
            picture.setMinimumSize(QSize(1, 1))
            picture.setGeometry(place)
