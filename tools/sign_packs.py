"""Anchor and sign the packs that ship: run it whenever one of them was changed.

It makes keys, signs each pack with them, writes the fingerprint beside the packs and into the
reference, and forgets the keys: nobody can sign another pack with them.
"""

import hashlib
import re
import secrets
from pathlib import Path

from legation.app.knowledge.signatures import sign_pack
from legation.crypto.signing import SigningIdentity
from legation.knowledge.shipped import ANCHORS, KEY, SIGNATURE

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "src" / "legation" / "knowledge" / "packs"
REFERENCE = ROOT / "docs" / "reference" / "knowledge.md"
_TOLD = re.compile(r"(?<=release: `)[0-9a-f ]*(?=`)")


def main() -> None:
    """Sign all packs with keys of this moment."""
    once = SigningIdentity(
        ed25519_seed=secrets.token_bytes(32), ml_dsa_65_seed=secrets.token_bytes(32)
    )
    sums = []
    for path in sorted(FOLDER.glob("*.toml")):
        content = path.read_bytes()
        sums.append(f"{hashlib.sha256(content).hexdigest()}  {path.name}\n")
        path.with_name(path.stem + SIGNATURE).write_bytes(sign_pack(content, once))
    (FOLDER / ANCHORS).write_text("".join(sums), "ascii")
    fingerprint = once.public().fingerprint()
    (FOLDER / KEY).write_text(f"{fingerprint}\n", "ascii")
    told, count = _TOLD.subn(fingerprint, REFERENCE.read_text("utf-8"))
    if count != 1:
        raise SystemExit("the reference names no release key")
    REFERENCE.write_text(told, "utf-8")


if __name__ == "__main__":
    main()
