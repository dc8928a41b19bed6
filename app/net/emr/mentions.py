"""Which of many HL7 v2 messages are of the patients that some words name, without reading them all:
to read one takes some milliseconds, to look at its PID some microseconds."""

import re
from collections.abc import Iterable

_PID = re.compile(rb"(?:^|[\r\n\x0b])(PID[^\w\s][^\r\n]*)")
_SIGNS = re.compile(r"[\W_]+")


def messages_naming(raws: Iterable[bytes], words: str) -> list[bytes]:
    """Those whose PID has all the words, in any order, and all others of these patients: of the
    same number (PID-3), each without what it says of anybody else. None without words."""
    wanted = [one for word in words.split() if (one := _compact(word))]
    if not wanted:
        return []
    told = [(raw, [_text(one) for one in _PID.findall(raw)]) for raw in raws]
    numbers = {
        _number(pid)
        for _, pids in told
        for pid in pids
        if all(word in _compact(pid) for word in wanted)
    }
    return [
        raw if all(_number(pid) in numbers for pid in pids) else _without_others(raw, numbers)
        for raw, pids in told
        if any(_number(pid) in numbers for pid in pids)
    ]


def _without_others(raw: bytes, numbers: set[str]) -> bytes:
    """A message may tell of several patients: of the others it is had in part, so not at all."""
    kept, wanted = [], True
    for segment in re.split(rb"(?<=[\r\n])", raw):
        if (pid := _PID.match(segment)) is not None:
            wanted = _number(_text(pid[1])) in numbers
        elif segment.startswith(b"MSH"):
            wanted = True
        if wanted:
            kept.append(segment)
    return b"".join(kept)


def _number(pid: str) -> str:
    """PID-3.1 of the first repetition; the whole segment where it has none."""
    fields = pid.split(pid[3])
    number = re.split(r"[~^]", fields[3])[0] if len(fields) > 3 else ""
    return number or pid


def _compact(text: str) -> str:
    return _SIGNS.sub("", text).lower()


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")
