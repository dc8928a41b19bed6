"""What a device may send beyond the storage classes that the library knows: retired ones, which old
machines go on to make, those of its maker, and those of a newer edition of the standard."""

from collections.abc import Iterable

from pydicom.uid import UID
from pynetdicom import register_uid
from pynetdicom._globals import ALL_TRANSFER_SYNTAXES
from pynetdicom.association import Association
from pynetdicom.presentation import build_context
from pynetdicom.service_class import StorageServiceClass
from pynetdicom.sop_class import uid_to_service_class

_STANDARD, _STORAGE = "1.2.840.10008.", "1.2.840.10008.5.1.4.1.1."
"""Every class below the second one is of storage (PS3.6 table A-1)."""
_MOST_PRIVATE = 256
"""Of one run: a device that asks for more and more numbers is not followed."""


def may_be_storage(uid: str) -> bool:
    """Whether objects of this class can be sent: by its number, or because its maker says so."""
    return uid.startswith(_STORAGE) or not uid.startswith(_STANDARD)


class AskedClasses:
    """Learns the storage classes that devices ask for; from the threads of associations."""

    def __init__(self) -> None:
        self._learnt: set[str] = set()

    def offer(self, association: Association) -> None:
        """Makes an acceptor take those that its peer asks for and nobody knows here."""
        known = {one.abstract_syntax for one in association.acceptor.supported_contexts}
        asked = {str(one.abstract_syntax) for one in association.requestor.requested_contexts}
        new = sorted(uid for uid in asked - known if may_be_storage(uid) and self._learn(uid))
        if new:
            association.acceptor.supported_contexts = [
                *association.acceptor.supported_contexts,
                *(build_context(uid, ALL_TRANSFER_SYNTAXES) for uid in new),
            ]

    def _learn(self, uid: str) -> bool:
        """Whether the library serves it as a storage class from now on."""
        if uid_to_service_class(uid) is StorageServiceClass:
            return True
        if len(self._learnt) >= _MOST_PRIVATE:
            return False
        self._learnt.add(uid)
        register_uid(uid, f"Storage_{uid.replace('.', '_')}", StorageServiceClass)
        return True


def rejected_classes(association: Association) -> tuple[str, ...]:
    """Names of storage classes that the peer asked for and may send in no encoding."""
    accepted = {one.abstract_syntax for one in association.accepted_contexts}
    asked: Iterable[UID | None] = (one.abstract_syntax for one in association.rejected_contexts)
    refused = {one for one in asked if one is not None} - accepted
    return tuple(sorted(one.name for one in refused if may_be_storage(one)))
