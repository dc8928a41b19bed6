"""A record that is still being read: what is there is shown, and nothing is said of the rest."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.models.emr import EVERYTHING, RecordView, record_view
from app.models.emr_search import ReadingProps, derive_emr_search
from app.net.emr.clinical import Gap, Lack, Unfinished
from app.net.emr.gathering import Gathered
from app.net.emr.reading import clinical
from app.session.emr import EmrComing, EmrProblem, EmrRead, EmrReading, EmrTrouble
from tests.fakes.bundles import condition, haemoglobin, of_patient, patient
from tests.fakes.records import resources
from tests.models.test_emr import HER, TODAY, after, draft

VALUES = (Unfinished("Observation", 1, 5000), Unfinished("DiagnosticReport"))


def part(
    *unfinished: Unfinished, told: tuple[dict[str, object], ...] = (), stopped: bool = False
) -> RecordView:
    record = clinical((patient(), *told), unfinished=unfinished)
    return record_view(record, TODAY, stopped=stopped)


def heads(view: RecordView) -> dict[str, str]:
    return {one.key: one.words for one in view.sections}


def test_a_part_that_may_still_come_is_listed_and_says_so() -> None:
    shown = heads(part(*VALUES, Unfinished("Encounter"), told=(haemoglobin(), condition())))
    assert shown == {
        "PROBLEMS": "Problems (1)",
        "LABORATORY": "Laboratory (1, flagged: 1) – still being read",
        "VITALS": "Vital signs – still being read",
        "OBSERVATIONS": "Other findings – still being read",
        "REPORTS": "Reports – still being read",
        "ENCOUNTERS": "Visits – still being read",
        EVERYTHING: "Everything by date",
    }


def test_how_much_is_there_is_said_where_the_server_tells_it() -> None:
    view = part(*VALUES, Unfinished("Encounter", 20), told=(haemoglobin(),))
    values = "Still being read: Values and findings (1 of 5000 read), Reports"
    assert view.coming("LABORATORY") == values
    assert view.coming("ENCOUNTERS") == "Still being read: Visits (20 read)"
    assert view.coming("PROBLEMS") == ""
    assert view.coming(EVERYTHING) == f"{values}, Visits (20 read)"


def test_what_does_not_come_any_more_is_not_read() -> None:
    view = part(*VALUES, told=(haemoglobin(),), stopped=True)
    assert heads(view)["LABORATORY"] == "Laboratory (1, flagged: 1) – not all read"
    assert heads(view)["VITALS"] == "Vital signs – not read"
    assert view.coming("VITALS").startswith("Not all of it was read: Values and findings (1 of")


ALLERGIES = Unfinished("AllergyIntolerance")
PENICILLIN = of_patient("AllergyIntolerance", "a", code={"text": "青霉素"})


@pytest.mark.parametrize(
    ("told", "stopped", "line"),
    [
        ((), False, ("Allergies are not known yet: they are still being read.", False)),
        ((), True, ("⚠ Allergies are not known: reading them was stopped", True)),
        ((PENICILLIN,), False, ("⚠ Allergies: 青霉素. This list is not complete.", True)),
    ],
)
def test_nobody_is_said_to_have_no_allergy_before_they_have_been_read(
    told: tuple[dict[str, object], ...], stopped: bool, line: tuple[str, bool]
) -> None:
    view = part(ALLERGIES, told=told, stopped=stopped)
    assert (view.allergies, view.warns) == line
    assert part(*VALUES).allergies.startswith("No current allergy is entered")


def test_a_reference_to_what_is_on_its_way_is_no_gap() -> None:
    result = [{"reference": "Observation/later"}]
    report = of_patient("DiagnosticReport", "r", code={"text": "血常规"}, result=result)
    assert part(*VALUES, told=(report,)).remarks == ()
    assert part(told=(report,)).remarks == ("Refer to what is not there: 1",)


def test_a_refused_type_is_told_at_once() -> None:
    gap = Gap("Immunization", Lack.FORBIDDEN)
    record = clinical((patient(),), gaps=(gap,), unfinished=VALUES)
    remarks = record_view(record, TODAY).remarks
    assert remarks == ("Immunisations: the hospital does not allow it",)


# --- at the hospital -------------------------------------------------------------------------


def reading(coming: EmrComing | None, **more: Any) -> ReadingProps:
    told = replace(EmrReading("p1", HER.person, 11, 12, coming=coming), **more)
    props = derive_emr_search(after(draft(), EmrRead(told)), TODAY).reading
    assert props is not None
    return props


def came(*told: dict[str, object], stopped: bool = False) -> EmrComing:
    record = clinical(told, unfinished=VALUES)
    return EmrComing(Gathered(told[0], told[1:], unfinished=VALUES), record, stopped)


def test_of_a_part_nothing_is_shared_added_or_corrected() -> None:
    props = reading(came(*resources()))
    assert props.record is not None
    assert (props.whole, props.going) == (False, True)
    assert (props.can_share, props.can_add, props.choices, props.correction, props.compare) == (
        *(False, False, (), "", ""),
    )
    assert props.problem == ""


def test_somebody_else_is_told_before_all_has_come() -> None:
    props = reading(came(patient(birthDate="1990-01-01"), condition()))
    assert "This is not the patient of the case" in props.problem
    assert props.going


def test_what_was_stopped_or_failed_is_a_part_that_goes_no_further() -> None:
    assert not reading(came(*resources(), stopped=True)).going
    failed = reading(came(*resources(), stopped=True), trouble=EmrTrouble(EmrProblem.UNREACHABLE))
    assert (failed.whole, failed.going) == (False, False)
    assert "not all read" in heads(failed.view)["LABORATORY"]


def test_rows_keep_their_keys_when_others_come() -> None:
    few, many = (condition(str(n), onsetDateTime=f"20{n}") for n in (10, 12)), condition("new")
    before = record_view(clinical([*(told := list(few))]), date(2026, 1, 5))
    later = record_view(clinical([*told, many]), date(2026, 1, 5))
    for section in ("PROBLEMS", EVERYTHING):
        keys = {row.key: row.cells[0] for row in before.section(section).rows}
        rows = {row.key: row.cells[0] for row in later.section(section).rows}
        assert keys.items() <= rows.items()
        assert len(rows) == 3


def test_entries_without_a_name_of_their_own_are_told_apart() -> None:
    told = [condition("", code={"text": name}) for name in ("高血压病", "2型糖尿病")]
    view = record_view(clinical(told), TODAY)
    rows = view.section("PROBLEMS").rows
    assert len({row.key for row in rows}) == 2
    shown = [view.entries("PROBLEMS", row.key)[0].title for row in rows]
    assert sorted(shown) == ["2型糖尿病", "高血压病"]
