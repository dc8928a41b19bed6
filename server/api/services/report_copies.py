"""Patients' copies of signed reports: given by the clinic, opened by code and date of birth."""

from datetime import date, timedelta
from uuid import UUID

from protocol import paths
from protocol.errors import ErrorCode
from protocol.report import SignedReport
from protocol.report_copy import (
    COPY_WORDING,
    MOST_WRONG_DATES,
    CopySeen,
    CopyStanding,
    NewReportCopy,
    OpenCopy,
    PatientCopy,
    ReportCopy,
    ReportCopyState,
)
from server.api.services.acting import Acting
from server.api.services.backoff import Backoff, WrongGuess
from server.api.services.stored_bytes import whole
from server.api.services.tokens import new_secret
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.consultation import hash_token
from server.domain.errors import Conflict, Forbidden, NotFound
from server.domain.people import Who
from server.domain.ports import ObjectStore
from server.domain.rights import Part, require_part
from server.domain.transitions import DONE
from server.store.form_tables import ReportCopyRow
from server.store.work import Store, Work

FREE_GUESSES = 20
"""Wrong codes from one address before it waits: a whole ward may stand behind one address."""


class ReportCopies:
    """Of a code only the hash is kept. A code alone opens nothing: who guesses the date of birth
    has `MOST_WRONG_DATES` tries, and who guesses codes waits longer and longer."""

    def __init__(
        self,
        store: Store,
        acting: Acting,
        objects: ObjectStore,
        public_url: str | None,
        key: bytes,
    ) -> None:
        self._store = store
        self._acting = acting
        self._objects = objects
        self._public_url = public_url
        words = "too many wrong codes; wait before the next"
        self._guesses = Backoff(key, "report copy", FREE_GUESSES, words)

    # --- of the clinic ----------------------------------------------------------------------

    async def give(self, who: Who, case_id: UUID, body: NewReportCopy) -> ReportCopy:
        """A code for the patient; raises `Conflict` before a report is signed."""
        secret, hashed = new_secret()
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who, Part.REQUESTER)
            if case.phase not in DONE:
                raise Conflict(
                    ErrorCode.TRANSITION_REFUSED,
                    "there is no signed report yet that the patient could be given",
                    consultation_id=case_id,
                )
            row = ReportCopyRow(
                hash=hashed,
                consultation_id=case_id,
                created_by=who.id,
                created_at=work.now,
                expires_at=work.now + timedelta(days=body.valid_days),
                opened=0,
                wrong_dates=0,
            )
            await work.report_copies.add(row)
            _note(work, row, Access.CREATE, who.id)
        link = None
        if self._public_url is not None:
            link = f"{self._public_url}{paths.COPY_PAGE}#{secret}"
        return ReportCopy(id=_id_of(row), code=secret, expires_at=row.expires_at, link=link)

    async def states(self, who: Who, case_id: UUID) -> list[ReportCopyState]:
        """What has become of those of a case, the latest first."""
        async with self._store.looking() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who, Part.REQUESTER)
            work.trail.note(who.id, Access.READ, Resource.REPORT_COPY, consultation_id=case_id)
            return [
                ReportCopyState(
                    id=_id_of(row),
                    standing=_standing(work, case, row),
                    created_at=row.created_at,
                    expires_at=row.expires_at,
                    opened_at=row.opened_at,
                    opened=row.opened,
                )
                for row in await work.report_copies.of_case(case_id)
            ]

    async def withdraw(self, who: Who, case_id: UUID, copy_id: str) -> None:
        """It opens nothing from now on. Raises `NotFound` when this case has no such copy."""
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who, Part.REQUESTER)
            rows = await work.report_copies.of_case(case_id)
            row = next((one for one in rows if _id_of(one) == copy_id), None)
            if row is None:
                raise NotFound("this case has no such copy")
            row.withdrawn_at = row.withdrawn_at or work.now
            await work.session.flush()
            _note(work, row, Access.DELETE, who.id)

    # --- of the patient ---------------------------------------------------------------------

    async def look(self, code: str, address: str) -> CopySeen:
        """Who gives it, and whether it still opens; raises `Forbidden` for a code nobody made."""
        async with self._guesses.unit(self._store, address) as work:
            row, case = await self._known(work, code)
            giver = await work.people.who(row.created_by)
            _note(work, row, Access.READ, detail="look")
            return CopySeen(
                standing=_standing(work, case, row),
                institution_name=None if giver is None else giver.institution_name,
                expires_at=row.expires_at,
                wording=COPY_WORDING,
            )

    async def open(self, body: OpenCopy, address: str) -> PatientCopy:
        """The report in its latest version. Raises `Forbidden`."""
        async with self._guesses.unit(self._store, address) as work:
            row, signed = await self._opened(work, body)
            if row is not None and signed is not None:
                row.opened, row.opened_at = row.opened + 1, work.now
                form = await work.forms.of_version(row.consultation_id, signed.report.version)
                _note(work, row, Access.READ, detail=f"version {signed.report.version}")
                return _copy_of(signed, has_file=form is not None)
        raise _wrong_date()

    async def file(self, body: OpenCopy, address: str) -> bytes:
        """Its signed PDF. Raises `Forbidden`, `NotFound`."""
        sha256 = None
        async with self._guesses.unit(self._store, address) as work:
            row, signed = await self._opened(work, body)
            if row is not None and signed is not None:
                form = await work.forms.of_version(row.consultation_id, signed.report.version)
                if form is None:
                    raise NotFound("no paper was signed with this report")
                _note(work, row, Access.READ, detail=f"file {form.sha256}")
                sha256 = form.sha256
        if sha256 is None:
            raise _wrong_date()
        return await whole(self._objects, sha256)

    async def _opened(
        self, work: Work, body: OpenCopy
    ) -> tuple[ReportCopyRow | None, SignedReport | None]:
        """Nothing for a wrong date of birth, which is counted: the caller commits, then refuses."""
        row, case = await self._known(work, body.code)
        if _standing(work, case, row) is not CopyStanding.OPEN:
            raise _void()
        consent = body.consent
        if consent is None or consent.wording != COPY_WORDING:
            raise Forbidden(
                "consent to the words in force is needed: open the page again",
                ErrorCode.CONSENT_REQUIRED,
            )
        signed = await work.archive.report(row.consultation_id)
        if signed is None or not _born(signed, body.birth_date):
            row.wrong_dates += 1
            _note(work, row, Access.READ, outcome="wrong_birth_date")
            return None, None
        said = f"{consent.wording} {consent.language}"
        _note(work, row, Access.CREATE, resource=Resource.CONSENT, detail=said)
        return row, signed

    async def _known(self, work: Work, code: str) -> tuple[ReportCopyRow, Case]:
        row = await work.report_copies.by_hash(hash_token(code))
        if row is None:
            raise WrongGuess(_void())
        return row, await self._acting.get(work, row.consultation_id)


def _born(signed: SignedReport, birth_date: date) -> bool:
    return signed.report.patient_birth_date == birth_date.isoformat()


def _standing(work: Work, case: Case, row: ReportCopyRow) -> CopyStanding:
    """A case that was entered in error took its copies back with it."""
    if row.withdrawn_at is not None or case.phase not in DONE:
        return CopyStanding.WITHDRAWN
    if row.wrong_dates >= MOST_WRONG_DATES:
        return CopyStanding.LOCKED
    return CopyStanding.OPEN if work.now < row.expires_at else CopyStanding.EXPIRED


def _copy_of(signed: SignedReport, *, has_file: bool) -> PatientCopy:
    report = signed.report
    known = {**report.opinion.model_dump(), **report.model_dump(), "has_file": has_file}
    return PatientCopy(**{name: known[name] for name in PatientCopy.model_fields})


def _note(
    work: Work,
    row: ReportCopyRow,
    access: Access,
    by: UUID | None = None,
    *,
    resource: Resource = Resource.REPORT_COPY,
    detail: str = "",
    outcome: str | None = None,
) -> None:
    """`by` is absent for who has nothing but the code."""
    case_id = row.consultation_id
    work.trail.note(
        by, access, resource, _id_of(row), consultation_id=case_id, detail=detail, outcome=outcome
    )


def _id_of(row: ReportCopyRow) -> str:
    """Names it for those who made it and in the audit trail; opens nothing."""
    return row.hash[:32]


def _void() -> Forbidden:
    return Forbidden(
        "this copy has run out or was taken back: ask the clinic for a new one",
        ErrorCode.INVITATION_INVALID,
    )


def _wrong_date() -> Forbidden:
    return Forbidden("this is not the patient's date of birth", ErrorCode.BIRTH_DATE_WRONG)
