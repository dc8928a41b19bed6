"""Which places and commands an account is offered."""

from collections.abc import Collection

from app.commands.keys import COMMANDS, Command, CommandId, Group
from app.commands.wishes import Page
from app.models.rail import RailProps
from protocol.account import Role


def reaches(rail: RailProps, page: Page) -> bool:
    """Whether a key may lead there."""
    closed = {
        Page.LIBRARY: rail.library,
        Page.INBOX: rail.inbox,
        Page.BOARD: rail.board,
        Page.ROTA: rail.rota,
    }
    return closed.get(page, True)


def first_page(roles: Collection[Role]) -> Page:
    """Where the program opens for somebody."""
    treats = not {Role.REQUESTER, Role.EXPERT}.isdisjoint(roles)
    if Role.DISPATCHER in roles and not treats:
        return Page.BOARD
    if Role.AUDITOR in roles and not treats:
        return Page.AUDIT
    if Role.ADMIN in roles and not treats:
        return Page.ADMINISTRATION
    return Page.SECURITY if Role.SECURITY in roles and not treats else Page.WORK


def offered(rail: RailProps) -> tuple[Command, ...]:
    """What is found and listed with its key."""
    hidden = set() if rail.library else {CommandId.LIBRARY, CommandId.BREAK_GLASS}
    hidden |= set() if rail.inbox else {CommandId.INBOX, CommandId.ARCHIVE}
    hidden |= set() if rail.rota else {CommandId.ROTA}
    no = () if rail.board else (Group.BOARD,)
    return tuple(c for c in COMMANDS.values() if c.id not in hidden and c.group not in no)
