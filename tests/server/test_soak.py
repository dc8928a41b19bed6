"""Cases go through their whole life beside each other: nothing is lost, doubled or left over."""

from contextlib import closing

import pytest

from protocol.consultation import Phase
from tests.server.soak import Soak

CASES = 100
"""Of each seed, a thousand together: some 20 s of one core each, nearly all of it the server's;
`./dev bench soak` plays thousands at one site."""


@pytest.mark.parametrize("seed", range(1, 11))
def test_cases_go_through_their_whole_life_beside_each_other(seed: int) -> None:
    with closing(Soak(seed)) as soak:
        soak.run(CASES)
    assert soak.ended.total() == CASES
    assert soak.ended[Phase.RECEIVED.value] > CASES / 2
