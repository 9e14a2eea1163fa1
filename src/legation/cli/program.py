"""The commands, by name: what `legation --help` lists.

A command is loaded when it is typed, so that one does not wait for the libraries of
another. What the parser refuses is told like every other error.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cyclopts import App, CycloptsError, Parameter

from legation.cli.doors import Doors
from legation.errors import UsageError

_COMMANDS: Final = (
    ("init", "home:init", "Make a home: keys and an empty store."),
    ("import", "", "Take observations into the store, under pseudonyms."),
    ("watch", "watching:watch", "Take in what comes, and look for campaigns in what is new."),
    ("campaign", "", "Campaigns that were found: list, show, export."),
    ("case", "", "Cases, from report to answer: open, list, assess, attribute, ..."),
    ("mission", "", "What is protected: list, show, import, export."),
    ("event", "", "The talks ahead: list, import, export."),
    ("balance", "", "Exposure against safeguards: show, explain."),
    ("knowledge", "", "Agreements, norms, sources: add, list, show, page, ..."),
    ("search", "searching:search", "Look for words in campaigns, posts, notes and lists."),
    ("evidence", "", "Captured evidence: capture, list, show, verify, export, ..."),
    ("partner", "", "With whom the desk shares: add, list, policy, let-in, end, ..."),
    ("share", "", "Sharing with partners: preview, push, ledger, serve, ..."),
    ("statement", "", "Official statements: publish, verify, lookup, register, ..."),
    ("label", "", "Who may know an object: show, set."),
    ("detect", "", "Look for a threat in files; nothing is stored."),
    ("desk", "rooms:desk", "Open the desk in a browser, on this machine only."),
    ("demo", "rooms:demo", "An invented world: import, detect, open the desk."),
    ("name", "", "Clear names behind pseudonyms: open, looks, expire."),
    ("rights", "", "Personal data that is held: list, looks, erase, expire."),
    ("order", "", "What may be watched, why, until when: add, list, show, end."),
    ("admin", "", "People: add, list, disable, clearance, recover, tie, token."),
    ("audit", "", "The trail of who did what: verify, head, report, export."),
    ("job", "", "Long work that the desk does: list, show, cancel."),
    ("notice", "", "What happened, for whom."),
    ("duty", "", "The rota, calls that wake somebody, the hand-over log."),
    ("doctor", "checks:doctor", "Check the program, its keys and its store."),
)
_WITHIN: Final = {
    "import": (
        ("posts", "importing:posts", "Posts, from exports of any known kind."),
        ("list", "jobs:imports", "List what came in."),
        ("undo", "jobs:undo", "Take back an import: what it brought leaves the lake."),
    ),
    "campaign": (
        ("list", "campaigns:listed", "List the campaigns of the latest run."),
        ("show", "campaigns:show", "Show one campaign."),
        ("export", "campaigns:export", "Write one campaign as a file."),
    ),
    "case": (
        ("open", "cases:opened", "Open a case, from a file or by words."),
        ("list", "cases:listed", "List the cases."),
        ("show", "cases:show", "Show a case, as of any day."),
        ("add", "cases:add", "Write an entry into a case, or in the place of one."),
        ("import", "cases:take_in", "Write the entries of a file into a case."),
        ("kinds", "cases:kinds", "List the kinds of entries, with their fields."),
        ("withdraw", "cases:withdraw", "Take an entry back."),
        ("playbook", "case_playbooks:playbook", "What is done first, and where it stands."),
        ("tick", "case_playbooks:tick", "Say that a step of a playbook is done, or not."),
        ("rumour", "case_playbooks:rumour", "Whether answering a rumour carries it further."),
        ("assess", "case_law:assess", "Which norms are met, by whose answers; answer questions."),
        ("attribute", "case_attribution:attribute", "Who did it, how likely; propose it."),
        ("agree", "case_attribution:agree", "Agree, as a second person, to an attribution."),
        ("answer", "case_answers:respond", "Which answers are open, and why; choose one."),
        ("draft", "case_papers:draft", "Prepare the document of an answer that was chosen."),
        ("decide", "case_decisions:decide", "Show decision records, and what each lacks."),
        ("sign", "case_decisions:sign_decision", "Sign a decision as it stands."),
        ("record", "case_decisions:record", "Write a decision record, signed by the desk."),
        ("verify", "case_decisions:verify_file", "Check such a file, without any home."),
        ("dossier", "case_dossiers:dossier", "Dossiers of proposed listings, for a purpose."),
        ("move", "cases:move", "Give a case its next status."),
        ("close", "cases:close", "Close a case, with its outcome."),
        ("clocks", "case_papers:clocks", "Days from the incident to each answer."),
        ("takedowns", "case_papers:takedowns", "Count takedown requests over all cases."),
        ("escalation", "case_escalation:escalation", "Early warning for each pair of states."),
    ),
    "mission": (
        ("list", "missions:listed", "List the missions, or another register."),
        ("show", "missions:show", "Show one mission with all that is on record of it."),
        ("person", "persons:person", "Show who holds an office, for a purpose that is logged."),
        ("import", "missions:take_in", "Take tables into the registers."),
        ("export", "missions:export", "Write a register as a table."),
    ),
    "event": (
        ("list", "missions:events", "List the talks, and the watches raised for them."),
        ("import", "missions:take_events", "Take in talks, from iCalendar or CSV."),
        ("export", "missions:export_events", "Write the talks as iCalendar or CSV."),
    ),
    "balance": (
        ("show", "balance:show", "Show the balance of each mission."),
        ("explain", "balance:explain", "Open a balance down to its evidence."),
    ),
    "knowledge": (
        ("add", "knowledge:add", "Show what a pack would change, and change it with --yes."),
        ("list", "knowledge:listed", "List the packs, with date, publisher and signature."),
        ("show", "knowledge:show", "Show the facts of a table, each with its mark."),
        ("page", "knowledge:page", "How a state stands to each agreement."),
        ("confirm", "knowledge:confirm", "Record that a person compared a fact with its source."),
        ("agreement", "knowledge:agreement", "What is known of one agreement."),
        ("check", "knowledge:check", "What is not checked, stale or contradictory."),
        ("sign", "knowledge:sign", "Sign a pack with the desk's keys."),
    ),
    "evidence": (
        ("capture", "evidence:capture", "Keep a file, or a page of the web, before it vanishes."),
        ("list", "evidence:listed", "List captured evidence, the newest first."),
        ("show", "evidence:show", "Show a record with its text and translations."),
        ("translate", "evidence:translate", "Add a translation with its author."),
        ("verify", "evidence:verify", "Hash every captured file again."),
        ("export", "evidence:export", "Write a file with a signed statement, for a purpose."),
        ("check", "evidence:check", "Check such a package, without any home."),
        ("expire", "evidence:expire", "Delete files and texts whose last day is over."),
    ),
    "partner": (
        ("add", "partners:add", "Take up a partner."),
        ("list", "partners:listed", "List the partners."),
        ("show", "partners:show", "Show a partner, its keys, and what it reaches."),
        ("policy", "sharing_out:policy", "Say what a partner may be sent, or show it."),
        ("let-in", "partners:let_in", "Make a key for a partner, and show it once."),
        ("confidence", "partners:confidence", "Say how much you give what a partner says."),
        ("trust", "partners:trust", "Pin the fingerprint of a partner's keys."),
        ("fingerprint", "partners:fingerprint", "The fingerprint that our sendings to it bear."),
        ("shut-out", "partners:shut_out", "Revoke a key of a partner."),
        ("grant", "partners:grant", "Let a partner reach a collection, or not."),
        ("end", "partners:end", "End the sharing with a partner."),
    ),
    "share": (
        ("preview", "sharing_out:preview", "Show what would leave for a partner, and why."),
        ("push", "sharing_out:push", "Put what a partner may be sent where it reads it."),
        ("ledger", "sharing_out:ledger", "List what was sent to whom."),
        ("write", "sharing_out:write", "Write what a partner may be sent as a signed file."),
        ("recall", "sharing_out:recall", "Take objects back from all who were sent them."),
        ("align", "sharing_out:align", "Take out, where partners read, what may not stand there."),
        ("take", "sharing_in:take", "Take in a file that a partner sent."),
        ("received", "sharing_answers:came", "List what a partner sent."),
        ("answers", "sharing_answers:answers", "What partners answered to an object of ours."),
        ("answer", "sharing_answers:answer_it", "Answer an object that a partner sent."),
        ("verify", "sharing_in:verify", "Verify what a partner sent by its signatures."),
        ("pull", "sharing_in:pulled", "Take in what is new in feeds of partners."),
        ("feed", "", "Feeds of partners: add, list, end."),
        ("serve", "sharing:serve", "Serve partners by TAXII 2.1."),
        ("collections", "sharing:collections", "List the collections, with who reaches each."),
        ("collect", "sharing:collect", "Make a collection for several partners."),
        ("quarantine", "", "What partners sent and was not taken in."),
    ),
    "share feed": (
        ("add", "sharing_in:add", "Keep a feed of a partner."),
        ("list", "sharing_in:listed", "List the feeds, and how far each was taken over."),
        ("end", "sharing_in:end", "Pull a feed no more."),
    ),
    "share quarantine": (
        ("list", "sharing:quarantined", "List it."),
        ("explain", "sharing:explain", "Say what is held against one object."),
    ),
    "statement": (
        ("publish", "statement_issuing:publish", "Sign a statement and publish it."),
        ("retract", "statement_issuing:retract", "Withdraw a statement by a new one."),
        ("verify", "statements:verify", "Verify a statement file; say whether it is current."),
        ("lookup", "statements:lookup", "Look a copied text or a screenshot up in a register."),
        ("show", "statements:show", "Show a statement of a register."),
        ("list", "statements:listed", "List the statements of a register."),
        ("page", "statement_page:page", "Write the page that verifies without a server."),
        ("postings", "statement_postings:postings", "List where statements were posted."),
        ("register", "", "A register: init, check, copy, release, mirror, ..."),
        ("keys", "", "Make keys: root, issuer, log, witness."),
        ("directory", "", "The key directory: draft, sign, join, publish, show."),
        ("witness", "", "Watch that registers only grow: make, serve, cosign, ..."),
        ("carrier", "", "Statements as they travel: text, qr, html, pdf, image."),
        ("extract", "statement_carriers:extract", "Take the .statement out of what came."),
        ("discover", "statement_carriers:discover", "Ask a host for its register."),
        ("announce", "statement_carriers:announce", "Write how a register is found."),
    ),
    "statement register": (
        ("init", "statement_register:init", "Begin a register, with keys."),
        ("check", "statement_register:check", "Verify a whole folder."),
        ("copy", "statement_register:copy", "Remake the copy that readers carry with them."),
        ("page", "statement_public:page", "Write the page for everybody."),
        ("release", "statement_register:release", "Publish what is no longer under embargo."),
        ("export", "statement_register:export", "Write a statement with its newest proof."),
        ("request", "statement_register:request", "Write what a witness is asked, as a file."),
        ("cosign", "statement_register:cosign", "Ask witnesses, and add what they sign."),
        ("mirror", "statement_register:mirror", "Bring a mirror up to a register."),
    ),
    "statement keys": (
        ("root", "statement_keys:root", "Make a root key, on a machine without a network."),
        ("issuer", "statement_keys:issuer", "Make a key that signs statements."),
        ("log", "statement_keys:log", "Make a key that signs the register's checkpoints."),
        ("witness", "statement_keys:witness", "Make a key that cosigns as a witness."),
    ),
    "statement directory": (
        ("draft", "statement_directory:draft", "Write the next version, for holders to sign."),
        ("sign", "statement_directory:sign", "Add a root key's signature to a version."),
        ("join", "statement_directory:join", "Put the signatures of several copies into one file."),
        ("publish", "statement_directory:publish", "Put a complete version into a register."),
        ("show", "statement_directory:show", "Show what a version says, and who has signed it."),
    ),
    "statement witness": (
        ("make", "statement_witness:make", "Make a witness: its folder and its keys."),
        ("serve", "statement_witness:serve", "Cosign for logs over HTTP (C2SP add-checkpoint)."),
        ("cosign", "statement_witness:cosign", "Cosign a checkpoint that came on a stick."),
        ("show", "statement_witness:show", "Show what is watched, and how far it was cosigned."),
        ("evidence", "statement_witness:evidence", "Verify evidence that a log has two histories."),
    ),
    "statement carrier": (
        ("text", "statement_carriers:text", "As a block of text."),
        ("qr", "statement_carriers:qr", "Its short form as a QR code."),
        ("html", "statement_carriers:html", "As a page of the web."),
        ("pdf", "statement_carriers:pdf", "As a PDF with the file attached."),
        ("image", "statement_carriers:image", "Named in a picture."),
    ),
    "label": (
        ("show", "labels:show", "Show the label of an object, and how it came to be."),
        ("set", "labels:change", "Put another label in force, for a reason when it is wider."),
    ),
    "detect": (("coordination", "coordination:coordination", "Accounts that act together."),),
    "name": (
        ("open", "names:opened", "Show clear names, for a stated purpose that is logged before."),
        ("looks", "names:looks", "List who looked at which name, and for what."),
        ("erase", "names:erase", "Delete the clear name of one account, for good."),
        ("lift", "names:lift", "Let an erased name be kept again, for a reason."),
        ("expire", "names:expire", "Delete the names whose retention has ended."),
    ),
    "rights": (
        ("list", "rights:listed", "List what personal data is held, and how long."),
        ("looks", "rights:looks", "List who looked at personal data, and for what."),
        ("erase", "rights:erase", "Destroy the key of a personal record, for a reason."),
        ("lift", "rights:lift", "Let an erased name come in again, for a reason."),
        ("expire", "rights:expire", "Erase what is past its last day."),
    ),
    "order": (
        ("add", "orders:add", "Order that something be watched, or be refused."),
        ("list", "orders:listed", "List the orders, the newest first."),
        ("show", "orders:show", "Show an order with its test."),
        ("agree", "orders:agree", "Agree, as a second person, to an order that waits."),
        ("end", "orders:end", "End an order before its last day."),
    ),
    "admin": (
        ("add", "admin:add", "Add somebody, and print the link that lets them in."),
        ("list", "admin:listed", "List the people."),
        ("role", "admin:role", "Give somebody other roles."),
        ("disable", "admin:disable", "Close the door to somebody, at once."),
        ("clearance", "admin:clearance", "Show or change what somebody may know."),
        ("recover", "admin:recover", "Print a new link for somebody; the trail tells of it."),
        ("tie", "admin:tie", "Let somebody enter by the identity provider too."),
        ("token", "", "Tokens of programs that ask in a person's place."),
    ),
    "admin token": (
        ("add", "admin_tokens:add", "Make a token, and show it once."),
        ("list", "admin_tokens:listed", "List the tokens."),
        ("revoke", "admin_tokens:revoke", "Let a token hold no longer."),
    ),
    "job": (
        ("list", "jobs:listed", "List jobs, the newest first."),
        ("show", "jobs:show", "Show one job and what it did."),
        ("cancel", "jobs:cancel", "Ask to end a job."),
    ),
    "notice": (("list", "duty:notices", "List what happened, the newest first."),),
    "duty": (
        ("list", "duty:listed", "List the rota, with its gaps and overlaps."),
        ("show", "duty:show", "Show the calls, or one of them with what was tried."),
        ("import", "duty:take_in", "Take in a rota: iCalendar or CSV."),
        ("export", "duty:export", "Write the rota as iCalendar or CSV."),
        ("channel", "duty:channel", "Show or say how somebody is woken, in order."),
        ("ack", "duty:acknowledge", "Take a call, for somebody."),
        ("handover", "duty:handover", "Show the hand-over log, write into it, take a shift."),
    ),
    "audit": (
        ("verify", "auditing:verify", "Check that no entry was changed or removed."),
        ("head", "auditing:head", "Print the signed end of the trail, or sign it now."),
        ("report", "auditing:report", "What an auditor asks for: exports, looks, refusals, ..."),
        ("export", "auditing:export", "Write the trail for a SIEM, from where the last one ended."),
    ),
}


def program() -> App:
    """Return the whole command line."""
    app = _app("legation", "")
    # One line for both: what a command can do must not scroll away.
    app.usage = "Usage: legation COMMAND, the security desk for digital diplomacy"
    for order, (name, place, told) in enumerate(_COMMANDS):
        if place:
            app.command(f"legation.cli.{place}", name=name, help=told, sort_key=order)
            continue
        app.command(_group(name, told, order))
    app["--help"].show = False  # who reads this has typed it
    return app


def _group(path: str, told: str, order: int = 0) -> App:
    group = _app(path.rpartition(" ")[2], told, order)
    for place, (inner, where, said) in enumerate(_WITHIN[path]):
        if where:
            group.command(f"legation.cli.{where}", name=inner, help=said, sort_key=place)
        else:
            group.command(_group(f"{path} {inner}", said, place))
    return group


def run(argv: Sequence[str], doors: Doors) -> int:
    """Run one command line and return its exit code.

    Raises:
        UsageError: It is not understood.
    """
    for word in argv:
        if not _is_text(word):
            raise UsageError(
                f"{word!a:.60} is no text in UTF-8",
                hint="type it in a terminal whose characters are UTF-8",
            )
    try:
        command, bound, lent = program().parse_args(
            list(argv), exit_on_error=False, print_error=False
        )
    except CycloptsError as unclear:
        raise UsageError(_one_line(unclear), hint=_help_on(argv)) from unclear
    given = {"doors": doors} if "doors" in lent else {}
    code = command(*bound.args, **bound.kwargs, **given)
    return code if isinstance(code, int) else 0


def _is_text(word: str) -> bool:
    """Tell whether what was typed is text; a path may be any bytes, and goes through a disk."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return Path(os.fsdecode(word.partition("=")[2] or word)).exists()
    return True


def _app(name: str, told: str, order: int = 0) -> App:
    return App(
        name,
        help=told,
        sort_key=order,
        default_parameter=Parameter(negative="", show_default=False),
        version_flags=[],
        help_format="plaintext",
        result_action="return_value",
    )


def _one_line(unclear: CycloptsError) -> str:
    line = " ".join(str(unclear).split()).rstrip(".")
    return line[:1].lower() + line[1:]


def _help_on(argv: Sequence[str]) -> str:
    """Name the help of the command that was meant."""
    names = dict.fromkeys(name for name, *_ in _COMMANDS)
    words = [word for word in argv[:1] if word in names]
    words += [
        word for word in argv[1:2] if words and word in {n for n, *_ in _WITHIN.get(words[0], ())}
    ]
    return f"run: {' '.join(['legation', *words, '--help'])}"
