"""Rights and rivals: whoever is too late, or not allowed, reads why and by whom."""

import asyncio
from uuid import UUID

import pytest

from app.commands.wishes import WishClaim, WishNewCase
from tests.live.clinician import PATIENCE_S, Clinician
from tests.live.conftest import Play
from tests.server.people import Town, Valley, submitted_case
from tests.server.process import ServerProcess
from tests.transfer.line import Line

pytestmark = pytest.mark.live


def test_a_role_without_the_right_is_told_so(
    at_desk: Play, server: ServerProcess, town: Town
) -> None:
    auditor = town.person("auditor", name="赵审计")

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, auditor.username)
        person.wish(WishNewCase())
        await person.read("Your role does not allow this. Ask your administrator if it should.")

    at_desk({server.url: server.ca}, part)


def test_who_loses_the_race_for_a_case_reads_who_has_it(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    rival = valley.another_expert("王专家")
    case_id = submitted_case(valley)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        rival.take(case_id)
        person.wish(WishClaim(UUID(case_id)))
        await person.read("王专家 was a moment faster and has the case.")

    at_desk({server.url: server.ca}, part)


@pytest.mark.allow_logs("the line breaks")
def test_words_written_after_the_case_went_to_another_are_kept_and_the_other_is_named(
    at_desk: Play, server: ServerProcess, valley: Valley, town: Town
) -> None:
    dispatcher, rival = town.person("dispatcher"), valley.another_expert("王专家")
    case_id = submitted_case(valley)

    async def part(person: Clinician) -> None:
        async with Line("127.0.0.1", int(server.url.rsplit(":", 1)[1])) as line:
            person.program.profile.remember(pins={line.url: server.ca.read_text()})
            await person.sign_in(line.url, valley.expert.username)
            person.wish(WishClaim(UUID(case_id)))
            await person.write("report_impression", "Written while I held it")
            await person.read("Saved ")
            await line.away()
            await person.read("No network since")
            await person.write("report_impression", "Written after it was taken away")
            await person.read("Saved on this computer")
            assert dispatcher.act(case_id, "release", reason="no answer").status_code == 200
            rival.take(case_id)
            await line.back()
            await person.read(
                "王专家 holds this case now, so nothing was changed. Your text is kept on this "
                "computer."
            )
            kept = None
            async with asyncio.timeout(PATIENCE_S):
                while kept is None or kept.opinion.impression != "Written after it was taken away":
                    kept = await person.desk.drafts.opinion(UUID(case_id))

    at_desk({}, part)
