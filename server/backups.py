"""`huizhen-server backup`, `restore` and `scrub`: a site copied, put back, looked through."""

import asyncio
import contextlib
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, assert_never

from server.setting_values import make_folder
from server.settings import Settings
from server.signed_trail import note_and_tell, take_in_what_waits
from server.store.backup import BackupFolder, Copied, Manifest, copy_objects
from server.store.errors import BackupUnusable, DatabaseUnavailable
from server.store.folder_owner import MARK
from server.store.kept_head import NAME as KEPT_HEAD
from server.store.keyring import LOCK_SUFFIX
from server.store.log_replay import Reach, replay
from server.store.object_choice import open_objects, ring_of
from server.store.progress import Tell
from server.store.room import told_when_full
from server.store.scrub import Found, looked_through
from server.store.serving import refuse_without_database_or_while_served
from server.store.snapshots import (
    begin_anew,
    is_empty,
    put_snapshot,
    read_references,
    take_snapshot,
)

_APART = (
    "objects",
    "pieces",
    "archive/cache",
    "archive/spool",
    "restoring",
    "last-backup",
    KEPT_HEAD,
    MARK,
)
"""Of the data folder: what is copied one by one, or needs no backup."""
LAST_BACKUP = "last-backup"
"""A file in the data folder with the time of the last one, for `huizhen-server doctor`."""
KEYS_FORGOTTEN = "backup-keys-forgotten"
"""There while every backup is under keys that were forgotten since it was taken."""
_MARK = "restoring"
"""A file in the data folder while a restore is not finished: no server starts over it."""
_TRIES = 3


@dataclass(frozen=True, slots=True)
class BackupOrder:
    """What `huizhen-server backup` shall do.

    Args:
        name: the backup to check; None is the newest.
        keep: how many stay when one is taken; None keeps all.
        read_all: whether what is there already is read to its end too.
    """

    what: Literal["take", "list", "check"]
    folder: Path
    name: str | None = None
    keep: int | None = None
    read_all: bool = False


def run(settings: Settings, order: BackupOrder, tell: Tell, program: str) -> bool:
    """Answers whether everything was there; raises a `StoreError`."""
    try:
        return _run(settings, order, tell, program)
    except OSError as error:
        raise BackupUnusable(
            f"{error.filename or 'a file'}: {error.strerror}; run this as the server's user, with "
            "a folder that it may write. What was begun counts for no backup"
        ) from error


def _run(settings: Settings, order: BackupOrder, tell: Tell, program: str) -> bool:
    match order.what:
        case "take":
            if settings.holds(order.folder):
                raise BackupUnusable(
                    "this folder lies in the data folder, of which a backup would hold itself: "
                    "name one outside, best on another disk or computer. Nothing was changed"
                )
            backups = _folder(settings, order.folder)
            with backups.alone():
                return _take(settings, backups, order, tell, program)
        case "list":
            return _list(settings, order.folder, tell)
        case "check":
            return _check(settings, order.folder, order.name, tell)
        case _:
            assert_never(order.what)


def _take(
    settings: Settings, backups: BackupFolder, order: BackupOrder, tell: Tell, program: str
) -> bool:
    """Takes a backup of a site whose server may run; answers whether everything was there.

    Raises a `StoreError`; then no backup is there and what has been copied serves the next one.
    That everything is copied is noted before: what is written afterwards, and followed by no
    server, would part the backup from the log that a later server keeps.
    """
    asyncio.run(note_and_tell(settings, tell, "backed_up"))
    objects = open_objects(settings)
    for one in backups.log.bring_along():
        tell({"log_part": one.part, "unreadable": one.why})
    database, site = backups.scratch / "database", backups.scratch / "site.tar"
    try:
        for _ in range(_TRIES):
            snapshot = asyncio.run(take_snapshot(settings.database, database))
            copied = backups.copy_in(objects, snapshot.objects, tell, read_all=order.read_all)
            lost = copied.failed
            # What was taken back while it was copied is no loss: look again.
            if not lost or set(lost) <= set(asyncio.run(read_references(settings.database))):
                break
        perhaps = [one for one in snapshot.perhaps if objects.holds(one)]
        more = backups.copy_in(objects, perhaps, tell)
        absent = {one: "" for one in snapshot.perhaps if one not in perhaps}
        all_of = Copied(copied.copied + more.copied, {**lost, **more.failed, **absent})
        pack_site(settings, site)
        name, manifest = backups.finish(program, snapshot, database, site, all_of)
        (settings.data_dir / LAST_BACKUP).write_text(manifest.taken_at.isoformat())
        (settings.data_dir / KEYS_FORGOTTEN).unlink(missing_ok=True)
    finally:
        database.unlink(missing_ok=True)
        site.unlink(missing_ok=True)
    for sha256, why in lost.items():
        tell({"missing": sha256, "why": why})
    _tell_ahead(backups.readable(), manifest.taken_at, tell)
    gone = 0 if order.keep is None else backups.keep_newest(order.keep)
    tell({"backup": name, **_shown(manifest), "copied": all_of.copied, "older_removed": gone})
    return not lost


def _tell_ahead(manifests: Mapping[str, Manifest], now: datetime, tell: Tell) -> None:
    """Backups of a clock that was wrong, before or now."""
    for name, manifest in manifests.items():
        if manifest.taken_at > now:
            mend = "it says that it was taken later than now: check the clock"
            tell({"backup": name, "in_the_future": mend})


def _list(settings: Settings, folder: Path, tell: Tell) -> bool:
    """Tells what there is in a folder of backups, the oldest first."""
    backups = _folder(settings, folder, there=True)
    found = {name: backups.manifest(name) for name in backups.names()}
    leads = backups.reaches(found)
    _tell_ahead(found, datetime.now(UTC), tell)
    for name, manifest in found.items():
        tell({"backup": name, **_shown(manifest), **_led(leads.get(name))})
    return True


def _led(reach: Reach | None) -> dict[str, Any]:
    """How far the log leads; whether something is missing after it."""
    if reach is None:
        return {}
    return {"log_until": _second(reach.until)} | ({"log_gap": True} if reach.broken else {})


def _check(settings: Settings, folder: Path, name: str | None, tell: Tell) -> bool:
    """Opens everything a backup and the log after it need; answers whether all can be had."""
    backups = _folder(settings, folder, there=True)
    name, manifest = _chosen(backups, name)
    bad = backups.check(manifest, tell)
    for sha256, why in bad.items():
        tell({"object": sha256, "why": why})
    reach = backups.reaches({name: manifest}).get(name)
    unread = [] if reach is None else list(backups.log.damage(reach.part, tell))
    for one in unread:
        tell({"log_part": one.part, "why": one.why})
    wrong = len(bad) + len(unread)
    tell({"backup": name, **_shown(manifest), **_led(reach), "bad": wrong})
    return not wrong


@dataclass(frozen=True, slots=True)
class RestoreOrder:
    """What `huizhen-server restore` shall put back.

    Args:
        name: of a backup; None is the newest, or the newest before `until`.
        until: a moment after it, to which the database's log leads on.
    """

    folder: Path
    name: str | None = None
    until: datetime | None = None


def restore(settings: Settings, order: RestoreOrder, tell: Tell) -> bool:
    """Puts a backup into an empty site; the database comes last. Answers whether all was there.

    Raises a `StoreError`. After a cut it is called again.
    """
    backups = _folder(settings, order.folder, there=True)
    name, manifest = _chosen(backups, order.name, order.until)
    mark = settings.data_dir / _MARK
    if not mark.exists() and not asyncio.run(is_empty(settings.database)):
        raise BackupUnusable(
            "there is a database already: restore into a new data folder (HUIZHEN_DATA_DIR) and, "
            "with PostgreSQL, a new database (HUIZHEN_DATABASE_URL). Nothing was changed"
        )
    make_folder(settings)
    _check_dialect(settings, manifest)
    with (
        backups.alone(),
        backups.in_plain(manifest.database) as database,
        backups.in_plain(manifest.site) as site,
    ):
        mark.write_text(f"{name}\n", encoding="utf-8")
        unpack_site(settings, site)
        objects = open_objects(settings)
        names, until = backups.listed(manifest), dict[str, str]()
        if order.until is not None:
            reached, newest = _brought_on(backups, name, manifest, database, order.until)
            until = {"until": _second(reached), "newest": _second(newest)}
            names = asyncio.run(read_references(f"sqlite+aiosqlite:///{database}"))
        lacking = [one for one in names if not objects.holds(one)]
        copied = copy_objects(backups.objects, objects, lacking, tell)
        detail = f"{name} {until.get('until', '')}".rstrip()
        asyncio.run(put_snapshot(settings.database, database, detail))
    mark.unlink()
    with contextlib.suppress(DatabaseUnavailable):  # tables of an older program: the start does it
        asyncio.run(take_in_what_waits(settings))
    for sha256, why in copied.failed.items():
        tell({"object": sha256, "why": why})
    tell({"restored": name, **_shown(manifest), **until, "bad": len(copied.failed)})
    return not copied.failed


def _brought_on(
    backups: BackupFolder, name: str, manifest: Manifest, database: Path, until: datetime
) -> tuple[datetime, datetime]:
    """Brings a copy of the database on to a moment; answers the one it has reached, and the newest
    to which the log leads."""
    if manifest.dialect != "sqlite":
        raise BackupUnusable(
            "PostgreSQL keeps its own log: restore its base backup to that moment, then run "
            "`huizhen-server begin-anew` (docs/operations.md, To any moment)"
        )
    reach = backups.reaches({name: manifest}).get(name)
    if reach is None or manifest.log is None:
        raise BackupUnusable(
            f"the database's log knows nothing of the backup {name}: restore it without --until, "
            "and set HUIZHEN_BACKUP_DIR so that the server keeps the log"
        )
    reached = replay(database, backups.log, manifest.log, reach, until)
    return reached or manifest.taken_at, reach.until


def _check_dialect(settings: Settings, manifest: Manifest) -> None:
    here = "sqlite" if settings.database.startswith("sqlite") else "postgresql"
    if manifest.dialect != here:
        raise BackupUnusable(
            f"this backup is of a {manifest.dialect} database and HUIZHEN_DATABASE_URL names "
            f"{here}: set it to one of the same kind"
        )


def scrub(settings: Settings, tell: Tell, folder: Path | None) -> bool:
    """Opens every object the database speaks of; what is bad is taken from a backup when one is
    given. Answers whether nothing bad is left."""
    objects = open_objects(settings)
    replica = None if folder is None else _folder(settings, folder, there=True).objects
    names = asyncio.run(read_references(settings.database))
    bad = mended = 0
    for one in looked_through(objects, names, replica, tell):
        bad += one.found is not Found.MENDED
        mended += one.found is Found.MENDED
        tell({"object": one.sha256, "found": one.found.value})
    tell({"done": True, "objects": len(names), "bad": bad, "mended": mended})
    return not bad


def note_put_back(settings: Settings, because: str) -> None:
    """After the database was put back by other means than `restore`, while no server runs: what
    `restore` does lest time run backwards for clients. Raises a `StoreError`."""

    async def work() -> None:
        await refuse_without_database_or_while_served(settings.database)
        await begin_anew(settings.database, because)
        await take_in_what_waits(settings)

    asyncio.run(work())


def refuse_half_restored(settings: Settings) -> None:
    """Raises `BackupUnusable` where a restore was cut: a server would begin an empty site."""
    with contextlib.suppress(FileNotFoundError):
        name = (settings.data_dir / _MARK).read_text(encoding="utf-8").strip()
        raise BackupUnusable(
            f"restoring the backup {name} was cut: run `huizhen-server restore` again"
        )


def pack_site(settings: Settings, file: Path) -> None:
    """What else lies in the data folder, as a TAR."""
    apart = _apart(settings)

    def wanted(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
        kept = entry.name.startswith("huizhen.sqlite") or _is_below(entry.name, apart)
        return None if kept else entry

    # What a link in the folder leads to is part of the site, and is not where it is restored.
    with told_when_full(), tarfile.open(file, "w", dereference=True) as tar:
        for one in sorted(settings.data_dir.iterdir()):
            if not _is_below(one.name, apart):
                tar.add(one, one.name, filter=wanted)


def unpack_site(settings: Settings, file: Path) -> None:
    """Puts it back, readable by the server's user alone."""
    with told_when_full(), tarfile.open(file) as tar:
        apart = _apart(settings)  # also of a backup that an older version took
        members = [one for one in tar.getmembers() if not _is_below(one.name, apart)]
        tar.extractall(settings.data_dir, members, filter="data")


def _apart(settings: Settings) -> set[str]:
    """What is in no backup, by its path in the data folder: above all the keys, which are newer
    where they are than in any backup."""
    keys, folder = settings.object_keys, settings.data_dir.resolve()
    files = [keys, keys.with_suffix(LOCK_SUFFIX), settings.key_pin_file]
    named = [one for one in files if one is not None]
    places = [(one.absolute(), settings.data_dir.absolute()) for one in named]
    places += [(one.resolve(), folder) for one in named]  # by whichever name it is there
    inside = {str(one.relative_to(base)) for one, base in places if one.is_relative_to(base)}
    return {*_APART, "lost+found", *inside}


def _is_below(name: str, places: set[str]) -> bool:
    return any(name == one or name.startswith(f"{one}/") for one in places)


def _folder(settings: Settings, folder: Path, *, there: bool = False) -> BackupFolder:
    if there and not BackupFolder.begun(folder):
        raise BackupUnusable(f"there are no backups in {folder.name!r}: check the folder")
    ring = ring_of(settings)
    ring.active()
    return BackupFolder(folder, ring)


def _chosen(
    backups: BackupFolder, name: str | None, until: datetime | None = None
) -> tuple[str, Manifest]:
    names = backups.names()
    if until is not None:
        names = [one for one in names if backups.manifest(one).taken_at <= until]
    if name is None and not names:
        raise BackupUnusable(
            "there is no whole backup in this folder" + (" from before then" if until else "")
        )
    if name is not None and until is not None and name not in names:
        raise BackupUnusable(f"the backup {name!r} is not one from before then")
    chosen = name or names[-1]
    return chosen, backups.manifest(chosen)


def _second(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _shown(manifest: Manifest) -> dict[str, Any]:
    return {
        "taken_at": _second(manifest.taken_at),
        "program": manifest.program,
        "database": f"{manifest.dialect} {manifest.revision}",
        "objects": manifest.objects,
        "missing": len(manifest.missing),
    }
