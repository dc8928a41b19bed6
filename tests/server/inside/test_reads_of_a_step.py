"""What a step asks of its case it asks once, and what many clocks ask they ask together: everybody
who writes waits for it meanwhile."""

from collections import Counter
from pathlib import Path

import pytest

from protocol import paths
from server.api.services import short_turns
from server.exports import Exporter, ExportOrder
from tests.server.in_process import InProcess
from tests.server.people import Valley, open_case, submitted_case
from tests.server.statements import Statement


def reads(asked: list[Statement]) -> Counter[str]:
    """How often each table was read for one case."""
    return Counter(
        one.text.partition("FROM ")[2].split()[0]
        for one in asked
        if one.text.startswith("SELECT") and "consultation_id" in one.text
    )


def test_a_critical_case_that_rings_three_reads_what_goes_with_it_once(
    server: InProcess, valley: Valley, asked: list[Statement]
) -> None:
    experts = [valley.expert, valley.another_expert(), valley.another_expert()]
    ears = [server.connect(one) for one in experts]
    case_id = open_case(valley, urgency="critical")
    asked.clear()
    assert valley.doctor.act(case_id, "submit").status_code == 200
    assert [len(ear.heard("offer_rang")) for ear in ears] == [1, 1, 1]
    read = reads(asked)
    assert {name: read[name] for name in ("attachments", "declared_instances")} == {
        "attachments": 1,
        "declared_instances": 1,
    }
    # What rings, whom it rang before, who let it go by, and what else rings them.
    assert read["offers"] == 4
    assert read["shared_records"] == 1
    assert read["timers"] == 1


def test_clocks_that_run_out_together_read_their_cases_together(
    server: InProcess, valley: Valley, asked: list[Statement], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(short_turns, "TOGETHER_S", 60.0)  # however busy the machine is
    ears = [server.connect(one) for one in (valley.expert, valley.another_expert())]
    for _ in range(4):
        submitted_case(valley)
    asked.clear()
    server.pass_time(61)
    assert [len(ear.heard("offer_ended")) for ear in ears] == [2, 2]
    assert reads(asked)["declared_instances"] == 1
    assert reads(asked)["timers"] == 2  # which are due, and what else runs for their cases


def entries_alone(asked: list[Statement]) -> int:
    """How often entries were written, where nobody waited for anything else; only what is written
    together with the work of others says `BEGIN IMMEDIATE` in a statement of its own."""
    written = [one.text for one in asked if one.writes]
    entries = [one for one in written if one.startswith("INSERT INTO audit ")]
    assert set(written) == {*entries[:1], "BEGIN IMMEDIATE"}
    return len(entries)


def test_who_reads_a_case_keeps_writers_waiting_for_the_entry_of_the_trail_alone(
    server: InProcess, valley: Valley, asked: list[Statement]
) -> None:
    case_id = submitted_case(valley)
    asked.clear()
    for path in (paths.CONSULTATION, paths.TIMELINE, paths.CANDIDATES, paths.RECORDINGS):
        valley.doctor.get(path, consultation_id=case_id)
    valley.doctor.get(paths.CONSULTATIONS)
    valley.town.admin.get(paths.CONTACT, account_id=valley.expert.id)
    assert entries_alone(asked) == 6


def test_who_exports_cases_keeps_writers_waiting_for_the_entries_alone(
    server: InProcess, valley: Valley, asked: list[Statement], tmp_path: Path
) -> None:
    for _ in range(2):
        case_id = submitted_case(valley)
    number = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)["summary"]["number"]
    told: list[object] = []
    one = ExportOrder(tmp_path / "one.json", number)
    every = ExportOrder(tmp_path / "every")
    asked.clear()
    server.run(Exporter(server.store, server.built.objects, one).one(told.append))
    server.run(Exporter(server.store, server.built.objects, every).many(told.append))
    assert entries_alone(asked) == 2, "of all cases that were read together"


def test_who_reads_the_clinics_record_notes_it_together_with_others(
    server: InProcess, valley: Valley, asked: list[Statement]
) -> None:
    made = valley.doctor.http.post(
        f"{paths.FHIR}/Patient", json={"resourceType": "Patient", "name": [{"text": "何小溪"}]}
    )
    place = f"{paths.FHIR}/Patient/{made.json()['id']}"
    asked.clear()
    ends = ("", "/_history", "/_history/1", "/$everything")
    for one in (*(place + end for end in ends), f"{paths.FHIR}/Patient"):
        valley.doctor.get(one)
    assert entries_alone(asked) == 5


def test_who_looks_at_what_waits_again_opens_only_what_has_changed(
    server: InProcess, valley: Valley, asked: list[Statement]
) -> None:
    first, *_others = (submitted_case(valley) for _ in range(3))

    def opened() -> list[int]:
        """How many cases each reading of some has named."""
        return [
            len(one.values)
            for one in asked
            if "consultations.content" in one.text and "consultations.id IN" in one.text
        ]

    def shown() -> dict[str, str]:
        return {one["id"]: one["phase"] for one in valley.expert.get(paths.QUEUE)["items"]}

    asked.clear()
    assert set(shown().values()) == {"dispatching"}
    assert sum(opened()) == 3
    asked.clear()
    assert len(shown()) == 3
    assert opened() == []
    server.connect(valley.expert)
    assert shown()[first] == "offered"
    assert sum(opened()) == 3, "all of them ring now"
    valley.expert.take(first)
    assert first not in shown()
