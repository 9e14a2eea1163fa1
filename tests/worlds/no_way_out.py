"""Runs a command on a machine of its own kind: loopback is up, and nothing else is there.

The network namespace has no route, so the kernel itself counts each packet, and each attempt
to connect, that would have left: by TCP or UDP, by IPv4 or IPv6, by whatever program. Names
are asked at an address outside, so that a question for a name counts too. Before the command
runs, such attempts are made on purpose: an instrument that does not count them proves nothing.

    python tests/worlds/no_way_out.py COMMAND...
"""

import contextlib
import ctypes
import fcntl
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

LEFT = 3
_SAYS = "NO WAY OUT"
_IFF_UP = 1
_GET_FLAGS, _SET_FLAGS, _ADD_ROUTE = 0x8913, 0x8914, 0x890B
_OUTSIDE = (
    (socket.AF_INET, socket.SOCK_STREAM, "192.0.2.1"),
    (socket.AF_INET, socket.SOCK_DGRAM, "192.0.2.1"),
    (socket.AF_INET6, socket.SOCK_STREAM, "2001:db8::1"),
)


def entering() -> list[str] | None:
    """Return the words that lead into such a place; None where this machine grants none."""
    if shutil.which("unshare") is None:
        return None
    for words in (["unshare", "--net", "--mount"], ["unshare", "--map-root-user", "-n", "-m"]):
        tried = subprocess.run([*words, "true"], capture_output=True, check=False)
        if tried.returncode == 0:
            return words
    return None


def run_without_a_way_out(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command there; it ends with 3 when it ended well and yet something tried to leave."""
    words = entering()
    assert words is not None
    return subprocess.run(
        [*words, sys.executable, __file__, *command], capture_output=True, text=True, check=False
    )


def main() -> int:
    """Run the words of the command line, inside."""
    if not _inside():
        words = entering()
        if words is None:
            sys.stderr.write(f"{_SAYS}: this machine grants no network namespace (unshare)\n")
            return 1
        return subprocess.call([*words, sys.executable, __file__, *sys.argv[1:]])
    _raise_loopback()
    _ask_names_outside()
    _let_chromium_look()
    before = _gone()
    _try_to_leave()
    counted = _gone() - before
    assert counted >= len(_OUTSIDE) + 1, f"of the attempts on purpose only {counted} were counted"
    before = _gone()
    code = subprocess.call(sys.argv[1:])
    left = _gone() - before
    sys.stderr.write(f"{_SAYS}: {left} attempts to leave\n")
    return code or (LEFT if left else 0)


def _inside() -> bool:
    """Tell whether nothing but loopback is here."""
    return [name for _, name in socket.if_nameindex()] == ["lo"]


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        asked = struct.pack("16sh14x", b"lo", 0)
        (flags,) = struct.unpack("16xh14x", fcntl.ioctl(control, _GET_FLAGS, asked))
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _IFF_UP))


def _ask_names_outside() -> None:
    """Let names be asked at an address that is nowhere; this place's own view of the file alone."""
    libc = ctypes.CDLL(None, use_errno=True)
    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        file.write("nameserver 192.0.2.53\noptions timeout:1 attempts:1\n")
    Path(file.name).chmod(0o644)
    private, bind = 0x44000, 0x1000  # MS_REC | MS_PRIVATE, MS_BIND
    for what, where, how in ((b"none", b"/", private), (file.name.encode(), _RESOLV, bind)):
        if libc.mount(what, where, None, how, None):
            raise OSError(ctypes.get_errno(), f"cannot set {where.decode()}")


def _let_chromium_look() -> None:
    """Give Chromium's question whether there is IPv6 a way that ends on loopback.

    It asks the kernel for the way to one public address again and again, and sends nothing there;
    no switch ends that. This one address is therefore not counted; it leads nowhere.
    """
    dst = socket.inet_pton(socket.AF_INET6, "2001:4860:4860::8888")
    up_host, loopback = 0x5, socket.if_nametoindex("lo")
    told = struct.pack("16s16s16sIHHILIi4x", dst, b"", b"", 0, 128, 0, 1, 0, up_host, loopback)
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _ADD_ROUTE, told)


_RESOLV = os.path.realpath("/etc/resolv.conf").encode()


def _try_to_leave() -> None:
    for family, kind, address in _OUTSIDE:
        with socket.socket(family, kind) as line, contextlib.suppress(OSError):
            line.connect((address, 9))
    with contextlib.suppress(OSError):
        socket.getaddrinfo("legation.example", 80)


def _gone() -> int:
    """Return how many times the kernel found no route."""
    names, figures = (
        line.split()
        for line in Path("/proc/net/snmp").read_text().splitlines()
        if line[:3] == "Ip:"
    )
    six = re.search(r"^Ip6OutNoRoutes\s+(\d+)", Path("/proc/net/snmp6").read_text(), re.MULTILINE)
    assert six
    return int(dict(zip(names, figures, strict=True))["OutNoRoutes"]) + int(six[1])


if __name__ == "__main__":
    sys.exit(main())
