"""What tests of calls between media processes share."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.media.two_ends import End


@pytest.fixture
async def ends() -> AsyncIterator[tuple[End, End]]:
    clinic, expert = End("clinic"), End("expert")
    yield clinic, expert
    await asyncio.gather(clinic.link.close(), expert.link.close())
