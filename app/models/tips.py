"""What tool tips say, letter by letter."""

import html


def plain_tip(text: str) -> str:
    """The text so that a tool tip shows every sign of it. Qt takes what looks like markup for
    markup (`Qt::mightBeRichText`), also in the attributes of an image or the name of a file, and
    loads what it names."""
    if "<" not in text and "&" not in text:
        return text
    return f'<p style="white-space:pre-wrap">{html.escape(text)}</p>'
