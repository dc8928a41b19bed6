"""A whole record of the invented patient, and the facts by which a case carries it."""

from app.net.emr.gaps import outcome_of
from app.net.emr.reading import record_of
from app.session.case import Case, CaseOpened, ClaimHeld
from app.session.emr import SharedReading, SharedRecordRead
from app.session.queue import Load
from app.session.state import AnyFact
from protocol.attached_study import AttachedStudy
from protocol.consultation import Consultation, Phase
from protocol.fhir_bundle import identifiers, judged, patient_text
from protocol.shared_record import RecordCount, SharedRecord
from tests.fakes.bundles import LOINC, Json, condition, haemoglobin, of_patient, patient, raw
from tests.fakes.examples import CASE, EXPERT, consultation, content, person, row
from tests.views.facts import CLAIM

COUNT = (
    ("白细胞", "6690-2", "10^9/L", (6.1, 7.4, 12.8), (3.5, 9.5)),
    ("血红蛋白", "718-7", "g/L", (131, 118, 98), (115, 150)),
    ("血小板", "777-3", "10^9/L", (210, 232, 305), (125, 350)),
    ("C反应蛋白", "1988-5", "mg/L", (3, 5, 64), (0, 8)),
)
DAYS = ("2025-06-11T08:20:00+08:00", "2025-10-02T08:05:00+08:00", "2026-01-04T09:00:00+08:00")


def _counts() -> list[Json]:
    """Three blood counts, each a panel with its members."""
    made = []
    for at, day in enumerate(DAYS):
        members = []
        for name, loinc, unit, values, (low, high) in COUNT:
            id_ = f"{loinc}-{at}"
            limits = [{"low": {"value": low}, "high": {"value": high}}]
            made.append(
                haemoglobin(
                    id_,
                    code={"coding": [{"system": LOINC, "code": loinc}], "text": name},
                    valueQuantity={"value": values[at], "unit": unit},
                    referenceRange=limits,
                    effectiveDateTime=day,
                )
            )
            members.append({"reference": f"Observation/{id_}"})
        panel = {"coding": [{"system": LOINC, "code": "58410-2"}], "text": "血常规"}
        made.append(
            of_patient(
                "Observation",
                f"cbc{at}",
                code=panel,
                hasMember=members,
                effectiveDateTime=day,
                category=[{"coding": [{"code": "laboratory"}]}],
            )
        )
    return made


def _pressure(id_: str, day: str, high: int, low: int) -> Json:
    parts = [
        {"code": {"text": "收缩压"}, "valueQuantity": {"value": high, "unit": "mmHg"}},
        {"code": {"text": "舒张压"}, "valueQuantity": {"value": low, "unit": "mmHg"}},
    ]
    code = {"coding": [{"system": LOINC, "code": "85354-9"}], "text": "血压"}
    return of_patient("Observation", id_, code=code, component=parts, effectiveDateTime=day)


def resources() -> tuple[Json, ...]:
    return (
        patient(),
        condition(clinicalStatus={"coding": [{"code": "active"}]}),
        condition("c2", code={"text": "2型糖尿病"}, onsetDateTime="2021"),
        condition(
            "c3",
            code={"text": "急性胆囊炎"},
            onsetDateTime="2019-05-02",
            clinicalStatus={"coding": [{"code": "resolved"}]},
        ),
        of_patient(
            "AllergyIntolerance",
            "a1",
            code={"text": "青霉素"},
            criticality="high",
            reaction=[{"manifestation": [{"text": "过敏性休克"}]}],
        ),
        of_patient("AllergyIntolerance", "a2", code={"text": "碘造影剂"}),
        of_patient(
            "MedicationRequest",
            "m1",
            medicationCodeableConcept={"text": "氨氯地平片 5mg"},
            authoredOn="2025-10-02",
            dosageInstruction=[{"text": "每日一次，每次一片"}],
        ),
        *_counts(),
        _pressure("bp1", DAYS[0], 152, 94),
        _pressure("bp2", DAYS[2], 138, 86),
        of_patient(
            "ImagingStudy",
            "s1",
            started="2026-01-04T10:12:00+08:00",
            description="胸部CT平扫",
            modality=[{"code": "CT"}],
            identifier=[{"system": "urn:dicom:uid", "value": "urn:oid:1.2.3"}],
            numberOfInstances=324,
        ),
        of_patient(
            "Immunization", "i1", vaccineCode={"text": "流感疫苗"}, occurrenceDateTime="2025-11"
        ),
        of_patient("Encounter", "e1", type=[{"text": "呼吸内科门诊"}], period={"start": DAYS[2]}),
        of_patient("Condition", "empty"),
    )


def shared(*told: Json) -> tuple[SharedRecord, bytes]:
    """What the server says of it, and the Bundle."""
    bundle = raw(*(told or resources()), outcome_of(()))
    found = judged(bundle)
    whose = patient_text(found.patient)
    record = SharedRecord(
        sha256="a" * 64,
        nbytes=len(bundle),
        dated_at=found.dated_at,
        shared_at=found.dated_at,
        shared_by="林医生",
        counts=tuple(RecordCount(resource_type=kind, count=n) for kind, n in found.counts),
        patient_name=whose.name,
        patient_birth_date=whose.birth_date,
        patient_sex=whose.sex,
        patient_ids=tuple(identifiers(found.patient)),
    )
    return record, bundle


CHEST = AttachedStudy(
    study_instance_uid="1.2.3",
    modalities=("CT",),
    description="胸部CT平扫",
    declared=324,
    received=324,
    verified=True,
    patient_name="He^Xiaoxi=何^小溪",
    patient_birth_date="19580402",
    patient_sex="F",
)


def case_with(told: SharedRecord | None) -> Consultation:
    """The expert reads it, with the images of one study of the record."""
    summary = row(phase=Phase.READING, expert=person(EXPERT))
    return consultation(summary, record=told, studies=(CHEST,))


def carried(*told: Json) -> tuple[AnyFact, ...]:
    """The expert has the case open, and its record has been read."""
    record, bundle = shared(*told)
    case = case_with(record)
    reading = SharedReading(case.summary.id, record.sha256, Load.READY, record_of(bundle))
    opened = CaseOpened(Case(case, content=content()))
    return opened, ClaimHeld(CASE, CLAIM), SharedRecordRead(reading)
