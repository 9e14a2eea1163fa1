"""Tables that a tool draws into a page, each between two marks."""

import re
from collections.abc import Mapping

END = "<!-- end -->"


def drawn(page: str, parts: Mapping[str, str], begin: str) -> str:
    """Return a page with its tables as they are now.

    Args:
        page: The page.
        parts: Each table, by its name.
        begin: The mark before a table, with `{}` where its name stands.
    """
    for name, text in parts.items():
        page = re.sub(
            f"({re.escape(begin.format(name))}\n).*?({END})",
            lambda at, text=text: f"{at[1]}\n{text}\n\n{at[2]}",  # type: ignore[misc]  # a lambda has no types
            page,
            flags=re.DOTALL,
        )
    return page
