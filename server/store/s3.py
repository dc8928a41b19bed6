"""Image bytes sealed in a bucket of any S3, named by their SHA-256."""

import base64
import contextlib
import hashlib
import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from server.domain.ports import Fresh, ObjectReader, ObjectSink
from server.store.errors import ObjectMissing, ObjectsUnreachable
from server.store.incoming import READ_BYTES, Held, Spool, Spooled
from server.store.keyring import KeyRing
from server.store.objects import SUFFIX, opens_whole
from server.store.sealing import EMPTY_SLOT, HEADER_BYTES, SealedSource, rewrapped
from server.store.site_objects import Kept, nobody_listens

PART_BYTES = 16 * 1024 * 1024
"""Of a multipart upload; a smaller object goes in one request."""
AHEAD_BYTES = 1024 * 1024
UPLOADS = 8


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where it is and who asks; `ca` is a PEM file for an endpoint with the site's certificate."""

    endpoint: str
    name: str
    access_key: str
    secret_key: str
    region: str = "us-east-1"
    prefix: str = ""
    ca: Path | None = None

    def client(self) -> Any:
        return boto3.client(  # type: ignore[no-untyped-call]  # the library has no types
            "s3",
            endpoint_url=self.endpoint,
            region_name=self.region,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            verify=True if self.ca is None else str(self.ca),
            config=Config(  # type: ignore[no-untyped-call]  # the library has no types
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=5,
                read_timeout=30,
                retries={"max_attempts": 3, "mode": "standard"},
                max_pool_connections=2 * UPLOADS,
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )


class S3Objects:
    """An `ObjectStore` in a bucket; `spool` takes what is too large for memory, sealed.

    Every part goes with its MD5, which the other side checks; what is read is authenticated chunk
    by chunk as in the folder.
    """

    def __init__(self, bucket: Bucket, ring: KeyRing, spool: Path) -> None:
        self.ring = ring
        self.on_kept: Kept = nobody_listens
        self._client = bucket.client()
        self._bucket, self._prefix = bucket.name, bucket.prefix
        self._folder, self._spool = spool, Spool(spool, ring)
        self._uploads = ThreadPoolExecutor(UPLOADS, "huizhen-s3")

    def clear_spool(self) -> None:
        self._spool.clear()

    def sink(self, *, bulk: bool = False) -> ObjectSink:
        return self._spool.sink(bulk=bulk)

    def keep(self, fresh: Sequence[Fresh]) -> None:
        new = {one.sha256: one for one in fresh}
        list(self._uploads.map(self._keep_one, new.values()))
        self.on_kept(list(new))

    def _keep_one(self, fresh: Fresh) -> None:
        if opens_whole(self, fresh.sha256):
            return
        if isinstance(fresh, Spooled):
            with fresh.file.open("rb") as stored:
                self._upload(self._key(fresh.sha256), stored, fresh.file.stat().st_size)
            return
        assert isinstance(fresh, Held)
        out = io.BytesIO()
        fresh.write_to(out, self.ring)
        size = out.tell()
        out.seek(0)
        self._upload(self._key(fresh.sha256), out, size)

    def _upload(self, key: str, stored: BinaryIO, size: int) -> None:
        where = {"Bucket": self._bucket, "Key": key}
        with _told():
            if size <= PART_BYTES:
                data = stored.read()
                self._client.put_object(**where, Body=data, ContentMD5=_md5(data))
            else:
                self._upload_parts(where, stored)
            found = self._client.head_object(**where)["ContentLength"]
        if found != size:
            raise ObjectsUnreachable("the object store kept an image only in part; send it again")

    def _upload_parts(self, where: dict[str, str], stored: BinaryIO) -> None:
        upload = {**where, "UploadId": self._client.create_multipart_upload(**where)["UploadId"]}
        parts: list[dict[str, Any]] = []
        try:
            while data := stored.read(PART_BYTES):
                number = len(parts) + 1
                answer = self._client.upload_part(
                    **upload, PartNumber=number, Body=data, ContentMD5=_md5(data)
                )
                parts.append({"PartNumber": number, "ETag": answer["ETag"]})
            self._client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
        except BaseException:
            with contextlib.suppress(ClientError, BotoCoreError):
                self._client.abort_multipart_upload(**upload)
            raise

    def open(self, sha256: str) -> ObjectReader:
        stored = _Stored(self._client, self._bucket, self._key(sha256))
        source = SealedSource(cast(BinaryIO, stored), sha256, self.ring)
        return io.BufferedReader(source, READ_BYTES)

    def holds(self, sha256: str) -> bool:
        try:
            with _told():
                self._client.head_object(Bucket=self._bucket, Key=self._key(sha256))
        except ObjectMissing:
            return False
        return True

    def remove(self, sha256: str) -> None:
        with _told():
            self._client.delete_object(Bucket=self._bucket, Key=self._key(sha256))

    # --- what an administrator runs ----------------------------------------------------------

    def stored(self) -> Iterator[str]:
        """The SHA-256 of every object."""
        pages = self._client.get_paginator("list_objects_v2")
        with _told():
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for one in page.get("Contents", []):
                    name = one["Key"].rsplit("/", 1)[-1]
                    if name.endswith(SUFFIX):
                        yield name.removesuffix(SUFFIX)

    def has_sealed(self) -> bool:
        return next(self.stored(), None) is not None

    def has_plain(self) -> bool:
        """A bucket never had objects from before encryption."""
        return False

    def seal(self, sha256: str) -> bool:
        return False

    def rewrap(self, sha256: str) -> bool:
        """Wraps an object's data key with the active key; the object is written anew as a whole,
        since a bucket cannot change a part of one."""
        try:
            with contextlib.closing(
                _Stored(self._client, self._bucket, self._key(sha256))
            ) as stored:
                header = bytearray(stored.read(HEADER_BYTES))
                change = rewrapped(bytes(header), sha256, self.ring)
                if change is None:
                    return False
                for at, slot in ((change.write_at, change.slot), (change.empty_at, EMPTY_SLOT)):
                    header[at : at + len(slot)] = slot
                self._write_anew(sha256, bytes(header), stored)
        except ObjectMissing:
            return False  # taken back meanwhile
        return True

    def _write_anew(self, sha256: str, header: bytes, stored: "_Stored") -> None:
        file = self._folder / f"{sha256}.rewrap"
        try:
            with file.open("w+b") as copy:
                copy.write(header)
                while part := stored.read(AHEAD_BYTES):
                    copy.write(part)
                size = copy.tell()
                copy.seek(0)
                self._upload(self._key(sha256), copy, size)
        finally:
            file.unlink(missing_ok=True)

    def _key(self, sha256: str) -> str:
        return f"{self._prefix}{sha256[:2]}/{sha256}{SUFFIX}"


class _Stored:
    """The stored bytes of one object, by ranges a megabyte ahead: a CT slice is one request."""

    def __init__(self, client: Any, bucket: str, key: str) -> None:
        self._client, self._where = client, {"Bucket": bucket, "Key": key}
        self._at = 0
        self._held, self._from = b"", 0
        self._size = AHEAD_BYTES
        self._fetch(0, AHEAD_BYTES)

    def _fetch(self, start: int, count: int) -> None:
        stop = min(start + count, self._size) - 1
        with _told():
            answer = self._client.get_object(**self._where, Range=f"bytes={start}-{stop}")
            self._held, self._from = answer["Body"].read(), start
        self._size = int(answer["ContentRange"].rsplit("/", 1)[1])

    def read(self, count: int) -> bytes:
        count = max(0, min(count, self._size - self._at))
        inside = self._at - self._from
        if count and not 0 <= inside <= len(self._held) - count:
            self._fetch(self._at, max(count, AHEAD_BYTES))
            inside = 0
        self._at += count
        return self._held[inside : inside + count]

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = (0, self._at, self._size)[whence] + offset
        return self._at

    def close(self) -> None:
        self._held = b""


def _md5(data: bytes) -> str:
    digest = hashlib.md5(data, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """The library's errors as ours; none names the bucket's address or keys."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in ("404", "NoSuchKey", "NotFound"):
            raise ObjectMissing(
                "an image is not in the object store; restore it from the backup"
            ) from error
        raise ObjectsUnreachable(
            f"the object store refuses ({code}); check HUIZHEN_S3_BUCKET and its keys"
        ) from error
    except (BotoCoreError, OSError) as error:
        raise ObjectsUnreachable(
            "the object store does not answer; the images wait. Check HUIZHEN_S3_ENDPOINT and the "
            "network to it"
        ) from error
