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


def pinyin(name: str) -> str:
    """A Chinese name as it is most often read; empty for any other."""
    return spelled(name) if has_characters(name) else ""
