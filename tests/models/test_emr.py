"""What the screen says of a record: whose it is first, and nothing that was not read."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.models.emr import EVERYTHING, derive_emr, record_view
from app.models.emr_gaps import allergies_of
from app.models.emr_search import derive_emr_search, derive_shared_line
from app.models.emr_settings import open_line_words, server_of
from app.models.emr_troubles import trouble_words
from app.models.emr_words import masked_number, unit_words, when_words
from app.models.workspace import derive_workspace
from app.net.emr.clinical import ClinicalRecord, Gap, Lack, PersonRead, Section
from app.net.emr.gathering import Gathered
from app.net.emr.place import EmrAccess, EmrServer
from app.net.emr.reading import clinical, record_of
from app.net.emr.sharing import shared_bundle
from app.session.case import Case, CaseOpened
from app.session.emr import (
    EmrConfigured,
    EmrProblem,
    EmrRead,
    EmrReading,
    EmrSearch,
    EmrSearched,
    EmrTrouble,
    FoundPatient,
    RecordsWaiting,
    SharedReading,
    SharedRecordRead,
)
from app.session.queue import Load
from app.session.state import AnyFact, State, reduce
from protocol.consultation import CaseItem, Phase
from protocol.identity_card import SYSTEMS
from tests.fakes.bundles import condition, haemoglobin, of_patient, patient
from tests.fakes.examples import NOW, consultation, content, row
from tests.fakes.examples import patient as entered
from tests.fakes.hospital import OWN
from tests.fakes.records import carried, resources, shared
from tests.views.facts import online

TODAY = date(2026, 11, 21)
SIGNING_IN = (
    *(EmrProblem.SIGN_IN_LATE, EmrProblem.SIGN_IN_REFUSED, EmrProblem.SIGN_IN_UNSAFE),
    *(EmrProblem.NO_BROWSER, EmrProblem.NOT_REVOKED, EmrProblem.NO_KEY, EmrProblem.KEY_LOCKED),
)


def after(*facts: AnyFact) -> State:
    state = State()
    for fact in (*online(), *facts):
        state = reduce(state, fact)
    return state


def opened(state: State) -> Case:
    assert state.case is not None
    return state.case


def read() -> ClinicalRecord:
    return clinical(resources())


# --- the record itself -----------------------------------------------------------------------


def test_sections_stand_in_the_order_a_doctor_reads_and_empty_ones_are_not_there() -> None:
    view = record_view(read(), TODAY)
    assert [one.key for one in view.sections] == [
        *("PROBLEMS", "ALLERGIES", "MEDICATIONS", "LABORATORY", "VITALS", "IMAGING"),
        *("ENCOUNTERS", "IMMUNISATIONS", EVERYTHING),
    ]


def test_a_value_is_shown_at_its_newest_with_its_course() -> None:
    view = record_view(read(), TODAY)
    laboratory = view.section("LABORATORY")
    assert laboratory.measured
    assert [one.cells for one in laboratory.rows][:2] == [
        ("白细胞", "↑ 12.8 10⁹/L", "3.5–9.5", "2026-01-04"),
        ("血红蛋白", "↓ 98 g/L", "115–150", "2026-01-04"),
    ]
    course = view.course("LABORATORY", laboratory.rows[1].key)
    assert course is not None
    assert [value for _, value in course.points] == [131, 118, 98]
    assert course.words.startswith("血红蛋白: 2025-06-11 131 g/L; ")
    assert view.sections[3].words == "Laboratory (4, flagged: 3)"


def test_the_heading_of_a_panel_is_no_row_of_its_own() -> None:
    view = record_view(read(), TODAY)
    parts = [view.section(one.key) for one in view.sections]
    cells = [cell for one in parts for row in one.rows for cell in row.cells]
    assert not [one for one in cells if one.endswith("血常规")]
    assert "血常规" in view.section("LABORATORY").rows[0].tip


def test_whose_flag_it_is_is_told_where_the_laboratory_gave_none() -> None:
    row = record_view(read(), TODAY).section("LABORATORY").rows[1]
    assert "low by the usual range; the laboratory gave no flag" in row.tip


def test_a_value_of_which_the_laboratory_says_more_is_marked() -> None:
    told = haemoglobin(note=[{"text": "标本溶血"}])
    row = record_view(clinical([told]), TODAY).section("LABORATORY").rows[0]
    assert row.cells[1] == "↓ 98 g/L †"
    assert "标本溶血" in row.tip


def test_the_same_thing_in_another_unit_is_another_row() -> None:
    told = haemoglobin("other", valueQuantity={"value": 9.8, "unit": "g/dL"}, referenceRange=None)
    view = record_view(clinical([haemoglobin(), told]), TODAY)
    assert sorted(one.cells[1] for one in view.section("LABORATORY").rows) == [
        "9.8 g/dL",
        "↓ 98 g/L",
    ]


def values(*told: dict[str, Any]) -> list[tuple[str, ...]]:
    return [one.cells for one in record_view(clinical(told), TODAY).section("LABORATORY").rows]


def test_what_was_found_at_one_time_all_stands_there() -> None:
    told: Any = {"code": {"text": "菌"}, "referenceRange": None, "valueQuantity": None}
    culture = [haemoglobin(name, valueString=name, **told) for name in ("大肠埃希菌", "金葡菌")]
    before = haemoglobin("0", valueString="无", effectiveDateTime="2026-01-02", **told)
    assert [(what, value) for what, value, *_ in values(before, *culture)] == [
        ("菌", "大肠埃希菌"),
        ("菌", "金葡菌"),
    ]
    assert len(values(haemoglobin("1"), haemoglobin("2"))) == 1


def test_values_without_a_time_are_no_course() -> None:
    told = {"effectiveDateTime": None, "referenceRange": None}
    assert [
        one[1] for one in values(haemoglobin("1", 98, **told), haemoglobin("2", 131, **told))
    ] == [*("98 g/L", "131 g/L")]


def test_rows_of_one_name_say_their_panel() -> None:
    told: Any = {"code": {"text": "白细胞"}, "referenceRange": None}
    panels = [
        of_patient(
            "DiagnosticReport",
            name,
            code={"text": name},
            result=[{"reference": f"Observation/{id_}"}],
        )
        for name, id_ in (("血常规", "1"), ("尿常规", "2"))
    ]
    rows = values(haemoglobin("1", **told), haemoglobin("2", **told), *panels)
    assert [one[0] for one in rows] == ["白细胞 (血常规)", "白细胞 (尿常规)"]


def test_the_usual_range_is_in_the_tip_too_where_there_is_no_room_for_it() -> None:
    row = record_view(read(), TODAY).section("LABORATORY").rows[1]
    assert "Usual: 115–150" in row.tip


def test_everything_by_date_ends_where_nobody_scrolls_any_more_and_says_so() -> None:
    many = [condition(f"c{number}", onsetDateTime=f"{1400 + number}") for number in range(503)]
    rows = record_view(clinical(many), TODAY).section(EVERYTHING).rows
    assert (len(rows), rows[0].cells[1]) == (501, "1902")
    assert rows[-1].cells[0] == "3 older: in the parts above"


def test_a_row_is_found_by_its_key_also_where_its_images_are_in_the_case() -> None:
    record = read()
    uid = next(one.study_instance_uid for one in record.entries if one.study_instance_uid)
    for studies in (frozenset[str](), frozenset((uid,))):
        view = record_view(record, TODAY, studies=studies)
        for section in (Section.PROBLEMS, Section.IMAGING):
            rows = view.section(section.name).rows
            found = [view.entries(section.name, one.key) for one in rows]
            assert found == [(one,) for one in record.of(section)]


def test_what_was_not_read_is_said() -> None:
    wrong = condition("w", verificationStatus={"coding": [{"code": "entered-in-error"}]})
    view = record_view(clinical([wrong, {"resourceType": "Condition"}]), TODAY)
    assert view.remarks == ("Could not be read: 1", "Entered in error, not shown: 1")


def test_allergies_that_hold_are_told_the_dangerous_first() -> None:
    assert allergies_of(read()) == ("青霉素", "碘造影剂")
    view = record_view(read(), TODAY)
    assert (view.allergies, view.warns) == (
        "⚠ Allergies: 青霉素 (severe): 过敏性休克; 碘造影剂",
        True,
    )


def test_who_it_is_stands_with_pinyin_age_and_masked_numbers() -> None:
    assert record_view(read(), TODAY).person == (
        "何小溪 · HE XIAO XI · female · 68 years · 1958-04-02 · QS••••••••42 · 110•••••••••••002X"
    )
    nobody = replace(read(), person=PersonRead())
    assert record_view(nobody, TODAY).person == "No name · sex not said · date of birth not said"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("11010519491231002X", "110•••••••••••002X"),
        ("110105194912310021", "110•••••••••••0021 (not a valid identity number)"),
        ("QS42", "••••"),
    ],
)
def test_an_identity_number_is_masked_and_a_wrong_one_says_so(number: str, shown: str) -> None:
    assert masked_number(number) == shown


def test_times_are_as_exact_as_the_source() -> None:
    assert [when_words(one) for one in ("2016", "2016-03", "")] == ["2016", "2016-03", ""]
    assert when_words("2016-03-05T10:00") == "2016-03-05 10:00"
    assert [unit_words(one) for one in ("10*3/uL", "mm[Hg]", "{score}")] == [
        *("10³/uL", "mmHg", "score")
    ]


# --- beside a case ---------------------------------------------------------------------------


def test_the_record_of_a_case_is_read_then_shown_and_its_allergies_are_in_the_banner() -> None:
    state = after(*carried())
    props = derive_emr(opened(state), state.emr, NOW)
    assert props.there
    assert props.dated.startswith("Read at the hospital 2026-01-05 ")
    whole = derive_workspace(state, NOW)
    assert whole is not None
    assert whole.banner.allergies == "青霉素, 碘造影剂"
    before = after(*carried()[:1])
    assert derive_emr(opened(before), before.emr, NOW).load is Load.LOADING
    failed = SharedReading(opened(state).id, "a" * 64, Load.FAILED)
    state = reduce(state, SharedRecordRead(failed))
    assert derive_emr(opened(state), state.emr, NOW).load is Load.FAILED


def test_a_record_of_somebody_else_is_stopped_and_told_in_the_banner() -> None:
    somebody = patient(name=[{"family": "王", "given": ["小明"]}], birthDate="1990-01-01")
    state = after(*carried(somebody, condition()))
    props = derive_emr(opened(state), state.emr, NOW)
    assert props.stopped == "The record names another patient: 王 小明 1990-01-01"
    assert props.view.sections == ()
    whole = derive_workspace(state, NOW)
    assert whole is not None
    assert whole.banner.other_patient == props.stopped


def test_the_guard_says_that_it_is_the_sex_that_differs() -> None:
    state = after(*carried(patient(gender="male"), condition()))
    told = derive_emr(opened(state), state.emr, NOW).stopped
    assert told.endswith("1958-04-02 · sex in the record: Male")
    card = {"system": SYSTEMS[0], "value": "110105195804020011"}
    state = after(*carried(patient(gender=None, identifier=[card]), condition()))
    told = derive_emr(opened(state), state.emr, NOW).stopped
    assert told.endswith("sex in the record: Male, by an identity number")


def test_a_case_without_a_record_shows_none() -> None:
    state = after(CaseOpened(Case(consultation(), content=content())))
    assert not derive_emr(opened(state), state.emr, NOW).there


# --- at the hospital -------------------------------------------------------------------------

HER = FoundPatient("p1", read().person)


def draft(**more: Any) -> CaseOpened:
    case = consultation(row(phase=Phase.EDITING), **more)
    return CaseOpened(Case(case, content=content()))


def test_the_patient_of_the_case_is_proposed_and_same_names_are_warned_of() -> None:
    other = FoundPatient("p2", replace(HER.person, birth_date="1990-01-01"))
    state = after(draft(), EmrSearched(EmrSearch("何小溪", found=(HER, other), more=True)))
    props = derive_emr_search(state, TODAY)
    assert props.proposed == "QS-2026-0042"
    assert props.rows[0].cells == (
        *("何小溪 (Xiaoxi He)", "Female", "68 years · 1958-04-02"),
        "QS••••••••42; 110•••••••••••002X",
    )
    assert "Several have this name" in props.remark
    assert "There are more" in props.remark


def test_what_the_hospital_would_not_give_is_said_by_kind() -> None:
    gaps = (
        Gap("Immunization", Lack.FORBIDDEN),
        Gap("DocumentReference", Lack.NOT_SUPPORTED, "no such type"),
        Gap("Observation", Lack.BUSY),
        Gap("Condition", Lack.NO_ANSWER),
        Gap("Encounter", Lack.FAILED, number=500),
        Gap("Condition", Lack.NOBODYS, number=1),
        Gap("Condition", Lack.MORE, "3 entries are withheld"),
        Gap("LABORATORY", Lack.NOT_SHARED),
        Gap("VITALS", Lack.NOT_SHARED),
    )
    record = clinical(resources()[:-1], gaps=gaps)
    reading = EmrReading("p1", HER.person, 12, 12, Gathered(patient(), irregular=2), record)
    props = derive_emr_search(after(draft(), EmrRead(reading)), TODAY)
    assert props.reading is not None
    assert props.reading.view.remarks == (
        "Do not follow the standard: 2",
        "Immunisations: the hospital does not allow it",
        "Documents: the hospital's server has none of this kind: no such type",
        "Values and findings: the server is busy; read again later",
        "Problems: no answer; read again later",
        "Visits: could not be read (code 500)",
        "Not shared by the clinic: Laboratory, Vital signs",
        "There may be more at the hospital: Problems (3 entries are withheld)",
        "Do not say whose they are, left out: Problems 1",
    )
    assert (Section.LABORATORY, "Laboratory (15)") in props.reading.choices


def test_another_patient_is_told_before_anything_is_shared() -> None:
    told = (patient(birthDate="1990-01-01"), condition())
    reading = EmrReading("p1", HER.person, 1, 1, Gathered(told[0], told[1:]), clinical(told))
    props = derive_emr_search(after(draft(), EmrRead(reading)), TODAY).reading
    assert props is not None
    assert "This is not the patient of the case" in props.problem
    assert not props.can_share


def test_every_trouble_has_words_and_the_servers_own_behind() -> None:
    told = {trouble_words(EmrTrouble(problem)) for problem in EmrProblem}
    assert len(told) == len(EmrProblem)
    said = trouble_words(EmrTrouble(EmrProblem.REFUSED, 503, "维护中"))
    assert said == (
        "The hospital's server is busy. Try again in some minutes. The server says: 维护中"
    )
    for status in (404, 409, 412, 429, 500):
        assert trouble_words(EmrTrouble(EmrProblem.REFUSED, status))


def test_the_form_says_what_goes_with_the_case_and_stops_somebody_elses() -> None:
    record, _ = shared()
    props = derive_shared_line(after(draft(record=record)))
    assert props.words.startswith("27 entries of the record go with the case. Read at the hospital")
    assert (props.can_read, props.can_remove, props.problem) == (True, True, "")
    case = consultation(row(phase=Phase.EDITING), record=record)
    wrong = CaseOpened(Case(case, content=content(patient=entered(name="王小明"))))
    assert "names another patient" in derive_shared_line(after(wrong)).problem


def test_a_record_that_waits_for_the_network_holds_the_case_back() -> None:
    from app.models.case_form import derive_case_form

    state = after(draft())
    state = reduce(state, RecordsWaiting(frozenset((opened(state).id,))))
    form = derive_case_form(state, TODAY)
    assert form is not None
    assert "goes with the case once online" in form.record.words
    assert [one.item for one in form.checklist if not one.done] == [CaseItem.RECORD]


def test_the_address_is_checked_before_it_is_kept() -> None:
    values: dict[str, object] = {"name": "市一", "url": "his", "access": EmrAccess.OPEN}
    values |= {"client_id": "", "token_url": "", "scope": ""}
    assert server_of(values)[1] == {"url": "Begins with https:// and ends before “/Patient”."}
    values |= {"url": "https://his.example/r4", "access": EmrAccess.CLIENT}
    assert server_of(values)[1] == {"client_id": "Hospital IT gives each client a name."}
    server, wrong = server_of(values | {"client_id": "huizhen"})
    assert (server is not None, wrong) == (True, {})
    assert "others in the network can read along" in open_line_words(
        EmrServer(url="http://10.1.2.3/r4")
    )
    assert derive_emr_search(after(EmrConfigured(OWN.server)), TODAY).ours


def test_nobody_is_told_of_a_hospital_where_the_clinic_keeps_the_record_itself() -> None:
    shown = [one for one in EmrProblem if one not in SIGNING_IN]
    told = {trouble_words(EmrTrouble(one), ours=True) for one in shown}
    told |= {
        trouble_words(EmrTrouble(EmrProblem.REFUSED, status), ours=True)
        for status in (404, 412, 429, 500)
    }
    gathered = Gathered(patient(), (condition(),), (Gap("Condition", Lack.MORE),), own=True)
    own = record_of(shared_bundle(gathered, tuple(Section), NOW))
    assert own.own, "the expert's program is told, too"
    reading = SharedReading(row(phase=Phase.EDITING).id, "a" * 64, Load.READY, own)
    record = shared(patient(), condition())[0]
    case = Case(consultation(row(phase=Phase.EDITING), record=record), content=content())
    state = after(CaseOpened(case), SharedRecordRead(reading))
    view = derive_emr(opened(state), state.emr, NOW).view
    told |= {view.dated, view.allergies, *view.remarks, derive_shared_line(state).words}
    assert "From the clinic's own record" in view.dated
    assert not [one for one in told if "hospital" in one.lower()]
