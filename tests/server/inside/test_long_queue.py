"""Where cases stand in a long queue is looked at now and then, in a short one whenever it moves."""

import pytest

from server.api.services import waiting
from tests.server.in_process import InProcess
from tests.server.people import Valley, submitted_case


def test_a_long_queue_is_looked_through_now_and_then_and_a_short_one_at_once(
    server: InProcess, valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "LONG_QUEUE", 1)
    ear = server.connect(valley.doctor)

    def told(after: float) -> list[int]:
        """How many places the clinic hears of when so many seconds have passed."""
        server.pass_time(after)
        return [len(one["places"]) for one in ear.heard("places_changed")]

    cases = [submitted_case(valley) for _ in range(2)]
    assert told(0) == [2]
    cases.append(submitted_case(valley))
    assert told(4) == []
    assert told(1) == [3]
    for one in cases:
        assert valley.doctor.act(one, "withdraw", reason="病人已转院").is_success
    assert told(5) == [0]
    submitted_case(valley)
    assert told(0) == [1], "the queue is long no more"
