"""JSON whose numbers stay as they were written: 0.040 is no 0.04 (R4 2.24.0.1, decimal)."""

from typing import Any

import simplejson


def loads(raw: str | bytes) -> Any:
    """Numbers with a point or an exponent as Decimal; raises ValueError, RecursionError."""
    return simplejson.loads(raw, use_decimal=True)


def dumps(
    value: object, *, compact: bool = False, ordered: bool = False, indent: int | None = None
) -> str:
    """`ordered`: alike is written alike, in whatever order it stood."""
    separators = (",", ":") if compact else None
    text: str = simplejson.dumps(
        value,
        use_decimal=True,
        ensure_ascii=False,
        separators=separators,
        sort_keys=ordered,
        indent=indent,
        allow_nan=False,
    )
    return text
