"""Cases go through their whole life beside each other: nothing is lost, doubled or left over."""

from contextlib import closing

from protocol.consultation import Phase
from tests.server.soak import Soak

CASES = 150
"""20 to 35 s of one core, nearly all of it the server's; `./dev bench soak` plays thousands."""


def test_cases_go_through_their_whole_life_beside_each_other() -> None:
    with closing(Soak()) as soak:
        soak.run(CASES)
    assert soak.ended.total() == CASES
    assert soak.ended[Phase.RECEIVED.value] > CASES / 2
