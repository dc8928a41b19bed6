"""The way in: unlock the store, trust the server, sign in, change a password, sign out."""

import asyncio
import logging
import os
import platform
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from app.net.api import Api
from app.net.connection import Connection
from app.net.device import DeviceUnusable
from app.net.errors import DeviceRefused, NetError, Refused, Unreachable, Untrusted
from app.net.second_factor import SecondFactorApi
from app.net.trust import Pin, check_device, fetch_pin, pin_of
from app.services.device_certificate import choose_device, device_of, is_set_up
from app.services.facts import Facts
from app.services.locking import KnownPassword
from app.services.second_factor import SecondFactorService
from app.services.troubles import Details, raise_error, raise_notice, trouble_of
from app.session.entry import DeviceWords, Entry, EntryChanged, EntryStage
from app.session.link import KeyPlace, KeyPlaced, SignedIn, SignedOut
from app.session.notices import Good, NoticeCode, Trouble
from app.store.errors import Damaged, KeyUnavailable, WrongPassphrase
from app.store.keys import key_from_file, key_from_keyring
from app.store.profile import Profile
from app.store.sealed import new_key
from app.store.wiping import wipe_what_was_read
from protocol.account import ChangePassword, SignIn, TokenPair
from protocol.errors import ErrorCode

log = logging.getLogger(__name__)
KEY_FILE_VARIABLE = "HUIZHEN_CLIENT_KEY_FILE"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the person typed; never shown or logged."""

    server: str
    username: str
    password: str = field(repr=False)
    take_over: bool = False
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SignedInAs:
    """What the rest of the program is built on after the way in."""

    api: Api
    pin: Pin | None
    tokens: TokenPair
    store_key: bytes
    password: KnownPassword


class EntryService:
    """Owns the way in; `on_signed_in` builds the rest, `on_signed_out` takes it down."""

    def __init__(
        self,
        facts: Facts,
        profile: Profile,
        on_signed_in: Callable[[SignedInAs], Awaitable[None]],
        on_signed_out: Callable[[], Awaitable[None]],
    ) -> None:
        self._facts = facts
        self._profile = profile
        self._on_signed_in = on_signed_in
        self._on_signed_out = on_signed_out
        self._store_key: bytes | None = None
        self._unlocked = asyncio.Event()
        self._api: Api | None = None
        self._offered: Pin | None = None
        self._waiting: Credentials | None = None
        self._tokens: TokenPair | None = None
        self._wipes = False
        self.factor: SecondFactorService | None = None
        self._password = KnownPassword()

    # --- the store's key -----------------------------------------------------------------

    async def prepare(self) -> None:
        """Finds the store key, or asks for the key file's passphrase."""
        remembered = self._profile.remembered
        entry = Entry(server=self._profile.server, username=remembered.username)
        self._show(entry)
        key_file = os.environ.get(KEY_FILE_VARIABLE)
        if key_file:
            first = not await asyncio.to_thread(Path(key_file).exists)
            self._show(replace(entry, stage=EntryStage.UNLOCK, first_time=first))
            return
        try:
            name = str(self._profile.folder)
            self._store_key = await asyncio.to_thread(key_from_keyring, name)
        except KeyUnavailable:
            self._keep_in_memory()
        else:
            self._facts.apply(KeyPlaced(KeyPlace.KEYRING))
        self._unlocked.set()

    async def unlock(self, passphrase: str, *, remember_nothing: bool = False) -> None:
        if remember_nothing:
            self._keep_in_memory()
            self._show(replace(self._entry, stage=EntryStage.CREDENTIALS, problem=None))
            self._unlocked.set()
            return
        self._show(replace(self._entry, busy=True, problem=None))
        path = Path(os.environ.get(KEY_FILE_VARIABLE, ""))
        try:
            self._store_key = await asyncio.to_thread(key_from_file, path, passphrase)
        except WrongPassphrase:
            self._fail(Trouble.WRONG_PASSPHRASE)
        except (Damaged, OSError):
            self._fail(Trouble.STORE_KEY_LOST)
        else:
            self._facts.apply(KeyPlaced(KeyPlace.KEY_FILE))
            self._show(replace(self._entry, stage=EntryStage.CREDENTIALS, busy=False))
            self._unlocked.set()

    def _keep_in_memory(self) -> None:
        self._store_key = new_key()
        self._facts.apply(KeyPlaced(KeyPlace.MEMORY))

    # --- trust and credentials -----------------------------------------------------------

    async def sign_in(self, typed: Credentials) -> None:
        server = normal_address(typed.server)
        self._waiting = replace(typed, server=server)
        self._show(
            replace(self._entry, server=server, username=typed.username, busy=True, problem=None)
        )
        try:
            await self._unlocked.wait()
            pin, known = await self._pin(server)
            if not known:
                return
            await self._enter(typed, server, pin)
        except Refused as refused:
            self._refused(refused)
        except Untrusted as error:
            pinned = bool(self._profile.pins.get(server))
            self._fail(*((Trouble.SERVER_CHANGED_CA, ()) if pinned else trouble_of(error)))
        except DeviceUnusable as error:
            self._device_unusable(error)
        except DeviceRefused as error:
            self._ask_device(*trouble_of(error))
        except NetError as error:
            self._fail(*trouble_of(error))

    async def use_device(self, file: Path, secret: str) -> None:
        """The certificate of this computer, and again what it was wanted for."""
        assert self._store_key is not None
        signed_in = self._facts.state.link.account is not None
        try:
            device = await choose_device(self._profile.folder, self._store_key, file, secret)
        except DeviceUnusable as error:
            if signed_in:
                raise_error(self._facts, error)
            else:
                self._fail(*trouble_of(error))
            return
        self._show(replace(self._entry, device=DeviceWords(device.subject, device.until)))
        if signed_in:
            raise_notice(self._facts, Good.DEVICE_CHOSEN)
        elif self._waiting is not None:
            await self.sign_in(self._waiting)

    def _ask_device(self, code: NoticeCode, details: Details = ()) -> None:
        self._show(replace(self._entry, stage=EntryStage.DEVICE))
        self._fail(code, details)

    def _device_unusable(self, error: DeviceUnusable) -> None:
        """One that is set up for the whole computer is not for the person here to choose."""
        if is_set_up():
            self._show(replace(self._entry, device=DeviceWords("", None, fixed=True)))
            self._ask_device(Trouble.DEVICE_SET_UP_UNUSABLE)
        else:
            self._ask_device(*trouble_of(error))

    async def _pin(self, server: str) -> tuple[Pin | None, bool]:
        """The pin to use; (_, False) when the person must compare a fingerprint first."""
        pem = self._profile.pins.get(server)
        if pem is not None:
            return (pin_of(pem) if pem else None), True
        offered = await asyncio.to_thread(fetch_pin, server)
        if offered is None:
            return None, True
        self._offered = offered
        self._show(
            replace(
                self._entry,
                stage=EntryStage.TRUST,
                busy=False,
                ca_subject=offered.subject,
                ca_fingerprint=offered.fingerprint,
            )
        )
        return None, False

    async def trust(self, fingerprint: str) -> None:
        """Pins the CA that was shown, and goes on with signing in."""
        offered, waiting = self._offered, self._waiting
        if offered is None or waiting is None or offered.fingerprint != fingerprint:
            return
        pins = {**self._profile.remembered.pins, waiting.server: offered.pem}
        await asyncio.to_thread(self._profile.remember, pins=pins)
        self._show(replace(self._entry, stage=EntryStage.CREDENTIALS))
        await self.sign_in(waiting)

    async def _enter(self, typed: Credentials, server: str, pin: Pin | None) -> None:
        assert self._store_key is not None
        device = await device_of(self._profile.folder, self._store_key)
        if device is not None:
            words = DeviceWords(device.subject, device.until, is_set_up())
            self._show(replace(self._entry, device=words))
        connection = await asyncio.to_thread(Connection, server, pin, device=device)
        body = SignIn(
            username=typed.username,
            password=SecretStr(typed.password),
            device=platform.node()[:80],
            take_over=typed.take_over,
            code=typed.code or None,
        )
        try:
            tokens = await connection.sign_in(body)
        except NetError as error:
            await connection.close()
            if device is not None and isinstance(error, Unreachable):
                await asyncio.to_thread(check_device, server, connection.context)
            raise
        self._api = Api(connection)
        self.factor = SecondFactorService(self._facts, SecondFactorApi(connection))
        await self._go_on(tokens)

    async def _go_on(self, tokens: TokenPair) -> None:
        """Into the program, or to what has to be done before."""
        self._tokens, self._wipes = tokens, tokens.wipe_on_sign_out
        if tokens.account.must_change_password:
            self._show(replace(self._entry, stage=EntryStage.NEW_PASSWORD, busy=False))
        elif tokens.second_factor_due:
            await self._set_up_factor()
        else:
            await self._finish(tokens)

    async def _set_up_factor(self) -> None:
        assert self.factor is not None
        assert self._waiting is not None
        await self.factor.begin(self._waiting.password)
        self._show(replace(self._entry, stage=EntryStage.SECOND_FACTOR, busy=False, problem=None))

    async def factor_set_up(self) -> None:
        """The recovery codes have been put away."""
        if self.factor is not None and self._tokens is not None:
            self.factor.close()
            await self._finish(self._tokens)

    async def _finish(self, tokens: TokenPair) -> None:
        assert self._api is not None
        assert self._store_key is not None
        server = self._api.connection.url
        await asyncio.to_thread(
            self._profile.remember, server=server, username=tokens.account.username
        )
        if self._waiting is not None:
            await asyncio.to_thread(self._password.learn, self._waiting.password)
        self._waiting = self._tokens = None
        self._facts.apply(SignedIn(server, tokens.account))
        self._show(replace(self._entry, busy=False, problem=None))
        await self._on_signed_in(
            SignedInAs(self._api, self._api.connection.pin, tokens, self._store_key, self._password)
        )

    async def change_password(self, current: str, new: str) -> None:
        """At the first sign-in, or later from the settings."""
        if self._api is None:
            return
        current = current or (self._waiting.password if self._waiting else "")
        body = ChangePassword(current=SecretStr(current), new=SecretStr(new))
        if self._facts.state.link.account is not None:
            await self._api.change_password(body)
            await asyncio.to_thread(self._password.learn, new)
            return
        self._show(replace(self._entry, busy=True, problem=None))
        try:
            await self._api.change_password(body)
        except NetError as error:
            self._fail(*trouble_of(error))
            return
        if self._waiting is not None and self._tokens is not None:
            self._waiting = replace(self._waiting, password=new)
            changed = {"must_change_password": False}  # nosec B105  # a flag
            account = self._tokens.account.model_copy(update=changed)
            await self._go_on(self._tokens.model_copy(update={"account": account}))

    # --- the way out ---------------------------------------------------------------------

    async def sign_out(self, *, told: bool = False) -> None:
        """Also cancels a half-way entry; `told` when the server ended the session itself."""
        self._waiting = self._tokens = None
        api, self._api = self._api, None
        why = self._why_over() if told else None
        state = self._facts.state
        account = state.link.account
        left = state.uploads.left_of(account.id) if account is not None else 0
        if account is not None:
            self._show(replace(self._entry, still_sending=left))  # the server may be slow to answer
            await self._on_signed_out()
        if account is not None and self._wipes:
            await asyncio.to_thread(wipe_what_was_read, self._profile.folder)
        if api is not None:
            if not told:
                try:
                    await api.connection.sign_out()
                except NetError:
                    log.info("the server could not be told of the sign-out")
            await api.connection.close()
        self._facts.apply(SignedOut())
        remembered = self._profile.remembered
        self._show(
            Entry(
                server=self._profile.server,
                username=remembered.username,
                problem=why,
                still_sending=left,
                device=self._entry.device,
            )
        )

    def _why_over(self) -> NoticeCode:
        """What the sign-in window says after the server ended the session."""
        told = [notice.code for notice in self._facts.state.notices]
        reasons = (
            Trouble.SESSION_TAKEN_OVER,
            Trouble.SESSION_DISABLED,
            Trouble.SESSION_REVOKED,
        )
        return next((code for code in reversed(told) if code in reasons), ErrorCode.SESSION_ENDED)

    async def close(self) -> None:
        """The program ends; the session stays on the server until it runs out."""
        api, self._api = self._api, None
        if api is not None:
            await api.connection.close()

    def _refused(self, refused: Refused) -> None:
        code, details = trouble_of(refused)
        if code is ErrorCode.SIGNED_IN_ELSEWHERE:
            stage = EntryStage.ELSEWHERE
        elif code is ErrorCode.PASSWORD_CHANGE_REQUIRED:
            stage = EntryStage.NEW_PASSWORD
        elif code is ErrorCode.SECOND_FACTOR_REQUIRED:
            self._show(replace(self._entry, stage=EntryStage.CODE, busy=False))
            return
        elif code in {ErrorCode.DEVICE_NEEDED, ErrorCode.DEVICE_OF_OTHERS}:
            stage = EntryStage.DEVICE
        elif code is ErrorCode.SECOND_FACTOR_WRONG:
            stage = EntryStage.CODE
        else:
            stage = EntryStage.CREDENTIALS
        self._show(
            replace(self._entry, stage=stage, busy=False, problem=code, problem_details=details)
        )

    def _fail(self, code: NoticeCode, details: Details = ()) -> None:
        self._show(replace(self._entry, busy=False, problem=code, problem_details=details))

    @property
    def _entry(self) -> Entry:
        return self._facts.state.entry

    def _show(self, entry: Entry) -> None:
        self._facts.apply(EntryChanged(entry))


def normal_address(written: str) -> str:
    """`host`, `host:8443` or a full address, as `https://host:port` without a trailing slash."""
    text = written.strip().rstrip("/")
    if "://" not in text:
        text = f"https://{text}"
    parts = urlsplit(text)
    return f"{parts.scheme}://{parts.netloc}"
