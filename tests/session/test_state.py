"""The whole state: facts in order, replays, signing in and out."""

from datetime import timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from app.session.case import Case, CaseOpened, ClaimHeld, HeldClaim
from app.session.entry import Entry, EntryChanged
from app.session.link import (
    Connected,
    ConnectionLost,
    KeyPlace,
    KeyPlaced,
    LinkPhase,
    SignedIn,
    SignedOut,
)
from app.session.notices import SHOWN_AT_ONCE, Good, Notice, NoticeDismissed, NoticeRaised, Severity
from app.session.queue import MineLoaded, OffersLoaded
from app.session.state import AnyFact, State, reduce
from protocol.consultation import Phase
from protocol.imaging import StudyProgress
from protocol.queue import OfferEnd
from protocol.socket import (
    CallChanged,
    ChatPosted,
    ConsultationChanged,
    ConsultationLeft,
    OfferEnded,
    OfferRang,
    ReportSigned,
    StudyProgressed,
)
from tests.fakes.examples import CASE, EXPERT, NOW, call, consultation, message, named, offer, row
from tests.fakes.reports import signed

Told = (
    ConsultationChanged
    | ConsultationLeft
    | OfferRang
    | OfferEnded
    | ChatPosted
    | CallChanged
    | ReportSigned
    | StudyProgressed
)
ONLINE: tuple[AnyFact, ...] = (SignedIn("https://hub:8443", EXPERT), Connected(NOW, 0))
REPORT = signed()


def after(*facts: AnyFact, state: State | None = None) -> State:
    state = state or State()
    for fact in facts:
        state = reduce(state, fact)
    return state


def notice(code: Good = Good.CASE_SUBMITTED, number: str = "CONS-20261121-0001") -> Notice:
    return Notice(uuid4(), NOW, code, Severity.SUCCESS, (("number", number),))


# --- replay ------------------------------------------------------------------------------------

facts = st.lists(
    st.one_of(
        st.builds(
            lambda name, phase, version, minutes: ConsultationChanged(
                seq=0,
                at=NOW,
                consultation=row(name, phase, version=version, minutes=minutes),
            ),
            st.sampled_from("ab"),
            st.sampled_from([Phase.QUEUED, Phase.CLAIMED, Phase.READING, Phase.SIGNED]),
            st.integers(1, 3),
            st.integers(0, 5),
        ),
        st.sampled_from(
            [
                ConsultationLeft(seq=0, at=NOW, consultation_id=named("case a")),
                OfferRang(seq=0, at=NOW, offer=offer()),
                OfferEnded(
                    seq=0,
                    at=NOW,
                    offer_id=offer().id,
                    consultation_id=named("case a"),
                    how=OfferEnd.EXPIRED,
                ),
                ChatPosted(seq=0, at=NOW, message=message("一", 1)),
                ChatPosted(seq=0, at=NOW, message=message("二", 2)),
                CallChanged(seq=0, at=NOW, consultation_id=named("case a"), call=call("林医生")),
                CallChanged(seq=0, at=NOW, consultation_id=named("case a"), call=None),
                ReportSigned(seq=0, at=NOW, report=REPORT),
                StudyProgressed(
                    seq=0,
                    at=NOW,
                    progress=StudyProgress(
                        consultation_id=named("case a"),
                        study_instance_uid="1.2.3",
                        declared=2,
                        received=1,
                        verified=False,
                    ),
                ),
            ]
        ),
    ),
    max_size=12,
)


def numbered(told: list[Told]) -> list[Told]:
    return [fact.model_copy(update={"seq": n}) for n, fact in enumerate(told, 1)]


@given(facts, st.data())
def test_replaying_any_prefix_changes_nothing(told: list[Told], data: st.DataObject) -> None:
    begun = after(*ONLINE, CaseOpened(Case(consultation(row(phase=Phase.QUEUED)))))
    live = after(*numbered(told), state=begun)
    again = numbered(told)[: data.draw(st.integers(0, len(told)))]
    assert after(*again, *again, state=live) is live


@given(facts)
def test_a_break_in_the_middle_ends_where_an_unbroken_connection_ends(
    told: list[Told],
) -> None:
    begun = after(SignedIn("https://hub", EXPERT), Connected(NOW, 100))
    missed = [fact.model_copy(update={"seq": 100 + n}) for n, fact in enumerate(told, 1)]
    half = len(missed) // 2
    unbroken = after(*missed, state=begun)
    broken = after(*missed[:half], ConnectionLost(NOW), state=begun)
    back = reduce(broken, Connected(NOW, 100 + len(missed)))
    assert back.link.last_seq == 100 + half
    assert after(*missed[half:], state=back) == unbroken


def test_an_applied_fact_is_remembered_by_its_number() -> None:
    told = ConsultationChanged(seq=41, at=NOW, consultation=row())
    assert after(*ONLINE, told).link.last_seq == 41


def test_a_server_restored_from_a_backup_is_followed_from_where_it_stands() -> None:
    state = after(SignedIn("https://hub", EXPERT), Connected(NOW, 900), ConnectionLost(NOW))
    state = after(Connected(NOW, 300), OfferRang(seq=301, at=NOW, offer=offer()), state=state)
    assert state.queue.offers == (offer(),)


# --- signing in and out ------------------------------------------------------------------------


def test_signing_out_forgets_everything_but_where_the_server_is() -> None:
    full = after(
        KeyPlaced(KeyPlace.KEYRING),
        EntryChanged(Entry(server="https://hub", username="chen")),
        *ONLINE,
        MineLoaded((row(),)),
        OffersLoaded((offer(),)),
        CaseOpened(Case(consultation())),
        ClaimHeld(CASE, HeldClaim("token", 3, NOW + timedelta(minutes=5))),
        NoticeRaised(notice()),
    )
    out = reduce(full, SignedOut())
    left = after(
        KeyPlaced(KeyPlace.KEYRING), EntryChanged(Entry(server="https://hub", username="chen"))
    )
    assert out == State(link=out.link, entry=left.entry)
    assert (out.link.account, out.link.phase) == (None, LinkPhase.SIGNED_OUT)
    assert "何小溪" not in repr(out)
    assert "CONS-" not in repr(out)


def test_the_network_may_go_and_come_without_signing_anybody_out() -> None:
    state = after(*ONLINE, ConnectionLost(NOW))
    assert (state.link.phase, state.link.account) == (LinkPhase.OFFLINE, EXPERT)


def test_offline_counts_from_the_first_loss() -> None:
    later = NOW + timedelta(minutes=3)
    assert after(*ONLINE, ConnectionLost(NOW), ConnectionLost(later)).link.since == NOW


# --- notices -----------------------------------------------------------------------------------


def test_the_same_notice_is_shown_once() -> None:
    assert len(after(NoticeRaised(notice()), NoticeRaised(notice())).notices) == 1


def test_the_oldest_notice_makes_room() -> None:
    many = [NoticeRaised(notice(number=str(n))) for n in range(SHOWN_AT_ONCE + 2)]
    shown = after(*many).notices
    assert [dict(n.details)["number"] for n in shown] == ["2", "3", "4", "5", "6"]


def test_a_dismissed_notice_is_gone() -> None:
    one = notice()
    assert after(NoticeRaised(one), NoticeDismissed(one.id)).notices == ()


def test_a_fact_that_changes_nothing_gives_the_same_state() -> None:
    state = after(*ONLINE)
    assert reduce(state, NoticeDismissed(uuid4())) == state
