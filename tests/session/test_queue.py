"""The worklist and the queue: what a fact does to them."""

from datetime import timedelta

from app.session.queue import (
    ListsFailed,
    Load,
    MineLoaded,
    OffersLoaded,
    PresenceSeen,
    Queue,
    QueueFact,
    WaitingLoaded,
    reduce_queue,
)
from protocol.account import Account, Role
from protocol.consultation import ConsultationSummary, Phase
from protocol.queue import OfferEnd, PersonPresence, Presence
from protocol.socket import ConsultationChanged, ConsultationLeft, OfferEnded, OfferRang
from tests.fakes.examples import DOCTOR, EXPERT, NOW, account, named, offer, person, row


def changed(summary: ConsultationSummary, seq: int = 0) -> ConsultationChanged:
    return ConsultationChanged(seq=seq, at=NOW, consultation=summary)


def after(*facts: QueueFact, who: Account = DOCTOR) -> Queue:
    queue = Queue()
    for fact in facts:
        queue = reduce_queue(queue, fact, who)
    return queue


def test_lists_are_loading_until_the_first_answer() -> None:
    assert Queue().mine.load is Load.LOADING
    assert after(MineLoaded(())).mine.load is Load.READY


def test_the_last_changed_case_stands_first() -> None:
    queue = after(changed(row("a", minutes=2)), changed(row("b", minutes=1)))
    assert [item.id for item in queue.mine.items] == [named("case a"), named("case b")]


def test_an_experts_cases_stand_by_what_is_due_next_and_stay_while_others_touch_them() -> None:
    soon = row("soon", Phase.READING, report_by=NOW + timedelta(minutes=5))
    later = row("later", Phase.CLAIMED, start_by=NOW + timedelta(minutes=9))
    asked = row("asked", Phase.AWAITING_INFORMATION, report_by=NOW)
    signed = row("signed", Phase.SIGNED, minutes=99)
    seen = after(MineLoaded((signed, asked, later, soon)), who=EXPERT)
    order = [named(f"case {one}") for one in ("soon", "later", "asked", "signed")]
    assert [item.id for item in seen.mine.items] == order
    touched = later.model_copy(update={"updated_at": NOW + timedelta(hours=9)})
    moved = reduce_queue(seen, changed(touched), EXPERT)
    assert [item.id for item in moved.mine.items] == order


def test_an_older_content_version_never_overwrites_a_newer_row() -> None:
    newer, older = row("a", version=3), row("a", version=2, minutes=9)
    assert after(changed(newer), changed(older)).mine.items == (newer,)


def test_an_older_phase_of_the_same_content_never_overwrites_a_newer_row() -> None:
    accepted, claimed = row("a", Phase.ACCEPTED, minutes=5), row("a", Phase.CLAIMED, minutes=4)
    assert after(changed(accepted), changed(claimed)).mine.items == (accepted,)


def test_a_list_read_before_a_fact_arrived_does_not_undo_the_fact() -> None:
    newer, older = row("a", Phase.ACCEPTED, minutes=5), row("a", Phase.CLAIMED, minutes=4)
    assert after(changed(newer), MineLoaded((older,))).mine.items == (newer,)


def test_the_queue_keeps_the_servers_order() -> None:
    rows = (row("b", minutes=1), row("a", minutes=9), row("c"))
    assert after(WaitingLoaded(rows), who=EXPERT).waiting.items == rows


def test_a_case_that_somebody_took_leaves_the_queue() -> None:
    taken = row("a", Phase.CLAIMED, minutes=1)
    assert after(WaitingLoaded((row("a"),)), changed(taken), who=EXPERT).waiting.items == ()


def test_an_old_fact_does_not_change_the_queue_either() -> None:
    present = row("a", Phase.OFFERED, minutes=3)
    stale = row("a", Phase.QUEUED, minutes=1)
    queue = after(WaitingLoaded((present,)), changed(stale), who=EXPERT)
    assert queue.waiting.items == (present,)


def test_a_waiting_case_of_somebody_else_is_not_one_of_my_cases() -> None:
    assert after(changed(row("a", Phase.QUEUED)), who=EXPERT).mine.items == ()


def test_my_own_waiting_case_is_one_of_my_cases() -> None:
    assert after(changed(row("a", Phase.QUEUED)), who=DOCTOR).mine.items == (row("a"),)


def test_a_dispatcher_takes_part_in_every_waiting_case() -> None:
    dispatcher = account("周调度", Role.DISPATCHER)
    assert after(changed(row("a")), who=dispatcher).mine.items == (row("a"),)


def test_a_case_given_back_leaves_my_cases() -> None:
    mine = row("a", Phase.READING, expert=person(EXPERT))
    back = row("a", Phase.QUEUED, minutes=1)
    assert after(changed(mine), changed(back), who=EXPERT).mine.items == ()


def test_a_case_i_may_no_longer_see_disappears_everywhere() -> None:
    left = ConsultationLeft(seq=0, at=NOW, consultation_id=named("case a"))
    queue = after(WaitingLoaded((row("a"),)), changed(row("a", Phase.CLAIMED)), left, who=EXPERT)
    assert queue.mine.items == queue.waiting.items == ()


def test_a_failure_shows_only_where_nothing_was_read_yet() -> None:
    queue = after(MineLoaded((row("a"),)), ListsFailed())
    assert (queue.mine.load, queue.waiting.load) == (Load.READY, Load.FAILED)


def test_an_offer_rings_once_however_often_it_is_told() -> None:
    rang = OfferRang(seq=0, at=NOW, offer=offer())
    assert after(rang, rang).offers == (offer(),)


def test_an_ended_offer_stops_ringing() -> None:
    ended = OfferEnded(
        seq=0,
        at=NOW,
        offer_id=offer().id,
        consultation_id=named("case a"),
        how=OfferEnd.CLAIMED_BY_OTHER,
    )
    assert after(OffersLoaded((offer(), offer("b"))), ended).offers == (offer("b"),)


def test_presence_is_kept_once_a_person() -> None:
    def seen(presence: Presence) -> PresenceSeen:
        return PresenceSeen(PersonPresence(account_id=EXPERT.id, presence=presence))

    queue = after(seen(Presence.AVAILABLE), seen(Presence.IN_CALL))
    assert [p.presence for p in queue.presence] == [Presence.IN_CALL]
