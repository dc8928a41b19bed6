"""Which studies of the inbox are being sent: an association that brought some is open, or an
archive is asked for them."""

import threading
from collections.abc import Hashable


class SendingNow:
    """From many threads; whatever brings is told apart by a key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._studies: dict[Hashable, set[str]] = {}

    def __contains__(self, study_instance_uid: str) -> bool:
        with self._lock:
            return any(study_instance_uid in uids for uids in self._studies.values())

    def brought(self, bringer: Hashable, study_instance_uid: str) -> bool:
        """Whether that is news of this study."""
        known = study_instance_uid in self
        with self._lock:
            self._studies.setdefault(bringer, set()).add(study_instance_uid)
        return not known

    def ended(self, bringer: Hashable) -> None:
        """Nothing more will come of this one."""
        with self._lock:
            self._studies.pop(bringer, None)
