"""The guest page's connections in Chromium, with a line between two of them that does what the test
says: signals twice, late, out of order, or not at all."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import server
from tests.live.browsers import FAKE_DEVICES, Chromium
from tests.live.guests import Guest
from tests.live.ohif import chromium, page_server
from tests.live.test_guest_trouble import HELD_BACK
from tests.media.coturn import SECRET, coturn

pytestmark = [
    pytest.mark.live,
    pytest.mark.alone,  # a browser without time says so, and a relay is not waited for
    pytest.mark.timeout(300),
    pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed"),
]
BOTH_LIVE = "both.every((one) => one.state === 'live' && one.pictures && one.sounds)"
MADE = "connections.length"
WORLD = """
(async () => {
  const { Peer, Way } = await import('/web/peer.js');
  const got = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  const media = { track: (kind) => got.getTracks().find((one) => one.kind === kind) };
  const real = performance.now.bind(performance);
  let ahead = 0;
  performance.now = () => real() + ahead;
  globalThis.pass = (seconds) => (ahead += seconds * 1000);
  globalThis.said = [];
  globalThis.rule = (signal, deliver) => deliver();
  globalThis.gaps = 0;
  const end = (name, offers) => {
    const send = (signal) => {
      said.push({ by: name, ...signal });
      const deliver = () => both.find((one) => one !== made).take(signal).catch(() => {});
      if (signal.kind !== 'sending') rule({ by: name, ...signal }, deliver);
    };
    const made = new Peer(offers, Way.BOTH, {}, media, send);
    return made;
  };
  globalThis.both = [end('guest', true), end('doctor', false)];
  const alive = (one) => one.stream.getTracks().filter((t) => t.readyState === 'live' && !t.muted);
  setInterval(async () => {
    for (const one of both) {
      await one.look();
      if (one.lost) one.renew();
      if (one.met && alive(one).length < 2) gaps += 1;
    }
  }, 100);
  return true;
})()
"""
"""Two ends of the page in one page; `rule(signal, deliver)` is the line between them, `pass` lets
seconds go by, `gaps` counts the looks in which an end that was ever live lacks sound or picture."""


@pytest.fixture(scope="module")
def page_address() -> Iterator[str]:
    """An empty document beside the page's own parts."""
    with page_server(Path(server.__file__).parent) as served:
        yield f"http://127.0.0.1:{served.server_port}/web/icon.svg"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with chromium(tmp_path_factory.mktemp("browser"), None, FAKE_DEVICES) as opened:
        yield Chromium(opened)


@pytest.fixture
async def page(browser: Chromium, page_address: str) -> Guest:
    guest = Guest(browser)
    await guest.open(page_address)
    assert await guest.evaluate(WORLD)
    return guest


async def offers(page: Guest, count: int) -> None:
    offered = "said.filter((one) => one.type === 'offer').length"
    await page.until(f"{offered} >= {count}", f"{count} offers")
    assert await page.evaluate(offered) == count


async def the_line(page: Guest, rule: str) -> None:
    """What becomes of signals from now on."""
    assert await page.evaluate(f"(globalThis.rule = {rule}, true)")


async def begin(page: Guest) -> None:
    await page.evaluate("both[0].start()")


async def both_live(page: Guest) -> None:
    await page.until(BOTH_LIVE, "a call both ways")


@pytest.mark.parametrize(
    "rule",
    [
        "(signal, deliver) => deliver()",
        "(signal, deliver) => (deliver(), deliver())",
        """(signal, deliver) => {
             globalThis.held ??= {};
             const mine = (held[signal.by] ??= []);
             mine.push(deliver);
             if (signal.kind === 'candidate' && !signal.candidate) {
               for (const one of mine.splice(0).reverse()) one();
             }
           }""",
    ],
    ids=["in order", "everything twice", "last first"],
)
async def test_one_connection_comes_of_one_offer_however_its_signals_arrive(
    page: Guest, rule: str
) -> None:
    await the_line(page, rule)
    await begin(page)
    await both_live(page)
    assert await page.evaluate(MADE) == 2, "one at each end"


@pytest.mark.parametrize("lost", ["offer", "answer"])
async def test_a_lost_description_is_followed_by_another_offer_in_its_time(
    page: Guest, lost: str
) -> None:
    drop = f"""(signal, deliver) => {{
      if (signal.type === {json.dumps(lost)} && !globalThis.lost) globalThis.lost = true;
      else deliver();
    }}"""
    await the_line(page, drop)
    await begin(page)
    await page.until("globalThis.lost === true", f"a lost {lost}")
    await page.evaluate("pass(12.5)")
    await both_live(page)
    await offers(page, 2)


async def test_a_wish_for_an_offer_that_is_on_its_way_does_not_start_it_anew(page: Guest) -> None:
    await the_line(page, "(signal, deliver) => (globalThis.late ??= []).push(deliver)")
    await begin(page)
    await offers(page, 1)
    for _ in range(3):
        await page.evaluate("both[0].take({ kind: 'renew' })")
    await offers(page, 1)
    await the_line(page, "(signal, deliver) => deliver()")
    await page.evaluate("late.forEach((deliver) => deliver())")
    await both_live(page)
    assert await page.evaluate(MADE) == 2


async def test_the_late_answer_to_an_offer_that_was_given_up_disturbs_nothing(page: Guest) -> None:
    late = """(signal, deliver) => {
      if (signal.type === 'answer' && !globalThis.late) globalThis.late = deliver;
      else deliver();
    }"""
    await the_line(page, late)
    await begin(page)
    await page.until("globalThis.late !== undefined", "the answer")
    await page.evaluate("pass(12.5)")
    await offers(page, 2)
    await page.evaluate("late()")
    await both_live(page)
    await offers(page, 2)


async def test_each_further_try_is_given_longer_so_that_a_busy_computer_gets_there(
    page: Guest,
) -> None:
    await the_line(page, "() => {}")
    await begin(page)
    await offers(page, 1)
    await page.evaluate("pass(12.5)")
    await offers(page, 2)
    await page.evaluate("pass(12.5)")
    await page.evaluate("both[0].renew()")
    await offers(page, 2)
    await page.evaluate("pass(6)")
    await offers(page, 3)


async def test_picture_and_sound_stay_until_the_new_connection_brings_them(page: Guest) -> None:
    await begin(page)
    await both_live(page)
    await page.evaluate("(globalThis.gaps = 0, true)")
    await page.evaluate("both[0].take({ kind: 'renew' })")
    await offers(page, 2)
    await page.until(f"{MADE} === 4 && connections[2].connectionState === 'connected'", "a new one")
    closed = "connections.map((one) => one.connectionState === 'closed')"
    await page.until(f"{closed}.join() === 'true,true,false,false'", "the end of the old ones")
    await both_live(page)
    assert await page.evaluate("gaps") == 0


async def test_a_new_connection_that_does_not_stand_yet_takes_nothing_from_the_old_one(
    page: Guest,
) -> None:
    await begin(page)
    await both_live(page)
    await the_line(page, "(signal, deliver) => (globalThis.late ??= []).push(deliver)")
    await page.evaluate("(globalThis.gaps = 0, both[0].take({ kind: 'renew' }), true)")
    await offers(page, 2)
    sums = "both.map((one) => one.stream.getVideoTracks()[0].id).join()"
    before = await page.evaluate(sums)
    await both_live(page)
    assert await page.evaluate(sums) == before
    assert await page.evaluate("connections[0].connectionState") == "connected"
    await the_line(page, "(signal, deliver) => deliver()")
    await page.evaluate("late.forEach((deliver) => deliver())")
    await page.until(f"{sums} !== {json.dumps(before)}", "the new picture")
    await both_live(page)
    assert await page.evaluate("gaps") == 0


@pytest.mark.parametrize(("secret", "refuses"), [("not the relay's", True), (SECRET, False)])
async def test_a_relay_that_does_not_take_the_credentials_is_told(
    page: Guest, tmp_path: Path, secret: str, refuses: bool
) -> None:
    await the_line(page, "() => {}")
    with coturn(tmp_path) as relay:
        (known,) = relay.servers("udp", secret=secret)
        servers = json.dumps({"iceServers": [known.model_dump(mode="json")]})
        await page.evaluate(f"(both[0].servers = {servers}, both[0].start(), true)")
        last = "said.some((one) => one.kind === 'candidate' && !one.candidate)"
        await page.until(last, "the end of gathering")
        relayed = "said.some((one) => one.candidate?.includes(' typ relay '))"
        assert await page.evaluate(relayed) is not refuses
        assert await page.evaluate("both[0].relayRefuses") is refuses


async def test_a_line_is_not_called_slow_while_more_and_more_goes_over_it(page: Guest) -> None:
    climb = """
    (async () => {
      const { Climb } = await import('/web/climb.js');
      const one = new Climb();
      return RATES.map((rate, second) => one.look(second * 1000, rate * 1000));
    })()"""
    growing = [300 * 1.08**second for second in range(20)]
    assert await page.evaluate(climb.replace("RATES", str(growing))) == [True] * 20
    narrow = [300, 340, 380, 400] + [398] * 10
    found = await page.evaluate(climb.replace("RATES", str(narrow)))
    assert found == [True] * 11 + [False] * 3, "it has found what the line carries"
    assert await page.evaluate(climb.replace("RATES", "[1500, 1500, 400, 440]")) == [
        *[True, True],
        *[False, False],
    ]


async def test_the_other_side_is_told_what_holds_the_picture_back(page: Guest) -> None:
    await begin(page)
    await both_live(page)
    told = "said.filter((one) => one.kind === 'sending').map((one) => `${one.by} ${one.limit}`)"
    await page.until(f"{told}.join() === 'guest none,doctor none'", "that nothing does")
    await page.evaluate(HELD_BACK.replace("connections.at(-1)", "connections[0]"))
    await page.until("said.some((one) => one.kind === 'sending' && one.limit === 'line')", "a word")
    assert await page.evaluate("both.map((one) => one.limit)") == ["line", "none"]
