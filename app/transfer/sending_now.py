"""Which studies of the inbox are being sent: somebody's association that brought some is open."""

import threading


class SendingNow:
    """From many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._studies: dict[int, set[str]] = {}

    def __contains__(self, study_instance_uid: str) -> bool:
        with self._lock:
            return any(study_instance_uid in uids for uids in self._studies.values())

    def brought(self, association: int, study_instance_uid: str) -> bool:
        """Whether that is news of this study."""
        known = study_instance_uid in self
        with self._lock:
            self._studies.setdefault(association, set()).add(study_instance_uid)
        return not known

    def ended(self, association: int) -> None:
        """Nothing more will come on this one."""
        with self._lock:
            self._studies.pop(association, None)
