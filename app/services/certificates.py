"""Which certificate this expert signs papers with; its secret is never kept."""

import asyncio
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Literal
from uuid import UUID

from app.services.facts import Facts
from app.services.paper_signature import (
    CertificateFile,
    CertificateSource,
    CertificateToken,
    CertificateUnusable,
    token_labels,
    words_of,
)
from app.session.notices import Trouble
from app.session.signature import (
    CertificateChosen,
    CertificateForgotten,
    CertificatePlace,
    CertificateRefused,
    CertificateWords,
    TokensFound,
)
from app.store.profile import SealedStore
from protocol.base import Message, Moment

RECORD = "signature-certificate"
MOST_BYTES = 1024 * 1024


class KeptCertificate(Message):
    """As it is kept, sealed: a PKCS#12 file still under its passphrase, or where a token is."""

    place: Literal["file", "token"]
    pkcs12: str = ""
    module: str = ""
    token: str = ""
    label: str = ""
    subject: str
    issuer: str
    not_before: Moment
    not_after: Moment

    @property
    def words(self) -> CertificateWords:
        return CertificateWords(self.subject, self.issuer, self.not_before, self.not_after)

    @property
    def source(self) -> CertificateSource:
        if self.place == "file":
            return CertificateFile(b64decode(self.pkcs12))
        return CertificateToken(Path(self.module), self.token, self.label)


class CertificateService:
    def __init__(self, facts: Facts, store: SealedStore, account_id: UUID) -> None:
        self._facts = facts
        self._store = store
        self._record = f"{RECORD}-{account_id.hex}"

    async def load(self) -> None:
        """Tells what was chosen before on this computer."""
        kept = await self.kept()
        if kept is not None:
            self._tell(kept)

    async def kept(self) -> KeptCertificate | None:
        data = await asyncio.to_thread(self._store.read, self._record)
        return None if data is None else KeptCertificate.model_validate_json(data)

    async def choose_file(self, path: Path, secret: str) -> None:
        """Takes a copy of a PKCS#12 file that opens with this passphrase."""
        try:
            data = await asyncio.to_thread(_read, path)
            words = await asyncio.to_thread(words_of, CertificateFile(data), secret)
        except CertificateUnusable as unusable:
            self._facts.apply(CertificateRefused(unusable.trouble))
            return
        await self._keep("file", words, pkcs12=b64encode(data).decode())

    async def find_tokens(self, module: str) -> None:
        """Which certificates lie on the tokens that a maker's library sees."""
        try:
            labels = await asyncio.to_thread(token_labels, Path(module))
        except CertificateUnusable as unusable:
            self._facts.apply(CertificateRefused(unusable.trouble))
            return
        self._facts.apply(TokensFound(module, labels))
        if not labels:
            self._facts.apply(CertificateRefused(Trouble.CERTIFICATE_NO_TOKEN))

    async def choose_token(self, module: str, token: str, label: str, pin: str) -> None:
        """Remembers a certificate on a token; key and PIN stay where they are."""
        source = CertificateToken(Path(module), token, label)
        try:
            words = await asyncio.to_thread(words_of, source, pin)
        except CertificateUnusable as unusable:
            self._facts.apply(CertificateRefused(unusable.trouble))
            return
        await self._keep("token", words, module=module, token=token, label=label)

    async def forget(self) -> None:
        await asyncio.to_thread(self._store.delete, self._record)
        self._facts.apply(CertificateForgotten())

    async def _keep(
        self, place: Literal["file", "token"], words: CertificateWords, **where: str
    ) -> None:
        kept = KeptCertificate(
            place=place,
            subject=words.subject,
            issuer=words.issuer,
            not_before=words.not_before,
            not_after=words.not_after,
            **where,
        )
        data = kept.model_dump_json().encode()
        await asyncio.to_thread(self._store.write, self._record, data)
        self._tell(kept)

    def _tell(self, kept: KeptCertificate) -> None:
        place = CertificatePlace.FILE if kept.place == "file" else CertificatePlace.TOKEN
        self._facts.apply(CertificateChosen(place, kept.words))


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CertificateUnusable(Trouble.CERTIFICATE_NOT_READABLE)
        return path.read_bytes()
    except OSError as error:
        raise CertificateUnusable(Trouble.CERTIFICATE_NOT_READABLE) from error
