"""What makes the audit trail of a site evidence, built from its settings."""

from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from server.api.services.evidence import Evidence
from server.api.services.head_stamps import HeadStamps, TimeAuthority
from server.domain.ports import Clock
from server.settings import Settings
from server.store.errors import DatabaseUnavailable, EvidenceUnusable, TrailTouched
from server.store.evidence import MOST_AT_ONCE, take_in
from server.store.kept_head import KeptHead
from server.store.kept_secrets import EVIDENCE, evidence_key
from server.store.progress import Tell
from server.store.snapshots import is_empty, note_on_trail, written
from server.store.time_stamps import read_roots
from server.store.work import Store


def evidence_of(
    settings: Settings, store: Store, clock: Clock
) -> tuple[Evidence, HeadStamps | None]:
    """What makes the audit trail evidence, and what has an authority of time stamp its heads.

    Raises `EvidenceUnusable` for a file without certificates.
    """
    folder, heads = settings.data_dir, settings.audit_heads_dir
    key, every_s = evidence_key(folder), settings.audit_sealed_every_s
    evidence = Evidence(store, clock, key, KeptHead(folder), every_s, heads)
    if not settings.audit_timestamp_url or settings.audit_timestamp_roots is None:
        return evidence, None
    roots = read_roots(settings.audit_timestamp_roots)
    authority = TimeAuthority(settings.audit_timestamp_url, roots)
    return evidence, HeadStamps(store, clock, authority, heads)


async def note_done(settings: Settings, target: str, **said: object) -> bool:
    """What a command has done, with what and how many, as an entry that is in the tree; False where
    the database has no trail that this program can write: what was done is done."""
    detail = " ".join(f"{name}={value}" for name, value in said.items())
    try:
        if not await is_empty(settings.database):
            await note_on_trail(settings.database, target, detail)
            await take_in_what_waits(settings)
    except DatabaseUnavailable:
        return False
    return True


async def note_and_tell(settings: Settings, tell: Tell, target: str, **said: object) -> None:
    """The same; who runs the command is told where it could not be noted."""
    if not await note_done(settings, target, **said):
        tell({"trail": "it could not be noted that this was done: the trail cannot be written"})


async def take_in_what_waits(settings: Settings) -> None:
    """What a command has noted without a store is in the tree when it ends, since no server may be
    there to take it in. Nothing is done where the site has no key for heads yet, or where no server
    would sign: it says why.

    Raises `DatabaseUnavailable`.
    """
    if not (settings.data_dir / EVIDENCE).exists():
        return
    key, kept = evidence_key(settings.data_dir), KeptHead(settings.data_dir)
    count = MOST_AT_ONCE
    with suppress(TrailTouched, EvidenceUnusable):
        while count == MOST_AT_ONCE:
            async with written(settings.database, "the trail cannot be written") as one:
                now, known = datetime.now(UTC), kept.read()
                taken = await one.run_sync(partial(take_in, kept=known), key, now)
            if taken.head is not None:
                kept.keep(taken.head)
            count = taken.count
