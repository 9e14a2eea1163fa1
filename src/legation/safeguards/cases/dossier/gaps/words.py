"""Each kind of gap in the words of a reader: what is missing, and what to do about it.

The text of a gap never changes with the dossier; the place and what it is about stand beside it,
so that it can be translated and counted.
"""

from collections.abc import Mapping
from typing import Final, Literal, get_args

import msgspec

from legation.safeguards.cases.bodies import Number

GapKind = Literal[
    "regime-unknown",
    "key-unknown",
    "name-missing",
    "field-missing",
    "field-not-asked",
    "field-unsourced",
    "day-malformed",
    "day-ahead",
    "state-unknown",
    "gender-unknown",
    "namesake",
    "threshold-missing",
    "threshold-not-met",
    "threshold-unsourced",
    "factor-missing",
    "factor-unsourced",
    "ground-missing",
    "ground-unsourced",
    "statement-missing",
    "part-missing",
    "sentence-unsourced",
    "sentence-closed",
    "sentence-inadmissible",
    "several-sentences",
    "generic-words",
    "conduct-undated",
    "not-individual",
    "copied",
    "state-attributed",
    "sentence-twice",
    "subject-twice",
    "cites-no-fact",
    "cites-withdrawn",
    "admissibility-missing",
    "open-without-address",
    "ungraded",
    "unverified",
    "remedy-missing",
    "not-chosen",
    "not-open",
    "not-signed",
    "rights-missing",
    "rights-unknown",
    "rights-other",
    "review-missing",
    "review-past",
    "review-late",
]
KINDS: Final[tuple[GapKind, ...]] = get_args(GapKind)


class Gap(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One thing that a dossier cannot show.

    Attributes:
        place: Where: a part of the dossier and its key or number.
        about: What it is about, in the words of the dossier or the regime; empty: all is said.
        entry: Number of the entry at fault; 0: none, something is missing.
    """

    place: str
    kind: GapKind
    about: str = ""
    entry: Number | Literal[0] = 0

    @property
    def says(self) -> str:
        """Return what is missing, in one sentence."""
        return WORDS[self.kind][0]

    @property
    def hint(self) -> str:
        """Return what can be done about it."""
        return WORDS[self.kind][1]


WORDS: Final[Mapping[GapKind, tuple[str, str]]] = {
    "regime-unknown": (
        "the regime is not known here",
        "load the file of the regime, or open the dossier under one that is known",
    ),
    "key-unknown": (
        "the regime has no such key",
        "take the entry back and use a key of the regime",
    ),
    "name-missing": ("the subject has no name", "enter the name"),
    "field-missing": (
        "an identifying field is neither given nor said to be unavailable",
        "enter it, or say that it was asked and cannot be had",
    ),
    "field-not-asked": (
        "the regime does not ask this of such a subject",
        "take the entry back: what is not asked is not kept",
    ),
    "field-unsourced": (
        "an identifying field rests on no evidence",
        "name the entry of the case that shows it",
    ),
    "day-malformed": ("this is no day", "write 1970-05-15, or as much of it as is known"),
    "day-ahead": ("the day lies ahead", "correct it"),
    "state-unknown": ("there is no state of this code", "give the two letters of ISO 3166-1"),
    "gender-unknown": (
        "this is no gender that the exports can carry",
        "write male, female or other, or say that it is unavailable",
    ),
    "namesake": (
        "nothing tells the subject from somebody of the same name",
        "add one more identifying field with its source, such as a day of birth or a number",
    ),
    "threshold-missing": (
        "a question of the threshold is not answered",
        "answer it with its evidence",
    ),
    "threshold-not-met": (
        "the threshold is not met by this answer",
        "bring evidence that settles it, or close the dossier",
    ),
    "threshold-unsourced": (
        "an answer to the threshold rests on no evidence",
        "name the entry of the case that shows it",
    ),
    "factor-missing": (
        "no factor of significance is shown",
        "add at least one with its evidence",
    ),
    "factor-unsourced": ("a factor rests on no evidence", "name the entry that shows it"),
    "ground-missing": ("no ground of listing is named", "name one with its evidence"),
    "ground-unsourced": ("the ground rests on no evidence", "name the entry that shows it"),
    "statement-missing": (
        "there is no statement of reasons",
        "write it sentence by sentence, each with its source",
    ),
    "part-missing": (
        "no sentence of the statement serves this part",
        "add a sentence, or say which one serves it",
    ),
    "sentence-unsourced": ("a sentence has no source", "name at least one open source"),
    "sentence-closed": (
        "a sentence rests on closed sources alone",
        "find an open source, or take the sentence out",
    ),
    "sentence-inadmissible": (
        "a sentence rests on sources alone that are not admissible",
        "find an admissible source, or take the sentence out",
    ),
    "several-sentences": (
        "an entry holds more than one sentence",
        "enter each sentence alone, with its own sources",
    ),
    "generic-words": (
        "a sentence is general: it names no day, number or act",
        "say what was done, when and to whom",
    ),
    "conduct-undated": (
        "no sentence about the conduct says when it was",
        "give the day, the month or the year",
    ),
    "not-individual": (
        "no sentence names the subject",
        "say of the subject, by name, what it did or decided",
    ),
    "copied": (
        "the link of the subject to the conduct is told in the words of another dossier",
        "say what this subject did: reasons are individual",
    ),
    "state-attributed": (
        "a sentence lays the conduct at the door of a state as a finding",
        'a listing is of persons and bodies; cite a claim: "attributed to X by Y on 2020-10-22"',
    ),
    "sentence-twice": ("the same sentence comes twice", "take one out"),
    "subject-twice": (
        "another dossier proposes the same subject under the same regime",
        "go on with one of them",
    ),
    "cites-no-fact": ("what is cited is no fact of the case", "cite the entry of a fact"),
    "cites-withdrawn": ("what is cited was taken back", "cite another fact, or none"),
    "admissibility-missing": (
        "nobody has judged whether the source is admissible",
        "say whether it is, and why",
    ),
    "open-without-address": (
        "a source is called open, and nothing says where it can be read",
        "add its address to the fact, or call it closed",
    ),
    "ungraded": ("the source is not graded", "grade source and content by the Admiralty code"),
    "unverified": (
        "the fact was not checked against its source",
        "check it and correct its mark",
    ),
    "remedy-missing": (
        "a part of the right to be heard is not said",
        "say how the subject is told, where it can answer, and who reviews",
    ),
    "not-chosen": (
        "nobody chose to propose a listing",
        "choose the answer sanctions-dossier, with its rights test and its reason",
    ),
    "not-open": (
        "the answer sanctions-dossier is not open now",
        "see the reasons beside the answer; what law refuses does not leave",
    ),
    "not-signed": (
        "fewer persons signed the decision to propose a listing than must",
        "have a decision record that names this choice signed",
    ),
    "rights-missing": (
        "no rights test is cited",
        "make the test of legality, aim, necessity, proportionality and safeguards, and cite it",
    ),
    "rights-unknown": ("what is cited is no rights test that was passed", "cite its entry"),
    "rights-other": (
        "the rights test that is cited was made for another step",
        "cite the test of the choice to propose this listing",
    ),
    "review-missing": ("no day of review is set", "set one within the regime's term"),
    "review-past": ("the day of review has passed", "review the listing and set a new day"),
    "review-late": (
        "the day of review lies beyond the regime's term",
        "set one within it",
    ),
}
