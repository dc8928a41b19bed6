"""The second factor as the sign-in window and the settings show it."""

from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication

from app.models.notices import words_for
from app.models.times import moment
from app.session.second_factor import SecondFactor
from protocol.second_factor import SecondFactorState


@dataclass(frozen=True, slots=True)
class SecondFactorProps:
    """`secret` is grouped to be typed; `squares` are its QR code; `codes` are shown once."""

    line: str
    enrolled: bool
    required: bool
    busy: bool
    problem: str
    secret: str = field(default="", repr=False)
    squares: tuple[bytes, ...] = field(default=(), repr=False)
    codes: tuple[str, ...] = field(default=(), repr=False)


def derive_second_factor(factor: SecondFactor) -> SecondFactorProps:
    known, secret = factor.known, factor.secret
    return SecondFactorProps(
        line="" if known is None else _line(known),
        enrolled=known is not None and known.since is not None,
        required=known is not None and known.required,
        busy=factor.busy,
        problem=words_for(factor.problem, factor.problem_details) if factor.problem else "",
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        squares=factor.squares,
        codes=factor.codes,
    )


def _line(known: SecondFactorState) -> str:
    translate = QCoreApplication.translate
    if known.since is not None:
        text = translate(
            "second_factor", "In force since {when}. Recovery codes that are left: {count}."
        )
        return text.format(when=moment(known.since), count=known.recovery_codes_left)
    if known.required:
        return translate("second_factor", "Your role needs one: set it up now.")
    return translate(
        "second_factor",
        "Not set up. With it nobody who learns your password can sign in as you.",
    )
