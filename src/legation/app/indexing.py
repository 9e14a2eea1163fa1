"""The texts of a run's campaigns, put where readers search, with the run that found them.

The newest run alone is searched: it is what the desk shows. The texts follow from the run's
findings and from the lake, so they can be made again at any time.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from legation.threats.disinformation.findings import Campaign

if TYPE_CHECKING:
    from legation.store.opening import Store
    from legation.store.search import Text

DETECTOR: Final = "disinformation.coordination"


def index_run(
    store: "Store", run_id: str, campaigns: Sequence[Campaign], objects: dict[str, str]
) -> None:
    """Put a run's texts in the place of those of the run before, in the open transaction."""
    store.search.keep(DETECTOR, run_id, _texts(store, run_id, campaigns, objects))


def index_again(store: "Store") -> int:
    """Draw all texts anew from the newest run and the lake; return how many there are."""
    from legation.app.kept import finding

    newest = store.runs.newest(DETECTOR)
    with store.transaction():
        store.objects.index_again()
        if newest:
            # Of all campaigns, whoever may know them: who searches is told by the question.
            found = store.objects.get_many(newest[0].facts["campaigns"])
            ids = [each for each in newest[0].facts["campaigns"] if each in found]
            campaigns = [finding(found[each].value()) for each in ids]
            named = {one.campaign_id: each for one, each in zip(campaigns, ids, strict=True)}
            index_run(store, newest[0].run_id, campaigns, named)
        else:
            store.search.keep(DETECTOR, "", ())
    return store.search.verify()


def is_current(store: "Store") -> bool:
    """Tell whether the texts are those of the newest run."""
    newest = store.runs.newest(DETECTOR)
    return not newest or store.search.built_for(DETECTOR) == newest[0].run_id


def require_index(store: "Store") -> None:
    """Draw the texts anew when they are not those of the newest run."""
    if not is_current(store):
        index_again(store)


def forget_posts(store: "Store") -> None:
    """Take out all texts, because posts have left the lake; the next search draws them anew."""
    store.search.keep(DETECTOR, "", ())


def _texts(
    store: "Store", run_id: str, campaigns: Sequence[Campaign], objects: dict[str, str]
) -> "Iterator[Text]":
    from legation.store.search import Text
    from legation.store.search_lake import posts_said

    for one in campaigns:
        said = [one.name, ", ".join(term.term for term in one.terms)]
        said += [quotation.text for quotation in one.quotations]
        yield Text(
            object_id=objects[one.campaign_id],
            kind="campaign",
            text="\n".join(said),
            place=one.campaign_id,
        )
    yield from posts_said(store.lake, run_id, objects)
