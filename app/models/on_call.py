"""How those on call were told of a case outside of the program, for the dispatcher."""

from PySide6.QtCore import QCoreApplication

from app.models.times import clock
from app.models.words import word
from protocol.board import BoardCase
from protocol.on_call import FINDING_WHYS, AlertState, CaseAlert


def not_told(case: BoardCase) -> bool:
    """Somebody on call could not be told by any way."""
    sent = {one.expert.id for one in case.alerts if one.state is AlertState.SENT}
    return any(one.state is AlertState.FAILED and one.expert.id not in sent for one in case.alerts)


def alert_lines(case: BoardCase) -> tuple[str, ...]:
    """One line a message: whom, by what, how it went."""
    return tuple(_line(one) for one in case.alerts)


def _line(alert: CaseAlert) -> str:
    translate = QCoreApplication.translate
    name = alert.expert.display_name
    way = "" if alert.channel is None else word(alert.channel)
    why = "" if alert.trouble is None else word(alert.trouble)
    match alert.state:
        case AlertState.SENT:
            text = translate("board", "✓ {name}: told at {time} ({way})")
        case AlertState.FAILED if alert.channel is None and alert.why in FINDING_WHYS:
            text = translate("board", "✕ {name}: critical finding, not told. {why}")
        case AlertState.FAILED if alert.channel is None:
            text = translate("board", "✕ {name}: on call, not told. {why}")
        case AlertState.FAILED:
            text = translate("board", "✕ {name}: not told, given up ({way}, tries: {n}). {why}")
        case _ if alert.trouble is not None:
            text = translate("board", "… {name}: not told yet, tried again ({way}). {why}")
        case _:
            text = translate("board", "… {name}: being told ({way})")
    return text.format(name=name, way=way, why=why, n=alert.attempts, time=clock(alert.at))
