"""Everything that can be shown has words, and every command a description and an action."""

import inspect
from enum import Enum
from typing import get_args

import pytest
from pytestqt.qtbot import QtBot

from app.commands import wishes
from app.commands.keys import COMMANDS, CommandId
from app.models.notices import words_for
from app.models.words import STATUS_LOOKS, Choice, urgency_text, word
from app.session.notices import Good, Late, News, NoticeCode, Trouble
from protocol.consultation import Status, Urgency
from protocol.errors import ErrorCode

CODES: list[NoticeCode] = [*ErrorCode, *Trouble, *Good, *Late, *News]
CHOICES: list[Enum] = [choice for kind in get_args(Choice) for choice in kind]


@pytest.mark.parametrize("code", CODES, ids=lambda code: f"{type(code).__name__}.{code.name}")
def test_every_code_has_words_that_stand_without_details(code: NoticeCode) -> None:
    text = words_for(code)
    assert len(text) > 10
    assert "{" not in text
    assert "_" not in text, "words, not the code"


@pytest.mark.parametrize("code", [*ErrorCode, *Trouble], ids=lambda code: code.name)
def test_words_are_no_traceback(code: ErrorCode | Trouble) -> None:
    text = words_for(code, (("what", "…"),))
    assert not any(bad in text for bad in ("Error", "Exception", "None", "HTTP", "null"))


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: f"{type(choice).__name__}.{choice}")
def test_every_choice_has_a_word(choice: Choice) -> None:
    assert word(choice)


def test_two_choices_of_one_kind_never_read_the_same() -> None:
    for kind in get_args(Choice):
        texts = [word(choice) for choice in kind]
        assert len(texts) == len(set(texts)), kind.__name__


def test_every_choice_of_the_protocol_that_reaches_the_screen_has_words() -> None:
    """Choices that are never shown stand here with the reason."""
    from protocol import account, call, consultation, imaging, library, queue, report

    never_shown = {
        "TokenScope": "between programs",
        "SeatState": "app.models.call_line says it in its own words",
        "Motion": "app.models.call_line says it in its own words",
        "Limit": "app.models.call_line says it in its own words",
        "FailureReason": "between programs; the transfer process words it",
        "ParticipantKind": "the call shows names",
        "InvitationStanding": "the guest's page words it, server/web/words.js",
        "OfferEnd": "the card just closes",
        "CaseClock": "app.models.notices and app.models.queue say what must be done",
        "ClockStage": "the notice's colour and words",
    }
    kinds = {
        name: kind
        for module in (account, call, consultation, imaging, library, queue, report)
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Enum) and kind.__module__ == module.__name__
    }
    silent = {name for name, kind in kinds.items() if kind not in get_args(Choice)}
    assert silent == set(never_shown)


def test_urgency_differs_in_shape_and_word_not_in_colour_alone() -> None:
    texts = [urgency_text(urgency) for urgency in Urgency]
    assert len({text[0] for text in texts}) == len({text[2:] for text in texts}) == len(texts)


def test_every_status_has_a_look() -> None:
    assert set(STATUS_LOOKS) == set(Status)


@pytest.mark.parametrize("id_", CommandId, ids=lambda id_: id_.value)
def test_every_command_is_described(id_: CommandId) -> None:
    command = COMMANDS[id_]
    assert command.title
    assert command.group.title
    assert command.key


def test_every_key_is_one_qt_understands_and_no_two_are_the_same(qtbot: QtBot) -> None:
    from PySide6.QtGui import QKeySequence

    keys = [QKeySequence(command.key).toString() for command in COMMANDS.values()]
    assert all(keys)
    assert len(set(keys)) == len(keys)


def test_every_wish_belongs_to_exactly_one_room() -> None:
    """The composition answers by room; a wish outside all rooms would never come true."""
    rooms = [
        wishes.EntryWish,
        wishes.NavigationWish,
        wishes.ClinicWish,
        wishes.ExpertWish,
        wishes.CallWish,
        wishes.LibraryWish,
    ]
    placed = [wish for room in rooms for wish in get_args(room)]
    made = [
        kind
        for name, kind in inspect.getmembers(wishes, inspect.isclass)
        if name.startswith("Wish") and kind.__module__ == wishes.__name__
    ]
    assert sorted(k.__name__ for k in placed) == sorted(k.__name__ for k in made)


def test_a_wish_with_a_secret_does_not_show_it() -> None:
    secret = "Morgenstern 42"
    for wish in (
        wishes.WishSignIn("hub", "lin", secret),
        wishes.WishUnlockStore(secret),
        wishes.WishChangePassword(secret, secret),
        wishes.WishSign(secret),
    ):
        assert secret not in repr(wish)
