"""What a clinic shares of a patient's record with a case: one dated Bundle (FHIR R4, collection).

The bytes of the Bundle go and come as they are, of type `FHIR_JSON`; `SharedRecord` says what is in
them. `protocol.fhir_bundle` judges them.
"""

from pydantic import Field

from protocol.base import Answer, Moment, Name, Sha256

FHIR_JSON = "application/fhir+json"
MAX_RECORD_BYTES = 8 * 1024 * 1024
MAX_RECORD_ENTRIES = 5000


class RecordCount(Answer):
    """How many resources of one type."""

    resource_type: str
    count: int


class SharedRecord(Answer):
    """The Bundle of a case, as far as anybody who may see the case is told without reading it."""

    sha256: Sha256
    nbytes: int
    dated_at: Moment = Field(description="Bundle.timestamp: when it was read at the hospital")
    shared_at: Moment
    shared_by: Name
    counts: tuple[RecordCount, ...]
    patient_name: str = Field(description="PN: the names of its Patient in each script")
    patient_birth_date: str = Field(
        description="DA, as far as it is known: YYYY, YYYYMM or YYYYMMDD"
    )
    patient_sex: str = Field(description="CS")
    patient_ids: tuple[str, ...] = Field(description="every identifier of its Patient")
