"""Credentials for the site's relay: good for a limited time, made as coturn makes them."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from protocol.call import IceServer
from server.api.services.ice import Ice
from server.setting_values import SettingsError
from server.settings import load_settings

NOW = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
URLS = ("turn:relay.hospital.example:3478?transport=udp", "turns:relay.hospital.example:5349")


def test_without_a_relay_nothing_is_told_but_what_the_site_named() -> None:
    own = IceServer(urls=("stun:stun.hospital.example",))
    ice = Ice(servers=(own,))
    assert (ice.fresh(NOW), ice.valid_s) == ((own,), None)


def test_a_user_name_says_when_it_expires_and_the_password_proves_it() -> None:
    ice = Ice(turn_urls=URLS, turn_secret="shared", turn_valid_s=600, ca="PEM")
    (relay,) = ice.fresh(NOW)
    assert (relay.urls, relay.ca) == (URLS, "PEM")
    assert relay.username is not None
    moment, _, chance = relay.username.partition(":")
    assert datetime.fromtimestamp(int(moment), UTC) == NOW + timedelta(seconds=600)
    assert len(chance) == 16
    digest = hmac.new(b"shared", relay.username.encode(), hashlib.sha1).digest()
    assert relay.credential == base64.b64encode(digest).decode()


def test_each_participant_gets_credentials_of_its_own() -> None:
    ice = Ice(turn_urls=URLS, turn_secret="shared")
    names = {relay.username for _ in range(20) for relay in ice.fresh(NOW)}
    assert len(names) == 20


def test_a_relay_needs_its_secret() -> None:
    with pytest.raises(SettingsError, match="TURN_URLS and HUIZHEN_TURN_SECRET belong together"):
        load_settings(turn_urls=URLS)


@pytest.mark.parametrize(
    "url", ["http://relay", "turn:relay?transport=sctp", "turn:user@relay", "stun:relay", "turn:"]
)
def test_an_address_that_is_no_relay_is_refused_with_the_mend(url: str) -> None:
    with pytest.raises(SettingsError, match=r"TURN_URLS.*turn:name:port"):
        load_settings(turn_urls=(url,), turn_secret="shared")
