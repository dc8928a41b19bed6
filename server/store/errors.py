"""What can go wrong below the rules.

StoreError
├── DatabaseUnavailable   the database cannot be opened or is too new for this program
├── DatabaseAway          the database does not answer now
├── ObjectMissing         bytes the database knows of are not in the object store
├── ObjectDamaged         stored bytes are not those that were kept
├── NoRoom                a disk or a quota is used up
├── KeyUnusable           the key file is absent, unsafe or lacks the key of an object
├── RowDamaged            a row of the database is not what this server wrote
├── ObjectsUnreachable    the object store does not answer, or refuses
├── BackupUnusable        a backup is absent, damaged, or cannot be put where it shall go
├── EvidenceUnusable      a head, a proof or a key of the audit trail cannot be used
├── EntriesUnsealed       entries of the audit trail that nobody has signed for
└── ExportUnusable        there is no such case, or its export cannot be put where it shall go
"""


class StoreError(Exception):
    """Something below the rules went wrong."""


class DatabaseUnavailable(StoreError):
    """The database cannot be opened or is too new for this program."""


class DatabaseAway(StoreError):
    """The database does not answer now: what was asked may or may not have been done."""


class ObjectMissing(StoreError):
    """Bytes the database knows of are not in the object store."""


class ObjectDamaged(StoreError):
    """Stored bytes are not those that were kept: flipped, swapped or cut. Never served."""


class NoRoom(StoreError):
    """A disk or a quota is used up."""


class KeyUnusable(StoreError):
    """The key file is absent, unsafe or lacks the key of an object."""


class RowDamaged(StoreError):
    """A row of the database is not what this server wrote. Never served."""


class ObjectsUnreachable(StoreError):
    """The object store does not answer, or refuses."""


class BackupUnusable(StoreError):
    """A backup is absent, damaged, or cannot be put where it shall go."""


class EvidenceUnusable(StoreError):
    """A head, a proof or a key of the audit trail cannot be used."""


class EntriesUnsealed(StoreError):
    """Nothing that was signed was touched, but entries of the audit trail are in no tree, and no
    server is about to take them in: nobody has signed for them."""


class TrailTouched(StoreError):
    """The tree of the audit trail does not rest any more on what was signed: nothing is built on
    it."""


class ExportUnusable(StoreError):
    """There is no such case, or its export cannot be put where it shall go."""
