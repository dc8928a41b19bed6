"""What is added to reports later is thought of where they become nobody's."""

from uuid import uuid4

from protocol.report import CoSignature, Examination, Report, ReportPicture
from server.domain.anonymous import _bare_report
from tests.fakes.examples import NOW, opinion
from tests.fakes.reports import report

OF_NOBODY = frozenset(
    "schema_version version mode patient_sex patient_birth_date expert_title signed_at".split()
)
"""`without_times` and the age band of the export take care of the dates."""


def test_no_field_of_a_report_is_left_as_it_was() -> None:
    picture = ReportPicture(
        sha256="0" * 64, study_instance_uid="2.25.1", sop_instance_uid="2.25.2", caption="何小溪"
    )
    study = Examination(study_instance_uid="2.25.1", modalities=("CT",), description="何小溪")
    told = report(
        patient_id="QS-2026-0042",
        department="何小溪科",
        examinations=(study,),
        study_instance_uids=("2.25.1",),
        opinion=opinion(pictures=(picture,), findings="何小溪"),
        question="何小溪？",
        co_signature=CoSignature(
            reviewer_id=uuid4(),
            reviewer_name="何小溪",
            reviewer_institution="何小溪医院",
            approved_at=NOW,
        ),
    )
    bare = _bare_report(told, {"何小溪"}, uuid4())
    same = {name for name in Report.model_fields if getattr(bare, name) == getattr(told, name)}
    assert same - OF_NOBODY == {"minutes"}, "it had none"
    assert bare.opinion.pictures == ()
    for secret in ("何小溪", "QS-2026-0042"):
        assert secret not in bare.model_dump_json()
