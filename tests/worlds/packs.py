"""A small knowledge pack of invented states, written as its publisher would write it."""

PACK = b"""
name = "accords"
publisher = "Office of Aldria"
date = 2026-03-01
as_of = 2026-02-01
licence = "CC0-1.0"

state_name = [
  { key = "xa", state = "XA", name = "Aldria", source = "gazette", verified = "verified-excerpt" },
  { key = "xb", state = "XB", name = "Bevora", source = "gazette", verified = "verified-excerpt" },
]
agreement = [
  { key = "grain", title = "Grain pact", kind = "treaty", weight = "binding", contact = true, parties = "complete", source = "gazette", verified = "verified-excerpt" },
  { key = "river", title = "River pact", kind = "treaty", weight = "binding", parties = "incomplete", source = "gazette", verified = "from-memory" },
  { key = "hotline", title = "Hotline", kind = "bilateral", weight = "political", parties = "complete", source = "gazette", verified = "verified-excerpt" },
]
party = [
  { key = "grain.xa", agreement = "grain", state = "XA", signed = 2001-05-01, ratified = 2002-05-01, in_force = 2003-01-01, source = "gazette", verified = "verified-excerpt" },
  { key = "river.xa", agreement = "river", state = "XA", signed = "2001", ratified = "no", source = "gazette", verified = "from-memory" },
  { key = "hotline.xa", agreement = "hotline", state = "XA", signed = 2020-01-01, source = "gazette", verified = "verified-excerpt-press" },
  { key = "hotline.xb", agreement = "hotline", state = "XB", signed = 2020-01-01, source = "gazette", verified = "verified-excerpt-press" },
]
law = [
  { key = "xa-1", state = "XA", title = "Grain law", year = 2004, implements = ["grain"], source = "gazette", verified = "verified-excerpt" },
]
trial = [
  { key = "t1", agreement = "grain", state = "XA", on = 2025-06-01, outcome = "held", source = "log", verified = "verified-excerpt" },
]
quotation = [
  { key = "q1", who = "A minister", what = "No grain", when = "1899", contradicts = ["agreement:grain"], anecdote = true, source = "told", verified = "from-memory" },
]
"""  # noqa: E501 - a row of a pack is one line
