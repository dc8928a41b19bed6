"""What can go wrong below the rules.

StoreError
├── DatabaseUnavailable   the database cannot be opened or is too new for this program
└── ObjectMissing         bytes the database knows of are not in the object store
"""


class StoreError(Exception):
    """Something below the rules went wrong."""


class DatabaseUnavailable(StoreError):
    """The database cannot be opened or is too new for this program."""


class ObjectMissing(StoreError):
    """Bytes the database knows of are not in the object store."""
