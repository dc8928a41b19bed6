"""One case as a file that stands by itself: what the site has about it, its audit entries with
their proofs, and the signature of the site over all of it.

    manifest.json           what the file holds, with the SHA-256 of each, and why it was made
    manifest.sig            Ed25519 over it, with the site's key for evidence, base64
    tables/NAME.jsonl       the rows of the database, one a line
    objects/SHA256          signed papers, the record that was shared, and images
    audit.jsonl, head.json  entries with inclusion proofs (RFC 9162 2.1.3), and the signed head

It is not encrypted: who hands it on does so as with any medical record.
"""

import base64
import contextlib
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Connection, select

from protocol.report import SignedReport
from server.domain.errors import Invalid
from server.domain.merkle import includes, leaf_hash
from server.domain.ports import ObjectStore
from server.domain.reports import check_signature
from server.store.case_rows import objects_of_case, rows_of_case
from server.store.errors import EvidenceUnusable, StoreError
from server.store.evidence import Head, is_signed, public_text
from server.store.evidence_proofs import Proofs
from server.store.sealed_rows import Rows
from server.store.tables import AuditRow

MANIFEST, SIGNATURE, AUDIT, HEAD = "manifest.json", "manifest.sig", "audit.jsonl", "head.json"
REPORTS = "tables/reports.jsonl"
_TITLE = b"huizhen case file 1\n"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What reading a part of a ZIP raises; the last two for ways of packing nobody here uses."""
_NO_CASE_FILE = (*_BROKEN, OSError, KeyError, TypeError, ValueError)
_PIECE_BYTES = 1 << 20
_MOST_MANIFEST_BYTES = 64 << 20


class Listed(BaseModel):
    """One file of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    size: int


class Manifest(BaseModel):
    """What a case file says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = 1
    consultation_id: UUID
    made_at: datetime
    because: str
    """Why, and for whom: the copy says whose it is."""
    public_key: str
    files: dict[str, Listed]
    missing: tuple[str, ...] = ()
    """Objects the case speaks of that were not there."""


@dataclass(slots=True)
class Wanted:
    """Which case, why, and with its images or without."""

    consultation_id: UUID
    because: str
    images: bool = False


@dataclass(slots=True)
class Written:
    """What went into a case file."""

    files: dict[str, Listed] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    entries: int = 0
    waiting: int = 0
    """Entries of the last seconds, which are in no tree yet and so not in the file."""


def write_case_file(
    file: IO[bytes],
    wanted: Wanted,
    connection: Connection,
    objects: ObjectStore,
    key: Ed25519PrivateKey,
    rows: Rows,
) -> Written:
    """Raises `EvidenceUnusable` where the trail has no tree yet, and `OSError`."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as into:
        written = _filled(into, wanted, connection, objects, rows)
        manifest = Manifest(
            consultation_id=wanted.consultation_id,
            made_at=datetime.now(UTC),
            because=wanted.because,
            public_key=public_text(key),
            files=written.files,
            missing=tuple(written.missing),
        )
        text = manifest.model_dump_json(indent=1).encode()
        into.writestr(MANIFEST, text)
        into.writestr(SIGNATURE, base64.b64encode(key.sign(_TITLE + text)))
    return written


def _filled(
    into: zipfile.ZipFile,
    wanted: Wanted,
    connection: Connection,
    objects: ObjectStore,
    opener: Rows,
) -> Written:
    case_id, written = wanted.consultation_id, Written()
    for name, rows in rows_of_case(connection, case_id, opener):
        lines = b"".join(orjson.dumps(row, str, orjson.OPT_APPEND_NEWLINE) for row in rows)
        _add(into, written, f"tables/{name}.jsonl", io.BytesIO(lines).read)
    proofs = Proofs(connection)
    if proofs.head is None:
        raise EvidenceUnusable("there is no head yet: the server makes the first")
    ids = select(AuditRow.id).where(AuditRow.consultation_id == case_id).order_by(AuditRow.id)
    found = [proofs.of(entry_id) for entry_id in connection.scalars(ids).all()]
    proven = [one for one in found if one is not None]
    written.entries, written.waiting = len(proven), len(found) - len(proven)
    lines = b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in proven)
    _add(into, written, AUDIT, io.BytesIO(lines).read)
    _add(into, written, HEAD, io.BytesIO(orjson.dumps(proofs.head.shown())).read)
    for sha256 in objects_of_case(connection, case_id, images=wanted.images):
        try:
            source = objects.open(sha256)
        except StoreError:
            written.missing.append(sha256)
            continue
        with contextlib.closing(source):
            _add(into, written, f"objects/{sha256}", source.read)
    return written


def _add(into: zipfile.ZipFile, written: Written, name: str, read: Callable[[int], bytes]) -> None:
    digest, size = hashlib.sha256(), 0
    with into.open(name, "w", force_zip64=True) as out:
        while piece := read(_PIECE_BYTES):
            digest.update(piece)
            size += len(piece)
            out.write(piece)
    written.files[name] = Listed(sha256=digest.hexdigest(), size=size)


# --- checking: needs nothing but the file and the site's public key ------------------------------


def check_case_file(file: Path, public_key: str) -> tuple[Manifest, list[str]]:
    """What it says of itself, and everything that is wrong, in words.

    Nothing is unpacked. Raises `EvidenceUnusable` for what is no case file.
    """
    try:
        with zipfile.ZipFile(file) as found:
            manifest, signed = _manifest(found, public_key)
            wrong = [] if signed else [f"{MANIFEST}: not signed with this key"]
            wrong += _names(found, manifest)
            sound = [
                name for name, listed in manifest.files.items() if _is(found, name, listed, wrong)
            ]
            if {AUDIT, HEAD} <= set(sound):
                wrong += _entries(found, manifest.consultation_id, public_key)
            if REPORTS in sound:
                wrong += _reports(found)
    except _NO_CASE_FILE as error:
        raise EvidenceUnusable(f"{file.name} is no case file, or was cut") from error
    return manifest, wrong


def _manifest(found: zipfile.ZipFile, public_key: str) -> tuple[Manifest, bool]:
    if found.getinfo(MANIFEST).file_size > _MOST_MANIFEST_BYTES:
        raise ValueError("no manifest is as large")
    text = found.read(MANIFEST)
    manifest = Manifest.model_validate_json(text)
    return manifest, is_signed(_TITLE + text, found.read(SIGNATURE), public_key)


def _names(found: zipfile.ZipFile, manifest: Manifest) -> Iterator[str]:
    names = found.namelist()
    known = {MANIFEST, SIGNATURE, *manifest.files}
    for name in sorted(known - set(names)):
        yield f"{name}: not there"
    for name in sorted(set(names) - known):
        yield f"{name!r}: put in later"
    if len(names) != len(set(names)):
        yield "a name is there twice"


def _is(found: zipfile.ZipFile, name: str, listed: Listed, wrong: list[str]) -> bool:
    """Read no further than it may be long."""
    digest, size = hashlib.sha256(), 0
    try:
        with found.open(name) as source:
            while size <= listed.size and (piece := source.read(_PIECE_BYTES)):
                digest.update(piece)
                size += len(piece)
    except KeyError:
        return False  # `_names` says so
    except _BROKEN:
        size = -1
    if size == listed.size and digest.hexdigest() == listed.sha256:
        return True
    wrong.append(f"{name}: changed")
    return False


def _entries(found: zipfile.ZipFile, case_id: UUID, public_key: str) -> Iterator[str]:
    head = Head.read(orjson.loads(found.read(HEAD)))
    if not head.holds(public_key):
        yield f"{HEAD}: not signed with this key"
    root, numbers = bytes.fromhex(head.root), set()
    with found.open(AUDIT) as lines:
        for place, line in enumerate(lines, 1):
            one: dict[str, Any] = orjson.loads(line)
            entry, number = str(one["entry"]).encode(), int(one["number"])
            path = [bytes.fromhex(text) for text in one["path"]]
            if orjson.loads(entry).get("consultation_id") != case_id.hex or number in numbers:
                yield f"{AUDIT}: line {place} is not of this case, or there twice"
            elif not includes(leaf_hash(entry), number, head.size, path, root):
                yield f"{AUDIT}: line {place} is not in the tree"
            numbers.add(number)


def _reports(found: zipfile.ZipFile) -> Iterator[str]:
    with found.open(REPORTS) as lines:
        for place, line in enumerate(lines, 1):
            try:
                signed = SignedReport.model_validate_json(orjson.loads(line)["body"])
                check_signature(signed.report, signed.signature, signed.public_key)
            except (Invalid, ValidationError):
                yield f"{REPORTS}: line {place} does not carry its expert's signature"
