"""How departments find their experts: for who chooses it, for the clinic, for who takes cases."""

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.table import TextRow
from app.models.words import word
from app.session.service_lines import Lines
from app.session.state import State
from protocol.account import Role
from protocol.consultation import CaseContent, Status, Urgency
from protocol.service_line import LineMode


@dataclass(frozen=True, slots=True)
class LineChoiceProps:
    """`modes` has the mode that was chosen for a department, None where the settings hold."""

    rows: tuple[TextRow, ...]
    modes: dict[str, LineMode | None]
    default: str


@dataclass(frozen=True, slots=True)
class LineProps:
    """What the form says of the department, and whom one may name in it."""

    text: str = ""
    experts: tuple[tuple[str, UUID], ...] = ()
    named: UUID | None = None
    warns: bool = False


def line_columns() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("service_lines", "Department"),
        translate("service_lines", "How its cases find an expert"),
    )


def derive_line_choice(state: State) -> LineChoiceProps | None:
    """None for who may not choose it, and until it is known."""
    account, known = state.link.account, state.lines.known
    roles = () if account is None else account.roles
    if known is None or {Role.DISPATCHER, Role.ADMIN}.isdisjoint(roles):
        return None
    return LineChoiceProps(
        rows=tuple(
            TextRow(one.department, (one.department, word(one.mode)), sentence(one.mode))
            for one in known.lines
        ),
        modes={one.department: one.mode if one.chosen else None for one in known.lines},
        default=word(known.default),
    )


def derive_line(state: State, content: CaseContent, status: Status) -> LineProps:
    """Of a draft; empty until a department is named."""
    mode = state.lines.mode_of(content.department)
    if mode is None or not content.department or status is not Status.DRAFT:
        return LineProps()
    me = None if state.link.account is None else state.link.account.id
    experts = tuple(
        (f"{one.display_name} · {word(one.expert.title)}", one.id)
        for one in state.lines.experts
        if one.expert is not None and content.department in one.expert.departments and one.id != me
    )
    named = content.directed_expert_id
    if state.lines.known is not None and not state.lines.known.agreed(content.department):
        text = QCoreApplication.translate(
            "service_lines",
            "Your institution has no agreement in force with a hospital of this department: nobody "
            "there can take the case. Choose another department, or ask your administrator.",
        )
        return LineProps(text, experts, named, warns=True)
    if content.urgency is Urgency.CRITICAL:
        text = QCoreApplication.translate(
            "service_lines", "Critical: every expert of the department is rung at once."
        )
        return LineProps(text, experts, named)
    nobody = mode is LineMode.DIRECTED and named is None
    return LineProps(sentence(mode), experts, named, warns=nobody)


def passes_over(lines: Lines, department: str) -> bool:
    """Whether a waiting case there is the head of a queue that experts pull."""
    return lines.mode_of(department) is LineMode.PULL


def is_quiet(lines: Lines, department: str) -> bool:
    """Whether cases wait there that ring nobody."""
    return lines.mode_of(department) in (LineMode.PULL, LineMode.DIRECTED)


def sentence(mode: LineMode) -> str:
    translate = QCoreApplication.translate
    return {
        LineMode.OPEN: translate(
            "service_lines",
            "The best expert of the department is rung; others may take the case first.",
        ),
        LineMode.DIRECTED: translate(
            "service_lines",
            "Name the expert: only they are rung. Unanswered, or without a name, the case waits "
            "until somebody takes it.",
        ),
        LineMode.PULL: translate(
            "service_lines",
            "Nobody is rung: experts take the cases of this department in their order.",
        ),
        LineMode.DISPATCHED: translate(
            "service_lines", "Experts are rung one after the other until one takes the case."
        ),
    }[mode]
