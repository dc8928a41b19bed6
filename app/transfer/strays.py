"""Images that were refused as they came and whose study is not in the inbox: by who sent them."""

from collections import Counter
from dataclasses import dataclass, field

from app.transfer.identity import Identity

MOST_STRAYS = 10_000


@dataclass(slots=True)
class Strays:
    """Since the start of the program; whoever holds it sees to threads."""

    _found: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Source and Study Instance UID by SOP Instance UID."""

    def note(self, source: str, identity: Identity) -> None:
        """Refused, and its sender may send it again."""
        known = identity.sop_instance_uid in self._found
        if known or len(self._found) < MOST_STRAYS:
            self._found[identity.sop_instance_uid] = (source, identity.study_instance_uid)

    def take(self, study_instance_uid: str) -> tuple[str, ...]:
        """Those of a study that has a place in the inbox from now on."""
        of_it = tuple(uid for uid, (_, study) in self._found.items() if study == study_instance_uid)
        for uid in of_it:
            del self._found[uid]
        return of_it

    def came(self, sop_instance_uid: str) -> None:
        """It has been taken after all."""
        self._found.pop(sop_instance_uid, None)

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many by source."""
        return tuple(Counter(source for source, _ in self._found.values()).items())
