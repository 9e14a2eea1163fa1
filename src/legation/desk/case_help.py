"""What is to be known of a field of an entry before it is filled: a sentence or two beside it.

It says what the label cannot: which of two days is meant, what an empty field says, which number
is asked for. A field whose label says it all has none. Names and kinds stand as in `case_labels`.
"""

from collections.abc import Mapping
from typing import Final

_KEY: Final = "As the page from which you came shows it."
_OF_PACK: Final = "Its key in the knowledge packs, as the page of this case shows it."
_NO_NAME: Final = "Say what they are or do, and give no name."
_CODE: Final = (
    "Two capitals for a state, such as FR; for an organisation its code, such as EU. "
    "Empty: it has none, or nobody knows."
)
_ATTRIBUTED: Final = "The state or organisation that it is attributed to, such as FR or EU."
HELP: Final[Mapping[str | tuple[str, str], str]] = {
    "a": "Only for relations.",
    "actor": "What it is called; of a person say what they are, and give no name.",
    ("state-link", "actor"): "Whose conduct it is.",
    "admissibility": "Whether a court would take it as evidence.",
    "after": "It asks the same question as the poll before.",
    "against": "The state or organisation that the answer is aimed at, such as FR. Empty: nobody.",
    ("answered", "answer"): (
        "Disputed: somebody with standing says otherwise. Unknown: it was asked, and nobody can "
        "tell."
    ),
    ("threshold-met", "answer"): (
        "Disputed: somebody with standing says otherwise. Unknown: it was asked, and nobody can "
        "tell."
    ),
    ("chosen", "answer"): _KEY,
    ("decision", "answers"): "To take no action is an answer too.",
    ("rumour-weighed", "answers"): "The name is the key of a question of the guide.",
    ("state-link", "answers"): (
        "An answer is written yes, no, disputed or unknown. What is answered yes or disputed "
        "rests on entries."
    ),
    "at": "A number from 1; a later sentence at the same place takes its place.",
    "attribution": (
        "Give likelihood and confidence with it. Empty: the decision relies on no attribution."
    ),
    "b": "Only for relations.",
    "basis": "Why they say so.",
    "before": "It asks the same question as the poll after.",
    "beside": "Only for the political layer: the states or organisations that say the same.",
    ("attributed", "by"): "Such as the ministry.",
    ("claimed", "by"): "The code of a state or organisation, or words.",
    "ceased": "Empty: it goes on, or nobody knows.",
    "changes": "Empty: the decision is a new one.",
    "commensurate": "The injury and what the answer does, side by side (ARSIWA 51).",
    "confidence": (
        "How much the estimate can be leaned on. It is said apart from how likely something is."
    ),
    "considered": "An option that was only spoken of has no number.",
    "credibility": "By the Admiralty code; empty: it cannot be judged.",
    "deadline": "Day by which an answer is hoped for, or until which it holds.",
    ("dossier", "dossier"): "A short name of your own, in small letters and digits.",
    "ended": "Empty: it has not ended, or nobody knows.",
    "excluded": (
        "A disclosure that the law protects, or a source of the press. A test that does not know "
        "it is not yet passed."
    ),
    ("power", "fact"): "Written law:KEY, norm:KEY or offence:KEY.",
    ("source-judged", "fact"): "Of the entry that states it.",
    "factor": "It makes the effect significant; the regime lists the factors.",
    "field": "The regime lists these keys.",
    "fit": "Judge the fact against this one hypothesis.",
    "for": "The key of the answer that is to be chosen next, the number of a choice, or a step of "
    "a playbook, written PLAYBOOK/STEP.",
    "form": "Only for the political layer.",
    ("chosen", "ground"): "Only for what a platform is asked. Empty: no law is named.",
    ("ground", "ground"): "The regime lists the grounds.",
    "high": "From -3 to 3, not under the score.",
    ("claimed", "how"): "Such as a statement, an indictment, a listing.",
    "injured": "Empty: not known.",
    "instead_of": "Each lower rung that is open and was not tried needs its reason.",
    "institution": "Only for trust: whom or what people trust.",
    "item": "Of the entry that states it.",
    "key": "A short name of your own, in small letters and digits; the matrix shows it.",
    ("genuine-speech", "kind"): (
        "Genuine speech of citizens is no threat; criticism and opinion are never asked to be "
        "taken down. Empty: genuine speech."
    ),
    ("link", "kind"): "Part of, and follows from, lead from case to case. Empty: about.",
    "known": "To the desk or to the public; not before it happened.",
    ("step", "known"): "When it became known here. Empty: at once.",
    ("effect", "known"): "Not before it showed.",
    "law": "Empty: no law in force allows it.",
    ("attributed", "layer"): (
        "In which sense it is meant. Only one in law can carry a countermeasure."
    ),
    ("layer", "layer"): "A later statement of the same layer takes its place.",
    "legal_basis": "The law on which each answer stands, or why none is needed.",
    "level": "Experts, ministers and the like.",
    ("decision", "likelihood"): "How likely that attribution is held to be.",
    "low": "From -3 to 3, not over the score.",
    "medium": "Empty: other.",
    "mission": "As the register of missions has it. Empty: it is none of ours.",
    "norm": "Such as: tallinn 4.",
    ("answered", "note"): "Why, where the entries do not say it.",
    "notice": "When and how; or until when that would defeat the aim.",
    "object": "Its key in the register of talks, or words.",
    "obligations": "What no countermeasure may touch (ARSIWA 50).",
    "observations": "How, and by whom.",
    ("step", "of"): "Of the entry in which the answer was chosen.",
    ("victim", "party"): "Whose it is. " + _CODE,
    ("told", "party"): _CODE,
    ("hypothesis", "party"): "Whom the hypothesis names. " + _CODE,
    ("layer", "party"): "Whom the layer names. " + _CODE,
    ("claimed", "party"): "Whom they name. " + _CODE,
    ("attributed", "party"): _ATTRIBUTED + " Empty: to a group or body alone.",
    ("state-link", "party"): "The state to which the conduct may be linked, such as FR.",
    ("said", "on"): "When it took place; when it became known is another day.",
    ("step", "on"): "When it was done, or came back.",
    ("ticked", "on"): "Only if that is not when this is written.",
    ("work", "on"): "When it takes place.",
    ("task-done", "outcome"): "Dropped: it is not needed any more.",
    ("moved", "outcome"): "Only at the close.",
    "owner": "A person of the desk by the name that it lists, or a role.",
    "parties": "Codes of states and organisations, such as FR, EU.",
    "pending": "Only one whose decision binds both sides.",
    "persons": _NO_NAME,
    "platform": "Only for what a platform is asked.",
    "playbook": _KEY,
    "guide": _KEY,
    "hypothesis": _KEY,
    "step": _KEY,
    "question": _OF_PACK,
    "regime": "Under which a listing is to be proposed.",
    "reliability": "By the Admiralty code; empty: it cannot be judged.",
    "remedy": "The regime lists these keys.",
    ("rights-test", "review"): "Independently of who took the step.",
    ("ticked", "rights_test"): "For a step that touches persons.",
    ("decision", "rights_test"): "Empty: the answers touch no person.",
    ("answered", "rests_on"): "Only the answer unknown may rest on nothing.",
    "rule": "Only for what a platform is asked.",
    "rumour": "In your own words; no name of a person.",
    "rung": (
        "Where it stands on the ladder of answers, as the answers of this case show it. Empty: it "
        "is a move to calm."
    ),
    "towards": "Empty: to the state that this desk serves.",
    ("said", "says"): "One sentence, without names of persons.",
    "score": (
        "From -3 to 3. Of relations: -3, relations or an agreement ended; 3, restored or newly "
        "agreed. Of trust: -3, people turn to it no more; 3, they turn to it again. 0: no change "
        "that a source states."
    ),
    "sentence": "One sentence of the statement of reasons.",
    ("reasoned", "serves"): "The regime lists these keys.",
    ("opened", "serves"): "Empty: nothing, or nobody knows.",
    "sha256": "It was filled in for what you have read; leave it as it is.",
    ("said", "source"): "Who says so.",
    ("duty", "source"): "Who holds so: a court, a practice, a legal opinion.",
    ("claimed", "source"): "Where they said it.",
    ("step", "source"): "Where you have it from.",
    ("work", "source"): "Where you have it from.",
    ("effect", "source"): "Who says so.",
    "stands": "Whether there may be an armed conflict. Empty: open.",
    ("power", "state"): "Two capitals, such as FR. Empty: of no state.",
    ("attribution-withdrawn", "to"): "Of a proposal, or of the agreement to one.",
    ("link", "to"): "Of a finding, campaign, letter, statement, event or other case.",
    ("signed", "to"): "Of the entry in which it was first made.",
    "template": "The first tasks follow from it.",
    "test": "Of the entry in which the test was made.",
    ("state-link", "test"): "The articles on state responsibility.",
    "title": "Without names of persons.",
    "touches": "You say so; if it does, its rights test is needed.",
    "type": "A threat, or digital repression by any state, our own among them.",
    "unavailable": "If so, leave the value empty.",
    "urgent": "Only for a countermeasure. Empty: it can wait.",
    "url": "Empty: it is not open to everybody.",
    "value": "A state by its code, a day as a day.",
    "verified": "Empty: from memory, not checked.",
    ("victim", "what"): "Such as the press office of a ministry; no name of a person.",
    ("step", "what"): (
        "Called: on the state to fulfil its duties. Notified: of the decision to take "
        "countermeasures. Offered: to negotiate. Taken: of what is done. Sent: of what is said or "
        "asked."
    ),
    ("moved", "why"): "Needed where a step is left out, and at the close.",
    ("protected", "why"): "Say why the source is guarded, not who it is.",
    ("threshold", "why"): "What speaks for it.",
    ("signed", "words"): "Such as a reservation.",
}
