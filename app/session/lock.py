"""Whether the window is locked, and after how long without input it is."""

from dataclasses import dataclass

from app.session.notices import NoticeCode


@dataclass(frozen=True, slots=True)
class Lock:
    """`minutes` is what was chosen on this computer, 0 for never; `at_most_s` what the site wants
    at the latest. `problem` is what the last attempt to unlock ended with."""

    locked: bool = False
    minutes: int = 0
    at_most_s: int | None = None
    busy: bool = False
    problem: NoticeCode | None = None
    problem_details: tuple[tuple[str, str], ...] = ()

    @property
    def after_s(self) -> int | None:
        """Seconds without input; None where nothing locks it."""
        wanted = [60 * self.minutes] if self.minutes else []
        wanted += [] if self.at_most_s is None else [self.at_most_s]
        return min(wanted, default=None)


@dataclass(frozen=True, slots=True)
class LockChanged:
    lock: Lock
