"""Holding a port, before anything is served on it: for the desk, and for partners alone.

It stands apart so that who serves partners loads no pages.
"""

import socket

from legation.app.binding import LOOPBACK
from legation.errors import BusyError, UsageError

_LAST_PORT = 65535


def listen(port: int, host: str = LOOPBACK) -> socket.socket:
    """Hold a port."""
    if not 0 <= port <= _LAST_PORT:
        raise UsageError(f"{port} is no port", hint="choose one from 1024 to 65535, or 0")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # By its protocol asyncio knows that answers in two parts must not wait for one another.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind((host, port))
        listening.listen()
    except OSError as taken:
        listening.close()
        raise BusyError(
            f"port {port} cannot be had: {taken.strerror}",
            hint="choose another port, or 0 for a free one",
        ) from taken
    return listening
