"""What a guest meets before a call: who invites, consent, and every way an invitation is void."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from protocol import paths
from protocol.call import CONSENT_WORDING
from server.api.services.tokens import new_secret
from server.store.tables import AuditRow, InvitationRow
from tests.server.conftest import trusting
from tests.server.invitations import CONSENT, LONG_AGO, RunningCall, let_run_out, running_call
from tests.server.people import ADMIN, PASSWORD, Town, Valley, make_valley
from tests.server.process import ServerProcess
from tests.server.tables import rows

UNKNOWN = "a" * 43


@pytest.fixture
async def call(valley: Valley) -> AsyncIterator[RunningCall]:
    async with running_call(valley) as made:
        yield made


def consents(server: ServerProcess, invitation_id: str) -> list[tuple[str, str]]:
    """Access and detail of the trail's entries on one guest's consent."""
    return rows(
        server,
        select(AuditRow.access, AuditRow.detail).where(
            AuditRow.resource == "consent",
            AuditRow.target == invitation_id,
            AuditRow.account_id.is_(None),
        ),
    )


async def test_looking_shows_who_invites_and_uses_nothing_up(call: RunningCall) -> None:
    made = call.invite(valid_minutes=5)
    for _ in range(3):
        answer = call.look(made["code"])
        assert answer.headers["cache-control"] == "no-store"
        seen = answer.json()
        assert seen["standing"] == "open"
        assert seen["inviter_name"] == "林医生"
        assert seen["institution_name"].startswith("青山卫生院")
        assert seen["guest_name"] == "周女士"
        assert (seen["expires_at"], seen["wording"]) == (made["expires_at"], CONSENT_WORDING)
    assert call.redeem(made["code"]).status_code == 200


@pytest.mark.parametrize(
    "consent", [None, {"wording": "2025-01-01", "language": "zh"}], ids=["none", "older words"]
)
async def test_without_consent_to_the_words_in_force_nobody_joins(
    call: RunningCall, consent: object
) -> None:
    code = call.invite()["code"]
    refused = call.redeem(code, consent)
    assert (refused.status_code, refused.json()["code"]) == (403, "consent_required")
    assert call.look(code).json()["standing"] == "open", "nothing was used up"


async def test_the_consent_is_in_the_trail_with_the_version_of_its_words(
    call: RunningCall, server: ServerProcess
) -> None:
    made = call.invite()
    assert consents(server, made["id"]) == []
    assert call.redeem(made["code"]).status_code == 200
    assert consents(server, made["id"]) == [("create", f"{CONSENT_WORDING} zh")]


async def test_a_used_invitation_says_so_and_names_nobody_but_the_doctor(
    call: RunningCall,
) -> None:
    code = call.invite()["code"]
    ticket = call.redeem(code)
    assert ticket.headers["cache-control"] == "no-store"
    assert call.redeem(code).json()["code"] == "invitation_invalid"
    seen = call.look(code).json()
    assert (seen["standing"], seen["guest_name"]) == ("used", None)
    assert seen["inviter_name"] == "林医生"


async def test_who_heard_no_answer_gets_the_same_seat_again_for_a_minute(
    call: RunningCall, server: ServerProcess
) -> None:
    made, secret = call.invite(), "s" * 32
    first = call.redeem(made["code"], secret=secret).json()
    again = call.redeem(made["code"], secret=secret).json()
    assert again == first
    assert len(consents(server, made["id"])) == 1
    for stranger in (None, "t" * 32):
        refused = call.redeem(made["code"], secret=stranger)
        assert refused.json()["code"] == "invitation_invalid"
    rows(server, update(InvitationRow).values(redeemed_at=LONG_AGO))
    assert call.redeem(made["code"], secret=secret).json()["code"] == "invitation_invalid"


async def test_one_that_has_run_out_says_so_and_is_refused(
    call: RunningCall, server: ServerProcess
) -> None:
    code = call.invite()["code"]
    let_run_out(server)
    assert call.look(code).json()["standing"] == "expired"
    assert call.redeem(code).json()["code"] == "invitation_invalid"


async def test_one_to_a_call_that_has_ended_says_so_and_is_refused(call: RunningCall) -> None:
    code = call.invite()["code"]
    await call.end()
    assert call.look(code).json()["standing"] == "ended"
    assert call.redeem(code).json()["code"] == "invitation_invalid"


async def test_who_invited_sees_whether_it_was_used_and_a_stranger_does_not(
    call: RunningCall,
) -> None:
    first, second = call.invite("周女士"), call.invite("周先生", kind="observer")
    assert call.redeem(first["code"]).status_code == 200
    told = {one["id"]: one for one in call.states()}
    assert told[first["id"]]["redeemed_at"] is not None
    assert told[second["id"]]["redeemed_at"] is None
    assert told[second["id"]]["kind"] == "observer"
    assert "code" not in told[second["id"]]
    stranger = call.valley.another_expert()
    refused = stranger.send("GET", paths.INVITATIONS, consultation_id=call.case_id)
    assert refused.json()["code"] == "not_found"


async def test_no_code_and_no_guest_is_ever_in_the_log(
    call: RunningCall, server: ServerProcess
) -> None:
    code = call.invite("端木清漪")["code"]
    call.look(code)
    call.redeem(code)
    assert paths.REDEEM in server.log()
    assert code not in server.log()
    assert "端木清漪" not in server.log()


async def test_without_an_address_for_guests_the_link_is_left_to_who_invites(
    call: RunningCall,
) -> None:
    assert call.invite()["link"] is None


async def test_guessing_waits_and_the_link_names_the_address_for_guests(tmp_path: Path) -> None:
    settings = {"HUIZHEN_PUBLIC_URL": "https://call.hospital.example"}
    server = ServerProcess(tmp_path, settings)
    server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with server:
        town = Town(server.url, trusting(server.ca))
        async with running_call(make_valley(town)) as call:
            made = call.invite()
            assert made["link"] == f"https://call.hospital.example/join#{made['code']}"
            tried = [call.look(UNKNOWN).json()["code"] for _ in range(20)]
            assert set(tried) == {"invitation_invalid"}
            for answer in (call.look(UNKNOWN), call.redeem(UNKNOWN, CONSENT)):
                assert answer.status_code == 429
                assert int(answer.headers["retry-after"]) > 0
            assert call.look(made["code"]).status_code == 200, "a guest behind the same address"
        town.close()


@pytest.mark.parametrize("wrong", ["http://call.example", "https://call.example/join", "call"])
def test_an_address_for_guests_that_is_none_stops_the_start(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(RuntimeError, match="HUIZHEN_PUBLIC_URL"):
        ServerProcess(tmp_path, {"HUIZHEN_PUBLIC_URL": wrong}).start()


def test_no_code_looks_like_an_option_of_a_command() -> None:
    assert not any(new_secret()[0].startswith("-") for _ in range(2000))
