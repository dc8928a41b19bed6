"""How a patient's name is written: Chinese family name first and without a space, pinyin beside."""

from app.net.emr.elements import Json, listed, objects, text_of
from protocol.readings import has_characters, spelled


def written_names(patient: Json) -> tuple[str, ...]:
    """Each name once, those in Chinese before others and those in use before old ones."""
    told = objects(patient.get("name"))
    told.sort(key=lambda one: (one.get("use") in ("old", "maiden"), one.get("use") != "official"))
    found = [said for one in told if (said := written(one))]
    found += [said for one in listed(patient.get("name")) if (said := text_of(one))]
    ordered = sorted(dict.fromkeys(found), key=lambda one: not has_characters(one))
    return tuple(ordered)


def written(name: Json) -> str:
    """One HumanName. Chinese is family then given whatever order the server sends them in; other
    names follow `text`, or given then family."""
    family = text_of(name.get("family"))
    given = [part for one in listed(name.get("given")) if (part := text_of(one))]
    if has_characters(family) or any(has_characters(one) for one in given):
        return "".join((family, *given)).replace(" ", "")
    if said := text_of(name.get("text")):
        return said.replace(" ", "") if has_characters(said) else said
    return " ".join(one for one in (*given, family) if one)


def split_names(words: str) -> tuple[dict[str, str], ...]:
    """How a server may have a name whole words do not find, as search parameters (R4 Patient):
    family and given apart, in either order; the last asks for the family name alone."""
    parts = words.split()
    if has_characters(words):
        whole = "".join(parts)
        cuts = [len(parts[0])] if len(parts) > 1 else [1, 2]
        pairs = [(whole[:cut], whole[cut:]) for cut in cuts if cut < len(whole)]
        alone = [{"family": family} for family, _ in pairs]
        joined = [{"name": whole}] if whole != words.strip() else []
        return (*joined, *({"family": one, "given": other} for one, other in pairs), *alone)
    if len(parts) < 2:
        return ()
    first, last = (parts[0], parts[1:]), (parts[-1], parts[:-1])
    told = [{"family": family, "given": "".join(given)} for family, given in (first, last)]
    return (*told, {"family": first[0]}, {"family": last[0]})


def is_named(patient: Json, words: str) -> bool:
    """Whether one of its names has all that was typed, in either order of family and given."""
    typed = _letters(words)
    for one in objects(patient.get("name")):
        family = _letters(text_of(one.get("family")))
        given = _letters("".join(text_of(part) for part in listed(one.get("given"))))
        written = (family + given, given + family, _letters(text_of(one.get("text"))))
        if any(typed in whole for whole in written):
            return True
        parts = [_letters(part) for part in words.split()]
        if parts and "".join((*parts[1:], parts[0])) in written:
            return True
    return False


def _letters(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())


def pinyin(name: str) -> str:
    """A Chinese name as it is most often read; empty for any other."""
    return spelled(name) if has_characters(name) else ""
