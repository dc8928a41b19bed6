"""Cases go through their whole life beside each other: nothing is lost, doubled or left over."""

from contextlib import closing

from protocol.consultation import Phase
from tests.server.soak import Soak


def test_cases_go_through_their_whole_life_beside_each_other() -> None:
    with closing(Soak()) as soak:
        soak.run(15)
    assert soak.ended.total() == 15
    assert soak.ended[Phase.RECEIVED.value] > 4
