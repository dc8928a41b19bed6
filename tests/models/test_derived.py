"""What the screen needs, derived from the state without a screen."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.models.call import derive_call
from app.models.case_form import derive_case_form, missing_items
from app.models.identity import masked
from app.models.queue import Column, derive_rings, derive_work
from app.models.report import ReportStage
from app.models.sign_in import derive_sign_in
from app.models.status import derive_status, upload_line
from app.models.times import age, byte_size, duration
from app.models.workspace import NextStep, derive_workspace
from app.session.call import (
    CallEntered,
    CallJoining,
    CallPhase,
    MediaTold,
    PeerPicture,
)
from app.session.case import (
    Case,
    CaseOpened,
    ClaimGone,
    ContentSaved,
    OpinionEdited,
    OpinionSaved,
    ReportVerified,
)
from app.session.entry import Entry, EntryChanged, EntryStage
from app.session.link import Connected, ConnectionLost, KeyPlace, KeyPlaced, SignedIn
from app.session.queue import MineLoaded, OffersLoaded, WaitingLoaded
from app.session.state import AnyFact, State, reduce
from app.session.upload import ImageStage, ImageUpload, StudyUpload, UploadChanged
from protocol.consultation import CaseContent, CaseItem, ConsentForm, Phase, Status, Urgency
from protocol.errors import ErrorCode
from tests.fakes.examples import (
    CASE,
    DOCTOR,
    EXPERT,
    NOW,
    call,
    consent,
    consultation,
    content,
    named,
    offer,
    opinion,
    patient,
    person,
    row,
    study,
)
from tests.fakes.reports import signed
from tests.views.facts import draft, reading, reported

TODAY = date(2026, 11, 21)


def after(*facts: AnyFact, who: object = EXPERT) -> State:
    assert who in (EXPERT, DOCTOR)
    account = EXPERT if who is EXPERT else DOCTOR
    state = State()
    for fact in (SignedIn("https://hub.test", account), Connected(NOW, 0), *facts):
        state = reduce(state, fact)
    return state


# --- times, ages, sizes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "text"),
    [
        (date(2026, 11, 21), "0 months"),
        (date(2026, 10, 22), "0 months"),
        (date(2026, 10, 21), "1 months"),
        (date(2023, 11, 22), "35 months"),
        (date(2023, 11, 21), "3 years"),
        (date(1958, 11, 22), "67 years"),
        (date(1958, 11, 21), "68 years"),
        (date(2027, 1, 1), "0 months"),
    ],
)
def test_ages_are_years_and_months_below_three(born: date, text: str) -> None:
    assert age(born, TODAY) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (12000, "3 h 20 min"),
        (180000, "2 d"),
    ],
)
def test_waits_are_short(seconds: int, text: str) -> None:
    assert duration(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (1536, "2 KB"), (1572864, "1.5 MB"), (3 << 40, "3.0 TB")]
)
def test_sizes_have_units(count: float, text: str) -> None:
    assert byte_size(count) == text


@pytest.mark.parametrize(
    ("plain", "shown"),
    [("QS-2026-0042", "QS••••••••42"), ("1234", "••••"), ("12345", "12•45"), ("", "")],
)
def test_identifiers_are_masked(plain: str, shown: str) -> None:
    assert masked(plain) == shown


# --- the lists ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes_left", "text", "look"),
    [(14, "14 min left", "neutral"), (7, "7 min left", "warning"), (-3, "3 min overdue", "error")],
)
def test_the_accept_clock_turns_amber_at_half_and_red_at_the_end(
    minutes_left: int, text: str, look: str
) -> None:
    waiting = row(submitted_at=NOW, accept_by=NOW + timedelta(minutes=15))
    now = NOW + timedelta(minutes=15 - minutes_left)
    (shown,) = derive_work(after(WaitingLoaded((waiting,))), now).waiting.rows
    assert (shown.cells[Column.WAIT], shown.wait_look) == (text, look)


def test_a_row_shows_shape_and_word_patient_question_and_sender() -> None:
    (shown,) = derive_work(after(WaitingLoaded((row(),))), NOW).waiting.rows
    assert shown.cells[: Column.STATUS] == (
        "△ Urgent",
        "何小溪 · Female · 68 years · #9694",
        "咳嗽三周",
        "放射科",
        "青山卫生院",
    )


def test_a_draft_without_patient_says_so() -> None:
    empty = row(phase=Phase.EDITING, patient_name="", patient_sex=None, patient_birth_date=None)
    (shown,) = derive_work(after(MineLoaded((empty,)), who=DOCTOR), NOW).mine.rows
    assert shown.cells[Column.PATIENT].startswith("Patient not entered yet")


def test_a_requester_has_no_queue_and_an_expert_makes_no_case() -> None:
    doctor, expert = derive_work(after(who=DOCTOR), NOW), derive_work(after(), NOW)
    assert (doctor.shows_waiting, doctor.can_create) == (False, True)
    assert (expert.shows_waiting, expert.can_create) == (True, False)


def test_the_most_urgent_offer_is_shown_first() -> None:
    calm = offer("a")
    grave = offer("b", consultation=row("b", Phase.OFFERED, urgency=Urgency.CRITICAL))
    rings = derive_rings(after(OffersLoaded((calm, grave))))
    assert [ring.urgency for ring in rings] == [Urgency.CRITICAL, Urgency.URGENT]


# --- complete to submit ------------------------------------------------------------------------


def test_a_complete_case_misses_nothing() -> None:
    assert missing_items(content(), TODAY) == ()


def test_an_empty_case_misses_everything_but_what_depends() -> None:
    conditional = {
        CaseItem.GUARDIAN,
        CaseItem.WITNESS,
        CaseItem.STUDIES,
        CaseItem.IDENTITY,
        CaseItem.RECORD,
    }
    assert set(missing_items(CaseContent(), TODAY)) == set(CaseItem) - conditional


@pytest.mark.parametrize(
    ("born", "needed"), [(date(2012, 11, 22), True), (date(2012, 11, 21), False)]
)
def test_a_guardian_consents_for_a_child_under_14(born: date, *, needed: bool) -> None:
    child = content(patient=patient(birth_date=born))
    assert (CaseItem.GUARDIAN in missing_items(child, TODAY)) is needed
    with_guardian = child.model_copy(update={"consent": consent(guardian_relation="母亲")})
    assert missing_items(with_guardian, TODAY) == ()


def test_oral_consent_needs_a_witness() -> None:
    oral = content(consent=consent(form=ConsentForm.ORAL_WITNESSED))
    assert missing_items(oral, TODAY) == (CaseItem.WITNESS,)


def upload(*stages: ImageStage, **more: object) -> StudyUpload:
    images = tuple(ImageUpload(f"1.2.{n}", f"#{n}", 1 << 20, s) for n, s in enumerate(stages))
    made = StudyUpload(named("case a"), "1.2.3", "胸部CT", ("CT",), images)
    return replace(made, **more)  # type: ignore[arg-type]  # checked by the dataclass


def test_a_case_waits_for_its_images_to_be_verified() -> None:
    sent = upload(ImageStage.SENT)
    form = derive_case_form(after(draft(), UploadChanged(sent), who=DOCTOR), TODAY)
    assert form is not None
    assert (form.can_submit, "Images" in form.why_not) == (False, True)
    verified = UploadChanged(replace(sent, verified=True))
    form = derive_case_form(after(draft(), verified, who=DOCTOR), TODAY)
    assert form is not None
    assert form.can_submit


def test_an_attached_study_that_is_not_verified_blocks_too() -> None:
    partial = study(received=20, verified=False)
    opened = CaseOpened(
        Case(consultation(row(phase=Phase.EDITING), studies=(partial,)), content=content())
    )
    form = derive_case_form(after(opened, who=DOCTOR), TODAY)
    assert form is not None
    assert not form.can_submit
    assert form.studies[0].line == "20 of 24 images"


def test_without_network_nothing_is_submitted_but_the_draft_is_kept() -> None:
    form = derive_case_form(after(draft(), ConnectionLost(NOW), who=DOCTOR), TODAY)
    assert form is not None
    assert (form.can_submit, form.editable) == (False, True)
    assert "No network" in form.why_not


# --- the workspace -----------------------------------------------------------------------------


def test_the_banner_names_patient_age_allergies_and_masks_the_number() -> None:
    whole = derive_workspace(after(*reading()), NOW)
    assert whole is not None
    banner = whole.banner
    assert (banner.name, banner.patient_id) == ("何小溪", "QS••••••••42")
    assert "68 years" in banner.line
    assert (banner.allergies, banner.has_allergies) == ("青霉素", True)


def test_the_record_names_earlier_studies_of_the_patient_apart() -> None:
    case = consultation(
        row(phase=Phase.READING),
        studies=(study("1.2"),),
        priors=(study("1.1", description="前次胸部CT", received=12, study_date="20240302"),),
    )
    whole = derive_workspace(after(CaseOpened(Case(case, content=content()))), NOW)
    assert whole is not None
    assert whole.record.studies == ("CT · 胸部CT · 24",)
    assert whole.record.earlier == ("CT · 前次胸部CT · 2024-03-02 · 12",)


def step(state: State) -> NextStep:
    whole = derive_workspace(state, NOW)
    assert whole is not None
    return whole.next_step


def test_there_is_one_obvious_next_step() -> None:
    pending = CaseOpened(Case(consultation(row()), content=content()))
    assert step(after(pending)) is NextStep.CLAIM
    assert step(after(*reading())) is NextStep.SIGN
    assert step(after(*reported(), who=DOCTOR)) is NextStep.DECIDE
    received = consultation(row(phase=Phase.RECEIVED))
    done = (CaseOpened(Case(received, content=content())), ReportVerified(signed(), True))
    assert step(after(*done, who=DOCTOR)) is NextStep.PRINT
    assert step(after(pending, who=DOCTOR)) is NextStep.NONE


def test_signing_says_what_is_missing() -> None:
    whole = derive_workspace(after(*reading(), OpinionEdited(CASE, opinion(impression=""))), NOW)
    assert whole is not None
    assert not whole.report.can_sign
    assert whole.report.why_not_sign == "Still needed: Impression"


def test_words_of_a_lost_claim_stay_readable_and_cannot_be_signed() -> None:
    lost = (
        OpinionEdited(CASE, opinion()),
        OpinionSaved(CASE, NOW, by_server=False),
        ClaimGone(named("case a")),
    )
    whole = derive_workspace(after(*reading(), *lost), NOW)
    assert whole is not None
    report = whole.report
    assert (report.stage, report.opinion) == (ReportStage.KEPT, opinion())
    assert (report.can_edit, report.can_sign) == (False, False)
    assert "kept" in report.signed_line


def test_a_signed_report_that_is_still_on_its_way_is_not_called_unwritten() -> None:
    signed_case = consultation(row(phase=Phase.SIGNED, requester=person(DOCTOR)))
    whole = derive_workspace(
        after(CaseOpened(Case(signed_case, content=content())), who=DOCTOR), NOW
    )
    assert whole is not None
    assert whole.report.signed_line == "The signed report is not here yet."


def test_only_the_requester_decides_and_only_on_a_verified_report() -> None:
    expert = derive_workspace(after(*reported()), NOW)
    doctor = derive_workspace(after(*reported(), who=DOCTOR), NOW)
    broken = derive_workspace(after(*reported(), ReportVerified(signed(), False), who=DOCTOR), NOW)
    assert expert is not None
    assert doctor is not None
    assert broken is not None
    found = (expert.report, doctor.report, broken.report)
    assert [report.can_decide for report in found] == [False, True, False]
    assert [report.can_print for report in found] == [True, True, False]


def test_the_call_is_offered_once_a_case_is_assigned() -> None:
    for phase in Phase:
        opened = CaseOpened(Case(consultation(row(phase=phase)), content=content()))
        status = row(phase=phase).status
        wanted = status in (Status.ASSIGNED, Status.IN_PROGRESS, Status.COMPLETED)
        assert derive_call(after(opened)).can_call is (wanted and phase is not Phase.RECEIVED)


def test_the_call_of_another_case_is_not_shown_here() -> None:
    joined = (
        CallJoining(named("case b")),
        CallEntered(named("peer 陈专家"), call("陈专家", "林医生", case="b")),
    )
    props = derive_call(after(*reading(), *joined))
    assert (props.phase, props.peers) == (CallPhase.OUT, ())


def test_a_peer_is_connecting_until_a_picture_comes() -> None:
    joined = (
        CallJoining(named("case a")),
        CallEntered(named("peer 陈专家"), call("陈专家", "林医生")),
    )
    picture = PeerPicture(named("peer 林医生"), True, 250, 500, 24.6, 1800)
    before = derive_call(after(*reading(), *joined))
    later = derive_call(after(*reading(), *joined, MediaTold((picture,), 250)))
    assert [peer.state for peer in before.peers] == ["Connecting…"]
    assert [peer.connected for peer in later.peers] == [True]
    assert later.quality == "25 fps · 1800 kbit/s"


# --- the status line ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("study_", "text"),
    [
        (upload(ImageStage.SENT, ImageStage.SENDING), "1 of 2 images"),
        (upload(ImageStage.SENT, ImageStage.SENT), "All 2 images sent, being verified"),
        (upload(ImageStage.VERIFIED, verified=True), "All 1 images verified by the server"),
        (upload(ImageStage.WAITING, paused=True), "Waiting for the network: 1 images left"),
        (upload(ImageStage.WAITING, cancelled=True), "Being taken out of the case"),
        (
            upload(ImageStage.SENT, ImageStage.WAITING, bytes_per_second=float(1 << 19)),
            "1 of 2 images · 512 KB/s · 2 s left",
        ),
    ],
)
def test_an_upload_tells_the_truth_about_itself(study_: StudyUpload, text: str) -> None:
    assert upload_line(study_) == text


def test_the_status_line_says_what_is_saved_and_where() -> None:
    local = derive_status(after(draft(), ContentSaved(CASE, NOW, None), who=DOCTOR))
    assert "on this computer" in local.saved
    assert local.saved_look == "warning"
    server = consultation(row(phase=Phase.EDITING, version=2))
    done = derive_status(after(draft(), ContentSaved(CASE, NOW, server), who=DOCTOR))
    assert done.saved.startswith("Saved ")
    assert done.saved_look == "good"


def test_the_status_line_warns_while_the_key_is_in_memory_only() -> None:
    assert derive_status(after()).key_place
    assert not derive_status(after(KeyPlaced(KeyPlace.KEYRING))).key_place


def test_no_network_is_told_with_its_time() -> None:
    status = derive_status(after(ConnectionLost(datetime(2026, 11, 21, 6, 5, tzinfo=UTC))))
    assert status.network.startswith("No network since ")
    assert status.network_look == "error"


def test_the_fingerprint_is_grouped_for_comparing() -> None:
    entry = Entry(
        stage=EntryStage.TRUST, ca_fingerprint="ab" * 32, problem=ErrorCode.INVALID_CREDENTIALS
    )
    props = derive_sign_in(after(EntryChanged(entry)))
    assert props.ca_fingerprint.count("ABAB") == 16
    assert props.ca_fingerprint.count("\n") == 1
    assert "Check capitals" in props.problem
