"""Studies as broken programs write them: nothing is hidden, no patient gets images of another."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from pydicom.uid import generate_uid
from sqlalchemy import Connection, create_engine, text

import server.store.engine
from protocol import paths
from protocol.consultation import Consultation
from protocol.identity import compared, doubt_key
from server.store.engine import migrate, open_engine
from tests.server.images import ct_slice, declare, file_bytes, new_study, stow
from tests.server.people import Valley, open_case
from tests.server.test_stow import FAILED, progress, reasons

OTHER_PATIENT = 0xA901


def test_two_studies_that_share_a_series_number_are_both_listed_whole(valley: Valley) -> None:
    series = generate_uid()
    studies = [generate_uid(), generate_uid()]
    case_id = open_case(valley)
    for study in studies:
        slices = [ct_slice(study, series, number) for number in (1, 2, 3)]
        files = [file_bytes(one) for one in slices]
        declare(valley.doctor, case_id, slices, files)
        assert stow(valley.doctor, files).status_code == 200
    for study in studies:
        path = f"{paths.DICOMWEB}/studies/{study}"
        found = valley.doctor.http.get(f"{path}/series").json()
        assert [one["0020000E"]["Value"][0] for one in found] == [series]
        assert found[0]["00201209"]["Value"] == [3]
        assert len(valley.doctor.http.get(f"{path}/instances").json()) == 3
    taken = valley.doctor.send(
        "DELETE", paths.STUDY, consultation_id=case_id, study_instance_uid=studies[0]
    )
    assert taken.status_code == 204
    left = valley.doctor.http.get(f"{paths.DICOMWEB}/studies/{studies[1]}/instances")
    assert len(left.json()) == 3


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("PatientID", "QS-2026-0777"),
        ("PatientName", "林^大江"),
        ("PatientBirthDate", "19911224"),
        ("PatientSex", "M"),
    ],
)
def test_images_of_a_second_patient_in_a_study_are_refused(
    valley: Valley, keyword: str, value: str
) -> None:
    slices = new_study(3)
    setattr(slices[2], keyword, value)
    case_id = open_case(valley)
    files = [file_bytes(one) for one in slices]
    declare(valley.doctor, case_id, slices, files)
    answer = stow(valley.doctor, files)
    assert reasons(answer.json(), FAILED) == [OTHER_PATIENT]
    assert progress(valley.doctor, case_id)["received"] == 2


def test_a_second_patient_without_identifier_and_in_another_script_is_refused(
    valley: Valley,
) -> None:
    mine, same, other = new_study(3)
    mine.PatientName = "林^大江"
    for one, name in ((same, "LIN^DAJIANG"), (other, "WANG^LI")):
        one.PatientName, one.PatientID = name, ""
    slices = [mine, same, other]
    files = [file_bytes(one) for one in slices]
    case_id = open_case(valley)
    declare(valley.doctor, case_id, slices, files)
    assert reasons(stow(valley.doctor, files).json(), FAILED) == [OTHER_PATIENT]
    assert progress(valley.doctor, case_id)["received"] == 2


def test_who_says_nothing_brings_no_two_patients_together(valley: Valley) -> None:
    silent, mine, theirs = new_study(3)
    for keyword in ("PatientID", "PatientName", "PatientBirthDate", "PatientSex"):
        setattr(silent, keyword, "")
    theirs.PatientName, theirs.PatientID = "林^大江", "QS-2026-0777"
    slices = [silent, mine, theirs]
    files = [file_bytes(one) for one in slices]
    case_id = open_case(valley)
    declare(valley.doctor, case_id, slices, files)
    assert stow(valley.doctor, files[:1]).status_code == 200
    assert stow(valley.doctor, files[1:2]).status_code == 200
    assert reasons(stow(valley.doctor, files[2:]).json(), FAILED) == [OTHER_PATIENT]
    found = valley.doctor.http.get(f"{paths.DICOMWEB}/studies?PatientID={mine.PatientID}").json()
    assert len(found) == 1, "what the second one said is known of the study"


@pytest.mark.both_databases
def test_images_that_name_nobody_are_asked_about_though_their_study_names_the_patient(
    valley: Valley,
) -> None:
    """However they came; the clinic's preview is not the only way in."""
    slices = new_study(3)
    for one in slices[1:]:
        one.PatientName = one.PatientID = ""
    case_id = open_case(valley)
    files = [file_bytes(one) for one in slices]
    declare(valley.doctor, case_id, slices, files)
    assert stow(valley.doctor, files).status_code == 200
    refused = valley.doctor.act(case_id, "submit")
    assert (refused.status_code, refused.json()["missing"]) == (422, ["identity"])
    asked = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
    case = Consultation.model_validate_json(json.dumps(asked))
    (study,) = case.studies
    assert (study.patient_name, study.received, study.nameless) == ("何^小溪", 3, 2)
    checked = compared(case.content, doubt_key(case.content, case.studies))
    body = {"version": case.summary.version, "content": checked.model_dump(mode="json")}
    assert valley.doctor.send("PUT", paths.CASE, body, consultation_id=case_id).status_code == 200
    assert valley.doctor.act(case_id, "submit").status_code == 200
    assert valley.expert.take(case_id)["consultation"]["studies"][0]["nameless"] == 2


def test_a_draft_is_not_whole_with_an_image_that_nobody_declared(valley: Valley) -> None:
    case_id, slices = open_case(valley), new_study(3)
    files = [file_bytes(one) for one in slices]
    declare(valley.doctor, case_id, slices[:2], files[:2])
    assert stow(valley.doctor, files).status_code == 200
    told = progress(valley.doctor, case_id)
    assert (told["declared"], told["received"], told["verified"]) == (2, 2, False)
    assert told["undeclared"] == [slices[2].SOPInstanceUID]


async def test_a_series_hidden_by_another_studys_is_listed_after_an_update(
    tmp_path: Path,
) -> None:
    """Migration 0004, forward and back, on a database with rows."""
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'huizhen.sqlite'}")
    plain = create_engine(f"sqlite:///{tmp_path / 'huizhen.sqlite'}")

    def change(how: Callable[[Config, str], None], revision: str) -> None:
        config = Config()
        folder = Path(server.store.engine.__file__).parent / "migrations"
        config.set_main_option("script_location", str(folder))
        config.set_main_option("path_separator", "os")
        with plain.begin() as connection:
            config.attributes["connection"] = connection
            how(config, revision)

    def series() -> list[tuple[str, str]]:
        with plain.connect() as connection:
            rows = connection.execute(text("SELECT study_uid, series_uid FROM series ORDER BY 1"))
            return [(study, uid) for study, uid in rows]

    change(command.upgrade, "0003")
    with plain.begin() as connection:
        _two_studies_with_one_series(connection)
    assert series() == [("1.1", "1.9")]
    await migrate(engine)
    await engine.dispose()
    assert series() == [("1.1", "1.9"), ("1.2", "1.9")]
    change(command.downgrade, "0003")
    assert series() == [("1.1", "1.9")]
    plain.dispose()


def _two_studies_with_one_series(connection: Connection) -> None:
    house = "0" * 32
    connection.execute(
        text("INSERT INTO institutions VALUES (:h, 'A', 'A', 'clinic', 1)"), {"h": house}
    )
    connection.execute(
        text("INSERT INTO series VALUES (:h, '1.9', '1.1', 'CT', 1, 'Axial')"), {"h": house}
    )
    for number, study in enumerate(("1.1", "1.2")):
        connection.execute(
            text(
                "INSERT INTO instances (institution_id, sop_uid, series_uid, study_uid, sha256,"
                " size, sop_class, transfer_syntax, frames, received_at, account_id)"
                " VALUES (:h, :u, '1.9', :s, '', 1, '', '', 1, '2026-01-01', :h)"
            ),
            {"h": house, "u": f"1.9.{number}", "s": study},
        )
