"""One server at a time follows a folder of backups, and only the one whose it is."""

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

from server.store.alone import held_alone
from server.store.errors import BackupUnusable

MARK = "follower"
"""A file in the data folder with the name by which it is known in the folder it follows; not in a
backup, since what is restored elsewhere is another site's server."""
OWNER, _LOCK = "followed-by", "following"


def own_mark(data_dir: Path) -> str:
    """Of a data folder; made when it is first asked for."""
    file = data_dir / MARK
    with contextlib.suppress(FileExistsError), file.open("x", encoding="utf-8") as fresh:
        fresh.write(secrets.token_hex(16))
    return file.read_text(encoding="utf-8")


@contextlib.contextmanager
def followed_alone(folder: Path, mark: str) -> Iterator[None]:
    """Raises `BackupUnusable` where another server follows it now, or did before."""
    busy = BackupUnusable(
        "another server follows this folder: give each its own (HUIZHEN_BACKUP_DIR)"
    )
    with held_alone(folder / _LOCK, busy):
        owner = folder / OWNER
        if not owner.exists():
            owner.write_text(mark, encoding="utf-8")
        if owner.read_text(encoding="utf-8") != mark:
            raise BackupUnusable(
                "another server's log is in this folder: give this one a folder of its own. Where "
                f"that server is gone for good, remove the file {OWNER} there and take a backup"
            )
        yield
