"""Who is there is told once: who was away meanwhile reads it, and news is newer than a list."""

import pytest

from protocol.account import Account
from protocol.queue import PersonPresence, Presence
from protocol.socket import PresenceChanged
from tests.fakes.examples import EXPERT
from tests.services.conftest import SitDown, link_of
from tests.views.facts import DISPATCHER

OTHER = EXPERT.id


def there(presence: Presence) -> PersonPresence:
    return PersonPresence(account_id=OTHER, presence=presence)


@pytest.mark.parametrize("account", [EXPERT, DISPATCHER], ids=["expert", "dispatcher"])
async def test_presence_is_read_with_the_lists(sit_down: SitDown, account: Account) -> None:
    desk = sit_down(account)
    desk.house.presence = (there(Presence.OFF_SHIFT),)
    await link_of(desk).refresh()
    assert desk.state.queue.presence == (there(Presence.OFF_SHIFT),)


async def test_what_is_told_while_the_list_is_on_its_way_is_newer(
    sit_down: SitDown, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sit_down(DISPATCHER)
    link = link_of(desk)
    desk.house.presence = (there(Presence.OFFLINE),)

    async def meanwhile() -> None:
        link.received(PresenceChanged(presence=there(Presence.OFF_SHIFT)))

    monkeypatch.setattr(desk.house, "on_the_way", meanwhile)
    await link.refresh()
    assert desk.state.queue.presence == (there(Presence.OFF_SHIFT),)
