"""What a finding says of itself, as shapes that the catalogues translate.

A finding is kept in English, as every partner reads it. Its sentences are composed below the
desk, of numbers and of parts; here each stands with its gaps, so that a reader is told them
in the reader's own language. The name of a gap says what fills it: see `retold`.
"""

from typing import Final

from legation.balance.nodes import OPEN_BREACH, TOO_WIDE, UNPLACED_BREACH
from legation.balance.telling import sentences
from legation.knowledge.techniques import techniques
from legation.threats.disinformation.significance import NULL
from legation.threats.disinformation.unknowns import (
    ALONE,
    COARSE,
    FOLLOWS,
    LEADS,
    NEVER_MET,
    NOTHING_MET,
)

# How the detector names a campaign: by what was measured.
NAMES: Final[tuple[str, ...]] = tuple(
    f"{start}{end}"
    for start in (
        "%(language1)s %(layer1)s campaign since %(day1)s",
        "%(layer1)s campaign since %(day1)s, language unknown",
    )
    for end in ("", ": %(v1)s")
)
FINDING: Final[tuple[str, ...]] = (
    # Why a campaign has its grade.
    "%(accounts1)s held together by %(num1)s validated ties",
    "%(accounts1)s held together by %(num1)s validated ties; %(accounts2)s more joined one by one",
    "%(accounts1)s held together by 1 validated tie",
    "%(accounts1)s held together by 1 validated tie; %(accounts2)s more joined one by one",
    "%(num1)s shared objects on 1 day",
    "%(num1)s shared objects on %(num2)s days",
    "layers: %(list1)s",
    "%(layer1)s %(num1)s",
    "%(num1)s of %(num2)s pairs of accounts beyond their 1-in-1,000 mark, chance explains %(num3)s",
    (
        "%(num1)s of %(num2)s pairs that hold it together beyond their 1-in-20 mark, chance "
        "explains %(num3)s"
    ),
    "the farthest of %(num1)s pairs of accounts, of which chance explains %(num2)s",
    # Of findings kept before p was told with what it comes from.
    "%(num1)s co-actions beyond selection, %(num2)s by redraw",
    "%(num1)s of %(num2)s pairs of accounts beyond their 1-in-1,000 mark",
    "%(num1)s of %(num2)s pairs beyond their 1-in-1,000 mark",  # of findings kept before
    "p = %(num1)s, corrected for the search over all parts of the network",
    "p < %(num1)s, corrected for the search over all parts of the network",
    "not high: %(list1)s",
    "not moderate: %(list1)s",
    "one day and one layer only",
    "p is above %(num1)s",
    "fewer than %(num1)s accounts held together by validated ties",
    "without the account in most of its ties fewer than %(num1)s hold together",
    "fewer than %(num1)s accounts",  # of findings kept before
    "fewer than %(num1)s objects",
    "%(accounts1)s only or mostly copied; the number held together leaves them out",
    "%(accounts1)s joined by likeness of wording; nothing above counts them",
    # What it cannot show.
    "Who directs the accounts, and whether they deceive about who they are.",
    "Members that never acted with another inside the window.",
    "Members that never acted with another inside the window and write in words of their own.",
    "A campaign that is alone in its hours, layer and language: there is nobody to compare.",
    (
        "Anything faster than %(num1)s s, lags among it: the clock of posts behind this campaign "
        "is no finer."
    ),
    "Which account a repost was seen from; equal originals may stand as one.",
    # Of findings kept before members that are copied were marked.
    (
        "Whether an originator acts with the others or is only copied by them: who is repeated "
        "counts as one who takes part."
    ),
    LEADS,
    (
        "Whether members take part who were only or mostly copied: %(accounts1)s; the grade does "
        "not count them."
    ),
    "What was said: the data hold no texts of these posts.",
    (
        "What these texts say in clear: words that are names of accounts here are pseudonyms in "
        "them, which changes what counts as one text or one language, so the same posts read in "
        "clear can give another p-value and grade."
    ),
    (
        "Whether the %(accounts1)s joined by likeness of wording act with the others or copy the "
        "same source; %(told1)s."
    ),
    (
        "%(accounts1)s joined by meeting the campaign as a whole; %(told1)s, and nobody can say "
        "how many were copied on purpose."
    ),
    # Of findings kept before it was said of those copied on purpose.
    "%(accounts1)s joined by meeting the campaign as a whole; %(told1)s.",
    FOLLOWS,
    # What a run that found nothing cannot tell.
    NOTHING_MET,
    ALONE,
    NEVER_MET,
    COARSE,
    "expect fewer than 1 of them to be chance",
    "expect about %(num1)s of them to be chance",
    # What suggests a technique.
    *dict.fromkeys(fact.when for fact in techniques()),
    "%(told1)s; seen: %(list1)s",
    # Techniques of findings kept before what was seen was told in figures end at the list.
    (
        "%(told1)s; seen: %(list1)s; of all co-actions a share of %(num1)s; by %(accounts1)s of "
        "%(num2)s that met, on %(num3)s objects; half of the pairs of posts lie within %(num4)s s"
    ),
    (
        "%(told1)s; seen: %(list1)s; of all co-actions a share of %(num1)s; by %(accounts1)s of "
        "%(num2)s that met, on %(num3)s objects; half of the pairs of posts lie within %(num4)s s; "
        "on %(num5)s of the objects %(num6)s members or more posted within %(num7)s s of one of "
        "them"
    ),
    "%(num1)s in %(layer1)s",
    # Why it cannot be told by what narrative.
    "the data hold no texts of these posts",
    "no language has half of the posts whose language can be told",
    (
        "too few posts of other people in %(language1)s to compare with: %(num1)s of at least "
        "%(num2)s"
    ),
    (
        "no term stands in %(num1)s posts of %(num2)s members and clearly in a larger share of "
        "theirs than of other people's"
    ),
    (
        "no marking term stands in one post of %(num1)s; the most frequent stands in %(num2)s of "
        "%(num3)s"
    ),
    # What a run followed.
    NULL,
    (
        "an object with more than %(num1)s pairs of posts in the window, and the densest beyond "
        "%(num2)s pairs in all, ties no two accounts by itself; between accounts that share "
        "another object it counts in full"
    ),
    "no posts, no objects",
    # The groups of a network.
    *(
        f"{place}, {role}"
        for place in ("Community %(num1)s", "No community")
        for role in ("originators", "amplifiers", "bridges")
    ),
    "%(num1)s small groups",
    "%(told1)s: the others",
)
# What a job says of its work, and of what came of it.
WORK: Final[tuple[str, ...]] = (
    "asked for",
    "asked to end",
    "waits for its turn",
    *(f"{state}: %(told1)s" for state in ("done", "failed", "cancelled")),
    "Look for campaigns",
    "Dry run of %(v1)s",
    "Import of %(v1)s",
    "Undo of %(v1)s",
    "Export as %(v1)s",
    "Places in a network",
    "Check captured evidence",
    # What was done to many rows at once.
    "Labels changed",
    "Marked as seen",
    "Set aside",
    "Marked as open",
    "Asked to end",
    "Undone: %(told1)s",
    "reads the names of accounts",
    "takes in part %(num1)s",
    "takes back what the import brought",
    "what the import brought has left the lake",
    "this file was taken in before, nothing to do",
    "%(posts1)s taken in, %(rows1)s rejected",
    "%(posts1)s would come in, %(rows1)s would be rejected",
    (
        "times differ from the store's for %(posts1)s, and the store keeps its own; for example "
        "post %(v1)s: %(v2)s in the store, %(v3)s in the file"
    ),
    (
        "if the store's times are the wrong ones, undo this import and the earlier one, then "
        "import this file again"
    ),
    "this file names no platform; found again as posts of %(v1)s in the store: %(posts1)s",
    (
        "this file names no platform, and repeats ids of %(v1)s in the store with another account "
        "or time: %(posts1)s"
    ),
    (
        "if it is of that platform, undo this import, then import the file again and say its "
        "platform"
    ),
    ("the store has posts of a file that names no platform; found again in this file: %(posts1)s"),
    (
        "the store has posts of a file that names no platform, and this file repeats their ids "
        "with another account or time: %(posts1)s"
    ),
    (
        "if they are of the same platform, undo this import and the earlier one, then import the "
        "earlier file again and say its platform"
    ),
    (
        "the posts of this file are of %(num1)s platforms: %(v1)s; equal handles on two platforms "
        "are two accounts"
    ),
    "if all posts are of one platform, import the file with its name alone",
    (
        "values that are no names of platforms, and are left empty, with the number of their "
        "posts: %(v1)s"
    ),
    "write each platform in the file as one word, such as twitter, telegram, vk",
    (
        "handles that are ordinary words or short numbers, and stay in the texts as plain words: "
        "%(num1)s"
    ),
    "where they are marked as handles they are replaced, as all others are",
    "looks for accounts that act together",
    "%(posts1)s looked at, %(campaigns1)s that whoever asked may know of",
    "%(posts1)s looked at, %(campaigns1)s",
    "Nothing to look at: this home holds no posts.",
    "Nothing new: these posts were looked at before.",
    "hashes captured files again",
    "captured files were opened and hashed again: what you may know of them holds",
    "captured files were hashed again as they are sealed: what you may know of them holds",
    "captured files were opened and hashed again; what does not hold: %(files1)s",
    "captured files were hashed again as they are sealed; what does not hold: %(files1)s",
    "halted with the desk; goes on when it opens",
)
# What a balance lacks; the name of the object stands beside it.
BALANCE: Final[tuple[str, ...]] = (
    "nobody looks for %(v1)s",
    "no paper is valued",
    "on %(num1)s of the last %(num2)s days nobody looked for %(v1)s",
    "nobody said what it carries",
    "nobody said what safeguards it",
    "no channel by which %(v1)s comes is registered",
    "no paper is valued that %(v1)s could cost",
    "nobody said which channel carries it",
    OPEN_BREACH,
    UNPLACED_BREACH,
    *TOO_WIDE.values(),
    *sentences(),
)
