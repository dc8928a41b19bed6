"""What the commands of the server do, on the objects of the composition."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
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
from server import backups, evidence, key_command
from server.api.application import openapi
from server.api.house import House
from server.api.listening import Ready, SystemClock, configure_logging, program_version
from server.api.tls import server_identity
from server.backups import BackupOrder, RestoreOrder
from server.built import Built
from server.composition import opened, serve
from server.doctor import examine
from server.doctor_finding import Finding
from server.domain.errors import NotFound
from server.domain.failures import failure_words
from server.edge.refused_command import RefusedAction, refused_images
from server.edge.settings import EdgeSettings
from server.evidence import AuditOrder
from server.exports import Exporter, ExportOrder
from server.key_command import KeyOrder
from server.setting_values import SettingsError
from server.settings import Settings
from server.signed_trail import note_done
from server.store.engine import migrate, open_engine
from server.store.errors import StoreError
from server.store.operator import operator
from server.store.progress import Tell
from server.store.serving import refuse_without_database_or_while_served
from server.store.work import ORIGIN

T = TypeVar("T")


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

    def migrate(self, settings: Settings, revision: str) -> None:
        """Makes keys and certificate too: several processes then start at once with the same. To
        an older revision nothing but the tables is changed."""
        if revision != "head":
            asyncio.run(_migrate_to(settings, revision))
            return
        asyncio.run(_migrate(settings))
        server_identity(settings)

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

    def reset_second_factor(self, settings: Settings, username: str) -> None:
        async def reset(house: House) -> None:
            who = await _user(house, username)
            await house.admin.reset_second_factor(None, who.id)

        asyncio.run(_in_house(settings, reset))

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

    def keys(self, settings: Settings, order: KeyOrder, tell: Tell) -> int:
        return key_command.run(settings, order, tell)

    def backup(self, settings: Settings, order: BackupOrder, tell: Tell) -> bool:
        return backups.run(settings, order, tell, program_version())

    def restore(self, settings: Settings, order: RestoreOrder, tell: Tell) -> bool:
        return backups.restore(settings, order, tell)

    def begin_anew(self, settings: Settings, because: str) -> None:
        backups.note_put_back(settings, because)

    def scrub(self, settings: Settings, folder: Path | None, tell: Tell) -> bool:
        return backups.scrub(settings, tell, folder)

    def audit(self, settings: Settings, order: AuditOrder, tell: Tell) -> bool:
        return evidence.run(settings, order, tell)

    def export(self, settings: Settings, order: ExportOrder, tell: Tell) -> None:
        asyncio.run(_exported(settings, order, tell))

    def doctor(self, settings: Settings) -> Iterator[Finding]:
        return examine(settings, SystemClock().now)


def _told(ready: Ready) -> dict[str, str]:
    return {"url": ready.url, "ca": str(ready.ca), "fingerprint": ready.fingerprint}


async def _taken_from_pacs(
    settings: Settings, study_uid: str, username: str, case_id: UUID | None
) -> dict[str, Any]:
    from server.api.services.archiving import Archiving
    from server.store.pacs import PacsObjects

    async with _opened(settings) as built:
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
            await asyncio.to_thread(house.storing.close)
            objects.pacs.close()
        return {
            "found": told.found,
            "known": told.known,
            "reasons": [f"{failure_words(one)} ({one:#06x})" for one in told.reasons],
            "verified": told.progress is not None and told.progress.verified,
        }


async def _migrate(settings: Settings) -> None:
    async with _opened(settings):
        pass


async def _migrate_to(settings: Settings, revision: str) -> None:
    """Noted before, since an older program's trail is not written by this one."""
    await refuse_without_database_or_while_served(settings.database)
    await note_done(settings, "tables", to=revision)
    engine = open_engine(settings.database)
    try:
        await migrate(engine, revision)
    except StoreError:
        await note_done(settings, "tables", to=revision, done=False)
        raise
    finally:
        await engine.dispose()


async def _exported(settings: Settings, order: ExportOrder, tell: Tell) -> None:
    async with _opened(settings) as built:
        exporter = Exporter(built.house.store, built.objects, order)
        await (exporter.one(tell) if order.number else exporter.many(tell))


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Built]:
    """For a command, whose lines on stdout are its answer: what is logged goes to stderr. The trail
    says who ran it."""
    configure_logging(settings.log_level)
    ORIGIN.set(operator())
    async with opened(settings) as built:
        yield built


async def _in_house(settings: Settings, work: Callable[[House], Awaitable[T]]) -> T:
    async with _opened(settings) as built:
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
