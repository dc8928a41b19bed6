"""Objects at rest: the disk tells nothing, and what was changed there is never served."""

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from server.domain.ports import ObjectStore
from server.store.ciphers import Algorithm, cipher_of, is_offered
from server.store.errors import KeyUnusable, ObjectDamaged, ObjectMissing, StoreError
from server.store.incoming import ALL_IN_MEMORY_BYTES, IN_MEMORY_BYTES
from server.store.keyring import KeyRing
from server.store.objects import FolderObjects
from server.store.sealing import CHUNK_BYTES, HEADER_BYTES, TAG_BYTES

SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, IN_MEMORY_BYTES + 7]


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    made = KeyRing(tmp_path / "keys.json")
    made.make(plain=False)
    return made


@pytest.fixture
def objects(tmp_path: Path, ring: KeyRing) -> FolderObjects:
    return FolderObjects(tmp_path / "objects", ring)


def noise(size: int) -> bytes:
    return os.urandom(size)


def keep(objects: ObjectStore, *contents: bytes, piece: int = 100_000) -> list[str]:
    fresh = []
    for data in contents:
        sink = objects.sink()
        for at in range(0, len(data), piece):
            sink.write(data[at : at + piece])
        fresh.append(sink.finish())
    objects.keep(fresh)
    for one in fresh:
        one.discard()
    return [one.sha256 for one in fresh]


def read(objects: ObjectStore, sha256: str) -> bytes:
    reader = objects.open(sha256)
    try:
        return reader.read()
    finally:
        reader.close()


def file_of(tmp_path: Path, sha256: str) -> Path:
    return tmp_path / "objects" / sha256[:2] / f"{sha256}.sealed"


@pytest.mark.parametrize("size", SIZES)
def test_what_is_kept_comes_back_and_rests_unreadable(
    objects: FolderObjects, tmp_path: Path, size: int
) -> None:
    data = noise(size)
    (sha256,) = keep(objects, data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert read(objects, sha256) == data
    stored = file_of(tmp_path, sha256).read_bytes()
    assert len(stored) == HEADER_BYTES + size + max(1, -(-size // CHUNK_BYTES)) * TAG_BYTES
    assert size < 16 or data[:16] not in stored


def test_a_stretch_in_the_middle_is_read_without_the_rest(
    objects: FolderObjects, tmp_path: Path
) -> None:
    data = noise(4 * CHUNK_BYTES)
    (sha256,) = keep(objects, data)
    with file_of(tmp_path, sha256).open("r+b") as stored:  # the first chunk is destroyed
        stored.seek(HEADER_BYTES)
        stored.write(bytes(1000))
    reader = objects.open(sha256)
    start = 2 * CHUNK_BYTES - 10
    reader.seek(start)
    assert reader.read(20) == data[start : start + 20]
    reader.close()


def test_equal_bytes_are_sealed_with_different_keys(ring: KeyRing, tmp_path: Path) -> None:
    data = noise(1000)
    stored = []
    for name in ("one", "two"):
        (sha256,) = keep(FolderObjects(tmp_path / name, ring), data)
        stored.append((tmp_path / name / sha256[:2] / f"{sha256}.sealed").read_bytes())
    assert stored[0][HEADER_BYTES:] != stored[1][HEADER_BYTES:]


@pytest.mark.parametrize("size", [5000, 3 * CHUNK_BYTES])
@pytest.mark.parametrize("at", [0, 9, 13, 20, 30, 60, 75, 130, 150, 190, HEADER_BYTES, -1])
def test_a_flipped_byte_is_found(
    objects: FolderObjects, tmp_path: Path, size: int, at: int
) -> None:
    (sha256,) = keep(objects, noise(size))
    file = file_of(tmp_path, sha256)
    stored = bytearray(file.read_bytes())
    stored[at] ^= 1
    file.write_bytes(stored)
    with pytest.raises(StoreError):
        read(objects, sha256)


def test_a_swapped_object_is_found(objects: FolderObjects, tmp_path: Path) -> None:
    one, two = keep(objects, noise(5000), noise(5000))
    shutil.copy(file_of(tmp_path, one), file_of(tmp_path, two))
    with pytest.raises(ObjectDamaged):
        objects.open(two)


def test_chunks_of_two_objects_or_two_places_cannot_be_exchanged(
    objects: FolderObjects, tmp_path: Path
) -> None:
    one, two = keep(objects, noise(3 * CHUNK_BYTES), noise(3 * CHUNK_BYTES))
    length = CHUNK_BYTES + TAG_BYTES
    theirs = file_of(tmp_path, two).read_bytes()
    mine = bytearray(file_of(tmp_path, one).read_bytes())
    second = slice(HEADER_BYTES + length, HEADER_BYTES + 2 * length)
    first = slice(HEADER_BYTES, HEADER_BYTES + length)
    for wrong in (theirs[second], bytes(mine[first])):
        changed = bytearray(mine)
        changed[second] = wrong
        file_of(tmp_path, one).write_bytes(changed)
        reader = objects.open(one)
        assert len(reader.read(CHUNK_BYTES)) == CHUNK_BYTES
        with pytest.raises(ObjectDamaged):
            reader.read()
        reader.close()


@pytest.mark.parametrize("cut", [1, TAG_BYTES, CHUNK_BYTES + TAG_BYTES])
def test_a_cut_tail_is_found_before_anything_is_read(
    objects: FolderObjects, tmp_path: Path, cut: int
) -> None:
    (sha256,) = keep(objects, noise(3 * CHUNK_BYTES))
    file = file_of(tmp_path, sha256)
    os.truncate(file, file.stat().st_size - cut)
    with pytest.raises(ObjectDamaged, match="damaged"):
        objects.open(sha256)


def test_a_rotation_wraps_the_keys_anew_and_leaves_the_bytes(
    objects: FolderObjects, ring: KeyRing, tmp_path: Path
) -> None:
    data = noise(2 * CHUNK_BYTES)
    (sha256,) = keep(objects, data)
    before = file_of(tmp_path, sha256).read_bytes()
    new = ring.add()
    assert [objects.rewrap(one) for one in objects.stored()] == [True]
    after = file_of(tmp_path, sha256).read_bytes()
    assert before[HEADER_BYTES:] == after[HEADER_BYTES:]
    assert objects.rewrap(sha256) is False
    assert ring.forget(new.id) == 1
    assert read(objects, sha256) == data


@pytest.mark.parametrize("step", [1, 2])
def test_a_rotation_cut_by_a_power_failure_leaves_an_object_that_opens(
    objects: FolderObjects, ring: KeyRing, tmp_path: Path, step: int
) -> None:
    """After the first step both slots are there; within it, the one it wrote is half written."""
    data = noise(1000)
    (sha256,) = keep(objects, data)
    file = file_of(tmp_path, sha256)
    before = file.read_bytes()
    ring.add()
    objects.rewrap(sha256)
    after = file.read_bytes()
    both = bytearray(after)
    both[128:320] = before[128:320]
    if step == 1:
        both[350:] = before[350:]
    file.write_bytes(both)
    assert read(objects, sha256) == data
    assert objects.rewrap(sha256) is True
    assert file.read_bytes()[128:320].strip(b"\0") == b"" or step == 1
    assert read(objects, sha256) == data


def test_without_its_key_an_object_says_which_file_to_put_back(
    objects: FolderObjects, tmp_path: Path
) -> None:
    (sha256,) = keep(objects, noise(10))
    (tmp_path / "keys.json").unlink()
    KeyRing(tmp_path / "keys.json").make(plain=False)
    with pytest.raises(KeyUnusable, match="put back the key file"):
        objects.open(sha256)


def test_a_key_file_that_others_may_read_is_refused(ring: KeyRing, tmp_path: Path) -> None:
    (tmp_path / "keys.json").chmod(0o644)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        KeyRing(tmp_path / "keys.json").active()


def test_objects_from_before_encryption_stay_readable_until_they_are_sealed(
    tmp_path: Path,
) -> None:
    data = noise(CHUNK_BYTES + 5)
    sha256 = hashlib.sha256(data).hexdigest()
    old = tmp_path / "objects" / sha256[:2] / sha256
    old.parent.mkdir(parents=True)
    old.write_bytes(data)
    ring = KeyRing(tmp_path / "keys.json")
    ring.make(plain=True)
    objects = FolderObjects(tmp_path / "objects", ring)
    assert objects.holds(sha256)
    assert read(objects, sha256) == data
    assert objects.seal(sha256) is True
    assert not old.exists()
    assert read(objects, sha256) == data


def test_once_all_are_sealed_a_plain_object_is_an_intruder(
    objects: FolderObjects, tmp_path: Path
) -> None:
    data = b"HZSEALED" + noise(2000)
    sha256 = hashlib.sha256(data).hexdigest()
    planted = tmp_path / "objects" / sha256[:2] / sha256
    planted.parent.mkdir(exist_ok=True)
    planted.write_bytes(data)
    with pytest.raises(ObjectDamaged):
        objects.open(sha256)


def test_a_damaged_old_object_is_not_sealed_as_if_it_were_right(tmp_path: Path) -> None:
    sha256 = hashlib.sha256(b"right").hexdigest()
    old = tmp_path / "objects" / sha256[:2] / sha256
    old.parent.mkdir(parents=True)
    old.write_bytes(b"wrong")
    ring = KeyRing(tmp_path / "keys.json")
    ring.make(plain=True)
    with pytest.raises(ObjectDamaged):
        FolderObjects(tmp_path / "objects", ring).seal(sha256)
    assert old.read_bytes() == b"wrong"


def test_what_is_not_kept_leaves_nothing_and_memory_has_a_bound(
    objects: FolderObjects, tmp_path: Path
) -> None:
    piece = noise(1024 * 1024)
    sinks = [objects.sink() for _ in range(ALL_IN_MEMORY_BYTES // len(piece) + 3)]
    for sink in sinks:
        sink.write(piece)
    assert len(list((tmp_path / "objects" / "spool").iterdir())) == 3
    fresh = [sink.finish() for sink in sinks]
    assert {one.sha256 for one in fresh} == {hashlib.sha256(piece).hexdigest()}
    for one in fresh:
        one.discard()
    assert list((tmp_path / "objects" / "spool").iterdir()) == []
    with pytest.raises(ObjectMissing):
        objects.open(fresh[0].sha256)


@pytest.mark.parametrize("algorithm", list(Algorithm))
@pytest.mark.parametrize("size", [5000, IN_MEMORY_BYTES + 7])
def test_the_cipher_is_recorded_and_both_are_read_side_by_side(
    objects: FolderObjects, tmp_path: Path, algorithm: Algorithm, size: int
) -> None:
    if not is_offered(algorithm):
        pytest.skip(f"this build of the crypto library does not offer {algorithm.name}")
    before, after = noise(size), noise(size)
    (older,) = keep(objects, before)
    ring = KeyRing(tmp_path / "keys.json", algorithm=algorithm)
    ring.add()
    (newer,) = keep(FolderObjects(tmp_path / "objects", ring), after)
    assert file_of(tmp_path, newer).read_bytes()[9] == algorithm
    assert (read(objects, older), read(objects, newer)) == (before, after)
    assert objects.rewrap(older) is True
    assert file_of(tmp_path, older).read_bytes()[9] == Algorithm.AES_256_GCM
    assert read(objects, older) == before
    stored = bytearray(file_of(tmp_path, newer).read_bytes())
    stored[-1] ^= 1
    file_of(tmp_path, newer).write_bytes(stored)
    with pytest.raises(StoreError):
        read(objects, newer)


def test_sm4_is_that_of_the_standard() -> None:
    """RFC 8998 A.1."""
    if not is_offered(Algorithm.SM4_GCM):
        pytest.skip("this build of the crypto library does not offer SM4")
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    nonce, bound = (
        bytes.fromhex("00001234567800000000ABCD"),
        bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"),
    )
    plain = bytes.fromhex(
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD"
        "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA"
    )
    sealed = cipher_of(Algorithm.SM4_GCM, key).encrypt(nonce, plain, bound)
    assert sealed.hex().upper() == (
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    assert cipher_of(Algorithm.SM4_GCM, key).decrypt(nonce, sealed, bound) == plain
