"""Unlocking by the password: the server says whether it is right, and without it the memory."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from app.models.lock import derive_lock_choice
from app.net.api import Api
from app.net.connection import Connection
from app.net.errors import Refused, Unreachable
from app.services.locking import KnownPassword, LockService
from app.session.lock import Lock
from app.session.owner import Session
from protocol.account import Reauthenticate
from protocol.errors import ErrorCode, Problem
from tests.fakes.api import PASSWORD, URL
from tests.fakes.examples import NOW


class Gate(Api):
    """The server's word on passwords; it can be out of reach."""

    def __init__(self) -> None:
        super().__init__(Connection(URL, None))
        self.online, self.right = True, PASSWORD

    async def unlock(self, body: Reauthenticate) -> None:
        if not self.online:
            raise Unreachable("no network")
        if body.password.get_secret_value() != self.right:
            code = ErrorCode.INVALID_CREDENTIALS
            raise Refused(Problem(code=code, title=code.value, status=401))


@dataclass
class Memory:
    minutes: int = 15

    def read(self) -> int:
        return self.minutes

    def write(self, minutes: int) -> None:
        self.minutes = minutes


@dataclass
class Window:
    gate: Gate = field(default_factory=Gate)
    session: Session = field(default_factory=Session)
    memory: Memory = field(default_factory=Memory)
    known: KnownPassword = field(default_factory=KnownPassword)
    at: datetime = NOW
    at_most_s: int | None = None

    def __post_init__(self) -> None:
        self.known.learn(PASSWORD)
        self.service = LockService(
            self.session, self.gate, self.memory, self.known, self.at_most_s, lambda: self.at
        )

    @property
    def lock(self) -> Lock:
        return self.session.state.lock

    async def tried(self, password: str) -> tuple[bool, object]:
        """Whether it is locked afterwards, and what is said."""
        await self.service.unlock(password)
        assert not self.lock.busy
        return self.lock.locked, self.lock.problem


@pytest.fixture
def window(qapp: object) -> Window:
    made = Window()
    made.service.lock()
    return made


async def test_the_right_password_unlocks_and_a_wrong_one_is_told(window: Window) -> None:
    assert await window.tried("something else") == (True, ErrorCode.INVALID_CREDENTIALS)
    assert await window.tried(PASSWORD) == (False, None)


async def test_without_the_server_what_was_signed_in_with_unlocks(window: Window) -> None:
    window.gate.online = False
    assert await window.tried("something else") == (True, ErrorCode.INVALID_CREDENTIALS)
    assert await window.tried(PASSWORD) == (False, None)


async def test_the_memory_follows_a_password_that_the_server_took(window: Window) -> None:
    window.gate.right = "the new password"
    assert await window.tried("the new password") == (False, None)
    window.service.lock()
    window.gate.online = False
    assert (await window.tried(PASSWORD))[0], "the old one"
    assert await window.tried("the new password") == (False, None)


async def test_guessing_without_the_server_has_to_wait(window: Window) -> None:
    window.gate.online = False
    for _ in range(5):
        await window.tried("a guess")
    assert await window.tried(PASSWORD) == (True, ErrorCode.TOO_MANY_REQUESTS)
    assert dict(window.lock.problem_details)["count"] == "3"
    window.at += timedelta(seconds=3)
    assert await window.tried(PASSWORD) == (False, None)


def test_the_password_itself_is_not_kept(window: Window) -> None:
    assert PASSWORD not in repr(vars(window.known))


@pytest.mark.parametrize(
    ("chosen", "site", "after"),
    [(15, None, 900), (0, None, None), (15, 300, 300), (2, 300, 120), (0, 300, 300)],
)
def test_the_site_may_shorten_what_was_chosen(
    chosen: int, site: int | None, after: int | None
) -> None:
    assert Lock(minutes=chosen, at_most_s=site).after_s == after


def test_what_may_be_chosen_is_kept_on_this_computer(qapp: object) -> None:
    window = Window(at_most_s=300)
    choice = derive_lock_choice(window.session.state)
    assert choice.minutes == (1, 2, 5, 0)
    assert "5 min" in choice.note
    window.service.choose(2)
    assert (window.memory.minutes, window.lock.after_s) == (2, 120)
