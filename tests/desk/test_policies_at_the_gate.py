"""The policies alone say who may do what: the gate obeys whatever file stands there, at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from legation.app.access.entering import Entrance
from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.desk.limits import Limits
from legation.desk.server import build_app
from legation.desk.working import DeskWork
from legation.errors import BadInputError
from legation.rights.clearance import Clearance, Reader
from legation.rights.policies import Policies, read_policies, schema, with_roles
from legation.rights.roles import (
    COMMON_VERBS,
    DESK_VERBS,
    OBJECT_VERBS,
    ROLES,
    VERBS,
    Role,
    verbs_of,
)
from legation.settings import Settings
from legation.stix.labels import Pap
from legation.stix.tlp import Tlp
from legation.store import open_store
from legation.store.opening import Store
from worlds.gates import Clock, guarded_gate
from worlds.homes import prepare
from worlds.people import enrolled
from worlds.readings import small_shelf

SHIPPED = Path(__file__).parents[2] / "src" / "legation" / "rights" / "need_to_know.cedar"
HERE = "http://127.0.0.1:8321"
PLACES = {
    "campaign_id": "campaign--1",
    "kind": "csv",
    "name": "x",
    "person_id": "p-0",
    "of": "groups",
}


class Desk:
    """A desk whose policies stand in a file that the test rewrites."""

    def __init__(self, store: Store, clock: Clock, folder: Path) -> None:
        self.file = folder / "own.cedar"
        self.file.write_text(SHIPPED.read_text("utf-8"), "utf-8")
        home = Home(Settings(home=folder, policies=str(self.file)), clock)
        self.gate = guarded_gate(Entrance(store, clock, home.rules(store)), clock)
        work = DeskWork(home, store, StoredJobs(home, store))
        self.app = build_app(small_shelf(), banner=None, gate=self.gate, work=work)
        self.clock = clock
        self.secrets = {role: enrolled(store, clock, f"The {role}", role) for role in ROLES}

    def pages(self) -> Iterator[tuple[str, str]]:
        """Yield each address that answers a GET with its verb, those open to all left out."""
        for route in self.app.routes:
            assert isinstance(route, HTTPRoute)
            for handler in route.route_handlers:
                if "GET" in handler.http_methods:
                    path = route.path_format
                    for name, value in PLACES.items():
                        path = path.replace(f"{{{name}}}", value)
                    path = path.replace("{job_id}", "0").replace("{import_id}", "0")
                    path = path.replace("{upload_id}", "0").replace("{request_id}", "0")
                    yield path, str(handler.opt["verb"])

    def opens(self, role: Role, path: str) -> bool:
        """Tell whether an address lets somebody of a role pass."""
        self.gate.limits = Limits(self.clock)  # so that no limit hides what is asked
        with TestClient(self.app, base_url=HERE) as client:
            cookie = {"cookie": f"legation-session={self.secrets[role]}"}
            answer = client.get(path, headers=cookie, follow_redirects=False)
        assert "/log-in" not in answer.headers.get("location", "")
        return f"the role {role} may not" not in answer.text


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = Clock()
    prepare(tmp_path)
    url = f"sqlite:///{tmp_path / 'objects.sqlite'}"
    with open_store(url, home=tmp_path, now=clock) as store:
        yield Desk(store, clock, tmp_path)


def test_every_verb_of_a_page_is_one_that_policies_speak_of_or_everybodys() -> None:
    spoken = {line.split('"')[1] for line in schema().splitlines() if line.startswith("action")}
    assert spoken == DESK_VERBS | OBJECT_VERBS
    assert set(VERBS) == DESK_VERBS | COMMON_VERBS
    assert spoken.isdisjoint(COMMON_VERBS)


def test_each_verb_is_given_by_the_shipped_policies_to_somebody() -> None:
    assert [verb for verb in sorted(DESK_VERBS) if not read_policies("").who_may(verb)] == []


def test_no_other_table_of_roles_and_verbs_stands_beside_the_policies() -> None:
    source = SHIPPED.parents[1]
    naming = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if path.read_text("utf-8").count('"exercise lead"') and "verb" in path.read_text("utf-8")
    }
    assert naming == {"rights/roles.py"}
    assert 'frozenset({"campaign.read"' not in (source / "rights" / "roles.py").read_text("utf-8")


def test_a_replaced_file_is_obeyed_by_the_next_page(desk: Desk) -> None:
    assert desk.opens("press", "/watch/campaigns")
    assert not desk.opens("press", "/watch/campaigns/as/csv")
    text = SHIPPED.read_text("utf-8")
    wider = text.replace(
        '["analyst", "security officer", "policy", "legal"]) };\n\n// What is protected',
        '["press"]) };\n\n// What is protected',
    )
    assert wider != text
    desk.file.write_text(wider, "utf-8")
    assert desk.opens("press", "/watch/campaigns/as/csv")
    assert not desk.opens("analyst", "/watch/campaigns/as/csv")


def test_policies_with_a_fault_open_nothing(desk: Desk) -> None:
    desk.file.write_text("permit (principal, action", "utf-8")
    with TestClient(desk.app, base_url=HERE) as client:
        for path, _ in desk.pages():
            cookie = {"cookie": f"legation-session={desk.secrets['analyst']}"}
            answer = client.get(path, headers=cookie, follow_redirects=False)
            assert answer.status_code in (303, 400, 404) or path.startswith("/static"), path
            # The switch of languages repeats the address, and nothing else.
            shown = answer.text.partition('<nav class="tongues"')[0]
            assert "campaign--1" not in shown.replace(path, "")


def test_policies_of_an_earlier_version_are_refused_with_their_place(tmp_path: Path) -> None:
    old = tmp_path / "old.cedar"
    text = SHIPPED.read_text("utf-8").replace("resource is Object)", "resource)")
    old.write_text(text, "utf-8")
    with pytest.raises(BadInputError, match=r"old\.cedar"):
        read_policies(str(old))


TABLES = st.dictionaries(
    st.sampled_from(ROLES), st.frozensets(st.sampled_from(sorted(DESK_VERBS))), max_size=9
)


@given(TABLES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_the_gate_lets_pass_is_what_the_file_says(
    desk: Desk, table: dict[Role, frozenset[str]]
) -> None:
    desk.file.write_text(written(table), "utf-8")
    policies = Policies(written(table))
    for role in ("analyst", "press", "auditor"):
        assert policies.verbs_of(with_roles(role)) == COMMON_VERBS | table.get(role, frozenset())
        for path, verb in (("/watch/campaigns", "campaign.read"), ("/log", "audit.read")):
            assert desk.opens(role, path) == (verb in table.get(role, frozenset())), (role, path)


def test_each_page_opens_to_whom_the_shipped_policies_name(desk: Desk) -> None:
    for path, verb in desk.pages():
        for role in ROLES:
            assert desk.opens(role, path) == (verb in verbs_of([role])), (role, path)


def test_a_policy_may_look_at_the_clearance_of_whoever_asks() -> None:
    own = 'permit (principal, action == Action::"audit.read", resource) when { principal.tlp > 3 };'
    policies = Policies(own)
    low = with_roles("auditor")
    assert "audit.read" in policies.verbs_of(low)
    held = Clearance(
        tlp=Tlp.GREEN, pap=Pap.CLEAR, levels=frozenset(), compartments=frozenset(), party=""
    )
    asks = Reader(actor="Ada", roles=frozenset({"auditor"}), clearance=held)
    assert "audit.read" not in policies.verbs_of(asks)


def written(table: dict[Role, frozenset[str]]) -> str:
    """Return policies that say what a table says."""
    return "\n".join(
        f'permit (principal, action == Action::"{verb}", resource is Desk) '
        f'when {{ principal.roles.contains("{role}") }};'
        for role, verbs in table.items()
        for verb in sorted(verbs)
    )
