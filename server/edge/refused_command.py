"""`huizhen-server edge-refused`: what the centre did not take, and what is to become of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from server.domain.failures import failure_words
from server.edge.entries import RefusedEntry
from server.edge.refusals import RefusedFolder
from server.edge.settings import EdgeSettings
from server.setting_values import SettingsError
from server.settings import EDGE
from server.store.keyring import KeyRing

RefusedAction = Literal["list", "copy", "retry", "discard"]
ACTIONS: tuple[RefusedAction, ...] = ("list", "copy", "retry", "discard")
_UNREADABLE = (
    "put back the key file that was in use when it came and start the edge again, or discard it by "
    "its number; until then no bytes are erased that may be its"
)


def refused_images(
    settings: EdgeSettings, action: RefusedAction, numbers: Sequence[int], folder: Path | None
) -> list[dict[str, Any]]:
    """Every refused image, or those of the numbers, after the action; numbers and UIDs only.

    What cannot be opened is told in a row of its own, and discarded by number only, never by all.

    A running edge carries out `retry` and `discard` in a few seconds, another at its next start.
    Raises `SettingsError` with the mend, or a `StoreError`.
    """
    ring = KeyRing(settings.keys)
    if not ring.exists:
        raise SettingsError(
            f"no edge keeps its keys at {settings.keys}: set {EDGE}DATA_DIR or {EDGE}KEY_FILE"
        )
    refused = RefusedFolder(settings.data_dir / "queue", ring)
    found, closed = refused.look()
    entries = {entry.number: entry for entry in found}
    if unknown := [number for number in numbers if number not in {*entries, *closed.numbers}]:
        raise SettingsError(f"no refused image has the number {unknown[0]}: list them first")
    named = tuple(number for number in numbers if number not in entries)
    if named and action in ("retry", "copy"):
        raise SettingsError(f"the record {named[0]} cannot be opened: {_UNREADABLE}")
    chosen = [entries[number] for number in numbers if number in entries] if numbers else found
    for entry in chosen:
        _act(refused, entry, action, folder)
    told = [_told(entry) for entry in chosen]
    if action == "discard":
        for number in named:
            refused.wish(number, "discard")
    if closed.numbers and (named or action == "list"):
        told.append(
            {
                "unreadable": list(named or closed.numbers),
                "images": len(named or closed.numbers),
                "bytes": closed.bytes,
                "words": _UNREADABLE,
            }
        )
    return told


def _act(
    refused: RefusedFolder, entry: RefusedEntry, action: RefusedAction, folder: Path | None
) -> None:
    if action in ("retry", "discard"):
        refused.wish(entry.number, action)
    elif action == "copy":
        try:
            refused.copy(entry, folder or Path())
        except OSError as error:
            raise SettingsError(
                f"image {entry.number} cannot be written there ({error.strerror}): "
                "give --to a folder that exists and holds no file of this name"
            ) from error


def _told(entry: RefusedEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "reason": f"{entry.reason:#06x}",
        "words": failure_words(entry.reason),
        "study": entry.study_uid,
        "sop_class": entry.sop_class,
        "size": entry.size,
        "taken_at": entry.taken_at.isoformat(timespec="seconds"),
        "refused_at": entry.refused_at.isoformat(timespec="seconds"),
    }
