"""Who is joined to whom in a call, who offers, and which way media go."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.media.messages import Direction, Role
from app.media.ways import Way, ways_in
from protocol.call import CallState, Participant, ParticipantKind

FIRST, SECOND, THIRD, SFU = (UUID(int=number) for number in (9, 2, 3, 4))
BEGAN = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)


def call(*seconds: int, sfu: UUID | None = None) -> CallState:
    """The three joined so many seconds after the beginning."""
    people = tuple(
        Participant(
            peer_id=peer_id,
            kind=ParticipantKind.OBSERVER,
            display_name="甲",
            account_id=None,
            joined_at=BEGAN + timedelta(seconds=after),
        )
        for peer_id, after in zip((FIRST, SECOND, THIRD), seconds, strict=True)
    )
    return CallState(
        call_id=UUID(int=1),
        consultation_id=UUID(int=1),
        started_at=BEGAN,
        participants=people,
        sfu=sfu,
    )


def test_whoever_joined_later_offers() -> None:
    assert ways_in(call(0, 1, 2), SECOND) == {FIRST: Way(Role.OFFERER), THIRD: Way(Role.ANSWERER)}


def test_of_two_who_joined_in_the_same_moment_exactly_one_offers() -> None:
    state = call(0, 5, 5)
    assert ways_in(state, SECOND)[THIRD] == Way(Role.ANSWERER)
    assert ways_in(state, THIRD)[SECOND] == Way(Role.OFFERER)


def test_with_an_sfu_one_sends_to_it_and_receives_everybody_else() -> None:
    received = Way(Role.ANSWERER, Direction.RECEIVE)
    for own, others in ((FIRST, (SECOND, THIRD)), (THIRD, (FIRST, SECOND))):
        assert ways_in(call(0, 1, 2, sfu=SFU), own) == {
            SFU: Way(Role.OFFERER, Direction.SEND),
            **dict.fromkeys(others, received),
        }
