"""A small pack of law of two invented states, and answers of a case, for tests of norms."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from legation.knowledge.forms import Form
from legation.knowledge.pack_file import Pack, read_pack
from legation.safeguards.cases.bodies import Answer
from legation.safeguards.cases.law.answers import Given

TODAY: Final = date(2026, 3, 2)
LAW: Final = b"""
name = "law"
publisher = "Office of Aldria"
date = 2026-03-01
as_of = 2026-02-01
licence = "CC0-1.0"

agreement = [
  { key = "grain", title = "Grain pact", kind = "treaty", weight = "binding", weight_note = "since 2001", opened = 2000-01-01, in_force = 2001-01-01, parties = "complete", source = "gazette", verified = "verified-excerpt" },
  { key = "river", title = "River pact", kind = "treaty", weight = "binding", opened = 2020-01-01, parties = "incomplete", source = "gazette", verified = "verified-excerpt" },
  { key = "word", title = "Word of honour", kind = "norms", weight = "political", source = "gazette", verified = "verified-excerpt" },
]
party = [
  { key = "grain.xa", agreement = "grain", state = "XA", signed = 2000-02-01, ratified = 2002-03-01, in_force = 2002-06-01, source = "chart", verified = "verified-excerpt" },
  { key = "grain.xb", agreement = "grain", state = "XB", signed = 2000-02-01, ratified = "no", source = "chart", verified = "from-memory" },
  { key = "grain.xd", agreement = "grain", state = "XD", signed = 2000-02-01, ratified = 2002-03-01, suspended = 2024-01-01, source = "chart", verified = "verified-excerpt" },
  { key = "river.xa", agreement = "river", state = "XA", signed = 2020-02-01, ratified = 2021-03-01, source = "chart", verified = "verified-excerpt" },
]
norm = [
  { key = "grain.3", agreement = "grain", number = "3", title = "Stores", weight = "binding", source = "gazette", verified = "verified-excerpt" },
  { key = "river.1", agreement = "river", number = "1", title = "Passage", weight = "binding", source = "gazette", verified = "verified-excerpt" },
  { key = "word.a", agreement = "word", number = "a", title = "Candour", weight = "political", source = "gazette", verified = "verified-excerpt" },
]
law = [
  { key = "xa-act", state = "XA", title = "Stores Act", year = 2003, source = "gazette", verified = "verified-excerpt" },
]
position = [
  { key = "xa.1", about = "norm:word.a", state = "XA", stance = "rejected", on = 2019-01-01, source = "speech", verified = "verified-excerpt" },
  { key = "xa.2", about = "norm:word.a", state = "XA", stance = "adopted", on = 2022-01-01, note = "since a vote", source = "speech", verified = "from-memory" },
  { key = "xb.1", about = "norm:word.a", state = "XB", stance = "silent", on = 2022-01-01, source = "looked for", verified = "verified-excerpt" },
  { key = "xc.1", about = "norm:word.a", state = "XC", stance = "adopted", on = 2022-01-01, source = "speech", verified = "verified-excerpt" },
  { key = "xd.1", about = "norm:word.a", state = "XD", stance = "rejected", on = 2023-01-01, source = "speech", verified = "verified-excerpt" },
]
question = [
  { key = "opened", subject = "Stores", place = 1, text = "Was a store opened?", means = "By whomever.", source = "gazette", verified = "verified-excerpt" },
  { key = "taken", subject = "Stores", place = 2, text = "Was grain taken?", source = "gazette", verified = "verified-excerpt" },
  { key = "war", subject = "War", place = 9, text = "Was there war?", source = "gazette", verified = "verified-excerpt" },
  { key = "loud", subject = "Weighing", place = 5, text = "Was it loud?", source = "gazette", verified = "verified-excerpt" },
]
form = [
  { key = "grain.3", about = "norm:grain.3", name = "grain 3", all = ["opened", "taken"], asks_not = "Intent.", source = "gazette", verified = "verified-excerpt" },
  { key = "river.1", about = "norm:river.1", name = "river 1", any = ["opened"], source = "gazette", verified = "verified-excerpt" },
  { key = "word.a", about = "norm:word.a", name = "word a", any = ["taken"], beside = ["loud"], differ = "Some hold it to be polite.", source = "gazette", verified = "from-memory" },
  { key = "xa-act.4", about = "law:xa-act", name = "aldria 4", number = "4", title = "Intrusion", any = ["taken"], disputed_when = ["opened"], source = "gazette", verified = "verified-excerpt" },
  { key = "grain.war", about = "law:xa-act", name = "aldria 9", number = "9", title = "War", all = ["war"], threshold = true, source = "gazette", verified = "verified-excerpt" },
]
"""  # noqa: E501 - a row of a pack is one line


def lawbook(old: str = "", new: str = "") -> Pack:
    """Return the pack, changed in one place."""
    assert not old or old.encode() in LAW
    return read_pack(LAW.replace(old.encode(), new.encode(), 1) if old else LAW, place="law.toml")


def given(answers: Mapping[str, Answer]) -> dict[str, Given]:
    """Return answers as they stand in a case, each by an entry of its own on entry 1."""
    return {
        key: Given(answer=answer, entry=number, rests_on=(1,))
        for number, (key, answer) in enumerate(answers.items(), 2)
    }


def form(**parts: object) -> Form:
    """Return a form by its words alone."""
    fixed = {"key": "f", "about": "norm:f", "name": "f", "source": "s", "as_of": TODAY}
    return Form(**fixed, verified="verified-excerpt", **parts)  # type: ignore[arg-type]  # by name
