"""The outbox survives crashes, names nobody, and forgets only what it is told to forget."""

import io
import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from app.store.cache import SPARED_BYTES, ImageCache
from app.store.chosen import Chosen
from app.store.outbox import Outbox, OutboxInstance, OutboxStudy, PendingImport, Stage
from app.store.profile import SealedStore
from app.store.sealed import Sealer, new_key

SEALER = Sealer(bytes(range(32)))
CASE = UUID("0198e7c1-0000-7000-8000-000000000001")


def study(uid: str = "1.2.3", images: int = 2) -> OutboxStudy:
    return OutboxStudy(
        consultation_id=CASE,
        study_instance_uid=uid,
        account_id=None,
        description="胸部CT",
        modalities=("CT",),
        instances=tuple(
            OutboxInstance(
                sop_instance_uid=f"{uid}.1.{number}",
                series_instance_uid=f"{uid}.1",
                sha256="0" * 64,
                size=5,
            )
            for number in range(1, images + 1)
        ),
    )


def put(outbox: Outbox, record: OutboxStudy) -> list[Path]:
    paths = []
    for one in record.instances:
        path = outbox.image_path(CASE, record.study_instance_uid, one.sop_instance_uid)
        SEALER.seal_file(io.BytesIO(b"bytes"), path, one.sop_instance_uid)
        paths.append(path)
    outbox.save(record)
    return paths


def test_a_study_is_there_after_a_restart(tmp_path: Path) -> None:
    record = study().model_copy(update={"declared": True})
    put(Outbox(tmp_path, SEALER), record)
    assert Outbox(tmp_path, SEALER).studies() == (record,)


def test_names_on_the_disk_tell_nothing(tmp_path: Path) -> None:
    put(Outbox(tmp_path, SEALER), study())
    told = "/".join(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*"))
    assert "1.2.3" not in told
    assert CASE.hex not in told
    for path in tmp_path.rglob("*.sealed"):
        assert "胸部".encode() not in path.read_bytes()


def test_sweeping_removes_only_what_no_index_names(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, SEALER)
    kept = put(outbox, study())
    orphan = outbox.image_path(CASE, "1.2.3", "1.2.3.9")
    SEALER.seal_file(io.BytesIO(b"bytes"), orphan, "1.2.3.9")
    lonely = outbox.image_path(CASE, "9.9", "9.9.1")
    SEALER.seal_file(io.BytesIO(b"bytes"), lonely, "9.9.1")
    half = kept[0].with_name(f"{kept[0].name}.123.part")
    half.write_bytes(b"half")
    outbox.sweep()
    assert all(path.exists() for path in kept)
    assert not orphan.exists()
    assert not lonely.exists()
    assert not half.exists()


def test_sweeping_leaves_what_another_key_has_sealed(tmp_path: Path) -> None:
    kept = put(Outbox(tmp_path, SEALER), study())
    Outbox(tmp_path, Sealer(new_key())).sweep()
    assert all(path.exists() for path in kept)


def test_verified_bytes_go_and_the_index_stays(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, SEALER)
    record = study()
    paths = put(outbox, record)
    done = tuple(one.model_copy(update={"stage": Stage.VERIFIED}) for one in record.instances)
    outbox.save(record.model_copy(update={"instances": done, "declared": True}))
    outbox.drop_images(record)
    assert not any(path.exists() for path in paths)
    assert outbox.studies()[0].verified


def test_a_withdrawn_study_leaves_nothing(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, SEALER)
    record = study()
    put(outbox, record)
    outbox.cancel(record)
    assert outbox.withdrawn(CASE, "1.2.3") is None
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_images_imported_while_a_cancellation_is_told_are_kept(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, SEALER)
    record = study()
    put(outbox, record)
    outbox.cancel(record)
    again = study(images=1).model_copy(update={"withdraw": True})
    (sealed,) = put(outbox, again)
    left = outbox.withdrawn(CASE, "1.2.3")
    assert left is not None
    assert (left.withdraw, len(left.instances)) == (False, 1)
    assert outbox.study(CASE, "1.2.3") == left
    assert sealed.exists()


def test_an_import_that_is_sealing_loses_nothing_when_the_earlier_images_go(
    tmp_path: Path,
) -> None:
    outbox = Outbox(tmp_path, SEALER)
    record = study()
    put(outbox, record)
    late = outbox.image_path(CASE, "1.2.3", "1.2.3.99")
    late.write_bytes(b"sealed, not in the index yet")
    outbox.drop_images(record)
    assert late.exists()
    outbox.cancel(record)
    assert late.exists()


def test_what_an_upload_learns_neither_revives_nor_forgets(tmp_path: Path) -> None:
    """A write that was on its way when images were imported, or the study cancelled."""
    outbox = Outbox(tmp_path, SEALER)
    early = study(images=1)
    outbox.save(study(images=3))
    outbox.save_progress(early.model_copy(update={"declared": True}))
    (kept,) = outbox.studies()
    assert (kept.declared, len(kept.instances)) == (True, 3)
    outbox.cancel(kept)
    outbox.save_progress(early)
    (kept,) = outbox.studies()
    assert kept.cancelled


def test_an_import_that_did_not_end_is_known(tmp_path: Path) -> None:
    pending = PendingImport(consultation_id=CASE, account_id=uuid4(), paths=("/media/disc",))
    kept = Outbox(tmp_path, SEALER).begin_import(pending)
    again = Outbox(tmp_path, SEALER)
    assert again.pending_imports() == (kept,)
    again.end_import(pending.id)
    assert again.pending_imports() == ()


def test_several_imports_of_a_case_are_kept_in_the_order_they_were_begun(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, SEALER)
    wanted = [
        PendingImport(id=uuid4(), consultation_id=CASE, account_id=None, paths=(f"/media/{n}",))
        for n in range(5)
    ]
    for one in wanted:
        outbox.begin_import(one)
    outbox.end_import(wanted[1].id)
    late = PendingImport(consultation_id=CASE, account_id=None, paths=("/media/late",))
    outbox.begin_import(late)
    outbox.begin_import(wanted[0])  # told twice
    kept = Outbox(tmp_path, SEALER).pending_imports()
    ids = [one.id for one in wanted if one is not wanted[1]]
    assert [one.id for one in kept] == [*ids, late.id]


def test_an_import_that_an_older_program_kept_goes_on(tmp_path: Path) -> None:
    old = {
        "consultation_id": str(CASE),
        "account_id": None,
        "paths": ["/media/disc"],
        "files_of": None,
        "inbox_studies": [],
        "only_studies": ["1.2"],
        "with_loss": False,
    }
    SealedStore(tmp_path / "imports", SEALER).write(CASE.hex, json.dumps(old).encode())
    outbox = Outbox(tmp_path, SEALER)
    (kept,) = outbox.pending_imports()
    assert (kept.id, kept.chosen) == (CASE, (Chosen(study_instance_uid="1.2"),))
    outbox.end_import(kept.id)
    assert outbox.pending_imports() == ()


# --- the cache ---------------------------------------------------------------------------

SEALED_OVERHEAD = 36


def add(cache: ImageCache, uid: str, size: int = 1000, study_uid: str = "1.2") -> None:
    with cache.adding(study_uid, uid) as write:
        write(b"x" * size)


def test_of_a_whole_study_one_look_says_what_may_be_there(tmp_path: Path) -> None:
    cache = ImageCache(tmp_path, SEALER)
    add(cache, "1.2.1")
    add(cache, "1.2.2", study_uid="9.9")
    assert cache.present("1.2", dict.fromkeys(("1.2.2", "1.2.1", "1.2.3"), "")) == ("1.2.1",)


def test_images_of_one_uid_with_other_bytes_do_not_stand_for_each_other(tmp_path: Path) -> None:
    cache = ImageCache(tmp_path, SEALER)
    for of, data in (("one hospital", b"theirs"), ("another", b"others")):
        with cache.adding("1.2", "1.2.1", of) as write:
            write(data)
    path = cache.find("1.2", "1.2.1", "one hospital")
    assert path is not None
    assert b"".join(SEALER.open_file(path, "1.2.1")) == b"theirs"
    assert cache.find("1.2", "1.2.1", "a third") is None
    assert cache.present("1.2", {"1.2.1": "a third"}) == ()


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    cache = ImageCache(tmp_path, SEALER, budget_bytes=3 * (1000 + SEALED_OVERHEAD))
    for uid in ("1.2.1", "1.2.2", "1.2.3"):
        add(cache, uid)
    assert cache.find("1.2", "1.2.1") is not None
    add(cache, "1.2.4")
    assert cache.find("1.2", "1.2.2") is None
    assert cache.find("1.2", "1.2.1") is not None
    assert cache.nbytes == 3 * (1000 + SEALED_OVERHEAD)


def test_on_a_disk_that_fills_up_images_make_room_for_other_things(tmp_path: Path) -> None:
    free = SPARED_BYTES

    def left(_folder: Path) -> int:
        return free

    cache = ImageCache(tmp_path, SEALER, free_bytes=left)
    add(cache, "1.2.1")
    add(cache, "1.2.2")
    assert cache.find("1.2", "1.2.1") is not None
    free -= 1
    add(cache, "1.2.3")
    assert cache.present("1.2", dict.fromkeys(("1.2.1", "1.2.2", "1.2.3"), "")) == (
        "1.2.1",
        "1.2.3",
    )


def test_images_being_looked_at_are_not_evicted(tmp_path: Path) -> None:
    cache = ImageCache(tmp_path, SEALER, budget_bytes=1500)
    cache.keep("1.2")
    add(cache, "1.2.1")
    add(cache, "1.2.2")
    assert cache.find("1.2", "1.2.1") is not None
    cache.release("1.2")
    add(cache, "9.9.1", study_uid="9.9")
    assert cache.find("1.2", "1.2.1") is None


@pytest.mark.parametrize("key", [bytes(range(32)), bytes(32)], ids=["flipped", "other key"])
def test_an_image_that_cannot_be_opened_is_as_if_it_were_not_there(
    tmp_path: Path, key: bytes
) -> None:
    """A flipped byte, or the key of another start: it is fetched again instead of never shown."""
    add(ImageCache(tmp_path, SEALER), "1.2.1")
    file = next((tmp_path / "cache").glob("*/*.sealed"))
    if Sealer(key).key_id == SEALER.key_id:
        data = bytearray(file.read_bytes())
        data[500] ^= 1
        file.write_bytes(data)
    cache = ImageCache(tmp_path, Sealer(key))
    assert cache.find("1.2", "1.2.1") is None
    assert not file.exists()
    assert cache.nbytes == 0


def test_the_cache_is_known_after_a_restart_without_half_files(tmp_path: Path) -> None:
    add(ImageCache(tmp_path, SEALER), "1.2.1")
    folder = next((tmp_path / "cache").iterdir())
    (folder / "x.sealed.1.part").write_bytes(b"half")
    again = ImageCache(tmp_path, SEALER)
    path = again.find("1.2", "1.2.1")
    assert path is not None
    assert b"".join(SEALER.open_file(path, "1.2.1")) == b"x" * 1000
    assert again.nbytes == 1000 + SEALED_OVERHEAD
    assert [one.name for one in folder.iterdir()] == [path.name]


def test_a_download_that_breaks_is_not_in_the_cache(tmp_path: Path) -> None:
    cache = ImageCache(tmp_path, SEALER)

    def break_off() -> None:
        with cache.adding("1.2", "1.2.1") as write:
            write(b"half")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        break_off()
    assert cache.find("1.2", "1.2.1") is None
    assert cache.nbytes == 0
