"""`huizhen-server keys`: old images are encrypted, keys are changed under a running server."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol import paths
from tests.fakes.softhsm import PIN, soft_token
from tests.server.conftest import trusting
from tests.server.images import file_bytes, new_study, stow
from tests.server.people import ADMIN, PASSWORD, Town, Valley, make_valley, submitted_case
from tests.server.process import ServerProcess


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[ServerProcess, Valley]]:
    """A server of its own: what these tests do to its disk is nobody else's business."""
    process = ServerProcess(tmp_path / "server")
    process.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with process:
        town = Town(process.url, trusting(process.ca))
        yield process, make_valley(town)
        town.close()


def stored(valley: Valley) -> tuple[str, bytes]:
    """The path of an instance the doctor has sent, and its bytes."""
    made = new_study(1)[0]
    data = file_bytes(made)
    assert stow(valley.doctor, [data]).status_code == 200
    path = (
        f"{paths.DICOMWEB}/studies/{made.StudyInstanceUID}/series/{made.SeriesInstanceUID}"
        f"/instances/{made.SOPInstanceUID}"
    )
    return path, data


def file_of(server: ServerProcess, data: bytes, suffix: str = ".sealed") -> Path:
    sha256 = hashlib.sha256(data).hexdigest()
    return server.data_dir / "objects" / sha256[:2] / f"{sha256}{suffix}"


def keys_of(server: ServerProcess) -> list[str]:
    body = json.loads((server.data_dir / "object-keys.json").read_text())
    return [one["id"] for one in body["keys"]]


def rotated(server: ServerProcess, *arguments: str) -> dict[str, object]:
    last: dict[str, object] = json.loads(server.command("keys", *arguments).splitlines()[-1])
    return last


def accept(valley: Valley, path: str) -> bytes:
    answer = valley.doctor.http.get(path, headers={"accept": "application/dicom"})
    assert answer.status_code == 200, answer.text
    return answer.content


def test_a_running_server_follows_a_rotation(house: tuple[ServerProcess, Valley]) -> None:
    server, valley = house
    path, data = stored(valley)
    (old,) = keys_of(server)
    said = rotated(server, "rotate", "--forget-old")
    assert (said["failed"], said["forgotten"]) == (0, 1)
    assert old not in keys_of(server)
    assert accept(valley, path) == data
    later, more = stored(valley)
    assert accept(valley, later) == more


def test_rows_are_read_after_a_rotation_and_a_start(house: tuple[ServerProcess, Valley]) -> None:
    server, valley = house
    case_id = submitted_case(valley)
    rotated(server, "rotate", "--forget-old")
    later = submitted_case(valley)
    server.kill()
    server.start()
    for one in (case_id, later):
        asked = valley.doctor.http.get(paths.CONSULTATION.format(consultation_id=one))
        assert asked.json()["content"]["patient"]["name"] == "何小溪"
    told = json.loads(server.command("keys", "status").splitlines()[-1])
    assert told["rows_sealed"] is True
    assert list(told["row_keys"]) == [one[:8] for one in keys_of(server)]


def test_rows_are_opened_only_when_nobody_would_seal_them_again(
    house: tuple[ServerProcess, Valley],
) -> None:
    server, valley = house
    submitted_case(valley)
    with pytest.raises(RuntimeError, match="HUIZHEN_SEAL_ROWS"):
        server.command("keys", "unseal")
    assert json.loads(server.command("keys", "seal").splitlines()[-1])["failed"] == 0


def test_older_keys_stay_unless_they_are_to_go(house: tuple[ServerProcess, Valley]) -> None:
    server, valley = house
    stored(valley)
    before = keys_of(server)
    rotated(server, "rotate")
    assert keys_of(server)[:1] == before
    assert len(keys_of(server)) == 2


def test_images_from_before_encryption_are_sealed(house: tuple[ServerProcess, Valley]) -> None:
    server, valley = house
    path, data = stored(valley)
    file_of(server, data).unlink()
    file_of(server, data, "").write_bytes(data)
    keys = server.data_dir / "object-keys.json"
    keys.write_text(json.dumps({**json.loads(keys.read_text()), "plain": True}))
    assert accept(valley, path) == data
    assert rotated(server, "seal")["failed"] == 0
    assert not file_of(server, data, "").exists()
    assert file_of(server, data).exists()
    assert accept(valley, path) == data


def test_a_damaged_image_is_told_and_never_served(house: tuple[ServerProcess, Valley]) -> None:
    server, valley = house
    path, data = stored(valley)
    file = file_of(server, data)
    changed = bytearray(file.read_bytes())
    changed[-20] ^= 1
    file.write_bytes(changed)
    for accepts in ("application/dicom", "*/*"):
        answer = valley.doctor.http.get(path, headers={"accept": accepts})
        assert answer.status_code == 500
        assert "damaged" in answer.json()["title"]
    assert stow(valley.doctor, [data]).status_code == 200
    assert accept(valley, path) == data


def test_a_lost_key_file_stops_the_start_instead_of_being_replaced(
    house: tuple[ServerProcess, Valley],
) -> None:
    server, valley = house
    stored(valley)
    server.stop()
    keys = server.data_dir / "object-keys.json"
    kept = keys.read_bytes()
    keys.unlink()
    with pytest.raises(RuntimeError, match="put it back from the backup"):
        server.start()
    assert not keys.exists()
    keys.write_bytes(kept)
    keys.chmod(0o600)
    server.start()


def test_what_cannot_be_sealed_is_told_and_leaves_nothing_on_the_disk(
    house: tuple[ServerProcess, Valley],
) -> None:
    server, valley = house
    files = [file_bytes(one) for one in new_study(3, size=1600)]
    keys = server.data_dir / "object-keys.json"
    away = keys.rename(keys.with_name("away.json"))
    answer = stow(valley.doctor, files)
    assert answer.status_code == 500
    assert "object-keys.json" in answer.json()["title"]
    assert not list((server.data_dir / "objects" / "spool").iterdir())
    away.rename(keys)
    assert stow(valley.doctor, files).status_code == 200


@pytest.fixture
def with_token(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server whose settings name a token."""
    pin = tmp_path / "pin"
    pin.write_text(PIN)
    pin.chmod(0o600)
    with soft_token(tmp_path / "hsm") as token:
        yield ServerProcess(
            tmp_path / "server",
            {
                "HUIZHEN_KEY_MODULE": str(token.module),
                "HUIZHEN_KEY_TOKEN": token.label,
                "HUIZHEN_KEY_PIN_FILE": str(pin),
            },
        )


def test_a_site_begins_with_a_token_and_leaves_it_while_it_serves(
    with_token: ServerProcess, tmp_path: Path
) -> None:
    server = with_token
    with pytest.raises(RuntimeError, match="keys make"):
        server.start()
    assert json.loads(server.command("keys", "make"))["made_on_token"] is True
    assert json.loads(server.command("keys", "make"))["made"] is False
    server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with server:
        town = Town(server.url, trusting(server.ca))
        valley = make_valley(town)
        path, data = stored(valley)
        assert rotated(server, "rotate", "--forget-old")["failed"] == 0
        assert rotated(server, "rotate", "--kek", "--forget-old")["forgotten"] == 1
        assert accept(valley, path) == data
        assert rotated(server, "move", "file") == {"moved": 1, "to": "file"}
        assert accept(valley, path) == data
        told = server.command("keys", "status", "--objects").splitlines()
        key, whole, rows = map(json.loads, told)
        assert rows["row_keys"][key["key"]] > 0
        assert (key["kept_in"], key["active"], key["objects"]) == ("file", True, 1)
        assert (whole["opens"], whole["not_sealed"]) == (True, 0)
        rotated(server, "move", "token")
        later, more = stored(valley)
        assert accept(valley, later) == more
        town.close()
    (tmp_path / "pin").write_text("999999")
    with pytest.raises(RuntimeError, match="does not take this PIN"):
        server.start()
