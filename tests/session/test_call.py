"""The call: our own part in it, and the roster the server tells."""

from app.session.call import (
    Call,
    CallEnded,
    CallEntered,
    CallFact,
    CallJoining,
    CallMediaBack,
    CallPhase,
    CallReconnecting,
    CallResumed,
    CallServerAway,
    MediaTold,
    PeerPicture,
    SourcesChanged,
    reduce_call,
)
from protocol.socket import CallChanged
from tests.fakes.examples import NOW, call, named

CASE, OTHER = named("case a"), named("case b")
ME = named("peer 陈专家")


def roster(*people: str, case: str = "a") -> CallChanged:
    running = call(*people, case=case) if people else None
    return CallChanged(seq=0, at=NOW, consultation_id=named(f"case {case}"), call=running)


def after(*facts: CallFact) -> Call:
    state = Call()
    for fact in facts:
        state = reduce_call(state, fact)
    return state


JOINED = (CallJoining(CASE), CallEntered(ME, call("陈专家", "林医生")))


def test_a_call_of_others_is_seen_from_outside() -> None:
    state = after(roster("林医生"))
    assert (state.phase, state.running) == (CallPhase.OUT, call("林医生"))


def test_joining_then_entering_puts_us_in() -> None:
    state = after(*JOINED)
    assert (state.phase, state.own_peer, state.consultation_id) == (CallPhase.IN, ME, CASE)


def test_leaving_forgets_our_peer_and_the_pictures() -> None:
    told = MediaTold((PeerPicture(named("peer 林医生"), True, 250),), 250)
    state = after(*JOINED, told, CallEnded())
    assert (state.phase, state.own_peer, state.pictures) == (CallPhase.OUT, None, ())


def test_a_call_of_another_case_does_not_disturb_the_one_we_are_in() -> None:
    assert after(*JOINED, roster("王医生", case="b")) == after(*JOINED)


def test_after_leaving_one_call_the_next_one_is_seen() -> None:
    state = after(*JOINED, CallEnded(), roster("王医生", case="b"))
    assert (state.consultation_id, state.running) == (OTHER, call("王医生", case="b"))


def test_coming_back_survives_being_told_that_the_call_had_emptied() -> None:
    state = after(*JOINED, CallReconnecting(), roster())
    assert (state.phase, state.consultation_id) == (CallPhase.RECONNECTING, CASE)
    entered = CallEntered(named("peer again"), call("陈专家"))
    assert reduce_call(state, entered).phase is CallPhase.IN


def test_a_reconnect_brings_nobody_into_a_call_they_were_not_in() -> None:
    assert after(CallReconnecting()).phase is CallPhase.OUT


def test_media_that_go_on_by_themselves_leave_everything_as_it_was() -> None:
    before = after(*JOINED, CallServerAway(True))
    assert reduce_call(reduce_call(before, CallReconnecting()), CallMediaBack()) == before


def test_media_that_go_on_after_the_end_bring_nobody_back() -> None:
    assert after(*JOINED, CallEnded(), CallMediaBack()).phase is CallPhase.OUT


def test_what_is_muted_stays_muted_from_call_to_call() -> None:
    state = after(SourcesChanged(True, True, False), *JOINED, CallEnded(), roster())
    assert (state.muted, state.camera_off) == (True, True)


def test_the_last_to_leave_ends_the_call_for_those_outside() -> None:
    assert after(roster("林医生"), roster()).running is None


def test_a_lost_server_leaves_us_in_the_call_and_the_pictures_where_they_are() -> None:
    told = MediaTold((PeerPicture(named("peer 林医生"), True, 250),), 250)
    state = after(*JOINED, told, CallServerAway(True))
    assert (state.phase, state.server_away) == (CallPhase.IN, True)
    assert state.pictures == told.pictures
    back = reduce_call(state, CallResumed(call("陈专家")))
    assert (back.phase, back.server_away, back.own_peer) == (CallPhase.IN, False, ME)
    assert back.running == call("陈专家")


def test_a_lost_server_says_nothing_to_one_who_is_in_no_call() -> None:
    assert not after(CallServerAway(True)).server_away
