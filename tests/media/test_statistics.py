"""Rates are counted by ourselves, from aiortc's totals."""

import datetime

from aiortc.stats import (
    RTCInboundRtpStreamStats,
    RTCRemoteInboundRtpStreamStats,
    RTCStats,
    RTCTransportStats,
)

from app.media.statistics import RateMeter, Rates, Totals, totals

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def report(rtt: float | None) -> dict[str, RTCStats]:
    entries: list[RTCStats] = [
        RTCTransportStats(NOW, "transport", "t", 10, 20, 1000, 2000, "controlling", "connected"),
        RTCInboundRtpStreamStats(NOW, "inbound-rtp", "v", 1, "video", "t", 15, 2, 900),
        RTCInboundRtpStreamStats(NOW, "inbound-rtp", "a", 2, "audio", "t", 5, 1, 96),
    ]
    if rtt is not None:
        entries.append(
            RTCRemoteInboundRtpStreamStats(
                NOW, "remote-inbound-rtp", "r", 3, "video", "t", 9, 1, 0, rtt, 0.0
            )
        )
    return {entry.id: entry for entry in entries}


def test_totals_are_in_milliseconds_and_add_up_over_streams() -> None:
    assert totals(report(rtt=0.05)) == Totals(
        packets_received=20,
        bytes_received=2000,
        bytes_sent=1000,
        packets_lost=3,
        rtt_ms=50.0,
        jitter_ms=10.0,
    )


def test_a_round_trip_not_measured_yet_is_not_zero() -> None:
    assert totals(report(rtt=None)).rtt_ms is None


def test_rates_are_per_second_from_the_first_reading_on() -> None:
    meter = RateMeter(now=100.0)
    first = meter.read(102.0, Totals(bytes_received=1000, bytes_sent=500), 50)
    assert first == Rates(bitrate_in_bps=4000, bitrate_out_bps=2000, fps=25.0)
    second = meter.read(103.0, Totals(bytes_received=1000, bytes_sent=1500), 60)
    assert second == Rates(bitrate_in_bps=0, bitrate_out_bps=8000, fps=10.0)


def test_two_readings_at_one_moment_give_no_rate() -> None:
    assert RateMeter(now=100.0).read(100.0, Totals(bytes_sent=10), 1) == Rates()


def test_a_peer_that_closed_and_took_its_totals_along_never_makes_a_rate_negative() -> None:
    meter = RateMeter(100.0)
    meter.read(101.0, Totals(bytes_received=50_000, bytes_sent=60_000), 25)
    assert meter.read(102.0, Totals(), 0) == Rates()
    after = meter.read(103.0, Totals(bytes_received=1_000, bytes_sent=2_000), 5)
    assert after == Rates(bitrate_in_bps=8_000, bitrate_out_bps=16_000, fps=5.0)
