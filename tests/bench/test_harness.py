"""The harness: what a measure says, when a goal counts as reached, when a run fails."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench import __main__ as program
from tests.bench import document
from tests.bench.errors import BenchFailed
from tests.bench.measure import Bound, Goal, Measure, percentile, shown
from tests.bench.run import run_all
from tests.bench.ws_load import client_frame, payload, server_frame, split_frames

KEYS = {"name", "value", "unit", "beside", "beside_value", "ratio", "goal", "ok", "note"}
FAST = Measure("start", 0.5, "s", "bare window", 0.25, Goal(Bound.AT_MOST, 1))
SLOW = Measure("claim", 300, "ms", goal=Goal(Bound.AT_MOST, 250))


def test_the_ratio_is_ours_divided_by_the_others() -> None:
    assert FAST.ratio == 2


@pytest.mark.parametrize("beside_value", [None, 0])
def test_there_is_no_ratio_without_something_to_divide_by(beside_value: float | None) -> None:
    assert Measure("start", 1, "s", "nothing", beside_value).ratio is None


@pytest.mark.parametrize(
    ("bound", "below", "at", "above"),
    [
        (Bound.AT_MOST, True, True, False),
        (Bound.AT_LEAST, False, True, True),
        (Bound.EXACTLY, False, True, False),
    ],
)
def test_a_goal_is_reached_on_its_own_side(
    bound: Bound, below: bool, at: bool, above: bool
) -> None:
    goal = Goal(bound, 10)
    assert (goal.reached(9), goal.reached(10), goal.reached(11)) == (below, at, above)


def test_what_has_no_goal_misses_none() -> None:
    assert Measure("relay", 1, "msg/s").ok


def test_json_has_every_key_and_nothing_else() -> None:
    told = json.loads(json.dumps(FAST.as_json()))
    assert told.keys() == KEYS
    assert (told["ratio"], told["goal"], told["ok"]) == (2.0, "≤ 1", True)


def test_a_person_reads_one_line_that_names_a_missed_goal() -> None:
    assert FAST.as_line() == "start: 0.50 s · beside bare window 0.25 s · ratio 2 · goal ≤ 1 ok"
    assert SLOW.as_line() == "claim: 300 ms · goal ≤ 250 MISSED"


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(200, 0, -1)]
    assert (percentile(values, 50), percentile(values, 99), percentile(values, 100)) == (
        100,
        198,
        200,
    )


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1"), (0.419, "0.42"), (38.14, "38.1"), (71489.2, "71,489")]
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert shown(value) == text


def good() -> Iterator[Measure]:
    yield SLOW


def broken() -> Iterator[Measure]:
    yield FAST
    raise BenchFailed("two winners")


def test_a_missed_goal_does_not_fail_the_run() -> None:
    lines: list[str] = []
    outcome = run_all({"claim": good}, lines.append, lines.append)
    assert (outcome.status, lines) == (0, [SLOW.as_line()])


def test_a_bench_that_breaks_fails_the_run_and_the_others_still_run() -> None:
    said: list[str] = []
    complaints: list[str] = []
    outcome = run_all(
        {"broken": broken, "claim": good}, said.append, complaints.append, as_json=True
    )
    assert outcome.status == 1
    assert [json.loads(line)["name"] for line in said] == ["start", "claim"]
    assert complaints[-1] == "bench broken failed: two winners"


def test_the_program_answers_with_the_status_of_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "load", lambda _name: broken)
    assert program.main(["claim", "--json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["name"] == "start"
    assert err.startswith("machine: ")


def test_every_name_is_a_bench() -> None:
    for name in program.NAMES:
        assert (Path(program.__file__).parent / f"{name}.py").is_file()


def test_written_results_replace_their_row_and_keep_the_others() -> None:
    text = f"# Title\n{document.BEGIN}\n{document.END}\nafter"
    first = document.rewritten(text, "two cores", [FAST, SLOW])
    faster = Measure("claim", 125, "ms", goal=Goal(Bound.AT_MOST, 250))
    second = document.rewritten(first, "four cores", [faster])
    assert document.row(FAST) in second
    assert document.row(faster) in second
    assert document.row(SLOW) not in second
    assert "four cores" in second
    assert second.startswith("# Title\n")
    assert second.endswith("\nafter")
    assert second.count(document.HEAD) == 1


def test_each_program_beside_has_a_row_of_its_own() -> None:
    text = f"# Title\n{document.BEGIN}\n{document.END}\nafter"
    names = ("aeskulap", "pyqtgraph", "VTK", "copying: the pixels")
    beside = [Measure("drag", 181.0, "1/s", who, 7.0 + n) for n, who in enumerate(names)]
    first = document.rewritten(text, "two cores", beside)
    assert all(document.row(one) in first for one in beside)
    again = Measure("drag", 190.0, "1/s", "VTK", 9.0)
    second = document.rewritten(first, "two cores", [again])
    assert document.row(again) in second
    assert second.count("| drag |") == len(names)


def test_a_whole_run_leaves_no_row_of_a_bench_that_is_gone() -> None:
    text = f"# Title\n{document.BEGIN}\n{document.END}\nafter"
    first = document.rewritten(text, "two cores", [FAST, SLOW])
    second = document.rewritten(first, "two cores", [FAST], whole=True)
    assert document.row(FAST) in second
    assert document.row(SLOW) not in second


def test_a_document_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="no <!-- results"):
        document.rewritten("# Title", "two cores", [FAST])


@pytest.mark.parametrize("size", [5, 125, 126, 1000])
def test_frames_are_taken_off_a_stream_one_by_one_and_a_part_waits(size: int) -> None:
    text = "x" * size
    whole = server_frame(text)
    buffer = bytearray(whole * 2 + whole[:3])
    frames = split_frames(buffer)
    assert frames == [whole, whole]
    assert payload(frames[0]) == text.encode()
    assert bytes(buffer) == whole[:3]


def test_a_clients_frame_is_masked() -> None:
    frame = client_frame("hello")
    assert frame[1] & 0x80
    assert frame.endswith(b"hello")


def test_a_goal_may_be_set_beside_the_other() -> None:
    goal = Goal(Bound.AT_MOST, 1.5, of_ratio=True)
    assert not Measure("start", 2.0, "s", "bare window", 1.0, goal).ok
    assert Measure("start", 2.0, "s", "bare window", 1.6, goal).ok
    assert Measure("start", 2.0, "s", "bare window", None, goal).ok
    assert str(goal) == "ratio ≤ 1.50"
