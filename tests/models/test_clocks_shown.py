"""The lists say what is due next and until when."""

from datetime import timedelta

import pytest

from app.models.queue import Column, derive_work
from app.session.queue import MineLoaded
from protocol.consultation import STATUS_OF, Phase
from tests.fakes.examples import NOW, row
from tests.models.test_derived import after


@pytest.mark.parametrize(
    ("phase", "minutes", "text", "look"),
    [
        (Phase.ACCEPTED, 0, "begin: 15 min left", "neutral"),
        (Phase.ACCEPTED, 6, "begin: 9 min left", "warning"),
        (Phase.SCHEDULED, 17, "begin: 2 min overdue", "error"),
        (Phase.DRAFTING, 6, "report: 3 h 54 min left", "neutral"),
        (Phase.DRAFTING, 300, "report: 1 h 0 min overdue", "error"),
        (Phase.AWAITING_INFORMATION, 6, "for 6 min", "neutral"),
    ],
)
def test_who_has_a_case_sees_what_is_due_next(
    phase: Phase, minutes: int, text: str, look: str
) -> None:
    held = row(
        phase=phase,
        status=STATUS_OF[phase],
        submitted_at=NOW,
        start_by=NOW + timedelta(minutes=15),
        report_by=NOW + timedelta(hours=4),
    )
    now = NOW + timedelta(minutes=minutes)
    (shown,) = derive_work(after(MineLoaded((held,))), now).mine.rows
    assert (shown.cells[Column.WAIT], shown.wait_look) == (text, look)
