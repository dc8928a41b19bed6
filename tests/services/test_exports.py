"""What left the program is told once, by whose session it was, also after a time offline."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication

from app.models.audit_words import export_words
from app.models.times import moment
from app.net.auditing import AuditApi
from app.net.errors import Refused, Unreachable
from app.services.exports import ExportService
from app.session.link import KeyPlace, KeyPlaced
from app.session.notices import Trouble
from app.store.errors import DiskFull
from app.store.profile import SealedStore
from app.store.sealed import Sealer
from protocol.account import Account
from protocol.errors import ErrorCode, Problem
from protocol.export import Exported, ExportKind, ExportNote, ExportTo
from tests.fakes.api import House
from tests.fakes.examples import DOCTOR, EXPERT, NOW, named
from tests.services.conftest import KEY, Desk

PRINTED = Exported.of(ExportKind.PICTURES, ExportTo.PAPER, 3, "2.25.7")


class Api:
    """The answer to what it takes is lost for a time."""

    def __init__(self) -> None:
        self.came: list[ExportNote] = []
        self.answers = False
        self.refuses: ErrorCode | None = None

    async def exported(self, note: ExportNote) -> None:
        self.came.append(note)
        if self.refuses is not None:
            raise Refused(Problem(code=self.refuses, title="no", status=400))
        if not self.answers:
            raise Unreachable("no network")


def started(
    desk: Desk,
    api: Api,
    account: Account,
    folder: Path,
    place: KeyPlace = KeyPlace.KEYRING,
    store: type[SealedStore] = SealedStore,
) -> ExportService:
    desk.session.apply(KeyPlaced(place))
    kept = store(folder / "exports", Sealer(KEY))
    return ExportService(
        desk.session, cast("AuditApi", api), kept, account, desk.tasks, lambda: NOW
    )


async def test_it_is_kept_until_the_server_has_it_and_has_one_id_all_the_while(
    house: House, tmp_path: Path, qapp: QApplication
) -> None:
    desk, api, case = Desk(house, DOCTOR, tmp_path / "desk"), Api(), named("case a")
    started(desk, api, DOCTOR, tmp_path).tell(PRINTED, case)
    await desk.tasks.quiet()
    started(desk, api, EXPERT, tmp_path).wake()
    await desk.tasks.quiet()
    assert len(api.came) == 1, "who signs in next at this computer does not tell it"
    api.answers = True
    again = started(desk, api, DOCTOR, tmp_path)
    for _ in range(2):
        again.wake()
        await desk.tasks.quiet()
    first, second = api.came
    assert first == second
    assert (second.consultation_id, second.at, second.exported) == (case, NOW, PRINTED)


class FullStore(SealedStore):
    def write(self, name: str, plain: bytes) -> None:
        raise DiskFull


@pytest.mark.allow_logs("the disk is full")
@pytest.mark.parametrize(
    ("place", "store"), [(KeyPlace.MEMORY, SealedStore), (KeyPlace.KEYRING, FullStore)]
)
async def test_what_cannot_outlive_the_program_waits_in_it_and_the_window_says_so(
    house: House, tmp_path: Path, qapp: QApplication, place: KeyPlace, store: type[SealedStore]
) -> None:
    desk, api = Desk(house, DOCTOR, tmp_path / "desk"), Api()
    exports = started(desk, api, DOCTOR, tmp_path, place, store)
    exports.tell(PRINTED, named("case a"))
    await desk.tasks.quiet()
    assert [one.code for one in desk.state.notices] == [Trouble.EXPORT_IN_MEMORY]
    assert not list((tmp_path / "exports").glob("*")), "no file that nobody can open"
    api.answers = True
    for _ in range(2):
        exports.wake()
        await desk.tasks.quiet()
    first, second = api.came
    assert first == second, "told once"


@pytest.mark.allow_logs("the server refuses")
async def test_what_the_server_never_takes_is_not_offered_for_ever(
    house: House, tmp_path: Path, qapp: QApplication
) -> None:
    desk, api = Desk(house, DOCTOR, tmp_path / "desk"), Api()
    for code, offers in ((ErrorCode.NOT_FOUND, 2), (ErrorCode.VALIDATION_FAILED, 1)):
        api.refuses = code
        exports = started(desk, api, DOCTOR, tmp_path / code.value)
        exports.tell(PRINTED, named("case a"))
        await desk.tasks.quiet()
        exports.wake()
        await desk.tasks.quiet()
        assert len(api.came) == offers, "a case may come to be there"
        api.came.clear()


def test_a_number_that_is_none_keeps_nobody_from_saving() -> None:
    odd = Exported.of(ExportKind.OBJECTS, ExportTo.FILE, 0, "not a number")
    assert (odd.count, odd.study_instance_uid) == (1, None)


@pytest.mark.parametrize("kind", ExportKind)
@pytest.mark.parametrize("to", ExportTo)
def test_an_auditor_reads_it_in_words(kind: ExportKind, to: ExportTo) -> None:
    began = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
    detail = f"{kind.value} to={to.value} count=7 at={began.isoformat()}"
    said = export_words(detail, began)
    assert "7" in said
    assert "=" not in said
    assert export_words(detail, began + timedelta(hours=1)) == f"{moment(began)} · {said}"
    assert export_words("something newer", began) == "something newer"


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "2026"])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Shanghai"])
@pytest.mark.skipif(not hasattr(time, "tzset"), reason="a process changes its zone on POSIX only")
def test_no_time_breaks_the_table(at: str, zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        assert "=" not in export_words(f"pictures to=file count=7 at={at}", NOW)
    time.tzset()
