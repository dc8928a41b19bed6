"""Which use case answers which wish of the board."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from app.commands.board_wishes import BoardWish, WishBoardCase, WishDispatch, WishShowOnBoard
from app.commands.wishes import Page

if TYPE_CHECKING:
    from app.composition.desk import Desk


def fulfil_board(desk: Desk, wish: BoardWish) -> None:
    """Starts use cases; never does their work."""
    match wish:
        case WishBoardCase(id_):
            desk.tasks.start(desk.board.choose(id_), only="candidates")
        case WishShowOnBoard(id_):
            desk.window.show_page(Page.BOARD)
            desk.tasks.start(desk.board.choose(id_), only="candidates")
        case WishDispatch(id_, action, expert_id, reason):
            desk.tasks.start(desk.board.act(id_, action, expert_id, reason))
        case _:
            assert_never(wish)
