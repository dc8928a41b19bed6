"""A network that goes and comes back: the status line never says more than is true."""

import pytest

from protocol import paths
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.server.people import Valley, open_case
from tests.server.process import ServerProcess
from tests.transfer.line import Line

pytestmark = pytest.mark.live


@pytest.mark.allow_logs("the line breaks")
def test_a_draft_written_without_network_is_here_first_and_on_the_server_later(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    case_id = open_case(valley)

    async def part(person: Clinician) -> None:
        async with Line("127.0.0.1", int(server.url.rsplit(":", 1)[1])) as line:
            person.program.profile.remember(pins={line.url: server.ca.read_text()})
            await person.sign_in(line.url, valley.doctor.username)
            await person.open_case(case_id)
            await line.away()
            await person.read("No network since")
            await person.write("findings", "Written without network")
            await person.read("not yet on the server")
            await line.back()
            await person.read("Connected")
            await person.until(
                lambda: (
                    "not yet on the server" not in person.screen() and "Saved " in person.screen()
                ),
                "the draft on the server",
            )
        again = valley.town.sign_in(valley.doctor.username, take_over=True)
        found = again.get(paths.CONSULTATION, consultation_id=case_id)
        assert found["content"]["findings"] == "Written without network"

    at_desk({}, part)
