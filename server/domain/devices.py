"""Which computers may be worked at: those with a certificate of the site's own authority."""

from collections.abc import Iterable
from dataclasses import dataclass

from protocol.errors import ErrorCode
from server.domain.errors import Forbidden
from server.domain.people import Who

EVERYBODY = "all"


@dataclass(frozen=True, slots=True)
class Device:
    """A computer whose certificate was verified when its connection was made.

    `institutions` are the codes it is for: the organizational units (OU) of its subject.
    """

    name: str
    institutions: frozenset[str]
    fingerprint: str
    """SHA-256 of the certificate's DER, lower-case hex."""


class Devices:
    """The site's rule.

    Args:
        needed: codes of the institutions whose accounts work at such computers only; `all` is
            everybody, also who belongs to no institution.
        bound: whether a computer is for accounts of its own institutions only, also where others
            need none.

    Guests of calls have no account: no rule meets them.
    """

    def __init__(self, needed: Iterable[str] = (), *, bound: bool = False) -> None:
        self._needed, self._bound = frozenset(needed), bound

    def check(self, who: Who, device: Device | None) -> None:
        """Raises `Forbidden` where this account may not work at this computer."""
        needed = not self._needed.isdisjoint((EVERYBODY, who.institution_code))
        if device is None and needed:
            raise Forbidden(
                "this account works only at computers with a certificate of the site: ask the "
                "hospital's IT for one",
                ErrorCode.DEVICE_NEEDED,
            )
        if self._bound and device is not None and who.institution_code:
            if who.institution_code in device.institutions:
                return
            raise Forbidden(
                "this computer's certificate is another institution's: work at one of your own",
                ErrorCode.DEVICE_OF_OTHERS,
            )
