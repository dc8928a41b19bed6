"""Processes that cannot hear each other: who is connected at another one is known from its row."""

from contextlib import nullcontext
from datetime import timedelta
from uuid import uuid4

import pytest

from protocol import paths
from server.api.mesh.place import ALONE, Place
from server.api.mesh.words import PEOPLE, PersonThere
from server.composition import build
from server.setting_values import SettingsError
from server.site import site_of
from tests.server.in_process import InProcess
from tests.server.people import Someone, Valley, submitted_case


def there(expert: Someone) -> PersonThere:
    return PersonThere(
        account_id=expert.id, sessions=frozenset((uuid4(),)), in_call=False, expert=True
    )


def unknown(valley: Valley) -> set[str | None]:
    places = valley.doctor.get(paths.WAITING)["places"]
    return {one["unknown"] for one in places}


def test_a_clinic_is_not_told_that_nobody_is_there_before_all_have_said_who_is(
    server: InProcess, valley: Valley
) -> None:
    """And once they have, what found nobody is rung."""
    hub, other = server.built.house.hub, uuid4()
    case_id = submitted_case(valley)
    assert unknown(valley) == {"no_expert"}
    hub.roster.expect(frozenset((other,)))
    assert "no_expert" not in unknown(valley)

    async def told() -> None:
        hub.told_elsewhere(other, (there(valley.expert),))

    server.run(told())
    (rung,) = valley.expert.get(paths.OFFERS)
    assert rung["consultation"]["id"] == case_id


def test_who_is_connected_where_stands_in_the_rows_while_redis_is_away(
    server: InProcess, valley: Valley
) -> None:
    settings = server.settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})
    built, elsewhere = build(settings, server.store, server.clock, site_of(settings)), uuid4()
    assert built.mesh is not None

    ear, mesh, hub = server.connect(valley.doctor), built.mesh, built.house.hub
    hub.add(ear)

    async def restarted() -> str:
        async with server.store.writing() as work:
            people = PEOPLE.dump_json((there(valley.expert),)).decode()
            await work.processes.beat(elsewhere, "another", people)
        await mesh.enter()
        async with server.store.reading() as work:
            return (await work.processes.people())[mesh.me]

    (own,) = PEOPLE.validate_json(server.run(restarted()))
    assert own.account_id == valley.doctor.id
    assert own.sessions == frozenset((ear.session_id,))
    assert hub.reachable(valley.expert.id)


@pytest.mark.parametrize(
    ("name", "other", "alive", "refused"),
    [
        (None, "a", True, "REDIS_URL"),
        (None, ALONE, True, "REDIS_URL"),
        ("a", "a", True, "PROCESS"),
        ("a", ALONE, True, "PROCESS"),
        ("a", "b", True, ""),
        ("a", "a", False, ""),
    ],
)
def test_a_process_serves_beside_those_only_that_it_gets_on_with(
    kept_server: InProcess, name: str | None, other: str, alive: bool, refused: str
) -> None:
    """One that was killed a moment ago is no hindrance."""
    store, rival = kept_server.store, uuid4()

    async def beat() -> None:
        async with store.writing() as work:
            await work.processes.beat(rival, other)

    async def meanwhile(_seconds: float) -> None:
        if alive:
            await beat()

    async def begin() -> None:
        await beat()
        try:
            await Place(store, uuid4(), name, timedelta(seconds=10), meanwhile).take()
        finally:
            async with store.writing() as work:
                await work.processes.leave(rival)

    with pytest.raises(SettingsError, match=refused) if refused else nullcontext():
        kept_server.run(begin())
