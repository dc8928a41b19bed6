"""Of the doctor's checks: computers with certificates, and backups."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from server.api.devices import lists_of_withdrawn, without_list
from server.backups import KEYS_FORGOTTEN, LAST_BACKUP
from server.doctor_finding import Finding, Findings, Verdict, fine
from server.domain.devices import EVERYBODY
from server.settings import Settings
from server.store.backup import BackupFolder
from server.store.log_parts import LogParts
from server.store.object_choice import ring_of
from server.store.overview import Overview

_BACKED_UP = timedelta(days=2)
_SKEW = timedelta(minutes=2)
_HEADS_DUE = timedelta(days=1)
"""A site where nothing happens has no new head."""
_BEHIND = timedelta(minutes=10)


def devices(settings: Settings, seen: Overview | None, now: datetime) -> Findings:
    """Authorities whose time is over refuse every computer; so does a list that is out of date."""
    check = "computers' certificates"
    if settings.device_roots is None:
        return
    try:
        roots = x509.load_pem_x509_certificates(settings.device_roots.read_bytes())
    except (OSError, ValueError):
        mend = "HUIZHEN_DEVICE_ROOTS: the authority's certificate in PEM, readable by this user"
        yield Finding(check, Verdict.BAD, "the authority's file cannot be read", mend)
        return
    if all(one.not_valid_after_utc <= now for one in roots):
        yield Finding(check, Verdict.BAD, "the authority's certificate is out of date", "renew it")
        return
    if settings.device_revoked is not None:
        wrong = _wrong_lists(check, roots, settings.device_revoked, now)
        if wrong is not None:
            yield wrong
            return
    yield _who_needs_one(check, settings.devices_needed, seen)


def _who_needs_one(check: str, needed: tuple[str, ...], seen: Overview | None) -> Finding:
    unknown = set() if seen is None else {*needed} - {EVERYBODY} - seen.institutions
    if unknown:
        return Finding(
            check,
            Verdict.BAD,
            f"no institution has the code {', '.join(sorted(unknown))}: nobody there needs one",
            "HUIZHEN_DEVICES_NEEDED: codes as at huizhen-server institution add",
        )
    if not needed:
        return Finding(
            check,
            Verdict.LOOK,
            "computers may show one, and nobody has to",
            'HUIZHEN_DEVICES_NEEDED=["all"], or the codes of institutions',
        )
    return fine(check, f"needed by {', '.join(needed)}")


def _wrong_lists(
    check: str, roots: Sequence[x509.Certificate], file: Path, now: datetime
) -> Finding | None:
    try:
        lists = lists_of_withdrawn(file.read_bytes())
        lacking = without_list(roots, lists)
    except (OSError, ValueError):
        mend = "HUIZHEN_DEVICE_REVOKED: the authority's list in PEM"
        return Finding(check, Verdict.BAD, "the list of withdrawn ones cannot be read", mend)
    if lacking:
        return Finding(
            check,
            Verdict.BAD,
            f"there is no list of {', '.join(lacking)}: every computer of it is refused",
            "HUIZHEN_DEVICE_REVOKED: add that authority's list, an empty one too",
        )
    if any(one.next_update_utc is not None and one.next_update_utc <= now for one in lists):
        return Finding(
            check,
            Verdict.BAD,
            "the list of withdrawn ones is out of date: every computer is refused",
            "fetch the new one from the authority and start the server again",
        )
    return None


def backups(settings: Settings, seen: Overview | None, now: datetime) -> Findings:
    check = "backups"
    yield from _followed(settings, seen, check)
    try:
        last = datetime.fromisoformat((settings.data_dir / LAST_BACKUP).read_text().strip())
    except (OSError, ValueError):
        yield Finding(
            check,
            Verdict.LOOK,
            "none was ever taken from here",
            "huizhen-server backup take FOLDER once a day, to another disk, and a copy of the "
            "key file elsewhere",
        )
        return
    told = f"the last was taken {last.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if last > now + _SKEW:
        yield Finding(check, Verdict.LOOK, f"{told}, in the future", "check the clock")
        return
    if (settings.data_dir / KEYS_FORGOTTEN).exists():
        yield Finding(
            check,
            Verdict.BAD,
            f"{told}; its keys were forgotten since, and none can be restored",
            "huizhen-server backup take FOLDER, now",
        )
        return
    if now - last > _BACKED_UP:
        yield Finding(check, Verdict.LOOK, told, "does its timer run?")
        return
    yield fine(check, told)


def heads(settings: Settings, now: datetime) -> Findings:
    """Whether heads of the trail get to where others keep them."""
    check, folder = "heads of the trail", settings.audit_heads_dir
    if folder is None:
        return
    if not folder.is_dir():
        mend = "mount the share, or make the folder (HUIZHEN_AUDIT_HEADS_DIR)"
        yield Finding(check, Verdict.BAD, "the folder for them is not there", mend)
        return
    put = [one.stat().st_mtime for one in folder.glob("audit-head-*.json")]
    if not put:
        mend = "before the first hour of a new site this is so; else: is the share mounted?"
        yield Finding(check, Verdict.LOOK, "none is in the folder for them", mend)
        return
    told = f"the newest was put out {datetime.fromtimestamp(max(put), UTC):%Y-%m-%d %H:%M} UTC"
    if now.timestamp() - max(put) > _HEADS_DUE.total_seconds():
        mend = "does the server run, and may it write there? Is the share mounted?"
        yield Finding(check, Verdict.LOOK, told, mend)
        return
    yield fine(check, told)


def _followed(settings: Settings, seen: Overview | None, check: str) -> Findings:
    folder = settings.backup_dir
    if folder is None:
        return
    if not BackupFolder.begun(folder):
        yield Finding(
            check,
            Verdict.BAD,
            "HUIZHEN_BACKUP_DIR has no backup: is its disk there?",
            "mount it; in a new folder, huizhen-server backup take FOLDER",
        )
        return
    if seen is None or seen.latest is None or seen.dialect != "sqlite":
        return
    last = LogParts(folder, ring_of(settings)).last()
    if last is None or seen.latest - last.at > _BEHIND:
        ends = "is empty" if last is None else f"ends {last.at:%Y-%m-%d %H:%M} UTC"
        yield Finding(
            check,
            Verdict.BAD,
            f"the log in HUIZHEN_BACKUP_DIR {ends}, and the database goes on to "
            f"{seen.latest:%Y-%m-%d %H:%M}",
            "backup.not_followed in the server's log says why; may it write there "
            "(ReadWritePaths of its unit)? Then huizhen-server backup take",
        )
