"""A clinic asks for a second opinion and compares both reports, at the real windows."""

import pytest

from app.views.comparison import ComparisonWindow
from protocol import paths
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.live.test_case_actions import choose
from tests.server.people import Valley
from tests.server.process import ServerProcess
from tests.server.test_report import drafted
from tests.server.test_second_opinion import FIRST, SECOND, read_by, sign

pytestmark = pytest.mark.live


def test_the_clinic_asks_sees_where_it_is_and_compares(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    other = valley.another_expert("王专家")
    first = drafted(valley, impression=FIRST)
    sign(valley.expert, first)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        await person.open_case(first)
        await choose(person, "second_opinion")
        await person.write("actionReason", "Does not fit the symptoms")
        await person.click("actionConfirm")
        await person.read("Second opinion: waits for another expert")
        view = valley.doctor.get(paths.CONSULTATION, consultation_id=first)
        second = view["summary"]["second"]["consultation_id"]
        await person.click("openOtherCase")
        await person.read("Do not tell them what the first report says.")
        await person.open_case(first)
        read_by(other, second)
        await person.read("Second opinion: another expert reads the case")
        sign(other, second)
        await person.read("is signed. Open the case and compare both reports.")
        await person.click("compareReports")
        await person.read("Not both give diagnosis codes: compare the impressions.")
        window = await person.see(ComparisonWindow, "comparison")
        assert FIRST.split("：")[1] in person.screen()
        assert SECOND.split("：")[1] in person.screen()
        assert person.screen().count("Signature verified") >= 2
        await person.click("closeComparison")
        await person.until(lambda: not window.isVisible(), "the window closed")

    at_desk({server.url: server.ca}, part)
