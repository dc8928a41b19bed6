"""Who is connected to the other processes of a site."""

from uuid import UUID

from server.api.mesh.roster import Roster
from server.api.mesh.words import PersonThere

A, B = UUID(int=10), UUID(int=11)
CHEN, LIN = UUID(int=1), UUID(int=2)


def there(account: UUID, *sessions: int, in_call: bool = False) -> PersonThere:
    return PersonThere(
        account_id=account,
        sessions=frozenset(UUID(int=one) for one in sessions),
        in_call=in_call,
        expert=account == CHEN,
    )


def test_somebody_is_there_as_long_as_any_process_says_so() -> None:
    roster = Roster()
    roster.moved(A, there(CHEN, 100))
    roster.moved(B, there(CHEN, 101, in_call=True))
    assert roster.connected(CHEN)
    assert roster.in_call(CHEN)
    roster.moved(B, there(CHEN))
    assert roster.connected(CHEN)
    assert not roster.in_call(CHEN)
    assert not roster.session(UUID(int=101))
    roster.moved(A, there(CHEN))
    assert not roster.connected(CHEN)


def test_a_process_that_is_gone_takes_everybody_with_it() -> None:
    roster = Roster()
    roster.told(A, [there(CHEN, 100), there(LIN, 102)])
    roster.moved(B, there(LIN, 103))
    assert {one.account_id for one in roster.gone(A)} == {CHEN, LIN}
    assert not roster.connected(CHEN)
    assert roster.connected(LIN)
    assert roster.processes() == [B]


def test_a_roster_told_anew_says_who_has_left_meanwhile() -> None:
    roster = Roster()
    roster.told(A, [there(CHEN, 100), there(LIN, 102)])
    changed = roster.told(A, [there(LIN, 102, in_call=True)])
    assert {one.account_id for one in changed} == {CHEN, LIN}
    assert not roster.connected(CHEN)
    assert not roster.session(UUID(int=100))
    assert roster.in_call(LIN)
