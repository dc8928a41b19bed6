"""The guest's page as served: strict headers, the product's colours, words in both languages."""

import re
from importlib.resources import files

import pytest

from app.kit.theme import colours, metrics
from protocol import paths
from protocol.call import CONSENT_WORDING
from protocol.recording import RECORDING_WORDING
from protocol.report_copy import COPY_WORDING
from tests.server.people import Town

FOLDER = files("server.web")
KINDS = (".js", ".css", ".svg")
PARTS = sorted(file.name for file in FOLDER.iterdir() if file.name.endswith(KINDS))
PAGES = ("index.html", "copy.html")
ADDRESSES = [
    paths.JOIN,
    paths.COPY_PAGE,
    *(paths.WEB.format(name=name) for name in (*PARTS, "tokens.css")),
]
WORDS = re.compile(r"^  (\w+): '(.*)',$", re.M)


def text(name: str) -> str:
    return FOLDER.joinpath(name).read_text(encoding="utf-8")


def languages() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {"zh": {}, "en": {}}
    for name in ("words.js", "copy_words.js"):
        chinese, english = text(name).split("const en = {")
        for language, part in (("zh", chinese), ("en", english)):
            told = dict(WORDS.findall(part))
            assert not told.keys() & found[language].keys(), "each word has one place"
            found[language] |= told
    return found


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_part_has_the_strict_headers(town: Town, address: str) -> None:
    with town.client() as nobody:
        answer = nobody.get(address)
        head = nobody.head(address)
        again = nobody.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert answer.status_code == head.status_code == 200
    assert again.status_code == 304
    policy = answer.headers["content-security-policy"]
    wanted = ("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'")
    assert {*wanted, "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    whose = "()" if address == paths.COPY_PAGE else "(self)"
    assert {f"camera={whose}", f"microphone={whose}"} <= set(
        answer.headers["permissions-policy"].split(", ")
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


def test_only_pages_bind_a_browser_to_encryption(town: Town) -> None:
    """What else is asked may be passed on by an edge or a proxy inside the house."""
    with town.client() as nobody:
        for address in (paths.SERVER, "/healthz"):
            assert "strict-transport-security" not in nobody.get(address).headers


def test_a_part_that_is_none_is_refused_in_the_usual_way(town: Town) -> None:
    with town.client() as nobody:
        for name in ("nothing.js", "__init__.py", "..%2Fsettings.py"):
            assert nobody.get(paths.WEB.format(name=name)).status_code == 404


def test_nothing_comes_from_elsewhere_and_nothing_is_inline() -> None:
    for name in (*PARTS, *PAGES):
        found = text(name).replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|//[a-z]+\.", found), name
    for name in PAGES:
        page = text(name)
        assert not re.search(r"\s(style|on\w+)=", page)
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)
        assert "<style" not in page
        loaded = re.findall(r'(?:src|href)="/web/([^"]+)"', page)
        assert set(loaded) <= {*PARTS, "tokens.css"}


def test_the_colours_and_measures_are_the_products(town: Town) -> None:
    with town.client() as nobody:
        sheet = nobody.get(paths.WEB.format(name="tokens.css")).text
    light, dark = sheet.split("@media (prefers-color-scheme: dark)")
    for theme, part in (("light", light), ("dark", dark)):
        for name, value in colours(theme).items():
            assert f"--{name.replace('_', '-')}: {value};" in part
    sizes = metrics()
    assert f"--grid: {sizes.grid}px;" in light
    assert f"--type-title: {round(sizes.type_title / sizes.type_text, 3)}rem;" in light
    known = set(re.findall(r"(--[\w-]+):", light))
    for name in ("page.css", "room.css", "copy.css"):
        own = text(name)
        assert set(re.findall(r"var\((--[\w-]+)", own)) <= known, name
        bodies = re.sub(r"#[A-Za-z]\w*(?=[^{}]*\{)", "", own)
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb\(|hsl\(", bodies), name


def test_both_languages_say_everything_and_keep_every_placeholder() -> None:
    said = languages()
    assert said["zh"].keys() == said["en"].keys()
    for key, chinese in said["zh"].items():
        assert sorted(re.findall(r"\{\w+\}", chinese)) == sorted(
            re.findall(r"\{\w+\}", said["en"][key])
        ), key
        assert re.search(r"[一-鿿]", chinese) or key == "otherLanguage"


def test_every_word_the_page_asks_for_is_there() -> None:
    known = languages()["zh"].keys()
    pages = "".join(text(name) for name in PAGES)
    asked = set(re.findall(r'data-(?:word|label|title)="(\w+)"', pages))
    for name in PARTS:
        if name.endswith(".js"):
            asked |= set(re.findall(r"\bsay\('(\w+)'", text(name)))
            for stem in re.findall(r"\btell\('(\w+)'", text(name)):
                asked |= {f"{stem}{part}" for part in ("Heading", "Text", "Mend")}
    void = ("copyExpired", "copyWithdrawn", "copyLocked")
    for stem in ("used", "expired", "ended", "over", "ticket", *void):
        asked |= {f"{stem}{part}" for part in ("Heading", "Text", "Mend")}
    assert asked <= known, sorted(asked - known)


def test_the_words_of_consent_are_of_the_version_that_the_server_takes() -> None:
    assert f"export const WORDING = '{CONSENT_WORDING}';" in text("words.js")
    assert f"export const COPY_WORDING = '{COPY_WORDING}';" in text("copy_words.js")
    assert f"export const RECORDING_WORDING = '{RECORDING_WORDING}';" in text("words.js")
