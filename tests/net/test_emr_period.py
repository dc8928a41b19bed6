"""A doctor shares what is not older than a day; what still holds goes along whatever its age."""

from datetime import date

from app.models.emr_gaps import gap_words
from app.net.emr.clinical import Gap, Lack, Section
from app.net.emr.gathering import Gathered
from app.net.emr.period import earlier, share_counts
from app.net.emr.reading import clinical, record_of
from app.net.emr.sharing import shared_bundle
from tests.fakes.bundles import condition, haemoglobin, instant, of_patient, patient

OVER = {"coding": [{"code": "resolved"}]}
STAY = {"start": "2023-12-28", "end": "2025-02-03"}
REPORT = {"code": {"text": "心电图"}, "result": [{"reference": "Observation/part"}]}
OLD = "2021-03-04T08:00:00+08:00"
TOLD = (
    condition("holds", onsetDateTime="2009-05"),
    condition("over", onsetDateTime="2009-05", clinicalStatus=OVER),
    of_patient("AllergyIntolerance", "allergy", code={"text": "青霉素"}, onsetDateTime="1990"),
    haemoglobin("old", effectiveDateTime="2023-12-31T23:00:00+08:00"),
    haemoglobin("part", effectiveDateTime=OLD),
    haemoglobin("year", effectiveDateTime="2024"),
    haemoglobin("new", effectiveDateTime="2024-02-01"),
    haemoglobin("undated", effectiveDateTime=None),
    of_patient("Encounter", "stay", period=STAY, **{"class": {"display": "住院"}}),
    of_patient("DiagnosticReport", "report", effectiveDateTime="2024-03-01", **REPORT),
)
SINCE = date(2024, 1, 1)


def test_what_was_over_before_the_day_stays_behind_and_is_counted() -> None:
    gathered, record = Gathered(patient(), TOLD), clinical(TOLD)
    raw = shared_bundle(gathered, tuple(Section), instant(), earlier(record, SINCE))
    shared = record_of(raw)
    names = {one.id.partition("/")[2] for one in shared.entries}
    assert names == {"holds", "allergy", "part", "year", "new", "undated", "stay", "report"}
    assert shared.gaps == (
        Gap("PROBLEMS", Lack.EARLIER, "2024-01-01", 1),
        Gap("LABORATORY", Lack.EARLIER, "2024-01-01", 1),
    )
    (said,) = gap_words(shared.gaps)
    assert said == (
        "Older, not shared by the clinic: Problems 1 (before 2024-01-01), "
        "Laboratory 1 (before 2024-01-01)"
    )
    assert shared.dangling == 0


def test_how_much_goes_along_is_counted_before_it_is_shared() -> None:
    counts = share_counts(clinical(TOLD), SINCE)
    assert counts[Section.PROBLEMS] == (1, 2)
    assert counts[Section.ALLERGIES] == (1, 1)
    assert share_counts(clinical(TOLD), None)[Section.PROBLEMS] == (2, 2)
