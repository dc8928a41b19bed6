"""What tool tips say, letter by letter, and words that are cut where the tip has all of them."""

import html


def plain_tip(text: str) -> str:
    """The text so that a tool tip shows every sign of it. Qt takes what looks like markup for
    markup (`Qt::mightBeRichText`), also in the attributes of an image or the name of a file, and
    loads what it names."""
    if "<" not in text and "&" not in text:
        return text
    return f'<p style="white-space:pre-wrap">{html.escape(text)}</p>'


def shortened(text: str, most: int) -> str:
    """At most so many signs, the last one … where some are left out."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
