"""`huizhen-server audit`: the trail looked through, its heads, proofs of entries, and an export."""

import asyncio
import base64
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any, Literal
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.audit_event import audit_event
from server.domain.merkle import includes, leaf_hash
from server.settings import Settings
from server.signed_trail import note_and_tell, take_in_what_waits
from server.store.case_file import Wanted, check_case_file, write_case_file
from server.store.case_rows import case_of_number
from server.store.errors import EntriesUnsealed, EvidenceUnusable, TrailTouched
from server.store.evidence import Head, newest_head, public_text, tree_to_go_on
from server.store.evidence_check import Looked, Wrong, look_through
from server.store.evidence_proofs import consistency_of, holds, proof_of
from server.store.fresh_files import fresh_binary, fresh_file, moments
from server.store.kept_head import KeptHead
from server.store.kept_secrets import EVIDENCE, evidence_key
from server.store.object_choice import open_objects
from server.store.progress import Progress, Tell
from server.store.row_keys import RowKeys
from server.store.sealed_rows import Rows
from server.store.serving import is_served
from server.store.snapshots import connected, is_empty, note_on_trail
from server.store.time_stamps import Roots, StampRefused, read_roots, stamp_of, stamped_at, stamps
from server.store.trail import entries


@dataclass(frozen=True, slots=True)
class AuditOrder:
    """What `huizhen-server audit` shall do.

    Args:
        heads: files with heads that somebody has kept; with `consistency` the one to begin with.
        public_key: of the site, base64; None takes that of the data folder.
        entry: the id of the entry to prove.
        proof: a file with a proof to check.
        because: why the trail is gone on with although it lacks what was signed; why, and for
            whom, a case leaves the house.
        case: the number of the case to put into a file, as people say it.
        to: that file; or where entries are written as FHIR AuditEvent, one a line.
        images: whether its images go with it.
        timestamp_roots: certificates of authorities of time, instead of those of the settings.
        since, until: the days whose entries are written, in this computer's zone.
    """

    what: Literal["verify", "head", "prove", "consistency", "check", "go-on", "case", "export"]
    heads: Sequence[Path] = ()
    public_key: str | None = None
    entry: UUID | None = None
    proof: Path | None = None
    because: str = ""
    case: str = ""
    to: Path | None = None
    images: bool = False
    since: date = date.min
    until: date = date.max
    timestamp_roots: Path | None = None


def run(settings: Settings, order: AuditOrder, tell: Tell) -> bool:
    """Answers whether all is well; raises a `StoreError`, of which `EntriesUnsealed` says that what
    was signed is whole and something else is there."""
    if order.what == "check":
        return _checked(settings, order, tell)
    return asyncio.run(_run(settings, order, tell))


async def _run(settings: Settings, order: AuditOrder, tell: Tell) -> bool:
    if await is_empty(settings.database):
        raise EvidenceUnusable("there is no database yet: check HUIZHEN_DATA_DIR")
    kept = [_read_head(file) for file in order.heads]
    if order.what == "verify" and (own := KeptHead(settings.data_dir).read()) is not None:
        kept.append(own)  # read before the database: it goes on meanwhile
    if order.what == "go-on":
        await _gone_on(settings, order.because, tell)
        return True
    now = datetime.now(UTC)
    served_at = now if order.what == "verify" and await is_served(settings.database) else None
    async with connected(settings.database, "the trail cannot be read") as one:
        match order.what:
            case "verify":
                return await one.run_sync(_verified, settings, order, kept, served_at, tell)
            case "export":
                assert order.to is not None
                said = await one.run_sync(_exported, order, order.to, tell)
                await note_and_tell(settings, tell, "exported", **said)
                return True
            case "head":
                head = await one.run_sync(newest_head)
                if head is None:
                    raise EvidenceUnusable("there is no head yet: the server makes the first")
                stamp = await one.run_sync(stamp_of, head.size)
                tell(head.shown() | ({"time_stamp": _base64(stamp)} if stamp else {}))
                return True
            case "consistency":
                return await one.run_sync(_consistent, settings, order, kept[0], tell)
            case "case":
                return await _case(one, settings, order, tell)
            case _:
                assert order.entry is not None
                proof = await one.run_sync(proof_of, order.entry)
                if proof is None:
                    raise EvidenceUnusable(
                        "there is no such entry in the tree; a new one is there within seconds"
                    )
                tell(proof)
                return True


def _consistent(
    connection: Connection, settings: Settings, order: AuditOrder, kept: Head, tell: Tell
) -> bool:
    """A proof that does not hold is told as well: it is what somebody else sees. Nothing is proven
    of a head that this site has not signed, by a key from elsewhere than the database."""
    if not kept.holds(_known_key(settings, order)):
        raise EvidenceUnusable(
            f"{order.heads[0].name} is not signed by this site: it was changed, or is of another "
            "site"
        )
    proof = consistency_of(connection, kept)
    if proof is None:
        tell({"wrong": Wrong.ANOTHER.value, "where": f"size {kept.size}"})
        return False
    tell(proof)
    return holds(proof)


async def _case(one: AsyncConnection, settings: Settings, order: AuditOrder, tell: Tell) -> bool:
    _signing_key(settings)
    case_id = await one.scalar(case_of_number(order.case))
    if case_id is None:
        raise EvidenceUnusable("there is no such case: check its number")
    assert order.to is not None
    said = {"because": order.because, "images": order.images}
    detail = json.dumps(said, ensure_ascii=False, sort_keys=True)
    with fresh_binary(order.to) as file:  # what cannot be written does not leave the house
        await note_on_trail(settings.database, "sealed", detail, consultation_id=case_id)
        await take_in_what_waits(settings)
        return await one.run_sync(_sealed, settings, order, case_id, file, tell)


def _sealed(
    connection: Connection,
    settings: Settings,
    order: AuditOrder,
    case_id: UUID,
    file: IO[bytes],
    tell: Tell,
) -> bool:
    wanted = Wanted(case_id, order.because, images=order.images)
    key, objects = _signing_key(settings), open_objects(settings)
    rows = Rows(RowKeys(objects.ring))
    written = write_case_file(file, wanted, connection, objects, key, rows)
    for sha256 in written.missing:
        tell({"object": sha256, "why": "not there"})
    tell(
        {
            "case": order.case,
            "files": len(written.files),
            "entries": written.entries,
            "waiting": written.waiting,
            "missing": len(written.missing),
        }
    )
    return not written.missing


def _verified(
    connection: Connection,
    settings: Settings,
    order: AuditOrder,
    kept: list[Head],
    served_at: datetime | None,
    tell: Tell,
) -> bool:
    key = _known_key(settings, order)
    file = order.timestamp_roots or settings.audit_timestamp_roots
    roots = read_roots(file) if file is not None else []
    looked, faults, progress = Looked(), 0, Progress(tell)

    def step(now: Looked) -> None:
        progress.now(entries=now.entries)

    for fault in look_through(connection, key, kept, looked, step, served_at=served_at):
        faults += 1
        tell({"wrong": fault.wrong.value, "where": fault.where})
    for act in looked.acts:
        tell(dict(act))
    for one in looked.left:
        name = "waiting" if one.waits else "unsealed"
        tell({name: one.entry_id, "at": one.at, "entry": one.said})
    faults += _stamps_verified(connection, roots, tell)
    _tell_whole(looked, len(kept), faults, tell)
    return not faults


def _tell_whole(looked: Looked, kept: int, faults: int, tell: Tell) -> None:
    """The last line; raises `EntriesUnsealed` where nothing else is the matter."""
    tell(
        {
            "entries": looked.entries,
            "heads": looked.heads,
            "waiting": looked.waiting,
            "unsealed": looked.unsealed,
            "kept_heads": kept,
            "wrong": faults,
        }
    )
    if looked.unsealed and not faults:
        raise EntriesUnsealed(
            f"nothing that was signed was touched, but {looked.unsealed} entries are in no tree "
            "and no server takes them in: nobody has signed for them. Look at the lines `unsealed` "
            "before a server or a command works on this database again, since it signs them"
        )


def _stamps_verified(connection: Connection, roots: Roots, tell: Tell) -> int:
    """How many are wrong; the newest good one says until when the tree is older than its time."""
    wrong, good, unread, newest = 0, 0, 0, {}
    for head, size, response in stamps(connection):
        if not roots:
            unread += 1
            continue
        try:
            if head is None:
                raise StampRefused("its head is gone")
            at = stamped_at(response, head.signed_bytes(), roots)
        except StampRefused as error:
            wrong += 1
            tell({"wrong": "stamp", "where": f"size {size}", "why": str(error)})
        else:
            good += 1
            newest = {"stamped_size": size, "stamped_at": at.isoformat(timespec="seconds")}
    if good or unread:
        tell({"stamps": good, **newest, **({"stamps_without_roots": unread} if unread else {})})
    return wrong


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


async def _gone_on(settings: Settings, because: str, tell: Tell) -> None:
    """The entry says which head the tree goes on without; it stays as a file."""
    kept = KeptHead(settings.data_dir)
    try:
        head = kept.read()
    except EvidenceUnusable:
        head = None
    else:
        if head is None:
            raise EvidenceUnusable("no head is kept in this data folder: nothing holds the tree up")
        if await _is_whole(settings, head):
            raise EvidenceUnusable("the newest head is in the database: nothing holds the tree up")
    without = {"size": head.size, "root": head.root} if head else {}
    detail = json.dumps({"because": because, **without}, ensure_ascii=False, sort_keys=True)
    await note_on_trail(settings.database, "gone_on", detail)
    kept.put_aside(datetime.now(UTC))
    await take_in_what_waits(settings)
    tell({"gone_on": True, **without})


async def _is_whole(settings: Settings, head: Head) -> bool:
    """Whether the server takes entries in as it is."""
    key = public_text(_signing_key(settings))
    async with connected(settings.database, "the trail cannot be read") as one:
        try:
            await one.run_sync(tree_to_go_on, key, head)
        except TrailTouched:
            return False
    return True


def _exported(connection: Connection, order: AuditOrder, to: Path, tell: Tell) -> dict[str, Any]:
    since, until = moments(order.since, order.until)
    count, progress = 0, Progress(tell)
    with fresh_file(to) as file:
        for entry in entries(connection, since, until):
            file.write(json.dumps(audit_event(entry), ensure_ascii=False) + "\n")
            count += 1
            progress.now(entries=count)
    tell({"entries": count})
    return {"entries": count, "since": order.since, "until": order.until}


def _known_key(settings: Settings, order: AuditOrder) -> str:
    """The public key that heads are looked at with."""
    mend = "give its public key with --public-key, from where a head was kept"
    return order.public_key or public_text(_signing_key(settings, mend))


def _signing_key(
    settings: Settings, mend: str = f"put {EVIDENCE} back, from a backup"
) -> Ed25519PrivateKey:
    """Never made here: a key nobody knows would be the site's from then on."""
    if not (settings.data_dir / EVIDENCE).exists():
        raise EvidenceUnusable(f"the site's key for heads is not in the data folder: {mend}")
    return evidence_key(settings.data_dir)


def _read_head(file: Path) -> Head:
    return _head_of(_json(file), file)


def _head_of(body: Any, file: Path) -> Head:
    try:
        return Head.read(body)
    except (KeyError, TypeError, ValueError) as error:
        raise EvidenceUnusable(f"{file.name} holds no head of an audit trail") from error


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise EvidenceUnusable(f"{file.name} cannot be read") from error


def _checked(settings: Settings, order: AuditOrder, tell: Tell) -> bool:
    """Needs nothing but the file and the key."""
    assert order.proof is not None
    key = _known_key(settings, order)
    if zipfile.is_zipfile(order.proof):
        return _case_checked(order.proof, key, tell)
    body = _json(order.proof)
    if isinstance(body, dict) and "kept" in body:
        kept = [_read_head(file) for file in order.heads]
        return _consistency_checked(body, order.proof, key, kept, tell)
    try:
        head = _head_of(body["head"], order.proof)
        leaf = leaf_hash(str(body["entry"]).encode())
        path = [bytes.fromhex(one) for one in body["path"]]
        root = bytes.fromhex(head.root)
        inside = includes(leaf, int(body["number"]), head.size, path, root)
    except (KeyError, TypeError, ValueError) as error:
        raise EvidenceUnusable(f"{order.proof.name} holds no proof of an entry") from error
    signed = head.holds(key)
    tell({"in_the_tree": inside, "signed": signed, "head": head.size})
    return inside and signed


def _consistency_checked(
    body: dict[str, Any], file: Path, key: str, kept: list[Head], tell: Tell
) -> bool:
    """Whether the proof holds, its heads are signed, and begins with each head somebody has."""
    try:
        begins = holds(body)
        first, head = Head.read(body["kept"]), Head.read(body["head"])
    except (KeyError, TypeError, ValueError) as error:
        raise EvidenceUnusable(f"{file.name} holds no proof of consistency") from error
    same = all((one.size, one.root) == (first.size, first.root) for one in kept)
    signed = first.holds(key) and head.holds(key)
    said = {"consistent": begins, "signed": signed, "kept": first.size, "head": head.size}
    tell(said if same else {**said, "wrong": "the proof begins with another head than the kept"})
    return begins and signed and same


def _case_checked(file: Path, key: str, tell: Tell) -> bool:
    manifest, wrong = check_case_file(file, key)
    for words in wrong:
        tell({"wrong": words})
    tell(
        {
            "case": str(manifest.consultation_id),
            "made_at": manifest.made_at.isoformat(timespec="seconds"),
            "because": manifest.because,
            "files": len(manifest.files),
            "missing": len(manifest.missing),
            "wrong": len(wrong),
        }
    )
    return not wrong
