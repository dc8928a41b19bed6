"""The sign-in window."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.models.device_certificate import DeviceCertificateProps, derive_device_certificate
from app.models.notices import words_for
from app.models.second_factor import SecondFactorProps, derive_second_factor
from app.models.words import image_count
from app.session.entry import EntryStage
from app.session.state import State


@dataclass(frozen=True, slots=True)
class SignInProps:
    stage: EntryStage
    server: str
    username: str
    busy: bool
    first_time: bool
    problem: str
    note: str
    """What goes on after a sign-out."""
    ca_subject: str
    ca_fingerprint: str
    key_in_memory: bool
    second_factor: SecondFactorProps
    device: DeviceCertificateProps


def _note(images: int) -> str:
    if not images:
        return ""
    text = QCoreApplication.translate(
        "sign_in", "You are signed out. This computer goes on sending {images}."
    )
    return text.format(images=image_count(images))


def derive_sign_in(state: State) -> SignInProps:
    entry = state.entry
    problem = words_for(entry.problem, entry.problem_details) if entry.problem else ""
    pairs = [entry.ca_fingerprint[i : i + 4] for i in range(0, len(entry.ca_fingerprint), 4)]
    half = len(pairs) // 2
    grouped = " ".join(pairs[:half]) + "\n" + " ".join(pairs[half:]) if pairs else ""
    return SignInProps(
        stage=entry.stage,
        server=entry.server,
        username=entry.username,
        busy=entry.busy,
        first_time=entry.first_time,
        problem=problem,
        note=_note(entry.still_sending),
        ca_subject=entry.ca_subject,
        ca_fingerprint=grouped.upper(),
        key_in_memory=state.link.key_place.name == "MEMORY",
        second_factor=derive_second_factor(state.second_factor),
        device=derive_device_certificate(entry),
    )
