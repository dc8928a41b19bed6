"""An expert's own phrases are there again after a restart, sealed."""

import pytest

from app.services.phrases import PhraseService
from app.session.owner import Session
from app.session.phrases import OwnPhrase
from app.store.profile import SealedStore
from app.store.sealed import Sealer
from tests.fakes.examples import EXPERT
from tests.services.conftest import KEY, Desk

FIRST, SECOND = OwnPhrase("findings", "与前片相仿。"), OwnPhrase("impression", "请结合临床。")


def service(desk: Desk) -> tuple[PhraseService, Session]:
    session = Session()
    store = SealedStore(desk.folder / "phrases", Sealer(KEY))
    return PhraseService(session, store, EXPERT.id), session


async def test_the_newest_stands_first_and_nothing_twice(specialist: Desk) -> None:
    phrases, session = service(specialist)
    for one in (FIRST, SECOND, FIRST, OwnPhrase("findings", "  ")):
        await phrases.keep(one)
    assert session.state.phrases == (FIRST, SECOND)
    again, afterwards = service(specialist)
    await again.load()
    assert afterwards.state.phrases == (FIRST, SECOND)
    await again.forget(FIRST)
    assert [one.text for one in afterwards.state.phrases] == [SECOND.text]


async def test_they_are_sealed(specialist: Desk) -> None:
    phrases, _ = service(specialist)
    await phrases.keep(FIRST)
    (kept,) = (specialist.folder / "phrases").iterdir()
    assert FIRST.text.encode() not in kept.read_bytes()


@pytest.mark.parametrize("data", [b"{}", b"[1]"])
async def test_damaged_ones_are_begun_anew(specialist: Desk, data: bytes) -> None:
    store = SealedStore(specialist.folder / "phrases", Sealer(KEY))
    store.write(f"phrases-{EXPERT.id.hex}", data)
    phrases, session = service(specialist)
    await phrases.load()
    assert session.state.phrases == ()
    assert store.names() == ()
