"""Which of the twelve standard leads a channel is, by code or by name (PS3.16 CID 3001)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.imaging.waveform import Channel

STANDARD = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
RHYTHM = "II"
_NUMBERS = (1, 2, 61, 62, 63, 64, 3, 4, 5, 6, 7, 8)
"""The last part of the codes of SCP-ECG (5.6.3-9-n) and of ISO/IEEE 11073-10101 (2:n)."""
_BY_NUMBER = dict(zip(_NUMBERS, STANDARD, strict=True))
_BY_NAME = {name.upper(): name for name in STANDARD}
_CODES = (re.compile(r"5\.6\.3-9-(\d+)"), re.compile(r"2:(\d+)"))
_NAME = re.compile(r"(?:lead\s+)?(III|II|I|AVR|AVL|AVF|V[1-6])(?:\s*\(.*\))?", re.IGNORECASE)


def lead_of(channel: Channel) -> str:
    """The lead's name as people write it, "" for anything else than the twelve."""
    source = channel.source
    if source is not None and source.scheme in ("SCPECG", "MDC"):
        for pattern in _CODES:
            found = pattern.fullmatch(source.value)
            if found and int(found[1]) in _BY_NUMBER:
                return _BY_NUMBER[int(found[1])]
    for name in (channel.name, channel.label):
        found = _NAME.fullmatch(name.strip())
        if found:
            return _BY_NAME[found[1].upper()]
    return ""


def twelve_leads(channels: Sequence[Channel]) -> dict[str, int]:
    """Lead → channel number, empty unless all twelve are there."""
    found: dict[str, int] = {}
    for number, channel in enumerate(channels):
        lead = lead_of(channel)
        if lead:
            found.setdefault(lead, number)
    return found if len(found) == len(STANDARD) else {}
