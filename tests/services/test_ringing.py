"""When a case is heard: the most urgent one, until it is answered; critical ones always."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.media.equipment import DeviceSource, Equipment
from app.media.messages import Command
from app.media.ringing_messages import Ring, StopRinging
from app.services.ringing import RingingService
from app.services.tasks import Tasks
from app.session.call import CallEnded, CallJoining
from app.session.equipment import DeviceChosen
from app.session.owner import Session
from app.session.state import AnyFact
from app.store.profile import Profile, ToneChoice
from protocol.consultation import Phase, Urgency
from protocol.queue import Offer, OfferEnd
from protocol.socket import OfferEnded, OfferRang
from tests.fakes.examples import NOW, named, offer, row
from tests.fakes.media import Told

HEADSET = DeviceSource(device_id="usb-7", name="headset")


class Media(Told):
    """It is started when somebody asks."""

    starts = 0

    @property
    def running(self) -> bool:
        return self.starts > 0

    async def start(self) -> None:
        self.starts += 1


@dataclass
class Room:
    """An expert's program, as far as ringing goes."""

    memory: ToneChoice
    session: Session = field(default_factory=Session)
    media: Media = field(default_factory=Media)
    now: datetime = NOW
    silent: bool = False

    def __post_init__(self) -> None:
        self.tasks = Tasks(lambda error: pytest.fail(str(error)))
        self.service = RingingService(
            self.session,
            self.memory,
            self.media,
            self.tasks,
            lambda: self.now,
            silent=self.silent,
        )

    async def sees(self, *facts: AnyFact) -> list[Command]:
        """What the media process is told because of it."""
        told = len(self.media.told)
        for fact in facts:
            self.session.apply(fact)
        self.service.follow(self.session.state)
        await self.tasks.quiet()
        return self.media.told[told:]


@pytest.fixture
def room(qapp: object, tmp_path: Path) -> Room:
    return Room(ToneChoice(Profile(tmp_path)))


def rings(name: str, urgency: Urgency, seconds: int = 60) -> OfferRang:
    case = row(name, Phase.OFFERED, urgency=urgency)
    made: Offer = offer(name, consultation=case, rings_until=NOW + timedelta(seconds=seconds))
    return OfferRang(seq=0, at=NOW, offer=made)


def answered(name: str) -> OfferEnded:
    return OfferEnded(
        seq=0,
        at=NOW,
        offer_id=named(f"offer {name}"),
        consultation_id=named(f"case {name}"),
        how=OfferEnd.CLAIMED_BY_YOU,
    )


async def test_a_case_rings_by_its_urgency_as_long_as_the_offer_and_is_silent_once_answered(
    room: Room,
) -> None:
    heard = await room.sees(rings("a", Urgency.EMERGENCY))
    assert heard == [Ring(urgency=Urgency.EMERGENCY, for_s=60)]
    assert room.media.starts == 1, "the process is started for it"
    assert await room.sees() == [], "it goes on by itself"
    assert await room.sees(answered("a")) == [StopRinging()]


async def test_of_several_the_most_urgent_is_heard_and_the_next_one_after_it(room: Room) -> None:
    await room.sees(rings("a", Urgency.ROUTINE))
    heard = await room.sees(rings("b", Urgency.CRITICAL))
    assert heard == [Ring(urgency=Urgency.CRITICAL, for_s=60)]
    assert await room.sees(rings("c", Urgency.URGENT)) == []
    assert await room.sees(answered("b")) == [Ring(urgency=Urgency.URGENT, for_s=60)]


async def test_another_case_of_the_same_urgency_is_heard_at_once(room: Room) -> None:
    await room.sees(rings("a", Urgency.URGENT, seconds=20))
    room.now = NOW + timedelta(seconds=10)
    heard = await room.sees(rings("b", Urgency.URGENT, seconds=70))
    assert heard == [Ring(urgency=Urgency.URGENT, for_s=60)]


async def test_who_switched_tones_off_hears_critical_cases_only(room: Room) -> None:
    room.service.choose(on=False)
    assert await room.sees(rings("a", Urgency.EMERGENCY)) == []
    heard = await room.sees(rings("b", Urgency.CRITICAL))
    assert heard == [Ring(urgency=Urgency.CRITICAL, for_s=60)]


async def test_the_choice_is_of_this_computer_and_switching_on_lets_it_be_heard(
    room: Room, tmp_path: Path
) -> None:
    room.service.choose(on=False)
    again = Room(ToneChoice(Profile(tmp_path)))
    assert not again.session.state.equipment.ring_tones
    again.service.choose(on=True)
    await again.tasks.quiet()
    assert again.media.told == [Ring(urgency=Urgency.URGENT, for_s=1)]
    assert ToneChoice(Profile(tmp_path)).read()


async def test_in_a_call_it_is_soft_and_no_more_after_it(room: Room) -> None:
    await room.sees(rings("a", Urgency.CRITICAL))
    soft = await room.sees(CallJoining(named("case z")))
    assert soft == [Ring(urgency=Urgency.CRITICAL, for_s=60, soft=True)]
    assert await room.sees(CallEnded()) == [Ring(urgency=Urgency.CRITICAL, for_s=60)]


async def test_it_sounds_where_the_call_would(room: Room) -> None:
    heard = await room.sees(DeviceChosen(Equipment.SPEAKER, HEADSET), rings("a", Urgency.ROUTINE))
    assert heard == [Ring(urgency=Urgency.ROUTINE, for_s=60, speaker=HEADSET)]


async def test_what_rings_goes_on_after_the_process_has_died(room: Room) -> None:
    await room.sees(rings("a", Urgency.CRITICAL))
    room.service.media_lost()
    assert await room.sees() == [Ring(urgency=Urgency.CRITICAL, for_s=60)]


async def test_a_machine_with_generated_media_is_silent(qapp: object, tmp_path: Path) -> None:
    room = Room(ToneChoice(Profile(tmp_path)), silent=True)
    room.service.choose(on=True)
    assert await room.sees(rings("a", Urgency.CRITICAL)) == []
