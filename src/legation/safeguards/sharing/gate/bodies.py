"""What is taken out of an object by its name: bodies, payloads, and all that holds them.

STIX has a few properties for what somebody wrote or sent; programs have more, in types and
extensions of their own. So some names are known wherever they stand, and some in types of others
alone, for there "content" is no note's. What is taken out of an object is taken out of its
translations, too: a translated body is one.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from legation.safeguards.sharing.gate.identifiers import internal
from legation.safeguards.sharing.gate.parts import STANDARD, Json, Path, references
from legation.safeguards.sharing.gate.policy import Policy
from legation.stix.extensions import KINDS, extension_id

_OF_TYPES: Final[Mapping[str, frozenset[str]]] = {
    "email-message": frozenset({"body", "body_multipart", "raw_email_ref"}),
    "artifact": frozenset({"payload_bin", "decryption_key"}),
    "process": frozenset({"command_line", "environment_variables", "cwd"}),
    "media-content": frozenset({"content"}),
    "text": frozenset({"value"}),
    "ai-prompt": frozenset({"value"}),
    "file": frozenset({"content_ref"}),
}
# Wherever they stand, with "x_" before them or another word and "_", or without.
_ANYWHERE: Final = frozenset({
    "body", "body_multipart", "body_html", "body_text", "html_body", "text_body", "mail_body",
    "message_body", "message_body_data_ref", "message_body_length", "raw_email", "raw_email_ref",
    "raw_message", "raw_content", "raw_body", "raw_data", "raw_text", "payload", "payload_bin",
    "payload_hex", "payload_base64", "decryption_key", "command_line", "commandline", "cmdline",
    "command_history", "environment_variables", "startup_info", "window_title", "script_block",
    "request_header", "request_headers", "response_header", "response_headers", "request_body",
    "response_body", "cookies", "screenshot", "transcript", "full_text", "file_content",
    "keystrokes", "clipboard",
})  # fmt: skip
_ENDINGS: Final = ("_command_line", "_raw_email")
# A name with one of these words in it is that of a body, unless it ends in what tells of one.
_WORDS: Final = frozenset({"body", "payload", "cmdline", "transcript"})
_ABOUT: Final = frozenset({
    "ref", "refs", "hash", "hashes", "size", "length", "type", "name", "md5", "sha1", "sha256",
    "count", "format", "encoding", "family", "id",
})  # fmt: skip
# In types, extensions and properties that are none of STIX.
_ELSEWHERE: Final = frozenset({"content", "contents", "text", "message", "html", "raw", "caption"})
# Rows that hold a file, or what a key of a registry is set to, under this name.
_ROWS: Final = frozenset({"files", "x_opencti_files", "values", "attachments"})
_ROW_DATA: Final = frozenset({"data", "content", "payload"})
_PERSONAL: Final[Mapping[str, frozenset[str]]] = {
    "artifact": frozenset({"payload_bin", "decryption_key"}),
    "note": frozenset({"authors"}),
    "opinion": frozenset({"authors"}),
    "identity": frozenset({"contact_information"}),
}
# These say in `content` or `value` what they are.
_PLAIN: Final = STANDARD | _OF_TYPES.keys() | {"narrative", "channel", "event"}
_OURS: Final = frozenset(map(extension_id, KINDS))


def taken_out(value: Json, policy: Policy) -> set[Path]:
    """Return the parts of an object that a policy takes out by their names.

    Args:
        value: The object.
        policy: The partner's.
    """
    kind, rules = value["type"], policy.redaction
    cuts = set(internal(value))
    if rules.strip_bodies:
        cuts |= {(name,) for name in _OF_TYPES.get(kind, ())}
        cuts |= set(_named(value, (), strange=kind not in _PLAIN))
    if policy.persons.rule != "send":
        # Nobody can tell what a payload holds.
        cuts |= {(name,) for name in _PERSONAL.get(kind, ())}
    if kind == "observed-data":
        cuts.add(("objects",))
    if kind == "sighting" and rules.sightings == "counts":
        cuts |= _witnesses(value)
    return cuts


def translated(words: Json, target: Json, cuts: Iterable[Path], policy: Policy) -> set[Path]:
    """Return the parts of a translation that are taken out of what it translates.

    Args:
        words: The translation.
        target: What it translates.
        cuts: What is taken out of that for its markings.
        policy: The partner's.
    """
    contents = words.get("contents")
    found: set[Path] = set()
    for language, content in contents.items() if isinstance(contents, Mapping) else ():
        if not isinstance(content, Mapping):
            continue
        gone = set(cuts) | taken_out({**content, "type": target["type"]}, policy)
        gone |= {("extensions", name) for name in _OURS}
        if target["type"] == "note" and policy.redaction.strip_notes:
            gone.add(("content",))
        found |= {("contents", language, *path) for path in gone}
    return found


def _named(part: Any, path: Path, *, strange: bool) -> Iterator[Path]:
    if isinstance(part, Mapping):
        for name, below in part.items():
            here = (*path, name)
            if path == ("extensions",) and name in _OURS:
                continue
            odd = strange or (not path and name.startswith("x_")) or path == ("extensions",)
            if _is_body(name, below, path, strange=odd):
                yield here
            else:
                yield from _named(below, here, strange=odd)
    elif isinstance(part, list | tuple):
        for number, below in enumerate(part):
            yield from _named(below, (*path, number), strange=strange)


def _is_body(name: str, part: Any, path: Path, *, strange: bool) -> bool:
    if isinstance(part, bool):
        return False
    bare = name.casefold().replace("-", "_").removeprefix("x_")
    words = bare.split("_")
    if bare in _ANYWHERE or bare.endswith(_ENDINGS):
        return True
    if _WORDS & {*words} and words[-1] not in _ABOUT:
        return True
    within = next((step for step in reversed(path) if isinstance(step, str)), "")
    if bare in _ROW_DATA and within in _ROWS:
        return True
    return strange and bare in _ELSEWHERE


def _witnesses(value: Json) -> set[Path]:
    """Return all by which a sighting says who saw, and in what."""
    who = {
        path
        for path, target in references(value)
        if target.startswith("identity--") and path != ("sighting_of_ref",)
    }
    return who | {("observed_data_refs",), ("where_sighted_refs",), ("created_by_ref",)}
