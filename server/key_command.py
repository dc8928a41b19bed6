"""`huizhen-server keys`: what stored images are encrypted with, made, changed and moved."""

import argparse
import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, assert_never

from server.backups import KEYS_FORGOTTEN, LAST_BACKUP
from server.setting_values import SettingsError, make_folder
from server.settings import Settings
from server.signed_trail import note_and_tell
from server.store.backup import BackupFolder
from server.store.engine import migrate, open_engine
from server.store.kek import KeptIn
from server.store.keyring import KeyRing
from server.store.log_parts import LogParts
from server.store.object_choice import open_objects, ring_of
from server.store.progress import Progress, Tell
from server.store.rotation import Forget, rotate
from server.store.row_keys import RowKeys
from server.store.row_sealing import bring_rows, rewrap_keys, row_keys_of
from server.store.sealing import key_of
from server.store.site_objects import SiteObjects
from server.store.snapshots import is_empty


@dataclass(frozen=True, slots=True)
class KeyOrder:
    """What `huizhen-server keys` shall do.

    Args:
        forget_old: whether older keys go at the end.
        kek: whether the token's own key is made anew instead of those it wraps.
        objects: whether it is counted how many images each key wraps.
        to: where the keys move.
    """

    what: Literal["make", "status", "rotate", "seal", "unseal", "move"]
    forget_old: bool = False
    kek: bool = False
    objects: bool = False
    to: KeptIn = KeptIn.FILE


def add_key_commands(keys: argparse.ArgumentParser) -> None:
    """Adds them below `keys`."""
    what = keys.add_subparsers(dest="what", required=True)
    what.add_parser("make", help="the key file, and on a token its key, where there is none yet")
    status = what.add_parser("status", help="which keys there are, where they are kept, since when")
    status.add_argument("--objects", action="store_true", help="and how many images each wraps")
    what.add_parser("seal", help="encrypt images and rows from before there was encryption")
    what.add_parser("unseal", help="rows only, before an older version of the server is installed")
    turn = what.add_parser("rotate", help="a new key, wrapped around the keys of all images")
    turn.add_argument(
        "--kek", action="store_true", help="a new key on the token instead, around the site's keys"
    )
    turn.add_argument(
        "--forget-old",
        action="store_true",
        help="remove older keys at the end: backups of before can then not be read",
    )
    move = what.add_parser("move", help="the same keys under the token (HSM), or out of it")
    move.add_argument("to", choices=[one.value for one in KeptIn])


def key_order(arguments: argparse.Namespace) -> KeyOrder:
    """What was asked for."""
    return KeyOrder(
        arguments.what,
        getattr(arguments, "forget_old", False),
        getattr(arguments, "kek", False),
        getattr(arguments, "objects", False),
        KeptIn(getattr(arguments, "to", KeptIn.FILE)),
    )


def run(settings: Settings, order: KeyOrder, tell: Tell) -> int:
    """Answers how many images could not be changed; raises a `StoreError`. A server may run."""
    make_folder(settings)
    ring = ring_of(settings)
    if order.what == "status":
        if not ring.exists:
            tell({"file": ring.name, "there": False})
            return 0
        _tell_status(open_objects(settings), tell, count=order.objects)
        _tell_rows(settings, tell)
        return 0
    with ring.alone():
        match order.what:
            case "make":
                _make(settings, ring, tell)
                return 0
            case "move":
                with _noted(settings, "keys_moved", tell) as told:
                    told({"moved": ring.move(order.to), "to": order.to.value})
                return 0
            case "rotate":
                with _noted(settings, "keys_rotated", tell) as told:
                    if order.kek:
                        return _renewed(ring, told, forget=order.forget_old)
                    return _rewrapped(settings, ring, order, told)
            case "seal":
                with _noted(settings, "rows_sealed", tell) as told:
                    return _rewrapped(settings, ring, order, told)
            case "unseal":
                if settings.seal_rows:
                    raise SettingsError(
                        "HUIZHEN_SEAL_ROWS: set it to false and start the server with it first: a "
                        "server that runs would seal what it writes"
                    )
                with _noted(settings, "rows_unsealed", tell) as told:
                    return _bring_rows(settings, ring, told, True, lambda: 0)
            case _:
                assert_never(order.what)


@contextlib.contextmanager
def _noted(settings: Settings, target: str, tell: Tell) -> Iterator[Tell]:
    """Notes on the trail how far it came, also where it was cut."""
    said: dict[str, Any] = {"done": False}

    def told(row: dict[str, Any]) -> None:
        said.update((name, row[name]) for name in _SAID & row.keys())
        tell(row)

    try:
        yield told
        said["done"] = True
    finally:
        asyncio.run(note_and_tell(settings, tell, target, **dict(sorted(said.items()))))


_SAID = frozenset({"changed", "failed", "forgotten", "key", "keys", "moved", "row_keys", "to"})
"""What of the lines of a command says what was done."""


def _renewed(ring: KeyRing, tell: Tell, *, forget: bool) -> int:
    forgotten = ring.renew_kek(forget=forget)
    tell({"done": True, "keys": len(ring.words()), "forgotten": forgotten})
    return 0


def _rewrapped(settings: Settings, ring: KeyRing, order: KeyOrder, tell: Tell) -> int:
    """`rotate` and `seal`; answers how many images could not be changed."""
    if order.forget_old and (settings.data_dir / LAST_BACKUP).exists():
        tell({"backups": _BACKUPS_LOST})
    objects = open_objects(settings)
    new = order.what == "rotate"
    rows = partial(_bring_rows_and_log, settings, objects.ring, tell, not new)
    failed = rotate(objects, tell, new_key=new, forget=order.forget_old, rows=rows)
    if order.forget_old and not failed:
        _note_forgotten(settings)
    return failed


_BACKUPS_LOST = (
    "none that was taken until now can be restored once its keys are forgotten: run "
    "huizhen-server backup take as soon as this is done"
)


def _note_forgotten(settings: Settings) -> None:
    """For `doctor`, until the next backup."""
    if (settings.data_dir / LAST_BACKUP).exists():
        (settings.data_dir / KEYS_FORGOTTEN).touch()


def _tell_rows(settings: Settings, tell: Tell) -> None:
    """How many data keys of rows each key wraps, and whether all that should be is sealed."""

    async def work() -> None:
        if await is_empty(settings.database):
            return
        engine = open_engine(settings.database)
        try:
            wraps, sealed = await row_keys_of(engine)
            tell({"rows_sealed": sealed, "row_keys": {one[:8]: n for one, n in wraps.items()}})
        finally:
            await engine.dispose()

    asyncio.run(work())


def _bring_rows(settings: Settings, ring: KeyRing, tell: Tell, bring: bool, forget: Forget) -> int:
    """Rows to how they shall rest, their keys under the active one; then what is forgotten."""

    async def work() -> int:
        if await is_empty(settings.database):
            return forget()
        engine, keys = open_engine(settings.database), RowKeys(ring, seals=settings.seal_rows)
        try:
            if bring:
                await migrate(engine)
                await bring_rows(engine, keys, tell)
            return await rewrap_keys(engine, keys, ring, tell, forget)
        finally:
            await engine.dispose()

    return asyncio.run(work())


def _bring_rows_and_log(
    settings: Settings, ring: KeyRing, tell: Tell, bring: bool, forget: Forget
) -> int:
    """As `_bring_rows`; before something is forgotten, the followed log of the database too."""
    folder = settings.backup_dir

    def bring_log_and_forget() -> int:
        if folder is not None and not BackupFolder.begun(folder):
            tell({"log": "HUIZHEN_BACKUP_DIR has no backup, or its disk is not there: keys stay"})
            return 0
        if folder is not None:
            for one in LogParts(folder, ring).bring_along():
                tell({"log_part": one.part, "unreadable": one.why})
        return forget()

    return _bring_rows(settings, ring, tell, bring, bring_log_and_forget)


def _make(settings: Settings, ring: KeyRing, tell: Tell) -> None:
    """Nothing that is there is replaced."""
    had, on_token = ring.exists, ring.make_kek()
    key = open_objects(settings).ring.active()
    tell({"made": not had, "made_on_token": on_token, "key": key.id.hex()[:8]})


def _tell_status(objects: SiteObjects, tell: Tell, *, count: bool) -> None:
    ring = objects.ring
    wraps: Counter[bytes | None] = Counter()
    if count:
        progress = Progress(tell)
        for number, sha256 in enumerate(objects.stored(), 1):
            with contextlib.closing(objects.open(sha256)) as found:
                wraps[key_of(found)] += 1
            progress.now(counted=number)
    for one in ring.words():
        counted = {"objects": wraps[one.id]} if count else {}
        tell(
            {
                "key": one.id.hex()[:8],
                "made": one.made,
                "cipher": one.algorithm.name.lower().replace("_", "-"),
                "kept_in": one.kept_in.value,
                "active": one.active,
                **counted,
            }
        )
    not_sealed = {"not_sealed": wraps[None]} if count else {}
    tell({"file": ring.name, "opens": bool(ring.active().id), **not_sealed})
