"""One run of the search for campaigns: posts in, report and proofs out.

The store reads and joins, the detector judges numbers, `describing` puts words to them.
Whether the posts come from files or from the lake makes no difference here, and
nothing is kept: what is done with the report is for the caller to say.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation import __version__
from legation.app.importing import Reading
from legation.errors import UsageError
from legation.settings import Settings
from legation.text.language import warm
from legation.threats.disinformation.batches import DEFAULT_LAYERS, SIMILARITY, Named, acted
from legation.threats.disinformation.beside import NOTHING, Beside
from legation.threats.disinformation.findings import DenseObjects, Report, Run

if TYPE_CHECKING:
    import duckdb

    from legation.app.home import Home
    from legation.store.coaction import Columns, Prepared
    from legation.store.coaction_count import Counted
    from legation.store.coaction_text import TextRule
    from legation.store.coaction_ties import Ties
    from legation.store.intake import Intake
    from legation.store.opening import Store
    from legation.threats.disinformation.coordination import Found, Rule
    from legation.threats.disinformation.description import Known

_REQUIRED: Final = frozenset({"post_id", "account_id", "time"})
_WORDS: Final = frozenset({"text"})
_WRITTEN_WITH: Final = frozenset({"text", "urls", "hashtags", "is_repost", "repost_key"})
_RUN_ID: Final = 16
_OF_TEXT: Final = frozenset({"text", "near-text"})


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What counts as acting together, as a door is told it.

    The words and defaults of the detector's `Rule`, without the statistics that it loads.
    """

    layers: tuple[Named, ...] = DEFAULT_LAYERS
    window_s: int = 3600
    min_objects: int = 3

    def __post_init__(self) -> None:
        """Refuse likeness where no words are read.

        Raises:
            UsageError: `similarity` is asked for without a layer of text.
        """
        if SIMILARITY in self.layers and not _OF_TEXT & set(self.layers):
            raise UsageError(
                f"{SIMILARITY} adds those who write like a campaign, and no layer reads text",
                hint=f"name `text` beside `{SIMILARITY}`, or leave both out",
            )

    def columns(self) -> frozenset[str]:
        """Return the columns of posts that a search reads."""
        from legation.store.coaction_keys import columns_of

        read = _REQUIRED | _WORDS | columns_of(acted(self.layers))
        return read | _WRITTEN_WITH if SIMILARITY in self.layers else read

    def rule(self) -> "Rule":
        """Return the detector's rule."""
        from legation.threats.disinformation.coordination import Rule

        return Rule(**msgspec.structs.asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of files.

    Attributes:
        files: Exports of one kind.
        reading: How they are read.
        asked: What counts as acting together.
        settings: How much of the machine may be used.
        now: Clock against which future times are told.
        known: The user's list of look-alikes, by account id.
    """

    files: tuple[Path, ...]
    reading: Reading
    asked: Asked
    settings: Settings
    now: Callable[[], datetime]
    known: "Mapping[str, Known]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found, while its posts are still at hand.

    Attributes:
        report: Run and campaigns.
        write_evidence: Writes evidence.parquet to a path.
        chances: Tells what chance explains of each validated tie, in columns.
        rejected: Reasons for which rows were rejected, with their number.
    """

    report: Report
    write_evidence: Callable[[Path], None]
    chances: Callable[[], Mapping[str, Sequence[Any]]]
    rejected: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the relation `post` came from.

    Attributes:
        sha256: Of the files' bytes, or of the lake's files; asked for at the end, since
            it is taken while the rest goes on.
        clock_s: Coarsest clock of the posts that were compared.
        rejected: Reasons why rows are not in `post`, with their number.
        coarse: Posts that were compared with none, because their clock is coarser than the window.
        masked: Whether names of accounts in the texts are pseudonyms.
    """

    sha256: Callable[[], str]
    clock_s: int
    rejected: Mapping[str, int]
    coarse: int = 0
    masked: bool = False


@contextmanager
def campaigns_in_files(question: Question) -> Iterator[Answer]:
    """Look for campaigns in files; the answer holds while the block lasts."""
    from legation.store.coaction_selves import spelled
    from legation.store.intake_rejected import reasons

    warm()
    with _connected(question.settings) as connection:
        intake = _attached(connection, question, question.asked.columns())
        source = Source(
            sha256=lambda: intake.sha256,
            clock_s=intake.clock_resolution_s,
            rejected=reasons(connection) if intake.rejected else {},
        )
        rule = question.asked.rule()
        joined, selves = spelled(*joined_at_once(connection, rule, source.clock_s))
        yield answer(source, rule, question.known, joined, selves)


@contextmanager
def campaigns_in_lake(
    home: "Home",
    store: "Store",
    rule: "Rule",
    known: "Mapping[str, Known]",
    beside: Beside = NOTHING,
) -> Iterator[Answer]:
    """Look for campaigns in the lake's posts; the answer holds while the block lasts.

    Only what is new since the last time is joined; the home keeps the co-actions of the rest.

    Raises:
        UsageError: The window lies below the clock of every post.
    """
    from legation.store.coaction import check_window
    from legation.store.coaction_lake import follow
    from legation.store.coaction_state import CoActionState

    warm()
    layers, window_s = acted(rule.layers), rule.window_s
    with _connected(home.settings) as connection:
        folder = home.co_actions / f"{'+'.join(layers)}-{window_s}s"
        state = CoActionState(folder, layers, window_s=window_s, rule=text_rule())
        followed = follow(connection, store.lake, state, layers)
        refused = store.imports.rejected("posts")
        source = Source(
            sha256=lambda: followed.sha256,
            clock_s=followed.posts.compared(window_s),
            rejected={"when they were imported": refused} if refused else {},
            coarse=followed.posts.coarse(window_s),
            masked=True,
        )
        check_window(window_s, source.clock_s)
        yield answer(source, rule, known, followed.joined, followed.selves, beside=beside)


def ties_in_files(question: Question) -> "Ties":
    """Find only the ties in files: no null, no campaigns."""
    from legation.store.coaction_keys import columns_of
    from legation.store.coaction_ties import ties_only

    rule, layers = question.asked, acted(question.asked.layers)
    with _connected(question.settings) as connection:
        intake = _attached(connection, question, _REQUIRED | columns_of(layers))
        return ties_only(
            connection,
            clock_resolution_s=intake.clock_resolution_s,
            window_s=rule.window_s,
            least=rule.min_objects,
            layers=layers,
            rule=text_rule() if _OF_TEXT & set(layers) else None,
        )


def joined_at_once(
    connection: "duckdb.DuckDBPyConnection", rule: "Rule", clock_s: int
) -> "tuple[Prepared, Counted, Columns]":
    """Join the relation `post` of a connection in one run.

    Raises:
        UsageError: The rule's window lies below the clock's resolution.
    """
    from legation.store import coaction

    prepared = coaction.prepare(
        connection,
        acted(rule.layers),
        clock_resolution_s=clock_s,
        window_s=rule.window_s,
        rule=text_rule(),
    )
    counted = coaction.count_pairs(prepared)
    return prepared, counted, coaction.join(prepared, counted)


def answer(
    source: Source,
    rule: "Rule",
    known: "Mapping[str, Known]",
    joined: "tuple[Prepared, Counted, Columns]",
    selves: "Columns | None" = None,
    *,
    beside: Beside = NOTHING,
) -> Answer:
    """Look for campaigns in what was joined; its connection still has the relation `post`.

    Args:
        source: Where the posts came from.
        rule: The detector's rule.
        known: The user's list of look-alikes.
        joined: What was joined, without co-actions of a handle with itself.
        selves: Pairs of accounts that are one handle, for what joins otherwise than by co-action.
        beside: What the registers hand over of domains and names.
    """
    from legation.app.describing import Describing, spoken
    from legation.app.likening import liken, proofs_of
    from legation.store import coaction
    from legation.store.coaction_lone import lone
    from legation.threats.disinformation.batches import Actions, Batches, CoActions, LoneActs
    from legation.threats.disinformation.coordination import Coordination

    prepared, counted, columns = joined
    met = CoActions(**columns)
    coaction.free(prepared, "co_action")
    languages = spoken(prepared)
    batches = Batches(
        actions=Actions(**coaction.actions(prepared)),
        co_actions=met,
        lone=LoneActs(**lone(prepared)),
        accounts=prepared.accounts,
        languages=languages,
        window_s=rule.window_s,
    )
    coaction.free(prepared, "coaction_action", "coaction_lone")
    found = Coordination(rule=rule).detect(batches)
    likened = liken(prepared, found, batches, rule, selves or {})
    proofs = proofs_of(prepared, likened)
    # What describes the campaigns reads posts; what found them is not needed any more.
    coaction.free(prepared, "coaction_text", "coaction_alike")
    describing = Describing(
        prepared=prepared,
        batches=batches,
        found=found,
        rule=rule,
        likened=likened,
        likenesses=proofs,
        known=known,
        masked=source.masked,
        beside=beside,
    )
    campaigns = describing.campaigns()
    ids = [campaign.campaign_id for campaign in campaigns]
    held = sum(campaign.ties for campaign in campaigns)
    run_id = run_id_of(source.sha256(), rule, known, beside)
    run = _run(prepared, source, rule, counted, found, held=held, run_id=run_id)
    return Answer(
        report=Report(run=run, campaigns=campaigns),
        write_evidence=lambda path: describing.write_evidence(ids, path),
        chances=lambda: describing.chances(ids),
        rejected=source.rejected,
    )


def text_rule() -> "TextRule":
    """Return the rules of text, as the store takes them."""
    from legation.store.coaction_text import TextRule
    from legation.text import near_duplicates, normalise

    return TextRule(
        before_nfc=tuple((step.pattern, step.by) for step in normalise.BEFORE_NFC),
        after_nfc=tuple((step.pattern, step.by) for step in normalise.AFTER_NFC),
        least_characters=normalise.MIN_CHARACTERS,
        substantial=normalise.SUBSTANTIAL,
        group=lambda texts: near_duplicates.find_near_duplicates(texts).representative,
    )


def run_id_of(
    input_sha256: str, rule: "Rule", known: "Mapping[str, Known]", beside: Beside = NOTHING
) -> str:
    """Return the id of a run: it follows from input, rule, list, registers and version."""
    listed = sorted(known.items(), key=lambda entry: entry[0])
    more = [some for some in (listed, beside.told()) if some]
    said = msgspec.json.encode([__version__, input_sha256, rule, *more])
    return f"run-{hashlib.sha256(said).hexdigest()[:_RUN_ID]}"


def _run(
    prepared: "Prepared",
    source: Source,
    rule: "Rule",
    counted: "Counted",
    found: "Found",
    *,
    held: int,
    run_id: str,
) -> Run:
    from legation.store.posts_told import told
    from legation.threats.disinformation.batches import LAYERS, acted
    from legation.threats.disinformation.significance import NULL

    counts = told(prepared.connection)
    return Run(
        run_id=run_id,
        input_sha256=source.sha256(),
        posts=counts.posts,
        accounts=prepared.accounts,
        first=counts.first,
        last=counts.last,
        clock_resolution_s=source.clock_s,
        layers=rule.layers,
        window_s=rule.window_s,
        min_objects=rule.min_objects,
        fdr=rule.fdr,
        null=NULL,
        tests=found.tests,
        pairs=counted.pairs,
        ties=len(found.ties.a),
        validated_ties=held,
        dense=DenseObjects(
            policy=counted.policy,
            objects=len(counted.dense),
            actions=counted.dense_actions,
            pairs=counted.dense_pairs,
        ),
        rejected_rows=sum(source.rejected.values()),
        coarse_posts=source.coarse,
        met={name: counted.by_layer.get(LAYERS.index(name), 0) for name in acted(rule.layers)},
    )


@contextmanager
def _connected(settings: Settings) -> "Iterator[duckdb.DuckDBPyConnection]":
    from legation.store.duck import connect

    with (
        TemporaryDirectory(prefix="legation-") as spill,
        closing(connect(settings.memory_limit, settings.threads, Path(spill))) as connection,
    ):
        yield connection


def _attached(
    connection: "duckdb.DuckDBPyConnection", question: Question, columns: frozenset[str]
) -> "Intake":
    from legation.sources.posts import read_shorteners
    from legation.store.intake import attach
    from legation.text.links import Links

    reading, files = question.reading, question.files
    shorteners = read_shorteners(reading.shorteners) if reading.shorteners else None
    return attach(
        connection,
        files,
        reading.of(files),
        columns=columns,
        links=Links(shorteners),
        now=question.now,
    )
