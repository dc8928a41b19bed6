"""The newest head this machine knows to be signed, in a file beside the database.

Whoever changes the database alone can cut off the end of the trail with its heads, or empty its
tree so that it is made anew; this head is then not among those of the tree any more.
"""

import os
import secrets
from datetime import datetime
from pathlib import Path

import orjson

from server.store.errors import EvidenceUnusable
from server.store.evidence import Head
from server.store.incoming import sync_file
from server.store.keyring import sync_folder

NAME = "secrets/evidence.head"
"""Inside the data folder; never part of a backup, whose database ends earlier."""


class KeptHead:
    """Of one data folder, which processes of one machine share."""

    def __init__(self, data_dir: Path) -> None:
        self._file = data_dir / NAME

    def read(self) -> Head | None:
        """None where there is none yet; raises `EvidenceUnusable`."""
        try:
            return Head.read(orjson.loads(self._file.read_bytes()))
        except FileNotFoundError:
            return None
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise EvidenceUnusable(
                f"{NAME} in the data folder cannot be read: see whether anybody changed it, then "
                "run `huizhen-server audit go-on`"
            ) from error

    def keep(self, head: Head) -> None:
        """Keeps a head that is committed, unless a later one is kept already."""
        known = self.read()
        if known is not None and known.size >= head.size:
            return
        fresh = self._file.with_suffix(f".{secrets.token_hex(4)}.new")
        fresh.write_bytes(orjson.dumps(head.shown(), option=orjson.OPT_INDENT_2))
        _give_to_owner_of(self._file.parent, fresh)
        sync_file(fresh)
        fresh.replace(self._file)
        sync_folder(self._file.parent)

    def put_aside(self, now: datetime) -> None:
        """It stays under another name, and the next head is kept in its place."""
        aside = self._file.with_name(f"evidence-until-{now:%Y%m%dT%H%M%SZ}.head")
        if self._file.exists():
            self._file.replace(aside)


def _give_to_owner_of(folder: Path, file: Path) -> None:
    """Where root runs a command, the server must go on reading it."""
    if os.name == "posix" and os.geteuid() == 0:
        owner = folder.stat()
        os.chown(file, owner.st_uid, owner.st_gid)
