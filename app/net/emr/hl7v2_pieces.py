"""Files that an interface engine cuts over several OBX, or repetitions of OBX-5, because its fields
may be no longer than so much.

What comes next under the same name goes on with a file that has begun, is not at its end, and of a
kind whose files say how they begin, unless it begins as a file itself. Of other kinds nobody can
tell a piece from a second file, and each stays by itself.
"""

import re
from dataclasses import dataclass

from app.net.emr.elements import decoded

BEGINNING = 1024
"""Characters of base64."""
_BEGIN = (
    *(b"%pdf-", b"\xff\xd8\xff", b"\x89png", b"gif8", b"ii*\0", b"mm\0*"),
    *(b"<?xml", b"<!doctype", b"<html", b"<clinicaldocument"),
    *(b"{\\rt", b"pk\3\4", b"\xd0\xcf\x11\xe0"),
)
_END = (b"%%eof", b"\xff\xd9", b"iend\xaeb`\x82", b"</html>", b"clinicaldocument>")
"""How files begin, and end where that tells anything; in small letters."""
_TAIL = 64
_COUNTED = re.compile(r"(.*?)(\d+)", re.DOTALL)


def begins_a_file(packed: str) -> bool:
    """Whether this is base64 of how a file begins."""
    end = min(len(packed), BEGINNING) // 4 * 4
    begins = decoded(packed[:end]).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return begins.startswith(_BEGIN) or b"%pdf-" in begins  # some have a header before


@dataclass(slots=True)
class Cut:
    """A file that has begun, and may go on. `name`: of OBX-3 and OBX-4 as they stood last;
    `called`: what it is said to be (ED-2, ED-3)."""

    name: tuple[str, str]
    called: tuple[str, ...]
    encoding: str
    """ED-4, which the pieces behind the first may leave out."""
    _tail: bytes = b""
    """Of what has come, in small letters."""
    _rest: str = ""
    """What came last and makes no whole byte yet."""

    def goes_on(self, name: tuple[str, str], called: tuple[str, ...], packed: str) -> bool:
        """Whether this is what comes next of it; then it is counted in."""
        if not (_follows(self.name, name) and (not any(called) or called == self.called)):
            return False
        if begins_a_file(packed) or self._is_whole:
            return False
        self.name = name
        self.came(packed)
        return True

    def came(self, packed: str) -> None:
        whole = self._rest + packed
        end = len(whole) // 4 * 4
        self._rest = whole[end:]
        last = decoded(whole[max(0, end - 2 * _TAIL) : end])
        self._tail = (self._tail + last.lower())[-_TAIL:]

    @property
    def _is_whole(self) -> bool:
        return self._tail.rstrip(b"\r\n\t \0").endswith(_END)


def _follows(name: tuple[str, str], after: tuple[str, str]) -> bool:
    """Under the same name, or numbered on."""
    if name == after:
        return True
    one, other = _COUNTED.fullmatch(name[1]), _COUNTED.fullmatch(after[1])
    if one is None or other is None or (name[0], one[1]) != (after[0], other[1]):
        return False
    return int(other[2]) == int(one[2]) + 1
