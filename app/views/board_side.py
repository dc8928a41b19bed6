"""Beside the board: the case that is looked at, what can be done with it, and the experts."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QPushButton, QWidget

from app.commands.board_wishes import WishBoardCase, WishDispatch
from app.commands.keys import COMMANDS, CommandId
from app.commands.wishes import WishOpenCase
from app.kit.layouts import column, row, surface
from app.kit.theme import Appearance
from app.kit.view import View
from app.kit.widgets import ElidedLabel, button, label, set_words
from app.models.board import BoardProps, ChosenProps
from app.models.tips import shortened
from app.session.queue import Load
from app.views.board_experts import ExpertList
from app.views.reason_panel import ReasonPanel
from protocol.consultation import Action

WIDTH = 320
KEYS = {
    Action.ASSIGN: CommandId.BOARD_ASSIGN,
    Action.OFFER: CommandId.BOARD_RING,
    Action.RELEASE: CommandId.BOARD_RELEASE,
    Action.ESCALATE: CommandId.BOARD_ESCALATE,
    Action.REJECT: CommandId.BOARD_REJECT,
}
NAME_SIGNS = 16
NAMES_EXPERT = (Action.ASSIGN, Action.OFFER)


class BoardSide(View):
    """Asks for a reason where the server wants one, and wishes."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("boardSide")
        self.setFixedWidth(WIDTH)
        self._props: BoardProps | None = None
        self._asked: WishDispatch | None = None
        self._aimed = False
        self._waits: WishDispatch | None = None
        """A card was dropped whose case is not looked at yet: then the question follows."""
        self._title, self._line = label("boardCase", "lead"), ElidedLabel("boardCaseLine", "small")
        self._alerts = label("boardAlerts", "small", wrap=True)
        self._open = button("boardOpenCase", self._wish_open, "quiet")
        self._away = button("boardLookAway", self._wish_away, "quiet")
        self._buttons: dict[Action, QPushButton] = {
            Action.ASSIGN: button("boardAssign", lambda: self.act(Action.ASSIGN), "primary"),
            Action.OFFER: button("boardRing", lambda: self.act(Action.OFFER)),
            Action.RELEASE: button("boardRelease", lambda: self.act(Action.RELEASE), "danger"),
            Action.ESCALATE: button("boardEscalate", lambda: self.act(Action.ESCALATE)),
            Action.REJECT: button("boardReject", lambda: self.act(Action.REJECT), "danger"),
        }
        self.reason = ReasonPanel("boardReason")
        self.reason.given.connect(self._reason_given)
        acts = list(self._buttons.values())
        self._chosen_part = QWidget()
        self._chosen_part.setLayout(
            column(
                row(self._title, None, self._open, self._away, gap=0),
                self._line,
                self._alerts,
                row(*acts[:2], None),
                row(*acts[2:], None),
                self.reason,
                gap=2,
            )
        )
        self._experts_title, self._hint = label(kind="lead"), label("boardHint", "small", wrap=True)
        self.experts = ExpertList("boardExperts", appearance)
        self.experts.entered.connect(lambda _id: self.act(Action.ASSIGN))
        self.experts.dropped.connect(self._dropped)
        self.experts.picked.connect(self._show_buttons)
        inside = column(
            self._chosen_part, self._experts_title, self._hint, self.experts, margin=3, gap=2
        )
        inside.setStretch(3, 1)
        self.setLayout(column(surface("card", inside)))
        self.words()

    # --- what it shows -------------------------------------------------------------------

    def show_props(self, props: BoardProps) -> None:
        before = self._props.chosen.id if self._props and self._props.chosen else None
        self._props = props
        chosen = props.chosen
        if (chosen.id if chosen else None) != before:
            self._forget_question()
        self._chosen_part.setVisible(chosen is not None)
        if chosen is not None:
            self._title.setText(chosen.title)
            self._line.setText(chosen.line)
            self._alerts.setText("\n".join(chosen.alerts))
            self._alerts.setVisible(bool(chosen.alerts))
        self.experts.show_experts(props.experts)
        ready = chosen is not None and props.candidates_load is Load.READY
        if ready and not self._aimed:
            self._aimed = True  # once: nobody else is chosen because the first one went away
            self.experts.aim_at_best()
        self._hint.setText(self._hint_words(props))
        self._show_buttons()
        if chosen is not None and self._waits and self._waits.consultation_id == chosen.id:
            wish, self._waits = self._waits, None
            self._ask_drop(wish, chosen)

    def _hint_words(self, props: BoardProps) -> str:
        if props.chosen is None:
            return self.tr("Choose a case to see who can take it, or drag it onto an expert.")
        match props.candidates_load:
            case Load.LOADING:
                return self.tr("Looking for who can take it…")
            case Load.FAILED:
                return self.tr("Who can take it could not be read. Press F5 to try again.")
            case Load.READY:
                return self.tr("Best first. Return assigns; the others stand below with reasons.")

    def _show_buttons(self) -> None:
        chosen = self._props.chosen if self._props else None
        allowed: frozenset[Action] = frozenset() if chosen is None else chosen.actions
        expert = self.experts.chosen()
        for action, control in self._buttons.items():
            able = expert is not None and expert.can_take
            control.setVisible(action in allowed or action is Action.ASSIGN)
            control.setEnabled(action in allowed and (able or action not in NAMES_EXPERT))
        assign = self._buttons[Action.ASSIGN]
        named = (
            self.tr("Assign to {name}").format(name=shortened(expert.name, NAME_SIGNS))
            if expert
            else ""
        )
        text = named if assign.isEnabled() else self.tr("Assign")
        if assign.text() != text:
            set_words(assign, text, COMMANDS[KEYS[Action.ASSIGN]].key)

    def words(self) -> None:
        texts = {
            Action.ASSIGN: self.tr("Assign"),
            Action.OFFER: self.tr("Ring as well"),
            Action.RELEASE: self.tr("Take back"),
            Action.ESCALATE: self.tr("Stop ringing"),
            Action.REJECT: self.tr("Reject"),
        }
        for action, text in texts.items():
            set_words(self._buttons[action], text, COMMANDS[KEYS[action]].key)
        if self._asked is None:
            self.reason.set_question("", self.tr("Confirm"))
        set_words(self._open, self.tr("Open"))
        set_words(self._away, self.tr("Close"))
        self._experts_title.setText(self.tr("Experts"))
        self.experts.setAccessibleName(self.tr("Experts"))

    # --- what it wishes ------------------------------------------------------------------

    def key_actions(self) -> dict[CommandId, Callable[[], None]]:
        return {id_: partial(self._press, action) for action, id_ in KEYS.items()}

    def _press(self, action: Action) -> None:
        if self.isVisible() and self._buttons[action].isEnabled():
            self.act(action)

    def act(self, action: Action) -> None:
        """Does it, or asks first why."""
        chosen = self._props.chosen if self._props else None
        control = self._buttons[action]
        if chosen is None or not (control.isEnabled() and action in chosen.actions):
            return
        expert = self.experts.chosen() if action in NAMES_EXPERT else None
        wish = WishDispatch(chosen.id, action, None if expert is None else expert.id)
        name = "" if expert is None else expert.name
        self._ask_or_wish(wish, chosen, name)

    def _ask_or_wish(self, wish: WishDispatch, chosen: ChosenProps, name: str) -> None:
        needs = wish.action not in NAMES_EXPERT or (wish.action is Action.ASSIGN and chosen.held)
        if not needs:
            self.wished.emit(wish)
            return
        self._asked = wish
        self.reason.set_question(
            self._question(wish.action, name), self._buttons[wish.action].text()
        )
        self.reason.ask()

    def _question(self, action: Action, name: str) -> str:
        translate = QCoreApplication.translate
        return {
            Action.ASSIGN: translate(
                "board",
                "{name} is rung and takes the case over with what was written. Until then it "
                "stays where it is. Why?",
            ),
            Action.RELEASE: translate(
                "board",
                "The case is taken from its expert at once and waits again; the draft is kept. "
                "Why?",
            ),
            Action.ESCALATE: translate(
                "board",
                "The case rings nobody by itself any more and waits for you to assign it. Why?",
            ),
            Action.REJECT: translate(
                "board", "The case ends without an opinion and the clinic is told. Why?"
            ),
        }[action].format(name=name)

    def _reason_given(self, reason: str) -> None:
        asked, self._asked = self._asked, None
        if asked is not None:
            self.wished.emit(
                WishDispatch(asked.consultation_id, asked.action, asked.expert_id, reason)
            )

    def _forget_question(self) -> None:
        self._asked, self._aimed = None, False
        self.reason.hide()
        self.experts.forget()

    def _dropped(self, case_id: UUID, expert_id: UUID) -> None:
        """A card on an expert: a waiting case is assigned, of a held one it is asked why."""
        props = self._props
        if props is None or props.offline:
            return
        held = next(
            (lane.held for lane in props.lanes for c in lane.cards if c.id == case_id), None
        )
        if held is None:
            return
        wish = WishDispatch(case_id, Action.ASSIGN, expert_id)
        if not held:
            self.wished.emit(wish)
            return
        chosen = props.chosen
        if chosen is None or chosen.id != case_id:
            self.wished.emit(WishBoardCase(case_id))
            self._waits = wish
            return
        self._ask_drop(wish, chosen)

    def _ask_drop(self, wish: WishDispatch, chosen: ChosenProps) -> None:
        assert self._props is not None
        names = (one.name for one in self._props.experts if one.id == wish.expert_id)
        self._ask_or_wish(wish, chosen, next(names, ""))

    def _wish_open(self) -> None:
        if self._props and self._props.chosen:
            self.wished.emit(WishOpenCase(self._props.chosen.id))

    def _wish_away(self) -> None:
        self.wished.emit(WishBoardCase(None))
