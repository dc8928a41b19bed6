"""Two writers of one draft: what each changed is kept."""

from protocol.consultation import CaseContent


def merged(base: CaseContent, mine: CaseContent, theirs: CaseContent) -> tuple[CaseContent, bool]:
    """What came of `base` by both: a part that only one changed is that one's.

    Where both changed a text, theirs stands first and mine below it; where both changed something
    that cannot stand twice, mine counts. The second answer is whether any part was changed by both.
    """
    values: dict[str, object] = {}
    both = False
    for name in CaseContent.model_fields:
        old, own, other = getattr(base, name), getattr(mine, name), getattr(theirs, name)
        if own in (old, other):
            values[name] = other
        elif other == old:
            values[name] = own
        else:
            both = True
            values[name] = _together(own, other)
    return CaseContent.model_validate(values), both


def _together(own: object, other: object) -> object:
    if isinstance(own, str) and isinstance(other, str) and own and other:
        if own in other:
            return other
        return own if other in own else f"{other}\n\n{own}"
    return own or other
