"""Sound that was missed is counted over outages and over connections; silence by choice is not."""

from dataclasses import dataclass, field
from typing import cast

from app.media.accounts import Accounts
from app.media.messages import ConnectionState, Direction, PeerStatistics
from app.media.peer import Peer, SoundTimes
from app.media.tries import Try

LINE_S = 0.02


@dataclass
class Line:
    """One connection in arithmetic: what the other side says, and whether it gets here.

    Packets of sound have numbers, so those that are lost before another arrives are counted.
    """

    state: ConnectionState = ConnectionState.CONNECTED
    sounds: SoundTimes = field(default_factory=SoundTimes)
    packets: int = 0
    said: int = 0
    first: int | None = None
    expected: int = 0
    received: int = 0

    def pass_20_ms(self, now: float, *, speaks: bool, whole: bool) -> None:
        self.said += speaks
        if not whole:
            return
        self.packets += 1
        if speaks:
            self.first = self.said if self.first is None else self.first
            self.expected, self.received = self.said - self.first + 1, self.received + 1
            self.sounds.heard(now)

    def counted_so_far(self) -> PeerStatistics:
        return PeerStatistics(
            peer_id="clinic",
            state=self.state,
            audio_slots=self.expected,
            audio_concealed=self.expected - self.received,
        )


class Call:
    """What one participant counts of another."""

    def __init__(self) -> None:
        self.now = 50.0
        self.speaks = self.whole = True
        self._accounts = Accounts(lambda: self.now)
        self._line = Line()
        self._try = self._begun()

    def _begun(self) -> Try:
        begun = Try(None, Direction.BOTH, self.now, sure=False)
        begun.peer = cast(Peer, self._line)
        begun.packets_at_start = 0
        return begun

    def run(self, seconds: float, *, speaks: bool = True, whole: bool = True) -> "Call":
        for _ in range(round(seconds / LINE_S)):
            self.now += LINE_S
            self._line.pass_20_ms(self.now, speaks=speaks, whole=whole)
            self._try.look(self.now)
        return self

    def connect_anew(self) -> "Call":
        self._accounts.ended(self._try)
        self._line = Line()
        self._try = self._begun()
        return self

    def found(self) -> tuple[float, float]:
        """Seconds of slots, and seconds without sound among them."""
        counted = self._line.counted_so_far()
        total = self._accounts.total(self._try, counted, ConnectionState.CONNECTED)
        return round(total.audio_slots * LINE_S, 1), round(total.audio_concealed * LINE_S, 1)


def test_without_an_outage_every_slot_has_its_sound() -> None:
    assert Call().run(10).found() == (10.0, 0.0)


def test_an_outage_counts_while_it_lasts() -> None:
    call = Call().run(10).run(6, whole=False)
    assert call.found() == (15.9, 5.9)


def test_an_outage_on_the_same_connection_is_counted_once() -> None:
    assert Call().run(10).run(6, whole=False).run(4).found() == (20.0, 6.0)


def test_an_outage_that_ends_with_a_new_connection_counts() -> None:
    call = Call().run(10).run(8, whole=False).connect_anew().run(1, whole=False)
    assert call.found() == (18.9, 8.9), "nothing comes on the new one yet"
    assert call.run(5).found() == (23.9, 8.9)


def test_several_outages_add_up() -> None:
    call = Call().run(10).run(4, whole=False).connect_anew().run(10)
    call.run(2, whole=False).run(10).run(6, whole=False).connect_anew().run(10)
    assert call.found() == (51.8, 11.8)


def test_who_is_muted_is_missed_in_no_slot() -> None:
    assert Call().run(10).run(30, speaks=False).run(10).found() == (20.0, 0.0)


def test_an_outage_while_the_other_side_is_muted_misses_nothing() -> None:
    call = Call().run(10).run(5, speaks=False).run(8, speaks=False, whole=False)
    assert call.found() == (10.0, 0.0)
    assert call.connect_anew().run(5, speaks=False).run(10).found() == (20.0, 0.0)


def test_who_comes_back_muted_is_missed_only_until_then() -> None:
    call = Call().run(10).run(8, whole=False).connect_anew().run(60, speaks=False)
    assert call.found() == (18.0, 8.0)
    assert call.run(10).found() == (28.0, 8.0)


def test_who_never_spoke_is_missed_in_no_slot() -> None:
    call = Call().run(10, speaks=False).run(8, speaks=False, whole=False).connect_anew()
    assert call.run(10, speaks=False).found() == (0.0, 0.0)


def test_a_new_connection_that_dies_before_its_first_sound_ends_no_outage() -> None:
    call = Call().run(10).run(4, whole=False).connect_anew().run(4, whole=False)
    assert call.connect_anew().run(5).found() == (22.9, 7.9)
