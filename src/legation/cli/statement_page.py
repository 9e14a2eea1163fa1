"""`legation statement page`: the page that verifies statements without a server.

It needs no home: a ministry gives the file out with its own fingerprint in it, and whoever doubts
that makes the same file again and compares.
"""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from legation.cli.words import answer, tell


def page(
    out: Path,
    /,
    *,
    anchor: Annotated[
        str, Parameter(help="Fingerprint of the root keys that it trusts, built into it.")
    ] = "",
    force: Annotated[bool, Parameter(help="Replace the file if it is there.")] = False,
) -> int:
    """Write the verifier page: one HTML file that works without a network.

    Without an anchor its reader puts one in.

    Args:
        out: The file to write.
    """
    import hashlib

    from legation.app.statements.page import verifier_page
    from legation.crypto.directory.roots import Anchor
    from legation.crypto.durable import written_whole

    data = verifier_page(Anchor.parse(anchor) if anchor else None)
    with written_whole(out, replace=force, mode=0o644) as file:
        file.write(data)
    answer(f"{out}  SHA-256 {hashlib.sha256(data).hexdigest()}")
    if not anchor:
        tell("It trusts nobody yet: its reader puts the fingerprint in, or --anchor builds it in.")
    return 0
