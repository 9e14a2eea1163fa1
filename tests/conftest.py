"""What every test stands on: how hypothesis searches, what may be skipped, and who is told.

A part that is missing (PostgreSQL, Chromium, the package index) may be skipped at home, never where
`LEGATION_NO_SKIP=1` is set: there a skip is a failure. Only the shared data folder, which is
no part of the project, and the right to make a network namespace may be absent everywhere.
What was not tried is told at the end.

Where several workers share the tests, each takes whole files: a world that a file builds once is
built once, and not once more in each worker.
"""

import os
import shutil
import signal
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadGroupScheduling

    from legation.app.home import Home
    from legation.store.opening import Store
    from worlds.gates import Clock

SHARED = Path(__file__).parents[1].parent / "shared"
NO_SKIP = os.environ.get("LEGATION_NO_SKIP", "") not in ("", "0")
NEEDS = {
    "data": f"the shared data folder ({SHARED} is {'there' if SHARED.is_dir() else 'absent'})",
    "postgres": "a PostgreSQL server (LEGATION_TEST_PG)",
    "namespace": "a network namespace (unshare), which not every machine grants",
    "browser": "Chromium",
    "network": "the package index",
    "peers": "the servers of others (make peers)",
    "token": "SoftHSM2 (package softhsm2)",
    "": "something else",
}

_MAY_LACK = ("data", "namespace")

# A program that a shell starts in its background is deaf to Ctrl-C, and so are those it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Speed is measured by benchmarks; a busy machine must not fail a property.
_CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("home", _CALM)
settings.register_profile("ci", settings(_CALM, derandomize=True, database=None))
settings.load_profile("ci" if NO_SKIP else "home")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real data beside the checkout; a test that asks for it is marked `data`."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"no shared data: {SHARED} is absent")
    return SHARED / "data"


@pytest.fixture
def clock() -> "Clock":
    """A clock that the test moves."""
    from worlds.gates import Clock

    return Clock()


@pytest.fixture
def home(tmp_path: Path, clock: "Clock") -> "Home":
    """The home of the invented ministry, on that clock."""
    from worlds.homes import new_home

    return new_home(tmp_path / "home", clock)


@pytest.fixture(scope="session")
def ministry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a home with all registers of that ministry: it is copied, never opened."""
    from worlds.ministry import settle

    return settle(tmp_path_factory.mktemp("ministry") / "home")


@pytest.fixture
def settled(ministry: Path, tmp_path: Path, clock: "Clock") -> "Home":
    """A copy of that home for one test, on its clock."""
    from legation.app.home import Home
    from legation.settings import Settings

    return Home(Settings(home=shutil.copytree(ministry, tmp_path / "home")), clock)


@pytest.fixture
def store(home: "Home") -> Iterator["Store"]:
    """The open store of that home."""
    from worlds.homes import opened

    with opened(home) as found:
        yield found


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give the workers the long groups first, so that none is left for the end."""
    if getattr(config.option, "loadgroup", False):
        items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: "Producer"
) -> "LoadGroupScheduling | None":
    """Share out groups and whole files; a test that is in no group goes with its file."""
    if config.getoption("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadGroupScheduling

    class ByFile(LoadGroupScheduling):  # type: ignore[misc]  # it ships no types
        def _split_scope(self, nodeid: str) -> str:
            group = str(super()._split_scope(nodeid))
            return nodeid.partition("::")[0] if group == nodeid else group

    return ByFile(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what a skipped test needed; refuse the skip where nothing may be skipped."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        need = next((name for name in NEEDS if name and item.get_closest_marker(name)), "")
        report.user_properties.append(("needs", need))
        if NO_SKIP and need not in _MAY_LACK:
            report.outcome = "failed"
            report.longrepr = f"skipped under LEGATION_NO_SKIP: {_reason(report)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Refuse a whole file that skips itself where nothing may be skipped."""
    report = yield
    if report.skipped and NO_SKIP:
        report.outcome = "failed"
        report.longrepr = f"skipped under LEGATION_NO_SKIP: {_reason(report)}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly how many tests were not tried and what they need, and what is still open."""
    for report in terminalreporter.stats.get("passed", []):
        if is_open := dict(report.user_properties).get("open"):
            terminalreporter.line(f"OPEN: {is_open} of docs/coverage.md have no proof yet")
    skipped = terminalreporter.stats.get("skipped", [])
    counted = Counter(dict(report.user_properties).get("needs", "") for report in skipped)
    if counted:
        terminalreporter.section("NOT TRIED", yellow=True, bold=True)
        for need, count in counted.items():
            terminalreporter.line(f"NOT TRIED: {count} tests that need {NEEDS[need]}", yellow=True)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return str(report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr)
