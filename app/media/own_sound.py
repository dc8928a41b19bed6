"""One's own sound on its way out: freed of the loudspeaker's, then measured; and what is played."""

import asyncio
from collections.abc import Callable

import av

from app.media.echo import Treatment, Untreated, echo_cancelling
from app.media.levels import Hearing
from app.media.loudness import SoundTreatment
from app.media.messages import SELF_VIEW


class OwnSound:
    """Sound goes as it is until `begin` has loaded the processing, which takes a second or two.

    Args:
        tell: whether echo is cancelled, once that is known.
        load: makes the processing, in a thread; None where there is none for this computer.
    """

    def __init__(
        self,
        hearing: Hearing,
        tell: Callable[[SoundTreatment], None],
        load: Callable[[], Treatment | None] = echo_cancelling,
    ) -> None:
        self.hearing = hearing
        self._tell = tell
        self._load = load
        self._treatment: Treatment = Untreated()
        self._loading: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """There is a real microphone: its sound is treated from now on."""
        if self._loading is None:
            self._loading = asyncio.create_task(self._begin(), name="echo cancellation")

    def treat(self, frame: av.AudioFrame) -> av.AudioFrame:
        """One's own 20 ms."""
        made = self._treatment.cleaned(frame)
        self.hearing.heard(SELF_VIEW, made)
        return made

    def played(self, peer_id: str, frame: av.AudioFrame) -> None:
        """What a peer says, on its way to the loudspeaker."""
        self._treatment.played(peer_id, frame)
        self.hearing.heard(peer_id, frame)

    def forget(self, peer_id: str) -> None:
        """The peer left."""
        self._treatment.forget(peer_id)
        self.hearing.forget(peer_id)

    async def close(self) -> None:
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.gather(self._loading, return_exceptions=True)

    async def _begin(self) -> None:
        found = await asyncio.to_thread(self._load)
        if found is not None:
            self._treatment = found
        self._tell(SoundTreatment(echo_cancelled=found is not None))
