"""Which camera, microphone and loudspeaker the call uses: chosen here, remembered per computer."""

import logging
from collections.abc import Mapping
from typing import Protocol, assert_never
from uuid import UUID

from app.ipc.errors import ChildNotRunningError
from app.media.equipment import DeviceInUse, Devices, DeviceSource, Equipment, Use
from app.media.link import MediaLink
from app.media.loudness import SoundTreatment, Speaking
from app.media.messages import (
    ChooseSources,
    Command,
    GeneratedSource,
    ListDevices,
    MediaKind,
    SetMuted,
    Source,
    SourceFallback,
    StartCall,
)
from app.services.facts import Facts
from app.session.call import CallPhase, SourcesChanged, SpeakingSeen, TalkHeld
from app.session.equipment import DeviceChosen, DeviceServes, DevicesLetGo, DevicesSeen, EchoKnown
from protocol.call import JoinedCall

log = logging.getLogger(__name__)


class DeviceMemory(Protocol):
    """What this computer remembers of devices: by what it is, id and name."""

    def read(self) -> Mapping[str, Mapping[str, str]]: ...

    def write(self, devices: Mapping[str, Mapping[str, str]]) -> None:
        """Raises DiskFull."""
        ...


class EquipmentService:
    """Remembers what was chosen and tells the media process.

    Args:
        media: the media process; it may be not running.
        generated: a generated picture and tone until somebody chooses a device.
    """

    def __init__(
        self,
        facts: Facts,
        memory: DeviceMemory,
        media: MediaLink,
        *,
        generated: bool,
    ) -> None:
        self._facts = facts
        self._memory = memory
        self._media = media
        self._generated = {Equipment.CAMERA, Equipment.MICROPHONE} if generated else set()
        for what in Equipment:
            kept = memory.read().get(what.value)
            if kept is not None:
                source = DeviceSource(device_id=kept.get("id") or None, name=kept.get("name", ""))
                facts.apply(DeviceChosen(what, source))

    @property
    def camera(self) -> Source:
        return self._wish(Equipment.CAMERA)

    @property
    def microphone(self) -> Source:
        return self._wish(Equipment.MICROPHONE)

    @property
    def speaker(self) -> DeviceSource:
        return self._facts.state.equipment.wish(Equipment.SPEAKER)

    def devices(self) -> tuple[DeviceSource, DeviceSource, DeviceSource]:
        """Camera, microphone and loudspeaker as they were chosen."""
        state = self._facts.state.equipment
        camera, microphone, speaker = (state.wish(what) for what in Equipment)
        return camera, microphone, speaker

    def call_with(self, joined: JoinedCall) -> StartCall:
        """The command that begins this call with what was chosen."""
        return StartCall(
            ice_servers=joined.ice_servers,
            ice_transport_policy=joined.ice_transport_policy,
            video=self.camera,
            audio=self.microphone,
            speaker=self.speaker,
        )

    @property
    def generated_picture(self) -> bool:
        return Equipment.CAMERA in self._generated

    def _wish(self, what: Equipment) -> Source:
        if what in self._generated:
            return GeneratedSource()
        return self._facts.state.equipment.wish(what)

    def choose(self, what: Equipment, source: DeviceSource) -> None:
        """From now on this one (without an id the default), in this call and in later ones."""
        self._generated.discard(what)
        self._facts.apply(DeviceChosen(what, source))
        chosen = self._facts.state.equipment.chosen
        self._memory.write(
            {
                place.value: {"id": one.device_id or "", "name": one.name}
                for place, one in chosen.items()
            }
        )
        match what:
            case Equipment.CAMERA:
                self._tell(ChooseSources(video=source))
            case Equipment.MICROPHONE:
                self._tell(ChooseSources(audio=source))
            case Equipment.SPEAKER:
                self._tell(ChooseSources(speaker=source))

    async def look(self) -> None:
        """Asks which there are; changes are told from then on.

        Raises:
            ChildStartError: the media process cannot be started.
        """
        if not self._media.running:
            await self._media.start()
        self._tell(ListDevices())

    def talk(self, *, held: bool) -> None:
        """While muted, speech is sent as long as the key is held."""
        call = self._facts.state.call
        held = held and call.muted and call.phase is CallPhase.IN
        if held is not call.talking:
            self._facts.apply(TalkHeld(held))
            self._tell(SetMuted(audio=call.muted and not held, video=call.camera_off))

    def heard(
        self, event: SourceFallback | Devices | DeviceInUse | Speaking | SoundTreatment
    ) -> None:
        """What the media process says of devices and of speech."""
        match event:
            case SourceFallback():
                if event.media is MediaKind.VIDEO:
                    self._picture_is(generated=True)
            case Devices():
                self._facts.apply(DevicesSeen(event))
            case DeviceInUse():
                self._facts.apply(DeviceServes(event))
                if event.what is Equipment.CAMERA:
                    self._picture_is(generated=event.use is Use.NONE)
            case Speaking():
                speaker = UUID(event.speaker) if event.speaker is not None else None
                self._facts.apply(SpeakingSeen(speaker, event.while_muted))
            case SoundTreatment():
                self._facts.apply(EchoKnown(event.echo_cancelled))
            case _:
                assert_never(event)

    def _picture_is(self, *, generated: bool) -> None:
        call = self._facts.state.call
        self._facts.apply(SourcesChanged(call.muted, call.camera_off, generated))

    def _tell(self, command: Command) -> None:
        try:
            self._media.send(command)
        except ChildNotRunningError:
            log.info("the media process is told when the call begins")

    def call_ended(self) -> None:
        self._facts.apply(DevicesLetGo())
