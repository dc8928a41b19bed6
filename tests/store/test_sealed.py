"""What is sealed opens only whole, unchanged, for its purpose and with its key."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from app.store.errors import Damaged, DiskFull, ForeignKey
from app.store.files import write_atomically, written_atomically
from app.store.sealed import CHUNK_BYTES, FILE_MAGIC, TAG_BYTES, Sealer, new_key

SEALER = Sealer(bytes(range(32)))
HEAD = len(FILE_MAGIC) + 16
CHUNK = CHUNK_BYTES + TAG_BYTES


def opened(path: Path, purpose: str = "1.2.3", sealer: Sealer = SEALER) -> bytes:
    return b"".join(sealer.open_file(path, purpose))


def sealed(path: Path, plain: bytes) -> bytes:
    SEALER.seal_file(io.BytesIO(plain), path, "1.2.3")
    return path.read_bytes()


def test_a_record_opens_as_it_was() -> None:
    box = SEALER.seal("草稿".encode(), "drafts/1")
    assert SEALER.open(box, "drafts/1") == "草稿".encode()
    assert "草稿".encode() not in box


def test_the_same_record_is_never_sealed_the_same_twice() -> None:
    assert SEALER.seal(b"plain", "p") != SEALER.seal(b"plain", "p")


def test_another_key_is_told_apart_from_damage() -> None:
    box = SEALER.seal(b"plain", "p")
    with pytest.raises(ForeignKey):
        Sealer(new_key()).open(box, "p")


def test_a_record_cannot_be_passed_off_as_another() -> None:
    with pytest.raises(Damaged):
        SEALER.open(SEALER.seal(b"plain", "drafts/1"), "drafts/2")


@pytest.mark.parametrize("place", [0, 5, 12, 30, -1])
def test_one_changed_byte_of_a_record_is_noticed(place: int) -> None:
    box = bytearray(SEALER.seal(b"a longer plain text", "p"))
    box[place] ^= 1
    with pytest.raises((Damaged, ForeignKey)):
        SEALER.open(bytes(box), "p")


def test_a_cut_record_is_noticed() -> None:
    box = SEALER.seal(b"plain", "p")
    for length in range(len(box)):
        with pytest.raises(Damaged):
            SEALER.open(box[:length], "p")


@pytest.mark.parametrize(
    "size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 2_500_000]
)
def test_a_file_of_any_length_opens_as_it_was(tmp_path: Path, size: int) -> None:
    plain = bytes(index * 7 % 251 for index in range(1000)) * (size // 1000 + 1)
    path = tmp_path / "image.sealed"
    sealed(path, plain[:size])
    assert opened(path) == plain[:size]


def test_pieces_of_any_size_make_the_same_file(tmp_path: Path) -> None:
    plain = bytes(range(256)) * 10_000
    path = tmp_path / "image.sealed"
    with SEALER.sealing(path, "1.2.3") as write:
        for start in range(0, len(plain), 70_001):
            write(plain[start : start + 70_001])
    assert opened(path) == plain


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "a byte of the head": lambda box: box[:14] + bytes([box[14] ^ 1]) + box[15:],
    "a byte of the middle": lambda box: box[:-90] + bytes([box[-90] ^ 1]) + box[-89:],
    "cut off within a chunk": lambda box: box[:-1],
    "cut off after the first chunk": lambda box: box[: HEAD + CHUNK],
    "all chunks gone": lambda box: box[:HEAD],
    "the chunks in another order": lambda box: (
        box[:HEAD] + box[HEAD + CHUNK : HEAD + 2 * CHUNK] + box[HEAD : HEAD + CHUNK]
        + box[HEAD + 2 * CHUNK :]
    ),
    "a chunk left out": lambda box: box[:HEAD] + box[HEAD + CHUNK :],
    "a chunk twice": lambda box: box[: HEAD + CHUNK] + box[HEAD:],
    "more behind the end": lambda box: box + b"more",
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_file_is_noticed(tmp_path: Path, change: str) -> None:
    path = tmp_path / "image.sealed"
    box = sealed(path, bytes(range(256)) * 10_000)
    path.write_bytes(CHANGES[change](box))
    with pytest.raises(Damaged):
        opened(path)


def test_a_file_of_another_key_or_purpose_does_not_open(tmp_path: Path) -> None:
    path = tmp_path / "image.sealed"
    sealed(path, b"pixels")
    with pytest.raises(ForeignKey):
        opened(path, sealer=Sealer(new_key()))
    with pytest.raises(Damaged):
        opened(path, purpose="1.2.4")


def test_a_file_that_is_none_of_ours_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "image.sealed"
    path.write_bytes(b"HZ")
    with pytest.raises(Damaged):
        opened(path)


def test_a_write_that_breaks_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "record"
    write_atomically(path, b"old")

    def break_off() -> None:
        with written_atomically(path) as out:
            out.write(b"half of the n")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    full = Path("/dev/full")  # a device without room: the system itself says so
    if not full.exists():
        pytest.skip("this system has no /dev/full")

    def fill() -> None:
        with written_atomically(tmp_path / "record"), full.open("wb", buffering=0) as device:
            device.write(b"x")

    with pytest.raises(DiskFull):
        fill()
    assert list(tmp_path.iterdir()) == []


def test_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "record"
    write_atomically(path, b"secret")
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
