"""Changing the keys of stored images, while the server runs or not."""

from collections.abc import Callable

from server.store.errors import StoreError
from server.store.progress import Progress, Tell
from server.store.site_objects import SiteObjects

Forget = Callable[[], int]


def rotate(
    objects: SiteObjects,
    tell: Tell,
    *,
    new_key: bool,
    forget: bool,
    rows: Callable[[Forget], int] = lambda forget: forget(),
) -> int:
    """Makes a new key, if wanted, seals what is not sealed yet and wraps every data key with it.

    Goes over the store until nothing changes: a running server may have used the old key a moment
    longer. Says how far it is; what could not be done is told by its name and stays as it was.
    Answers how many failed: then older keys stay, whatever `forget` says. `rows` does the same to
    the rows of the database, and calls what it is given when none of them needs an older key.
    """
    ring = objects.ring
    active = ring.add() if new_key else ring.active()
    failed: dict[str, str] = {}
    changed, first = 0, True
    while first or changed:
        changed = _once(objects, tell, failed)
        first = False
    if not failed:
        ring.forbid_plain()

    def forget_older() -> int:
        return ring.forget(active.id) if forget and not failed else 0

    forgotten = rows(forget_older)
    tell({"done": True, "key": active.id.hex()[:8], "failed": len(failed), "forgotten": forgotten})
    return len(failed)


def _once(objects: SiteObjects, tell: Tell, failed: dict[str, str]) -> int:
    names = list(objects.stored())
    changed, progress = 0, Progress(tell)
    for number, sha256 in enumerate(names, 1):
        if sha256 in failed:
            continue
        try:
            sealed = objects.seal(sha256)
            changed += objects.rewrap(sha256) or sealed
        except (StoreError, OSError) as error:
            failed[sha256] = str(error)
            tell({"object": sha256[:12], "failed": str(error)})
        progress.now(checked=number, of=len(names), changed=changed)
    tell({"checked": len(names), "of": len(names), "changed": changed})
    return changed
