"""From which page of ours a form was sent."""

from typing import Any
from urllib.parse import SplitResult, urlsplit

from litestar.connection import ASGIConnection


def came_from(asking: ASGIConnection[Any, Any, Any, Any]) -> SplitResult:
    """Return the page that a form was sent from, as the browser names it; empty when it is none."""
    try:
        return urlsplit(asking.headers.get("referer", ""))
    except ValueError:
        return urlsplit("")
