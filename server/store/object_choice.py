"""Where a site keeps its images, and the keys they are sealed with."""

from server.settings import Settings
from server.store.errors import KeyUnusable
from server.store.keyring import KeyRing
from server.store.objects import FolderObjects


def open_objects(settings: Settings) -> FolderObjects:
    """The configured store; makes its keys at the first start and never again.

    Raises `KeyUnusable` when sealed images are there and their key file is not.
    """
    ring = KeyRing(settings.object_keys)
    objects = FolderObjects(settings.data_dir / "objects", ring)
    if not ring.exists:
        if objects.has_sealed():
            raise KeyUnusable(
                f"the key file {settings.object_keys.name} is gone and stored images cannot be "
                "opened without it: put it back from the backup, or set HUIZHEN_KEY_FILE to "
                "where it is. The server makes no new one, so that nothing is lost"
            )
        ring.make(plain=objects.has_plain())
    ring.active()
    return objects
