"""`huizhen-server audit`: the trail looked through, its heads, proofs of entries, and an export."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection

from server.api.services.evidence import evidence_key
from server.domain.audit_event import audit_event
from server.domain.merkle import includes, leaf_hash
from server.settings import Settings
from server.store.errors import EvidenceUnusable
from server.store.evidence import (
    Head,
    Looked,
    look_through,
    newest_head,
    proof_of,
    public_text,
)
from server.store.fresh_files import fresh_file, moments
from server.store.snapshots import connected, is_empty
from server.store.trail import entries

Tell = Callable[[dict[str, Any]], None]
_TOLD_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class AuditOrder:
    """What `huizhen-server audit` shall do.

    Args:
        heads: files with heads that somebody has kept.
        public_key: of the site, base64; None takes that of the data folder.
        entry: the id of the entry to prove.
        proof: a file with a proof to check.
        to: where entries are written as FHIR AuditEvent, one a line.
        since, until: the days whose entries are written, in this computer's zone.
    """

    what: Literal["verify", "head", "prove", "check", "export"]
    heads: Sequence[Path] = ()
    public_key: str | None = None
    entry: UUID | None = None
    proof: Path | None = None
    to: Path | None = None
    since: date = date.min
    until: date = date.max


def run(settings: Settings, order: AuditOrder, tell: Tell) -> bool:
    """Answers whether all is well; raises a `StoreError`."""
    if order.what == "check":
        return _checked(settings, order, tell)
    return asyncio.run(_run(settings, order, tell))


async def _run(settings: Settings, order: AuditOrder, tell: Tell) -> bool:
    if await is_empty(settings.database):
        raise EvidenceUnusable("there is no database yet: check HUIZHEN_DATA_DIR")
    async with connected(settings.database, "the trail cannot be read") as one:
        match order.what:
            case "verify":
                key = order.public_key or _own_key(settings)
                kept = [_read_head(file) for file in order.heads]
                return await one.run_sync(_verified, key, kept, tell)
            case "export":
                assert order.to is not None
                await one.run_sync(_exported, order, order.to, tell)
                return True
            case "head":
                head = await one.run_sync(newest_head)
                if head is None:
                    raise EvidenceUnusable("there is no head yet: the server makes the first")
                tell(head.shown())
                return True
            case _:
                assert order.entry is not None
                proof = await one.run_sync(proof_of, order.entry)
                if proof is None:
                    raise EvidenceUnusable(
                        "there is no such entry in the tree; a new one is there within seconds"
                    )
                tell(proof)
                return True


def _verified(connection: Connection, key: str, kept: list[Head], tell: Tell) -> bool:
    looked, faults, told = Looked(), 0, time.monotonic()

    def progress(now: Looked) -> None:
        nonlocal told
        if time.monotonic() - told >= _TOLD_EVERY_S:
            told = time.monotonic()
            tell({"entries": now.entries})

    for fault in look_through(connection, key, kept, looked, progress):
        faults += 1
        tell({"wrong": fault.wrong.value, "where": fault.where})
    tell(
        {
            "entries": looked.entries,
            "heads": looked.heads,
            "waiting": looked.waiting,
            "kept_heads": len(kept),
            "wrong": faults,
        }
    )
    return not faults


def _exported(connection: Connection, order: AuditOrder, to: Path, tell: Tell) -> None:
    since, until = moments(order.since, order.until)
    count, told = 0, time.monotonic()
    with fresh_file(to) as file:
        for entry in entries(connection, since, until):
            file.write(json.dumps(audit_event(entry), ensure_ascii=False) + "\n")
            count += 1
            if time.monotonic() - told >= _TOLD_EVERY_S:
                told = time.monotonic()
                tell({"entries": count})
    tell({"entries": count})


def _own_key(settings: Settings) -> str:
    if not (settings.data_dir / "secrets" / "evidence.key").exists():
        raise EvidenceUnusable(
            "the site's key for heads is not in the data folder: give its public key with "
            "--public-key, from where a head was kept"
        )
    return public_text(evidence_key(settings.data_dir))


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
    except (OSError, ValueError) as error:
        raise EvidenceUnusable(f"{file.name} cannot be read") from error


def _checked(settings: Settings, order: AuditOrder, tell: Tell) -> bool:
    """Needs nothing but the file and the key."""
    assert order.proof is not None
    body = _json(order.proof)
    key = order.public_key or _own_key(settings)
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
