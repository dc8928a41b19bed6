"""A patient reads their report on a phone: what the page asks, shows and hands out, in Chromium."""

import asyncio
import json
from functools import partial
from pathlib import Path

import pytest

from protocol import paths
from tests.live.test_guest_page import NAMELESS, OVERFLOWS, at_chromium
from tests.server.people import Valley
from tests.server.process import ServerProcess
from tests.server.test_earlier_reports import reported
from tests.server.test_presented_forms import paper_of, sent, signed_with
from tests.server.test_report import drafted
from tests.server.test_report_copies import given, standing

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]
BORN = "document.getElementById('born').value = {}"
HANDED_OUT = """
globalThis.files = [];
URL.createObjectURL = (blob) => (files.push(blob), 'blob:none');
globalThis.patience = [];
const timeout = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (ms) => (patience.push(ms), timeout(ms));
HTMLAnchorElement.prototype.click = function () { files.name = this.download; };
"""


def with_paper(valley: Valley) -> tuple[str, bytes]:
    """A case whose report was signed with its paper."""
    case_id = drafted(valley, recommendation="三个月后复查胸部 CT\n有发热、咯血请立即就诊")
    paper = paper_of(case_id)
    assert sent(valley.expert, case_id, paper).status_code == 200
    assert signed_with(valley, case_id, paper).status_code == 201
    return case_id, paper


async def test_a_patient_reads_the_report_on_a_phone_and_takes_the_file_along(
    tmp_path: Path, server: ServerProcess, valley: Valley
) -> None:
    case_id, paper = with_paper(valley)
    code = given(valley, case_id)["code"]
    async with at_chromium(tmp_path, server) as guest:
        await guest.open(f"{server.url}{paths.COPY_PAGE}#{code}")
        await guest.read("Your consultation report")
        assert "何小溪" not in await guest.text()
        await guest.tap("read")
        await guest.read("Tick the words above first")
        await guest.tap("consent")
        await guest.evaluate(BORN.format(json.dumps("1958-02-31")))
        await guest.tap("read")
        await guest.read("Type year, month and day as 8 digits")
        await guest.evaluate(BORN.format(json.dumps("19600101")))
        await guest.tap("read")
        await guest.read("That is not the date of birth")
        await guest.evaluate(BORN.format(json.dumps("1958 04 02")))
        await guest.tap("read")
        await guest.read("有发热、咯血请立即就诊")
        await guest.read("This is an advice to your treating doctor")
        await guest.tap("language")
        await guest.read("这是给您主管医生的意见")
        assert await guest.evaluate("document.title") == "会诊报告"
        for dark in (False, True):
            await asyncio.to_thread(partial(guest.browser.screen, dark=dark))
            assert await guest.evaluate(OVERFLOWS) is False
        assert await guest.evaluate(NAMELESS) == []
        await guest.evaluate(f"(() => {{{HANDED_OUT}}})()")
        await guest.tap("file")
        await guest.until("files.name", "the file")
        read = await guest.evaluate("files[0].arrayBuffer().then(b => [...new Uint8Array(b)])")
        assert bytes(read) == paper
        assert await guest.evaluate("patience") == [600000], "slow lines read large files, too"
        assert "何小溪" not in str(await guest.evaluate("files.name"))
        await guest.tap("close")
        await guest.read("报告已关闭")
        assert "何小溪" not in str(await guest.evaluate("document.documentElement.outerHTML"))
        kept = "[localStorage.length, Object.keys(sessionStorage), document.cookie]"
        assert await guest.evaluate(kept) == [0, ["huizhen.language"], ""], "its language alone"
        assert await guest.violations() == []


async def test_what_opens_no_more_says_why_and_whom_to_ask(
    tmp_path: Path, server: ServerProcess, valley: Valley
) -> None:
    case_id = reported(valley)
    made = given(valley, case_id)
    place = {"consultation_id": case_id, "copy_id": made["id"]}
    assert valley.doctor.send("DELETE", paths.ONE_REPORT_COPY, **place).is_success
    assert standing(valley, made["code"]) == "withdrawn"
    async with at_chromium(tmp_path, server) as guest:
        for code, says in ((made["code"], "This link was taken back"), ("b" * 43, "cannot be")):
            await guest.open(f"{server.url}{paths.COPY_PAGE}#{code}")
            await guest.read(says)
        assert await guest.violations() == []
