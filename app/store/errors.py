"""What can go wrong with what is kept on this computer.

StoreError
├── WrongPassphrase     the key file does not open with it
├── KeyUnavailable      no keyring, or it refused
├── ForeignKey          sealed with another key than the one at hand
├── Damaged             changed since it was sealed, or cut off
└── DiskFull            no room
"""


class StoreError(Exception):
    """Root of everything this package raises."""


class WrongPassphrase(StoreError):
    """The key file does not open with this passphrase."""


class KeyUnavailable(StoreError):
    """There is no keyring this program trusts, or it refused."""


class ForeignKey(StoreError):
    """Sealed with another key."""


class Damaged(StoreError):
    """The sealed bytes were changed or cut off."""


class DiskFull(StoreError):
    """No room on the disk."""
