"""Which passwords are too easy: what everybody tries first (NIST SP 800-63B, 5.1.1.2)."""

from enum import Enum, auto

SHORTEST = 8
_KNOWN_BY_ALL = frozenset(
    "password passw0rd password1 p@ssw0rd p@ssword iloveyou sunshine princess football baseball "
    "trustno1 superman welcome1 whatever starwars computer internet michelle jennifer "
    "qwertyuiop qwerty123 qwer1234 asdfghjkl asdf1234 zxcvbnm1 zxcvbnm123 1qaz2wsx 1q2w3e4r "
    "1q2w3e4r5t q1w2e3r4 qazwsxedc abcd1234 abc12345 abcdefgh a1234567 a12345678 aa123456 "
    "aa12345678 123456aa 1234567a 12345678a 123456789a woaini1314 woaini520 5201314a iloveyou1 "
    "administrator admin123 admin1234 admin888 root1234 test1234 huizhen123 yiyuan123 hospital "
    "hospital1 doctor123 yisheng123 huizhen1 changeme letmein1 "
    "password123 password1234 password12 qwerty1234 qwertyui asdfasdf".split()
)


class Weakness(Enum):
    """Why a password is not taken."""

    SHORT = auto()
    """Fewer than `SHORTEST` characters."""
    NAME = auto()
    """The user name, perhaps with some signs behind it."""
    COMMON = auto()
    """Digits alone, a few signs over and over, or one that everybody tries first."""


def weakness(password: str, username: str = "") -> Weakness | None:
    """None of one that is taken."""
    plain = password.strip().casefold()
    if len(password) < SHORTEST:
        return Weakness.SHORT
    name = username.casefold()
    if name and name in plain and len(plain) - len(name) < 4:
        return Weakness.NAME
    few = len(set(plain)) < 4 or (plain.isdecimal() and len(plain) < 12)
    return Weakness.COMMON if few or plain in _KNOWN_BY_ALL else None
