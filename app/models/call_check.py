"""What the call check found, in words: what works, what does not, and what to do."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.session.call_check import CallCheckState, Finding, Reason, Step, Verdict


@dataclass(frozen=True, slots=True)
class FindingProps:
    """One line; `busy` while the step is being looked at."""

    step: Step
    title: str
    text: str
    verdict: Verdict | None
    busy: bool = False


@dataclass(frozen=True, slots=True)
class CheckProps:
    """`overall` is empty until the check has come to its end."""

    running: bool
    lines: tuple[FindingProps, ...]
    overall: str


def derive_check(state: CallCheckState) -> CheckProps:
    """Every step in its order: found, looked at now, or still to come."""
    found = {one.step: one for one in state.found}
    lines = []
    for step in Step:
        if step in found:
            lines.append(derive_finding(found[step]))
        elif state.running:
            busy = step is state.step
            text = QCoreApplication.translate("check", "is being looked at…") if busy else ""
            lines.append(FindingProps(step, step_words(step), text, None, busy))
    whole = not state.running and bool(state.found)
    return CheckProps(state.running, tuple(lines), overall_words(state.found) if whole else "")


def derive_finding(found: Finding) -> FindingProps:
    return FindingProps(found.step, step_words(found.step), finding_words(found), found.verdict)


def step_words(step: Step) -> str:
    translate = QCoreApplication.translate
    match step:
        case Step.CAMERA:
            return translate("check", "Camera")
        case Step.MICROPHONE:
            return translate("check", "Microphone")
        case Step.SPEAKER:
            return translate("check", "Loudspeaker")
        case Step.SERVER:
            return translate("check", "Server")
        case Step.SOCKET:
            return translate("check", "Line for events")
        case Step.SIGN_IN:
            return translate("check", "Signing in")
        case Step.RELAY:
            return translate("check", "Relay (TURN)")
        case Step.BANDWIDTH:
            return translate("check", "Speed of the line")


def finding_words(found: Finding) -> str:
    """A plain sentence: what was found and, where it is not well, what to do."""
    if found.verdict is Verdict.GOOD:
        return _good(found)
    match found.step:
        case Step.CAMERA | Step.MICROPHONE | Step.SPEAKER:
            return _device(found)
        case Step.SERVER | Step.SOCKET:
            return _server(found)
        case Step.SIGN_IN:
            return _sign_in(found)
        case Step.RELAY:
            return _relay(found)
        case Step.BANDWIDTH:
            return _speed(found)


def overall_words(found: tuple[Finding, ...]) -> str:
    """The verdict of all steps together."""
    translate = QCoreApplication.translate
    verdicts = {one.verdict for one in found}
    if Verdict.FAILED in verdicts:
        return translate("check", "A call will not work fully: see what is marked.")
    if Verdict.POOR in verdicts:
        return translate("check", "A call will work, but not as well as it could.")
    return translate("check", "A call will work.")


def passed(found: tuple[Finding, ...]) -> bool:
    """Whether nothing failed."""
    return all(one.verdict is not Verdict.FAILED for one in found)


def _good(found: Finding) -> str:
    translate = QCoreApplication.translate
    match found.step:
        case Step.CAMERA | Step.SPEAKER:
            return found.detail
        case Step.MICROPHONE:
            text = translate("check", "{name}; the loudest in three seconds was {level} dB")
            level = f"{found.figures.get('level_db', 0):.0f}"
            return text.format(name=found.detail, level=level)
        case Step.SIGN_IN:
            return translate("check", "works")
        case Step.SERVER | Step.SOCKET:
            return translate("check", "answers in {ms} ms").format(ms=_ms(found))
        case Step.RELAY:
            return translate("check", "answers over {way}").format(way=found.detail.upper())
        case Step.BANDWIDTH:
            return _rates(found)


def _device(found: Finding) -> str:
    translate = QCoreApplication.translate
    match found.reason:
        case Reason.NO_PICTURE:
            return translate(
                "check", "{name} gives no picture: close other programs that use it, try again."
            ).format(name=found.detail)
        case Reason.NO_SOUND:
            return translate(
                "check", "{name} gives no sound: is it switched off, or forbidden by the system?"
            ).format(name=found.detail)
        case Reason.NO_MEDIA:
            return translate("check", "The program's part for calls does not start: install again.")
        case _:
            return translate("check", "None was found: plug one in, or allow it in the system.")


def _server(found: Finding) -> str:
    translate = QCoreApplication.translate
    match found.reason:
        case Reason.SLOW:
            text = translate("check", "answers slowly, in {ms} ms: other programs may use the line")
            return text.format(ms=_ms(found))
        case Reason.REFUSED:
            return translate("check", "refuses: sign in again, or tell hospital IT.")
        case Reason.UNTRUSTED:
            return translate(
                "check",
                "shows a certificate that this computer does not trust: hospital IT gives the "
                "server's CA file (tls/ca.pem in its data folder; here with --ca).",
            )
        case _:
            return translate(
                "check",
                "does not answer. Check the network cable; a firewall must let TLS 1.3 and "
                "WebSocket through to the server.",
            )


def _sign_in(found: Finding) -> str:
    translate = QCoreApplication.translate
    if found.reason is Reason.ELSEWHERE:
        return translate(
            "check", "this account is signed in on another computer: sign out there first."
        )
    return translate("check", "is refused: check name and password.")


def _relay(found: Finding) -> str:
    translate = QCoreApplication.translate
    match found.reason:
        case Reason.NOT_ASKED:
            return translate("check", "not checked: that needs a user name.")
        case Reason.NO_RELAY:
            return translate(
                "check", "none is set up; calls work where the two computers reach each other."
            )
        case Reason.REFUSED:
            return translate(
                "check", "refuses the server's credentials: hospital IT must compare the secrets."
            )
        case _:
            return translate(
                "check", "does not answer: a firewall must let its ports through (see operations)."
            )


def _speed(found: Finding) -> str:
    translate = QCoreApplication.translate
    if found.verdict is Verdict.FAILED and found.reason is Reason.SLOW:
        text = translate("check", "{rates}: too slow even for speech; use another line.")
    elif found.reason is Reason.SLOW:
        text = translate("check", "{rates}: speech works, pictures are small or stand still.")
    elif found.reason is Reason.NOT_ASKED:
        text = translate("check", "not checked: that needs a user name.")
    else:
        text = translate("check", "could not be measured: try again in a minute.")
    return text.format(rates=_rates(found))


def _rates(found: Finding) -> str:
    up, down = found.figures.get("up_kbps", 0), found.figures.get("down_kbps", 0)
    text = QCoreApplication.translate("check", "{up} kbit/s up, {down} kbit/s down")
    return text.format(up=f"{up:.0f}", down=f"{down:.0f}")


def _ms(found: Finding) -> str:
    return f"{found.figures.get('ms', 0):.0f}"
