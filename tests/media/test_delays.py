"""What of a delay is a queue, and what is the length of the path."""

from app.media.contact import Contact
from app.media.delays import Delays, Standing

AFTER = 0.6


def looks(
    standing: Standing, seconds: float, queue_ms: float, sends: float, arrives: float
) -> float:
    """By how much the path was found to have grown in looks twice a second from 0 on."""
    grown = 0.0
    for half in range(round(seconds * 2)):
        grown = grown or standing.look(half / 2, queue_ms, sends, arrives, AFTER)
    return grown


def test_a_delay_that_stands_while_less_is_sent_than_was_carried_is_the_paths() -> None:
    standing = Standing()
    standing.look(0.0, 150, 1000, 1000, AFTER)
    assert looks(standing, 1.0, 150, 500, 500) == 0, "not before it should have gone"
    assert looks(standing, 3.0, 150, 500, 500) == 150


def test_while_as_much_is_sent_as_the_line_carries_nothing_is_found() -> None:
    assert looks(Standing(), 60.0, 150, 500, 500) == 0


def test_where_not_all_arrives_it_is_a_queue_however_long_it_stands() -> None:
    standing = Standing()
    standing.look(0.0, 1000, 2000, 2000, AFTER)
    assert looks(standing, 60.0, 1000, 800, 300) == 0


def test_a_delay_that_shrinks_is_a_queue() -> None:
    standing = Standing()
    standing.look(0.0, 800, 1000, 1000, AFTER)
    found = [standing.look(at, 800 - at * 300, 600, 600, AFTER) for at in (0.5, 1.0, 1.5, 2.0, 2.3)]
    assert found == [0.0] * 5


def test_only_the_least_of_a_restless_delay_is_the_paths() -> None:
    standing = Standing()
    standing.look(0.0, 150, 1000, 1000, AFTER)
    waits = [110.0, 180.0, 130.0, 115.0, 170.0, 120.0]
    found = [standing.look(at / 2, wait, 500, 500, AFTER) for at, wait in enumerate(waits, 1)]
    assert max(found) == 110


def test_a_path_that_is_short_again_is_noticed_at_once() -> None:
    delays = Delays()
    for told in (0.0, 200.0):
        delays.told(1.0, told)
    delays.grown(1.0, 200.0)
    assert delays.queue_ms == 0
    delays.told(2.0, 30.0)
    delays.told(3.0, 230.0)
    assert delays.queue_ms == 200


def test_answers_are_late_beyond_what_stands_for_ten_seconds() -> None:
    delays = Delays()
    assert not delays.stale(0.0, 10.0)
    assert delays.stale(1.0, 200.0)
    assert not any(delays.stale(12.0 + second, 200.0) for second in range(5))


def test_a_silence_is_long_beside_the_pauses_before_it() -> None:
    often, seldom = Contact(), Contact()
    for count in range(6):
        often.heard(30 - 5 + count)
        seldom.heard(count * 6.0)
    assert often.silent(33.0)
    assert not seldom.silent(38.0)
    assert seldom.silent(38.1), "a dead line is noticed however seldom it spoke"


def test_a_break_is_told_once_and_what_follows_tells_of_the_line_again() -> None:
    contact = Contact()
    assert [contact.heard(at) for at in (0.0, 1.0, 6.0, 6.2)] == [False, False, True, False]
    assert contact.tells_of_silence(7.0, 0.0)
    assert contact.tells_of_silence(9.0, 5.0)
    assert not contact.tells_of_silence(9.0, 2.0)
