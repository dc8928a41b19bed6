"""`huizhen-server keys`: what stored images are encrypted with, made, changed and moved."""

import argparse
import contextlib
from collections import Counter
from dataclasses import dataclass
from typing import Literal, assert_never

from server.settings import Settings
from server.store.kek import KeptIn
from server.store.keyring import KeyRing
from server.store.object_choice import open_objects, ring_of
from server.store.progress import Progress, Tell
from server.store.rotation import rotate
from server.store.sealing import key_of
from server.store.site_objects import SiteObjects


@dataclass(frozen=True, slots=True)
class KeyOrder:
    """What `huizhen-server keys` shall do.

    Args:
        forget_old: whether older keys go at the end.
        kek: whether the token's own key is made anew instead of those it wraps.
        objects: whether it is counted how many images each key wraps.
        to: where the keys move.
    """

    what: Literal["make", "status", "rotate", "seal", "move"]
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
    what.add_parser("seal", help="encrypt images that were stored before there was encryption")
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
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if order.what == "status":
        _tell_status(open_objects(settings), tell, count=order.objects)
        return 0
    ring = ring_of(settings)
    with ring.alone():
        match order.what:
            case "make":
                _make(settings, ring, tell)
                return 0
            case "move":
                tell({"moved": ring.move(order.to), "to": order.to.value})
                return 0
            case "rotate" if order.kek:
                forgotten = ring.renew_kek(forget=order.forget_old)
                tell({"done": True, "keys": len(ring.words()), "forgotten": forgotten})
                return 0
            case "rotate" | "seal":
                objects = open_objects(settings)
                new = order.what == "rotate"
                return rotate(objects, tell, new_key=new, forget=order.forget_old)
            case _:
                assert_never(order.what)


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
                "kept_in": one.kept_in.value,
                "active": one.active,
                **counted,
            }
        )
    not_sealed = {"not_sealed": wraps[None]} if count else {}
    tell({"file": ring.name, "opens": bool(ring.active().id), **not_sealed})
