"""Builds every object of the server once and runs it."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from protocol.account import (
    Account,
    ChangeAccount,
    Institution,
    NewAccount,
    NewAgreement,
    NewInstitution,
)
from server.api.application import Http, openapi, rest_application
from server.api.border import Border
from server.api.dicomweb.reading import ImageReading
from server.api.dicomweb.resuming import Resuming
from server.api.dicomweb.storing import ImageStoring
from server.api.house import House
from server.api.listening import (
    SWITCH_S,
    Port,
    Ready,
    SystemClock,
    configure_logging,
    program_version,
)
from server.api.origins import Origins
from server.api.services.acting import Acting
from server.api.services.admin import Admin
from server.api.services.behind import CasesBehind
from server.api.services.board import Boards
from server.api.services.calls import Calls
from server.api.services.channels import channels_of
from server.api.services.chat import Chat
from server.api.services.desk import Desk
from server.api.services.directory import Directory
from server.api.services.duties import Duties
from server.api.services.identity import Identity
from server.api.services.invitations import Invitations
from server.api.services.kept_recordings import KeptRecordings
from server.api.services.line_check import LineChecks
from server.api.services.mdts import Mdts
from server.api.services.meetings import Meetings
from server.api.services.on_call import Delivery, OnCall
from server.api.services.partings import Partings
from server.api.services.passwords import Passwords
from server.api.services.presences import Presences
from server.api.services.presented_forms import PresentedForms
from server.api.services.priors import find_priors
from server.api.services.recording_wishes import RecordingWishes
from server.api.services.recordings import RecordingKeeper
from server.api.services.reporting import Reporting
from server.api.services.ringing import Bell
from server.api.services.rotas import Rotas
from server.api.services.second_opinions import SecondOpinions
from server.api.services.sfu_switch import SfuSwitch
from server.api.services.share_wishes import ShareWishes
from server.api.services.shared_records import SharedRecords
from server.api.services.studies import Studies
from server.api.services.telling import Telling
from server.api.services.timekeeper import Timekeeper
from server.api.services.tokens import Tokens, load_key
from server.api.services.waiting import Waiting
from server.api.site import ice_of, recording_terms, sfu_of, signing_terms_of, timings_of
from server.api.socket.endpoint import SocketEndpoint
from server.api.socket.hub import Hub
from server.api.tls import server_identity
from server.domain.errors import NotFound
from server.domain.failures import failure_words
from server.edge.refused_command import RefusedAction, refused_images
from server.edge.settings import EdgeSettings
from server.settings import Settings, SettingsError
from server.store.bus import LocalBus
from server.store.engine import migrate, open_engine
from server.store.object_choice import open_objects
from server.store.rotation import rotate
from server.store.shelf import Shelf
from server.store.site_objects import SiteObjects
from server.store.work import Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Built:
    """The server without its listener."""

    house: House
    border: Border
    timekeeper: Timekeeper
    presences: Presences
    duties: Duties
    delivery: Delivery
    objects: SiteObjects


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Built]:
    """Migrates the store, builds every object, and closes the store at the end."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = open_engine(settings.database)
    await migrate(engine)
    bus = LocalBus()
    clock = SystemClock()
    store = Store(engine, clock, bus)
    try:
        yield build(settings, store, clock, bus)
    finally:
        await store.close()


def build(settings: Settings, store: Store, clock: SystemClock, bus: LocalBus) -> Built:
    """Every object, by constructor."""
    hub = Hub(clock)
    bus.listen(hub.deliver)
    tokens = Tokens(load_key(settings.data_dir))
    passwords = Passwords(settings.password_memory_kib, settings.password_hashes_at_once)
    identity = Identity(store, clock, settings, passwords, tokens, hub)
    telling = Telling(Directory(), require_licence=settings.require_licence)
    acting = Acting(telling, timings_of(settings))
    telling.on_call = hub.on_call
    channels = channels_of(settings, clock)
    on_call = OnCall(telling, hub, channels)
    delays = tuple(timedelta(seconds=one) for one in settings.on_call_retries_s)
    delivery = Delivery(store, clock, on_call, telling, hub, channels, delays)
    bell = Bell(acting, hub, on_call)
    behind = CasesBehind(acting, bell)
    acting.following = (
        SecondOpinions(acting, behind).follow,
        Mdts(acting, bell, behind).follow,
        find_priors,
    )
    duties = Duties(store, clock, hub)
    objects = open_objects(settings)
    forms = PresentedForms(store, objects, acting)
    terms = signing_terms_of(settings)
    reporting = Reporting(store, acting, forms, certificate_needed=terms.certificate_needed)
    ice = ice_of(settings)
    keeper = RecordingKeeper(recording_terms(settings))
    switch = SfuSwitch(sfu_of(settings))
    calls = Calls(store, acting, ice, settings.seat_kept_s, switch, keeper)
    chat = Chat(store, acting, calls)
    studies = Studies(store, objects, acting, settings.progress_interval)
    kept = timedelta(days=settings.facts_kept_days)
    recordings = KeptRecordings(store, clock, objects, acting)
    presences = Presences(store, clock, hub)
    partings = Partings(store, acting, calls)
    waiting = Waiting(store, clock, acting, hub)
    acting.on_step = (presences.stepped, partings.stepped, waiting.stepped)
    meetings = Meetings(acting, bell, clock.now())
    timekeeper = Timekeeper(
        store,
        clock,
        acting,
        bell,
        kept,
        recordings,
        presences,
        duties,
        on_call,
        meetings,
        waiting,
    )
    hub.on_arrival = timekeeper.arrived
    storing = ImageStoring(store, objects, studies, settings.max_instance_bytes)
    house = House(
        settings=settings,
        clock=clock,
        store=store,
        identity=identity,
        admin=Admin(store, passwords, identity),
        desk=Desk(store, acting, bell, reporting),
        rotas=Rotas(store, telling.directory, duties, hub),
        board=Boards(store, acting, hub.presence_of),
        waiting=waiting,
        studies=studies,
        reporting=reporting,
        calls=calls,
        line_checks=LineChecks(clock, ice),
        invitations=Invitations(store, clock, acting, tokens, settings),
        partings=partings,
        recordings=recordings,
        forms=forms,
        signing_terms=terms,
        records=SharedRecords(store, objects, acting),
        chat=chat,
        hub=hub,
        storing=storing,
        resuming=Resuming(storing, clock, Shelf(settings.data_dir / "pieces", objects.ring)),
        reading=ImageReading(store, objects),
        version=program_version(),
    )
    socket = SocketEndpoint(
        store,
        clock,
        identity,
        hub,
        calls,
        RecordingWishes(calls, keeper),
        ShareWishes(calls, screens=settings.screen_sharing),
        chat,
        presences,
        settings.socket_queue_messages,
    )
    origins = Origins(settings.web_origins)
    border = Border(Http(rest_application(house, house.version)), socket, origins)
    return Built(house, border, timekeeper, presences, duties, delivery, objects)


def serve(settings: Settings, tell: Callable[[Ready], None]) -> None:
    """Serves until SIGTERM or SIGINT; raises `SettingsError` or `StoreError` before that."""
    configure_logging(settings.log_level)
    sys.setswitchinterval(SWITCH_S)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    identity = server_identity(settings)
    port = Port(settings, identity, tell)
    port.run(_serve(settings, port))


async def _serve(settings: Settings, port: Port) -> None:
    async with opened(settings) as built:
        built.objects.clear_spool()
        built.house.resuming.sweep_shelf()
        await built.house.calls.restore()
        await built.presences.restore()
        await built.house.partings.look_at_all()
        await built.duties.follow()
        background = [
            asyncio.create_task(built.timekeeper.run()),
            asyncio.create_task(built.delivery.run()),
            asyncio.create_task(built.house.hub.sweep()),
        ]
        try:
            await port.serve(built.border)
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            await built.house.partings.close()
            await built.house.calls.close()
            await built.timekeeper.close()
            await built.house.studies.close()
            await built.house.resuming.close()
            built.house.storing.close()


class ServerPrograms:
    """The programs behind the command line."""

    def serve(self, settings: Settings, tell: Callable[[dict[str, str]], None]) -> None:
        serve(settings, lambda ready: tell(_told(ready)))

    def edge(self, settings: EdgeSettings, tell: Callable[[dict[str, str]], None]) -> None:
        from server.edge.running import serve_edge  # the server itself does not load it

        serve_edge(settings, lambda ready: tell(_told(ready)))

    def edge_refused(
        self,
        settings: EdgeSettings,
        action: RefusedAction,
        numbers: Sequence[int],
        folder: Path | None,
    ) -> list[dict[str, Any]]:
        return refused_images(settings, action, numbers, folder)

    def migrate(self, settings: Settings) -> None:
        asyncio.run(_migrate(settings))

    def openapi(self) -> dict[str, Any]:
        return openapi(program_version())

    def add_user(
        self, settings: Settings, account: NewAccount, institution_code: str | None
    ) -> str:
        async def add(house: House) -> str:
            body = account
            if institution_code is not None:
                institution = await _institution(house, institution_code)
                body = account.model_copy(update={"institution_id": institution.id})
            return str((await house.admin.add_account(None, body)).id)

        return asyncio.run(_in_house(settings, add))

    def list_users(self, settings: Settings) -> list[dict[str, Any]]:
        async def read(house: House) -> list[dict[str, Any]]:
            return [one.model_dump(mode="json") for one in await house.admin.accounts()]

        return asyncio.run(_in_house(settings, read))

    def reset_user(self, settings: Settings, username: str) -> str:
        async def reset(house: House) -> str:
            who = await _user(house, username)
            return (await house.admin.reset(None, who.id)).temporary_password

        return asyncio.run(_in_house(settings, reset))

    def disable_user(self, settings: Settings, username: str) -> None:
        async def disable(house: House) -> None:
            who = await _user(house, username)
            await house.admin.change_account(None, who.id, ChangeAccount(disabled=True))

        asyncio.run(_in_house(settings, disable))

    def add_institution(self, settings: Settings, institution: NewInstitution) -> str:
        async def add(house: House) -> str:
            return str((await house.admin.add_institution(None, institution)).id)

        return asyncio.run(_in_house(settings, add))

    def add_agreement(self, settings: Settings, clinic: str, hospital: str) -> str:
        async def add(house: House) -> str:
            body = NewAgreement(
                clinic_id=(await _institution(house, clinic)).id,
                hospital_id=(await _institution(house, hospital)).id,
                valid_from=house.clock.now(),
            )
            return str((await house.admin.add_agreement(None, body)).id)

        return asyncio.run(_in_house(settings, add))

    def take_from_pacs(
        self, settings: Settings, study_uid: str, username: str, case_id: UUID | None
    ) -> dict[str, Any]:
        if settings.pacs_url is None:
            raise SettingsError("HUIZHEN_PACS_URL: set it to the archive's DICOMweb address")
        return asyncio.run(_taken_from_pacs(settings, study_uid, username, case_id))

    def rotate_keys(
        self, settings: Settings, tell: Callable[[dict[str, Any]], None], *, new: bool, forget: bool
    ) -> int:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        objects = open_objects(settings)
        return rotate(objects, tell, new_key=new, forget=forget)


def _told(ready: Ready) -> dict[str, str]:
    return {"url": ready.url, "ca": str(ready.ca), "fingerprint": ready.fingerprint}


async def _taken_from_pacs(
    settings: Settings, study_uid: str, username: str, case_id: UUID | None
) -> dict[str, Any]:
    from server.api.services.archiving import Archiving
    from server.store.pacs import PacsObjects

    async with opened(settings) as built:
        house, objects = built.house, built.objects
        assert isinstance(objects, PacsObjects)
        account = await _user(house, username)
        try:
            async with house.store.reading() as work:
                who = await work.people.who(account.id)
            if who is None:
                raise NotFound(f"there is no account {username!r}")
            archiving = Archiving(objects, house.storing, house.studies)
            told = await archiving.take(who, study_uid, case_id)
        finally:
            await house.studies.close()
            house.storing.close()
            objects.pacs.close()
        return {
            "found": told.found,
            "known": told.known,
            "reasons": [f"{failure_words(one)} ({one:#06x})" for one in told.reasons],
            "verified": told.progress is not None and told.progress.verified,
        }


async def _migrate(settings: Settings) -> None:
    async with opened(settings):
        pass


async def _in_house(settings: Settings, work: Callable[[House], Awaitable[T]]) -> T:
    async with opened(settings) as built:
        return await work(built.house)


async def _institution(house: House, code: str) -> Institution:
    for one in await house.admin.institutions():
        if one.code == code:
            return one
    raise NotFound(f"there is no institution {code!r}: add it with `institution add`")


async def _user(house: House, username: str) -> Account:
    for one in await house.admin.accounts():
        if one.username == username:
            return one
    raise NotFound(f"there is no account {username!r}")
