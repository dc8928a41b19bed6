"""What is heard of cases, calls and findings: the most urgent, until it is answered; what is
critical always."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.media.equipment import DeviceSource, Equipment
from app.media.messages import Command
from app.media.ringing_messages import Ring, Sound, StopRinging
from app.services.ringing import RingingService
from app.services.tasks import Tasks
from app.session.call import CallEnded, CallJoining
from app.session.case import Case, CaseClosed, CaseOpened
from app.session.equipment import DeviceChosen
from app.session.owner import Session
from app.session.queue import MineLoaded
from app.session.state import AnyFact
from app.store.profile import Profile, ToneChoice
from protocol.consultation import Phase, Urgency
from protocol.queue import Offer, OfferEnd
from protocol.socket import CallChanged, OfferEnded, OfferRang
from tests.fakes.examples import DOCTOR, EXPERT, NOW, call, consultation, named, offer, row
from tests.fakes.media import Told
from tests.models.test_findings import finding, signed
from tests.views.facts import DISPATCHER, online

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
    assert heard == [Ring(sound=Sound.EMERGENCY, for_s=60)]
    assert room.media.starts == 1, "the process is started for it"
    assert await room.sees() == [], "it goes on by itself"
    assert await room.sees(answered("a")) == [StopRinging()]


async def test_of_several_the_most_urgent_is_heard_and_the_next_one_after_it(room: Room) -> None:
    await room.sees(rings("a", Urgency.ROUTINE))
    heard = await room.sees(rings("b", Urgency.CRITICAL))
    assert heard == [Ring(sound=Sound.CRITICAL, for_s=60)]
    assert await room.sees(rings("c", Urgency.URGENT)) == []
    assert await room.sees(answered("b")) == [Ring(sound=Sound.URGENT, for_s=60)]


async def test_another_case_of_the_same_urgency_is_heard_at_once(room: Room) -> None:
    await room.sees(rings("a", Urgency.URGENT, seconds=20))
    room.now = NOW + timedelta(seconds=10)
    heard = await room.sees(rings("b", Urgency.URGENT, seconds=70))
    assert heard == [Ring(sound=Sound.URGENT, for_s=60)]


async def test_who_switched_tones_off_hears_critical_cases_only(room: Room) -> None:
    room.service.choose(on=False)
    assert await room.sees(rings("a", Urgency.EMERGENCY)) == []
    heard = await room.sees(rings("b", Urgency.CRITICAL))
    assert heard == [Ring(sound=Sound.CRITICAL, for_s=60)]


async def test_the_choice_is_of_this_computer_and_switching_on_lets_it_be_heard(
    room: Room, tmp_path: Path
) -> None:
    room.service.choose(on=False)
    again = Room(ToneChoice(Profile(tmp_path)))
    assert not again.session.state.equipment.ring_tones
    again.service.choose(on=True)
    await again.tasks.quiet()
    assert again.media.told == [Ring(sound=Sound.URGENT, for_s=1)]
    assert ToneChoice(Profile(tmp_path)).read()


async def test_in_a_call_it_is_soft_and_no_more_after_it(room: Room) -> None:
    await room.sees(rings("a", Urgency.CRITICAL))
    soft = await room.sees(CallJoining(named("case z")))
    assert soft == [Ring(sound=Sound.CRITICAL, for_s=60, soft=True)]
    assert await room.sees(CallEnded()) == [Ring(sound=Sound.CRITICAL, for_s=60)]


async def test_it_sounds_where_the_call_would(room: Room) -> None:
    heard = await room.sees(DeviceChosen(Equipment.SPEAKER, HEADSET), rings("a", Urgency.ROUTINE))
    assert heard == [Ring(sound=Sound.ROUTINE, for_s=60, speaker=HEADSET)]


async def test_what_rings_goes_on_after_the_process_has_died(room: Room) -> None:
    await room.sees(rings("a", Urgency.CRITICAL))
    room.service.media_lost()
    assert await room.sees() == [Ring(sound=Sound.CRITICAL, for_s=60)]


async def test_a_machine_with_generated_media_is_silent(qapp: object, tmp_path: Path) -> None:
    room = Room(ToneChoice(Profile(tmp_path)), silent=True)
    room.service.choose(on=True)
    assert await room.sees(rings("a", Urgency.CRITICAL)) == []


# --- calls and findings ------------------------------------------------------------------------


def calls(*people: str, case: str = "a") -> CallChanged:
    """Who is in the call of a case; nobody: it is over."""
    running = call(*people, case=case)
    return CallChanged(
        seq=0,
        at=NOW,
        consultation_id=running.consultation_id,
        call=running if people else None,
    )


ME, OTHER = DOCTOR.display_name, EXPERT.display_name
HEARD = Ring(sound=Sound.CALL, for_s=45)


async def test_somebody_who_waits_in_a_call_is_heard_until_one_comes(room: Room) -> None:
    assert await room.sees(*online(DOCTOR), calls(OTHER)) == [HEARD]
    joined = CallJoining(named("case a"))
    assert await room.sees(joined, calls(OTHER, ME)) == [StopRinging()]


@pytest.mark.parametrize("people", [(), (OTHER, ME)], ids=["they went", "answered elsewhere"])
async def test_a_call_is_silent_when_nobody_waits_any_more(
    room: Room, people: tuple[str, ...]
) -> None:
    await room.sees(*online(DOCTOR), calls(OTHER))
    assert await room.sees(calls(*people)) == [StopRinging()]


async def test_a_call_from_which_one_has_gone_is_not_heard_again_and_the_next_one_is(
    room: Room,
) -> None:
    await room.sees(*online(DOCTOR), CallJoining(named("case a")), calls(OTHER, ME))
    assert await room.sees(CallEnded(), calls(OTHER)) == []
    assert await room.sees(calls(OTHER, case="b")) == [HEARD]


async def test_who_comes_later_to_a_call_that_is_heard_lengthens_nothing(room: Room) -> None:
    await room.sees(*online(DOCTOR), calls(OTHER))
    room.now = NOW + timedelta(seconds=30)
    assert await room.sees(calls(OTHER, "周女士")) == []


async def test_what_has_been_heard_long_enough_lets_a_case_be_heard(room: Room) -> None:
    await room.sees(*online(DOCTOR), calls(OTHER))
    assert await room.sees(rings("b", Urgency.EMERGENCY, seconds=120)) == []
    room.now = NOW + timedelta(seconds=46)
    (heard,) = await room.sees()
    assert isinstance(heard, Ring)
    assert (heard.sound, heard.for_s) == (Sound.EMERGENCY, 74)


@dataclass
class Timer:
    """What the loop was asked to do later."""

    seconds: float
    do: Callable[[], object]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@pytest.fixture
async def timers(monkeypatch: pytest.MonkeyPatch) -> list[Timer]:
    """By no real clock."""
    asked: list[Timer] = []

    def call_later(seconds: float, do: Callable[[], object]) -> Timer:
        asked.append(Timer(seconds, do))
        return asked[-1]

    monkeypatch.setattr(asyncio.get_running_loop(), "call_later", call_later)
    return asked


async def test_what_is_over_is_looked_at_by_itself_and_again_where_it_is_not_over_yet(
    room: Room, timers: list[Timer]
) -> None:
    await room.sees(*online(DOCTOR), calls(OTHER), rings("b", Urgency.EMERGENCY))
    room.now = NOW + timedelta(seconds=59.99)
    timers[-1].do()
    assert [one.seconds for one in timers if not one.cancelled][-1] == 1, "two clocks differ"
    room.now = NOW + timedelta(seconds=61)
    timers[-1].do()
    await room.tasks.quiet()
    assert room.media.told[-1] == StopRinging()


async def test_nothing_rings_for_who_has_gone(room: Room, timers: list[Timer]) -> None:
    await room.sees(rings("a", Urgency.CRITICAL), rings("b", Urgency.URGENT, seconds=600))
    room.service.close()
    assert room.media.told[-1] == StopRinging()
    room.now = NOW + timedelta(seconds=61)
    assert all(one.cancelled for one in timers)
    assert await room.sees() == []


async def test_a_finding_nobody_reads_back_silences_no_call_for_ever(room: Room) -> None:
    await room.sees(*online(DOCTOR), critical())
    room.now = NOW + timedelta(hours=2)
    assert await room.sees() == [StopRinging()]
    assert await room.sees(calls(OTHER, case="b")) == [HEARD]


async def test_who_switched_tones_off_hears_no_call(room: Room) -> None:
    room.service.choose(on=False)
    assert await room.sees(*online(DOCTOR), calls(OTHER)) == []


def critical(**more: object) -> MineLoaded:
    return MineLoaded((signed(finding(**more)),))


async def test_a_critical_finding_is_heard_until_it_is_read_back_also_without_tones(
    room: Room,
) -> None:
    room.service.choose(on=False)
    heard = await room.sees(*online(DOCTOR), critical())
    assert heard == [Ring(sound=Sound.FINDING, for_s=3600)]
    read_back = critical(read_back_at=NOW, read_back_by=ME, read_back="右侧气胸", told="护士长")
    assert await room.sees(read_back) == [StopRinging()]


async def test_a_finding_is_silent_while_its_case_is_on_the_screen(room: Room) -> None:
    await room.sees(*online(DOCTOR), critical())
    opened = CaseOpened(Case(consultation(signed(finding()))))
    assert await room.sees(opened) == [StopRinging()]
    assert await room.sees(CaseClosed()) == [Ring(sound=Sound.FINDING, for_s=3600)]


async def test_dispatchers_hear_a_finding_that_the_clinic_has_not_read_back_in_time(
    room: Room,
) -> None:
    assert await room.sees(*online(DISPATCHER), critical()) == []
    heard = await room.sees(critical(escalated_at=NOW))
    assert heard == [Ring(sound=Sound.FINDING, for_s=3600)]


async def test_a_critical_case_is_heard_before_a_finding_and_that_before_a_call(
    room: Room,
) -> None:
    await room.sees(*online(DOCTOR), calls(OTHER, case="b"))
    (first,) = await room.sees(rings("c", Urgency.EMERGENCY), critical())
    (second,) = await room.sees(rings("d", Urgency.CRITICAL))
    assert isinstance(first, Ring)
    assert isinstance(second, Ring)
    assert (first.sound, second.sound) == (Sound.FINDING, Sound.CRITICAL)
