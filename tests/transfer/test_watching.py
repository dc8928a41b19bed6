"""The watched folder: a file is taken when two looks find it the same, and only then."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.store.intake_settings import AfterTaking, Watched
from app.transfer.watching import MOST_LOOKS, QUIET_LOOKS, WatchedFolder
from tests.server.images import file_bytes, new_study
from tests.transfer.intake_desk import IntakeDesk, intake_desk
from tests.transfer.test_finding import zipped


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[IntakeDesk]:
    async with intake_desk(tmp_path / "profile") as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "export"
    made.mkdir()
    return made


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def remove(folder: Path) -> None:
    folder.rmdir()


def make(folder: Path) -> None:
    folder.mkdir()


class Watching:
    """A watched folder that looks when it is told to."""

    def __init__(self, folder: Path, desk: IntakeDesk, after: AfterTaking) -> None:
        options = Watched(on=True, folder=str(folder), after=after)
        self.it = WatchedFolder(options, desk.inbox, lambda: None, look_every=3600)

    async def __aenter__(self) -> WatchedFolder:
        await self.it.close()  # its own clock; the test looks itself
        return self.it

    async def __aexit__(self, *error: object) -> None:
        return None


async def test_a_file_that_is_still_growing_is_left_until_it_is_complete(
    desk: IntakeDesk, folder: Path
) -> None:
    data = file_bytes(new_study(1)[0])
    async with Watching(folder, desk, AfterTaking.MOVE) as watched:
        file = folder / "IM1"
        for end in (500, 1500, len(data)):
            file.write_bytes(data[:end])
            watched.look()
            assert watched.taken == 0
        watched.look()
        assert (watched.taken, watched.left) == (1, 0)
        assert [s.instances[0].size for s in desk.inbox.studies] == [len(data)]


async def test_taken_files_move_to_the_subfolder_with_their_way(
    desk: IntakeDesk, folder: Path
) -> None:
    (folder / "day").mkdir()
    for number, one in enumerate(new_study(2)):
        (folder / "day" / f"IM{number}").write_bytes(file_bytes(one))
    async with Watching(folder, desk, AfterTaking.MOVE) as watched:
        watched.look()
        watched.look()
        assert watched.taken == 2
        assert sorted(p.name for p in (folder / "taken" / "day").iterdir()) == ["IM0", "IM1"]
        assert not list((folder / "day").iterdir())
        watched.look()
        watched.look()
        assert watched.taken == 2, "what lies in the subfolder is not taken again"


async def test_a_second_file_of_the_same_name_overwrites_nothing(
    desk: IntakeDesk, folder: Path
) -> None:
    first, second = (file_bytes(one) for one in new_study(2))
    async with Watching(folder, desk, AfterTaking.MOVE) as watched:
        for data in (first, second):
            (folder / "IM.dcm").write_bytes(data)
            watched.look()
            watched.look()
        kept = {path.name: path.read_bytes() for path in (folder / "taken").iterdir()}
        assert kept == {"IM.dcm": first, "IM-1.dcm": second}


async def test_files_may_stay_and_are_taken_once(desk: IntakeDesk, folder: Path) -> None:
    file = folder / "IM1"
    file.write_bytes(file_bytes(new_study(1)[0]))
    async with Watching(folder, desk, AfterTaking.KEEP) as watched:
        for _ in range(4):
            watched.look()
        assert watched.taken == 1
        assert file.is_file()
        file.write_bytes(file_bytes(new_study(1)[0]))  # another image under the old name
        watched.look()
        watched.look()
        assert (watched.taken, len(desk.inbox.studies)) == (2, 2)


async def test_what_is_no_image_is_left_and_counted(desk: IntakeDesk, folder: Path) -> None:
    (folder / "notes.txt").write_text("seen", encoding="utf-8")
    zipped(folder / "disc.zip", {"IM1": file_bytes(new_study(1)[0])})
    (folder / "cut.dcm").write_bytes(file_bytes(new_study(1)[0])[:-100])
    async with Watching(folder, desk, AfterTaking.MOVE) as watched:
        watched.look()
        watched.look()
        assert (watched.taken, watched.left, watched.damaged) == (0, 1, 1)
        assert watched.archives == 1
        assert names(folder) == ["cut.dcm", "disc.zip", "notes.txt"]
        (folder / "notes.txt").unlink()
        watched.look()
        assert (watched.left, watched.damaged) == (0, 1)


async def test_a_folder_that_is_gone_is_said_and_works_again_when_it_is_back(
    desk: IntakeDesk, folder: Path
) -> None:
    async with Watching(folder, desk, AfterTaking.MOVE) as watched:
        remove(folder)
        watched.look()
        assert watched.gone
        make(folder)
        watched.look()
        assert not watched.gone


async def test_it_runs_by_itself_once_it_is_switched_on(desk: IntakeDesk, folder: Path) -> None:
    (folder / "IM1").write_bytes(file_bytes(new_study(1)[0]))
    await desk.configure(watched=Watched(on=True, folder=str(folder)))
    await desk.until_state(lambda s: s.watching and s.taken == 1)
    assert (folder / "taken" / "IM1").is_file()


async def test_cut_and_doubled_files_are_counted_apart_from_those_that_are_no_images(
    desk: IntakeDesk, folder: Path
) -> None:
    whole, cut = new_study(2)
    (folder / "IM1").write_bytes(file_bytes(whole))
    (folder / "IM2").write_bytes(file_bytes(cut)[:-300])
    whole.WindowCenter = 5
    (folder / "IM3").write_bytes(file_bytes(whole))
    (folder / "letter.txt").write_bytes(b"x" * 300)
    async with Watching(folder, desk, AfterTaking.KEEP) as watched:
        watched.look()
        watched.look()
        counts = (watched.taken, watched.damaged, watched.doubled, watched.left)
        assert counts == (1, 1, 1, 1)
        (folder / "IM2").unlink()
        watched.look()
        assert watched.damaged == 0


async def test_a_study_is_still_being_sent_until_its_folder_has_been_quiet(
    desk: IntakeDesk, folder: Path
) -> None:
    first, second, third = new_study(3)
    uid = str(first.StudyInstanceUID)
    async with Watching(folder, desk, AfterTaking.MOVE) as watched:

        def look(times: int) -> bool:
            for _ in range(times):
                watched.look()
            return uid in desk.inbox.sending

        (folder / "IM1").write_bytes(file_bytes(first))
        assert look(2)
        assert look(QUIET_LOOKS - 2)
        (folder / "IM2").write_bytes(file_bytes(second))
        assert look(2), "it has grown"
        assert look(QUIET_LOOKS - 2)
        (folder / "IM3").write_bytes(file_bytes(third)[:400])
        assert look(1), "more is being written beside it"
        assert look(QUIET_LOOKS - 1)
        assert not look(1)
        (folder / "IM1").write_bytes(file_bytes(first))
        assert not look(2), "what is here already is not more"
        await desk.until_row(lambda row: row.images == 2 and not row.arriving)


async def test_what_never_stops_growing_beside_a_study_does_not_hold_it_for_ever(
    desk: IntakeDesk, folder: Path
) -> None:
    (one,) = new_study(1)
    (folder / "IM1").write_bytes(file_bytes(one))
    async with Watching(folder, desk, AfterTaking.KEEP) as watched:
        looks = 0
        while looks < 2 or str(one.StudyInstanceUID) in desk.inbox.sending:
            (folder / "log").write_bytes(b"x" * looks)
            watched.look()
            looks += 1
        assert MOST_LOOKS <= looks <= MOST_LOOKS + 2
