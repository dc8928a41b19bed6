"""A database that cannot be had is one error, whichever way it shows."""

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout

from server.store.errors import DatabaseAway
from server.store.room import told_when_away


@pytest.mark.parametrize(
    "error", [PoolTimeout("no connection is free"), ConnectionResetError(), TimeoutError()]
)
def test_no_connection_to_be_had_is_told_as_away_and_not_as_a_failure(error: Exception) -> None:
    with pytest.raises(DatabaseAway, match="try again"), told_when_away():
        raise error
