"""A PKCS#11 token for tests: SoftHSM2, as Debian ships it, with a folder of its own."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from legation.crypto.tokens import TokenAccess

PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
PIN = "123456"


def token_library() -> Path:
    """Return SoftHSM's library; without it the test is skipped, loudly."""
    found = next((Path(place) for place in PLACES if Path(place).is_file()), None)
    if found is None or shutil.which("softhsm2-util") is None:
        pytest.skip("no SoftHSM2 on this machine (package softhsm2)")
    return found


def new_token(folder: Path, label: str) -> TokenAccess:
    """Make a token in a folder, or another one in the same folder; no session may be open."""
    import pkcs11

    library = token_library()
    # The library looks for tokens, and reads SOFTHSM2_CONF, once after it is loaded.
    pkcs11.unload(str(library))
    settings = folder / "softhsm2.conf"
    if not settings.exists():
        tokens = folder / "tokens"
        tokens.mkdir()
        settings.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN,
         "--so-pin", "12345678"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return TokenAccess(module=library, token=label, pin=PIN)
