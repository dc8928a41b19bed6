"""The words of documents that are no pictures: plain texts, HTML pages, clinical documents."""

import re
from collections.abc import Iterator

import lxml.etree as etree
from lxml import html

_ENDS_A_LINE = frozenset(
    "p div br tr li ul ol table h1 h2 h3 h4 h5 h6 title caption paragraph item list section".split()
)
_ENDS_A_CELL = frozenset(("td", "th"))
_SAYS_NOTHING = "//script | //style | //head/*[not(self::title)] | //template"
_SPACES = re.compile(r"\s+")
_CHARSET = re.compile(r"charset=[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)


def text_of_plain(data: bytes) -> str:
    """UTF-8, or GB 18030 as older programs write it. Raises ValueError where it is neither."""
    if b"\0" in data:
        raise ValueError("not a text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def text_of_page(data: bytes, content_type: str = "") -> str:
    """Of an HTML page, line by line; nothing that it names is loaded or run. Raises ValueError
    where there is nothing to be read."""
    told = _CHARSET.search(content_type)
    parser = html.HTMLParser(
        encoding=told[1] if told and _known(told[1]) else _utf8_where_it_is(data),
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = html.document_fromstring(data, parser=parser)
    except etree.LxmlError as error:
        raise ValueError("not a page") from error
    for one in root.xpath(_SAYS_NOTHING):
        one.drop_tree()
    return _some(_tidy(_words(root)))


def text_of_clinical_document(data: bytes) -> str:
    """Of a CDA document (HL7 CDA R2, 4.3.5) its title, whom it is of, and of each section title and
    narrative, which is what was signed; where there is none, its coded entries by their displayed
    names. Of other XML all words. Raises ValueError where it is no XML, or none within bounds."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        raise ValueError("not XML") from error
    if etree.QName(root).localname != "ClinicalDocument":
        return _some(_tidy(_each(root)))
    told = [_tidy(_words(one)) for one in _children(root, "title")]
    names = root.xpath("./*[local-name()='recordTarget']//*[local-name()='patient']/*[1]")
    told += [_tidy(_words(one)) for one in names if etree.QName(one).localname == "name"]
    for section in root.iter("{*}section"):
        told += ["", *(_tidy(_words(one)) for one in _children(section, "title"))]
        narrative = [_tidy(_words(one)) for one in _children(section, "text")]
        told += narrative if any(narrative) else list(_coded(section))
    return _some("\n".join(told).strip())


def _some(text: str) -> str:
    if not text:
        raise ValueError("no words in it")
    return text


def _known(charset: str) -> bool:
    try:
        "".encode(charset)
    except (LookupError, ValueError):
        return False
    return True


def _utf8_where_it_is(data: bytes) -> str | None:
    """None leaves it to the page, which says it itself or is taken for Latin."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return None if _CHARSET.search(data[:2048].decode("latin-1")) else "gb18030"
    return "utf-8"


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [one for one in element if etree.QName(one).localname == name]


def _words(element: etree._Element) -> Iterator[str]:
    """Its text in order, with what ends lines and cells; in a loop, for it may be nested deeply."""
    for event, one in etree.iterwalk(element, events=("start", "end")):
        name = etree.QName(one).localname if isinstance(one.tag, str) else ""  # an entity
        if name in _ENDS_A_LINE:
            yield "\n"
        elif event == "end" and name in _ENDS_A_CELL:
            yield "\t"
        if event == "start":
            yield _SPACES.sub(" ", one.text or "")
        elif one is not element:
            yield _SPACES.sub(" ", one.tail or "")


def _each(root: etree._Element) -> Iterator[str]:
    for one in root.iter():
        yield f"{one.text or ''}\n{one.tail or ''}\n"


def _coded(section: etree._Element) -> Iterator[str]:
    """`name: value` of each coded statement that has a name."""
    for code in section.iter("{*}code"):
        above = code.getparent()
        if above is None or above is section or not (name := code.get("displayName")):
            continue
        values = [_value(one) for one in _children(above, "value")]
        yield _tidy(iter((": ".join((name, " ".join(one for one in values if one))),)))


def _value(element: etree._Element) -> str:
    said = "".join(_words(element)).strip()
    number = " ".join(element.get(one, "") for one in ("value", "unit")).strip()
    return said or element.get("displayName") or number


def _tidy(parts: Iterator[str]) -> str:
    """Without empty lines and what cannot be printed."""
    whole = "".join(sign for sign in "".join(parts) if sign.isprintable() or sign in "\n\t")
    lines = (re.sub(r" {2,}", " ", line).strip() for line in whole.split("\n"))
    return "\n".join(line for line in lines if line)
