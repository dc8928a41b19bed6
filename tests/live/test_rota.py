"""A dispatcher plans a week at the real window, and an expert is off shift by it."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from app.commands.keys import COMMANDS, CommandId
from app.commands.wishes import Page, WishPage
from app.views.rota_grid import RotaGrid
from app.views.rota_paint import ROW, scale_of
from protocol import paths
from protocol.base import new_id
from protocol.queue import Presence
from protocol.rota import RotaKind
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.server.conftest import trusting
from tests.server.people import Valley
from tests.server.process import ServerProcess
from tests.server.sockets import signed_in

pytestmark = pytest.mark.live
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


async def drag(grid: RotaGrid, day: int, begin: int, end: int) -> None:
    """Over some hours of the first expert, as the pointer does it."""
    props = grid._props
    assert props is not None
    scale = scale_of(props, grid.width())
    start, stop = (
        QPointF(scale.x(props.days[day].begin + timedelta(hours=hour)), ROW * 0 + 15)
        for hour in (begin, end)
    )
    QTest.mousePress(grid, LEFT, NONE, start.toPoint())
    kind, no = QEvent.Type.MouseMove, Qt.MouseButton.NoButton
    there = grid.mapToGlobal(stop)
    QApplication.sendEvent(grid, QMouseEvent(kind, stop, there, no, LEFT, NONE))
    QTest.mouseRelease(grid, LEFT, NONE, stop.toPoint())


def blocks(grid: RotaGrid) -> list[tuple[RotaKind, int, int]]:
    rows = () if grid._props is None else grid._props.rows
    return [(one.kind, one.begin.hour, one.end.hour) for row in rows for one in row.blocks]


def test_a_week_is_planned_on_the_grid_and_kept_by_the_server(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    dispatcher = valley.town.person("dispatcher", institution=valley.hospital, name="周调度")

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, dispatcher.username)
        person.wish(WishPage(Page.ROTA))
        assert COMMANDS[CommandId.ROTA].key == "Ctrl+5"
        department = await person.see(QComboBox, "rotaDepartment")
        await person.until(lambda: department.findText(valley.department) >= 0, "the department")
        department.setCurrentText(valley.department)
        department.activated.emit(department.currentIndex())
        grid = await person.see(RotaGrid, "rotaGrid")
        await person.until(
            lambda: grid._props is not None and grid._props.department == valley.department,
            "the rota of that department",
        )
        row = grid.row()
        assert row is not None
        assert row.name == "陈专家"
        assert row.line == "Always on shift"
        await person.click("rotaNext")  # a week in which nothing is past
        week = person.state.rota.from_day
        assert week is not None
        await person.until(lambda: grid._props and grid._props.from_day > week, "the next week")
        await drag(grid, 1, 8, 16)
        shift = (RotaKind.SHIFT, 8, 16)
        await person.until(lambda: blocks(grid) == [shift], "the shift")
        token = valley.expert.tokens.access_token
        async with signed_in(server.url, trusting(server.ca), token):
            await person.until(
                lambda: _presence(person, valley) is Presence.OFF_SHIFT,
                "off shift",
                lambda: _presence(person, valley),
            )
            await drag(grid, 1, 7, 9)
            await person.read("is already on the rota then")
            assert blocks(grid) == [shift]
            entered_elsewhere(valley)
            await person.until(lambda: len(blocks(grid)) == 2, "what somebody else planned")
        await person.click("rotaReadContact")
        mail = await person.see(QLineEdit, "rotaMail")
        mail.setText("chen@hospital.example")
        await person.click("rotaSaveContact")
        await person.read("Mail address and telephone number are saved.")
        await person.click("rotaCopy")
        await person.read("The week was copied")

    def entered_elsewhere(valley: Valley) -> None:
        monday = datetime.now(UTC) + timedelta(days=7 - datetime.now(UTC).weekday())
        begin = monday.replace(hour=2, minute=0) + timedelta(days=3)
        body = {
            "id": str(new_id()),
            "expert_id": str(valley.expert.id),
            "department": valley.department,
            "kind": "on_call",
            "from_at": begin.isoformat(),
            "until_at": (begin + timedelta(hours=4)).isoformat(),
        }
        assert dispatcher.send("POST", paths.ROTA, body).status_code == 201

    at_desk({server.url: server.ca}, part)
    contact = dispatcher.get(paths.CONTACT, account_id=valley.expert.id)
    assert contact["mail"] == "chen@hospital.example"


def _presence(person: Clinician, valley: Valley) -> Presence | None:
    seen = person.state.queue.presence
    return next((one.presence for one in seen if one.account_id == valley.expert.id), None)
