"""A critical finding from signature to read-back, on a server whose clocks run out meanwhile."""

import ssl
from collections.abc import Iterator

import pytest

from protocol import paths
from tests.server.edge import centre_at
from tests.server.people import Someone, Valley
from tests.server.process import ServerProcess
from tests.server.signing import report_of, signed, signing_key
from tests.server.sockets import signed_in
from tests.server.test_report import drafted

WHAT = "右侧张力性气胸,立即减压"
CRITICAL = {"critical": True, "critical_finding": WHAT}


@pytest.fixture
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    home = tmp_path_factory.mktemp("findings")
    with centre_at(home, {"HUIZHEN_READ_BACK_S": "1"}) as process:
        yield process


def sign(expert: Someone, case_id: str) -> None:
    answer = signed(expert, case_id, report_of(expert, case_id), signing_key(expert))
    assert answer.status_code in (200, 201), answer.text


def test_flag_and_sentence_go_together(valley: Valley) -> None:
    for opinion in ({"critical": True}, {"critical_finding": WHAT}):
        case_id = drafted(valley, **opinion)
        report = report_of(valley.expert, case_id)
        answer = signed(valley.expert, case_id, report, signing_key(valley.expert))
        assert answer.status_code == 422
        assert answer.json()["fields"][0]["location"][-1] == "critical_finding"
        assert valley.expert.act(case_id, "release", reason="下一例").status_code == 200


async def test_the_clinic_hears_of_it_at_once_and_the_expert_of_the_read_back(
    valley: Valley, context: ssl.SSLContext
) -> None:
    url = valley.town.url
    case_id = drafted(valley, **CRITICAL)
    async with (
        signed_in(url, context, valley.doctor.tokens.access_token) as clinic,
        signed_in(url, context, valley.expert.tokens.access_token) as expert,
    ):
        sign(valley.expert, case_id)
        told = await clinic.phase("signed")
        assert told["consultation"]["finding"]["what"] == WHAT
        words = {"reason": "右侧气胸,现在穿刺", "told": "护士长"}
        assert valley.doctor.act(case_id, "read_back", **words).status_code == 200
        heard = await expert.hear(
            "consultation_changed",
            lambda fact: fact["event"] is not None and fact["event"]["action"] == "read_back",
        )
    finding = heard["consultation"]["finding"]
    assert (finding["read_back"], finding["told"]) == ("右侧气胸,现在穿刺", "护士长")
    assert finding["read_back_at"] is not None
    report = valley.doctor.get(paths.REPORT, consultation_id=case_id)["report"]
    assert report["opinion"]["critical_finding"] == WHAT
    again = valley.doctor.act(case_id, "read_back", **words)
    assert again.json()["code"] == "transition_refused"


async def test_what_nobody_reads_back_is_the_dispatchers_once_and_over_a_restart(
    hasty: ServerProcess, hasty_valley: Valley, hasty_context: ssl.SSLContext
) -> None:
    valley, url = hasty_valley, hasty_valley.town.url
    dispatcher = valley.town.person("dispatcher")
    colleague = valley.town.person("requester", institution=valley.clinic)
    case_id = drafted(valley, **CRITICAL)
    async with signed_in(url, hasty_context, dispatcher.tokens.access_token) as watching:
        last = watching.welcome["seq"]
    sign(valley.expert, case_id)
    hasty.kill()
    hasty.start()
    async with (
        signed_in(url, hasty_context, dispatcher.tokens.access_token, last_seq=last) as watching,
        signed_in(url, hasty_context, colleague.tokens.access_token, last_seq=last) as beside,
    ):
        told = await watching.hear(
            "consultation_changed",
            lambda fact: (
                fact["event"] is not None and fact["event"]["action"] == "escalate_finding"
            ),
        )
        assert told["author"] is None
        rows = [row for row in dispatcher.get(paths.BOARD)["cases"] if row["clocks"]]
        assert [row["summary"]["id"] for row in rows] == [case_id]
        assert [clock["clock"] for clock in rows[0]["clocks"]] == ["read_back"]
        by_telephone = {"reason": "气胸,已穿刺", "told": "乡医,电话"}
        assert dispatcher.act(case_id, "read_back", **by_telephone).status_code == 200
        assert dispatcher.get(paths.BOARD)["cases"] == []
        seen = [one for one in await beside.quiet() if one["type"] == "consultation_changed"]
        assert seen == [], "a colleague has no part in the case"
    actions = [one["action"] for one in dispatcher.get(paths.TIMELINE, consultation_id=case_id)]
    assert actions[-2:] == ["escalate_finding", "read_back"]
    assert actions.count("escalate_finding") == 1
