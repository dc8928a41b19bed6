"""An earlier study of the patient beside that of the case, at the expert's real window."""

import pytest

from app.imaging.priors import Relation
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.live.test_case_actions import reads
from tests.server.images import new_study
from tests.server.people import Valley
from tests.server.process import ServerProcess
from tests.server.test_priors import case_with

pytestmark = pytest.mark.live


def test_who_takes_a_case_compares_with_what_the_clinic_sent_before(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    before, now = new_study(2), new_study(2)
    for one in before:
        one.StudyDate, one.StudyDescription = "20250610", "Chest, first visit"
    case_with(valley, before)
    case_id = case_with(valley, now)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        await reads(person, case_id)
        fetched = person.desk.images.fetching.remote
        await person.until(lambda: fetched.count == 4, "the images of both", lambda: fetched.count)

    at_desk({server.url: server.ca}, part)


def test_what_was_taken_since_and_belongs_to_another_case_is_not_shown_as_current(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    since, now = new_study(2), new_study(2)
    for one in since:
        one.StudyDate, one.StudyDescription = "20261124", "Chest, three days later"
    for one in now:
        one.StudyDate, one.StudyDescription = "20261121", "Chest, of this case"
    case_with(valley, since)
    case_id = case_with(valley, now)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        await reads(person, case_id)
        viewer = person.desk.viewer
        await person.until(lambda: len(viewer.studies) == 2, "both", lambda: viewer.studies)
        assert [(one.uid, one.relation) for one in viewer.studies] == [
            (now[0].StudyInstanceUID, Relation.CURRENT),
            (since[0].StudyInstanceUID, Relation.LATER),
        ]
        shown = viewer.active.series
        assert shown is not None
        assert shown.first.study_instance_uid == now[0].StudyInstanceUID

    at_desk({server.url: server.ca}, part)
