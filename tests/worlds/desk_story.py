"""What the people of a desk do until each of its pages has something to show.

Whatever a person can write they write in Arabic letters, each field with a word of its own
(`written`), so that a test can look for it on the pages.
"""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, final
from urllib.parse import urlencode

from litestar.testing import TestClient

from legation.app.home import Home
from legation.app.importing import Intakes, Reading
from legation.app.known import known_in
from legation.app.noticing import wake
from legation.app.waking import Waker
from legation.app.watching import look
from legation.crypto.key_files import UNPROTECTED
from legation.rights.roles import Role
from legation.stix.tlp import Tlp
from legation.store.opening import Store

from .found_copies import put_copies
from .ministry import TABLES
from .partners_sent import partners_send
from .planted_posts import RING, write_town
from .sharing_home import made
from .statement_desk import ISSUER, PASSPHRASE, TEXT, begin_register
from .watchmen import Post
from .working_desk import SAME

BUNDLE: Final = "bundle--00000001-0000-4000-8000-000000000000"
MARK: Final = "سوق"
PEOPLE: Final[Mapping[str, tuple[Role, ...]]] = {
    "analyst": ("analyst",),
    "officer": ("security officer", "legal"),
    "administrator": ("administrator",),
    "auditor": ("auditor",),
    "contact": ("contact point",),
    "press": ("press",),
}
REASONS: Final = ("purpose", "legality", "necessity", "proportionality", "safeguards")
# What the ring says, and what people like: words of one language, of which only these begin so.
SAYING: Final = " ".join(MARK + word for word in ("البحر", "العهد", "الميناء", "الآن"))
_LIKED: Final = " ".join(MARK + word for word in ("الناس", "الخبر", "اليوم"))
OWN: Final = " ".join(MARK + word for word in ("السفينة", "الجسر"))
_WEATHER: Final = " ".join(MARK + word for word in ("الطقس", "هنا"))
_SELDOM: Final = tuple(f"pushed-0-{number}" for number in range(7))
_SAID: Final[Mapping[str, str]] = {
    "RT the harbour treaty must be stopped now": SAYING,
    "RT something that many people liked on that day": _LIKED,
}
# A page with a script, links, and a mark that turns a line around.
HOSTILE: Final = (
    "<!doctype html><meta charset=utf-8><title>{0}-own-title</title>"
    "<script>document.title='owned'</script><p onclick='x()'>{0}-page \u202e {0}-turned</p>"
    "<img src='http://tracker.example/{0}-pixel.gif'><a href='https://evil.example/{0}'>{0}</a>"
    "<p>{0}-markup &lt;script&gt;document.title='owned'&lt;/script&gt;</p>"
)
# What others wrote in Latin letters: on a page of the same file, and in a statement.
HOSTILE_LATIN: Final = (
    *TEXT.splitlines(),
    "<script>document.title='owned'</script>",
    "⟨U+202E⟩",
    "hxxp://tracker[.]example/",
    "hxxps://evil[.]example/",
    "hxxps://",
)
_COLUMNS: Final = ("post", "account", "time", "text")

CASE: Final = {
    "title": "Letters in the name of a ministry",
    "type": "T4",
    "domain": "political",
    "began": "2026-02",
    "known": "2026-02-20",
    "serves": "vote",
    "template": "referendum",
    "summary": "Three editors were sent letters that no office wrote.",
}
CASE_ENTRIES: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("victim", {"kind": "state", "party": "FR", "what": "the foreign ministry"}),
    (
        "said",
        {
            "says": "three letters on its paper were sent to editors",
            "on": "2026-02-19",
            "known": "2026-02-20",
            "source": "the press office",
            "reliability": "B",
            "credibility": "2",
        },
    ),
    ("answered", {"question": "forged", "answer": "yes", "rests_on": "8"}),
    ("answered", {"question": "coercive", "answer": "disputed", "rests_on": "8"}),
    (
        "claimed",
        {
            "actor": "a group",
            "by": "an editor",
            "on": "2026-02-21",
            "how": "a column",
            "source": "the paper",
        },
    ),
    (
        "hypothesis",
        {"key": "forgers", "kind": "group", "actor": "a group", "says": "who forges for money"},
    ),
    ("weighed", {"item": "8", "hypothesis": "forgers", "fit": "1", "why": "the paper is bought"}),
    (
        "power",
        {"needed": "to see who bought the paper", "law": "", "verified": "from-memory"},
    ),
    (
        "told",
        {
            "partner": "a press agency",
            "on": "2026-02-22",
            "what": "the letters",
            "marking": "green",
        },
    ),
    ("work", {"kind": "démarche", "on": "2026-02-25", "state": "held", "source": "the ministry"}),
    ("dossier", {"dossier": "first", "regime": "eu-cyber-2019-797", "kind": "person"}),
    ("decision", {"what": "nothing is said for now", "touches_persons": "no"}),
)
ORDER: Final = {
    "threat": "T1",
    "target": "accounts-acting-together",
    "watched": "accounts that post the word for grain in one text",
    "expression": "none is kept from posting; opinions are not looked at",
    "legality": "article 4 of the invented law",
    "aim": "find accounts that post one text about the treaty within seconds",
    "necessity": "single posts do not show that they are made together",
    "proportionality": "public posts only, under pseudonyms",
    "safeguards": "the legal adviser agrees, and complaints go to the ombudsman",
    "ends": "2026-06-15",
}

# A file that its field shows as it is, so nothing in it can stand apart.
POLICY: Final = """
partner = "XA"
until = 2030-01-01
[sharing]
tlp = "red"
compartments = ["talks"]
[action]
pap = "red"
[types]
send = ["*"]
[persons]
rule = "redact"
"""


def written(name: str) -> str:
    """Return what a person wrote into a field.

    >>> written("filter").isascii()
    False
    """
    return f"{MARK}-{name}"


@final
class Hand:
    """Somebody's hand at the desk: sends forms, and fails where one is refused."""

    def __init__(self, client: TestClient[Any], secret: str, person_id: str) -> None:
        """Take a session."""
        self._client = client
        self._cookie = {"Cookie": f"legation-session={secret}"}
        self.person_id = person_id

    def page(self, path: str) -> str:
        """Return the text of a page."""
        answer = self._client.get(path, headers=self._cookie)
        assert answer.status_code == 200, (path, _main(answer.text))
        return answer.text

    def send(self, path: str, files: Any = None, **fields: Any) -> str:
        """Send a form, and return where it leads."""
        token = self.found("/words", r'name="form_token" value="([^"]+)"')
        answer = self._client.post(
            path,
            data={"form_token": token, **fields},
            files=files,
            headers=SAME | self._cookie,
            follow_redirects=False,
        )
        assert answer.status_code in (200, 303), (path, _main(answer.text))
        return str(answer.headers.get("location", ""))

    def found(self, path: str, pattern: str) -> str:
        """Return what a page holds."""
        text = self.page(path)
        found = re.search(pattern, text)
        assert found, (path, pattern, _main(text))
        return found[1]


@final
class Story:
    """What happened, and at which addresses it can be seen.

    Attributes:
        places: Of each route: its addresses, and who is shown each; "" for whoever may.
    """

    def __init__(self, home: Home, store: Store, hands: Mapping[str, Hand]) -> None:
        """Begin with people who have done nothing."""
        self._home = home
        self._store = store
        self._hands = hands
        self._analyst, self._officer = hands["analyst"], hands["officer"]
        self.places: dict[str, list[tuple[str, str]]] = defaultdict(list)

    def tell(self, folder: Path) -> None:
        """Let everything happen."""
        self._take_posts(folder)
        self._work_on_campaigns()
        self._capture()
        self._decide()
        self._stand_watch()
        self._set_up()
        self._keep_registers()
        self._give_orders()
        self._open_a_case()
        self._share()
        self._hear_partners()
        self._say_officially()

    def seen(self, route: str, address: str, *who: str) -> None:
        """Note where something can be seen, and by whom."""
        self.places[route].extend((address, one) for one in who or ("",))

    def _take_posts(self, folder: Path) -> None:
        analyst = self._analyst
        town = write_town(folder / f"{written('town')}.jsonl")
        rows = list(map(json.loads, town.read_text("utf-8").splitlines()))
        for row in rows:
            key = row["repost_key"] or ""
            row["text"] = _SAID.get(row["text"], row["text"])
            if re.fullmatch("person_[^2].*", row["account_id"]) and not key:
                row["text"] = f"{_WEATHER} {row['post_id']}"
            if key.startswith("pushed-"):
                row["repost_key"] = written(key)
                # Few of its posts, so that these words mark the ring and are common nowhere.
                row["text"] = OWN if key in _SELDOM else row["text"]
        town.write_text("\n".join(map(json.dumps, rows)) + "\n", "utf-8")
        Intakes(self._home, self._store, UNPROTECTED).take(town, Reading())
        analyst.send("/watch")
        waiting = self._sent(3)
        self.seen("/import/file/{upload_id:str}", waiting)
        self.seen("/import/file/{upload_id:str}/check", f"{waiting}/check")
        analyst.send(f"{waiting}/check", **self._mapping(platform=written("absent")))
        tried = analyst.send(f"{waiting}/check", **self._mapping())
        self.seen("/job/{job_id:str}/rejected.csv", f"{tried}/rejected.csv")
        tried = analyst.send(f"{self._sent(4)}/check", **self._mapping())
        taken = analyst.send(f"{tried}/import")
        tried_too = analyst.send(f"{self._sent(5)}/check", **self._mapping())
        self._undone = analyst.send(f"{tried_too}/import")
        for route in ("/job/{job_id:str}/state", "/job/{job_id:str}/events"):
            self.seen(route, route.replace("/job/{job_id:str}", taken))
        place = analyst.found(taken, r'href="(/import/undo/[^"]+)"')
        self.seen("/import/undo/{import_id:str}", place)
        known = folder / "known.csv"
        row = ",".join((RING[0], *map(written, ("kind", "rule", "source"))))
        known.write_text(f"account_id,kind,rule,source\n{row}\n", "utf-8")
        self._known = known_in(self._home, known, UNPROTECTED)
        assert look(self._home, self._store, known=self._known)

    def _sent(self, rows: int) -> str:
        """Send a table that no preset fits, with a row that is rejected; return its page."""
        out = io.StringIO()
        lines = csv.writer(out)
        lines.writerow([written(f"column-{name}") for name in _COLUMNS])
        for row in range(rows):
            when = f"2026-03-{20 + row} 10:00" if row else written("rejected")
            lines.writerow([f"s{rows}{row}", f"ann{row}", when, written("sample")])
        file = (f"{written('upload')}-{rows}.csv", out.getvalue().encode())
        return self._analyst.send("/import/send", files={"file": file})

    def _mapping(self, **more: str) -> dict[str, str]:
        given = dict(zip(("post_id", "account_id", "time", "text"), _COLUMNS, strict=True))
        given = {name: written(f"column-{column}") for name, column in given.items()}
        told = {"how": "own", "zone": "UTC", "time_format": "%Y-%m-%d %H:%M"}
        return {**told, "name": written("mapping"), **given, **more}

    def _work_on_campaigns(self) -> None:
        analyst = self._analyst
        here = analyst.found("/watch/campaigns", r'href="(/campaign/[^"]+)"')
        route = "/campaign/{campaign_id:str}"
        self.seen(route, here)
        for tab in ("accounts", "evidence", "history", "rights", "spread", "techniques", "ties"):
            self.seen(f"{route}/{tab}", f"{here}/{tab}")
            if tab != "rights":
                self.seen(f"{route}/{tab}/as/{{kind:str}}", f"{here}/{tab}/as/csv")
        self.seen(f"{route}/rights/as/json", f"{here}/rights/as/json")
        network, picture = f"{route}/coordination", f"{here}/coordination"
        self.seen(network, picture)
        opened = analyst.found(picture, r'coordination\?open=([^"&#]+)')
        self.seen(network, f"{picture}?open={opened}")
        self.seen(f"{network}/graph", f"{picture}/graph")
        self.seen(f"{network}/as/{{kind:str}}", f"{picture}/as/svg")
        for of in ("groups", "links"):
            self.seen(f"{network}/{{of:str}}", f"{picture}/{of}?open={opened}")
        self.seen(f"{network}/{{of:str}}/as/{{kind:str}}", f"{picture}/groups/as/csv")
        analyst.send(f"{picture}/layout", open=opened)
        self.seen(f"{route}/as/{{kind:str}}", f"{here}/as/stix")
        self.seen(f"{route}/paper/{{kind:str}}", f"{here}/paper/pdf")
        tie = analyst.found(f"{here}/ties", r'href="/campaign/[^/]+/tie\?([^"]+)"')
        tie = tie.replace("&amp;", "&")
        self.seen(f"{route}/tie", f"{here}/tie?{tie}")
        self.seen(f"{route}/tie/as/{{kind:str}}", f"{here}/tie/as/csv?{tie}")
        self.seen(f"{route}/tie/paper/{{kind:str}}", f"{here}/tie/paper/pdf?{tie}")
        self._look_at_names(here)
        self.seen("/watch/campaigns/paper/{kind:str}", "/watch/campaigns/paper/pdf")
        self.seen("/watch/campaigns", "/watch/campaigns")
        self.seen("/watch/campaigns", f"/watch/campaigns?{urlencode({'words': SAYING[:8]})}")
        analyst.send("/watch/campaigns/label", all="1", asked="", tlp="", compartment="talks")
        analyst.send("/watch/campaigns/mark", all="1", asked="", mark="seen")
        self.seen("/job/{job_id:str}/as/file", f"{analyst.send('/export/stix')}/as/file")
        self._campaign = here.rpartition("/")[2]

    def _look_at_names(self, here: str) -> None:
        self.seen("/campaign/{campaign_id:str}/names", f"{here}/names")
        account = self._analyst.found(f"{here}/names", r'name="account" value="([^"]+)"')
        self._analyst.send(
            f"{here}/names", account=account, **{name: written(f"{name}-of-it") for name in REASONS}
        )

    def _capture(self) -> None:
        analyst = self._analyst
        file = (f"{written('file')}.html", HOSTILE.format(MARK).encode())
        self.seen("/evidence/{evidence_id:str}", analyst.send("/evidence/send", {"file": file}))
        told = {"title": written("title"), "source": written("from"), "campaign": self._campaign}
        text = "Гавань закрыта по приказу министра".encode("windows-1251")
        place = analyst.send("/evidence/send", {"file": ("note.txt", text)}, **told)
        analyst.send(f"{place}/read", encoding="windows-1251")
        for number, how in enumerate(("person", "person", "machine")):
            words = {"lang": "ar", "text": written(f"translation-{number}"), "how": how}
            machine = {"machine": written("machine")} if how == "machine" else {}
            analyst.send(f"{place}/translate", **words, **machine)
        self.seen("/evidence/{evidence_id:str}", place)
        self.seen("/evidence/{evidence_id:str}/original", f"{place}/original")
        self.seen("/evidence/{evidence_id:str}/as/{kind:str}", f"{place}/as/txt")
        pattern = r'name="account" value="([^"]+)"><input[^>]*name="post" value="[^"]+"'
        here = f"/campaign/{self._campaign}"
        account = analyst.found(f"{here}/evidence", pattern)
        post = analyst.found(f"{here}/evidence", r'name="post" value="([^"]+)"')
        kept = analyst.send(f"{here}/keep", account=account, post=post)
        words = {"lang": "ar", "text": written("of-a-post"), "how": "machine"}
        analyst.send(f"{kept}/translate", machine=written("other-machine"), **words)
        self.seen("/evidence", "/evidence")
        self.seen("/evidence", f"/evidence?{urlencode({'words': written('title')})}")
        self.seen("/evidence/add", f"/evidence/add?campaign={self._campaign}")
        analyst.send("/evidence/verify")

    def _decide(self) -> None:
        analyst, officer = self._analyst, self._officer
        undo = self.places["/import/undo/{import_id:str}"][0][0]
        other = analyst.found(self._undone, r'href="(/import/undo/[^"]+)"')
        for place, words in ((undo, "refuse"), (other, "approve"), (undo, "")):
            number = place.rpartition("/")[2][:8]
            why = f"{written('undo')}-{words or 'again'}"
            asked = analyst.send(place, number=number, reason=why)
            self.seen("/decision/{request_id:str}", asked, "analyst", "officer")
            if words:
                officer.send(f"{asked}/{words}", words=written(words))
        # What rests on posts that were taken back does not leave: a new look rests on what stands.
        assert look(self._home, self._store, known=self._known)

    def _stand_watch(self) -> None:
        home, store, analyst, officer = self._home, self._store, self._analyst, self._officer
        rows = [
            "person,starts,ends,zone,rank",
            f"{written('analyst')},2026-04-01T00:00,2026-04-03T00:00,Europe/Paris,1",
            f"{written('officer')},2026-04-01T06:00,2026-04-04T00:00,UTC,1",
        ]
        officer.send("/duty/import", {"file": ("rota.csv", "\n".join(rows).encode())})
        typed = {"ends": "2026-04-06T00:00", "zone": "Europe/Paris", "rank": "2"}
        who = {"person": analyst.person_id}
        officer.send("/duty/shift", starts="2026-04-05T00:00", **who, **typed)
        shift = officer.found("/duty", r'href="(/duty/shift/[^"]+)"')
        self.seen("/duty/shift/{shift_id:str}", shift, "officer")
        ways = "mail:ann@aldria.example\nsms:+33123456789"
        analyst.send("/duty/channels", channels=ways)
        post = Post()
        post.says["ann@aldria.example"] = "refused"
        waker = Waker(home, send=post)
        for key in ("taken", "waits"):
            with store.transaction():
                call = wake(store, home.settings, "campaign.new", key=key)
            assert call is not None
            waker.round(store)
            self.seen("/duty/{ref:str}", f"/duty/{call.ref}")
            if key == "taken":
                analyst.send(f"/duty/{call.ref}/take")
        for kind in ("open", "done"):
            about = {"objects": self._campaign} if kind == "open" else {}
            analyst.send("/handover", kind=kind, words=written(f"shift-{kind}"), **about)
        for words in ("given", "given-again"):
            analyst.send("/handover", kind="handover", to=officer.person_id, words=written(words))
            if words == "given":
                number = officer.found("/handover", r'action="/handover/(\d+)/take"')
                officer.send(f"/handover/{number}/take")
        self.seen("/handover", "/handover", "analyst", "officer")
        self.seen("/duty", "/duty", "analyst", "officer", "contact")
        self.seen("/duty/as/{kind:str}", "/duty/as/ics")
        self.seen("/duty/calls/as/{kind:str}", "/duty/calls/as/csv")
        asked = urlencode({"words": written("words")})
        analyst.send("/digests", address=f"/watch/campaigns?{asked}", period="day", kind="mail")
        digest = analyst.found("/digests", r'action="/digests/([^/"]+)/on"')
        self.seen("/digest/{digest_id:str}", f"/digest/{digest}")
        number = analyst.found("/notices", r'href="/notice/(\d+)"')
        self.seen("/notice/{number:int}", f"/notice/{number}")

    def _set_up(self) -> None:
        analyst, officer = self._analyst, self._officer
        for of, name in (("campaigns", "filter"), ("search", "search-filter"), ("jobs", "jobs")):
            asked = {"q" if of == "search" else "words": written("asked")}
            analyst.send("/filters", name=written(name), list=of, asked=urlencode(asked))
        shared = analyst.found("/filters", r'action="/filters/([^/"]+)/share"')
        analyst.send(f"/filters/{shared}/share", shared_with="all")
        self.seen("/filters", "/filters", "analyst", "officer")
        clearance = f"/people/{analyst.person_id}/clearance"
        for pap in ("amber", "red"):
            why = f"{written('cleared')}-so"
            officer.send(clearance, tlp="red", pap=pap, compartment="talks", reason=why)
        self.seen("/people/{person_id:str}/clearance", clearance)
        self.seen(
            "/people/{person_id:str}/clearance",
            clearance.replace(analyst.person_id, officer.person_id),
        )
        key = analyst.found("/keys", r'action="/keys/([^/"]+)/name"')
        analyst.send(f"/keys/{key}/name", name=written("key"))
        self.seen("/keys", "/keys", "analyst")
        for words in (
            SAYING.split()[0],
            written("filter"),
            written("upload"),
            written("of-a-post"),
        ):
            self.seen("/search", f"/search?{urlencode({'q': words})}")
        self.seen("/search", f"/search?{urlencode({'q': written('of-none')})}")
        self.seen("/search/as/{kind:str}", f"/search/as/csv?{urlencode({'q': SAYING.split()[0]})}")
        self.seen("/people", "/people", "administrator", "officer")
        # The log grows as it is read: what was said long ago stands in the report on it.
        self.seen("/log", "/log?report=looks")
        for route in ("/log", "/jobs", "/imports", "/people"):
            field = "actor" if route == "/log" else "words"
            self.seen(route, route)
            self.seen(route, f"{route}?{urlencode({field: written('upload')})}")
        self.seen("/help", "/help")
        self.seen("/help", f"/help?{urlencode({'words': written('help')})}")
        lists = ("acts", "campaigns", "decisions", "evidence", "filters", "handover", "imports")
        for name in (*lists, "jobs", "log", "notices", "people", "watch/campaigns"):
            self.seen(f"/{name}/as/{{kind:str}}", f"/{name}/as/csv")
        for name in ("campaigns", "today"):
            self.seen(f"/{name}/paper/{{kind:str}}", f"/{name}/paper/pdf")
        self.seen("/language/{code:str}", "/language/fr")
        for route in ("/settings", "/create", "/"):
            who = [one for one in self._hands if one in ("analyst", "administrator", "auditor")]
            self.seen(route, route, *(who if route != "/" else ("analyst", "officer", "contact")))

    def _keep_registers(self) -> None:
        for register, content in TABLES.items():
            self._officer.send("/registers/import", {"file": (f"{register}.csv", content)})
        for name in ("balance", "talks", "voices", "states", "facts", "duty/calls", "log/heads"):
            self.seen(f"/{name}/as/{{kind:str}}", f"/{name}/as/csv")
        self.seen("/mission/{key:str}", "/mission/paris")
        self.seen("/mission/{key:str}/as/{kind:str}", "/mission/paris/as/csv")
        self.seen("/mission/{key:str}/record/as/{kind:str}", "/mission/paris/record/as/csv")
        fact = "/facts/check?fact=party:budapest-2001.us&pack=legation/agreements"
        self.seen("/facts/check", fact, "officer")
        asked = "/registers/talks/row?key=grain-round-3"
        self.seen("/registers/{register:str}/row", asked, "officer")
        for threat in ("T2", "T6"):
            self.seen("/mission/{key:str}/{threat:str}", f"/mission/paris/{threat}")
        self.seen(
            "/mission/{key:str}/object/{object_id:str}",
            self._officer.found(
                "/mission/paris/T6", r'href="(/mission/paris/object/event--[^"]+)"'
            ),
        )
        self.seen("/registers/{register:str}/as/{kind:str}", "/registers/missions/as/csv")
        for asked in ("SE", "SE?all=1", "XA"):
            self.seen("/state/{country:str}", f"/state/{asked}")
        agreement = self._officer.found("/state/SE?all=1", r'href="(/agreement/[^"]+)"')
        self.seen("/agreement/{key:str}", agreement)
        for route, place in (
            ("/state/{country:str}", "/state/SE"),
            ("/agreement/{key:str}", agreement),
            ("/mission/{key:str}/{threat:str}", "/mission/paris/T6"),
        ):
            self.seen(f"{route}/as/{{kind:str}}", f"{place}/as/csv")
            self.seen(f"{route}/paper/{{kind:str}}", f"{place}/paper/pdf")
        self.seen("/mission/{key:str}/paper/{kind:str}", "/mission/paris/paper/pdf")
        self.seen("/balance/paper/{kind:str}", "/balance/paper/pdf")

    def _give_orders(self) -> None:
        for name in ("given", "ended"):
            order = self._officer.send("/orders", **ORDER)
            self.seen("/order/{order_id:str}", order)
            if name == "ended":
                self._officer.send(f"{order}/end", reason="what it was for is over")
        for name in ("orders", "personal"):
            self.seen(f"/{name}/as/{{kind:str}}", f"/{name}/as/csv")

    def _open_a_case(self) -> None:
        officer = self._officer
        self.seen("/cases", "/cases?status=closed")
        place = officer.send("/cases", **CASE)
        for kind, fields in CASE_ENTRIES:
            assert officer.send(f"{place}/enter/{kind}", **fields), kind
        self.seen("/cases", "/cases")
        for tab in ("", "/entries", "/law", "/attribution", "/answers", "/dossiers", "/playbooks"):
            self.seen(f"/case/{{case:str}}{tab}", f"{place}{tab}")
        for asked in ("?as_of=2026-12-31", "?all=1"):
            tab = "/law" if "all" in asked else ""
            self.seen(f"/case/{{case:str}}{tab}", f"{place}{tab}{asked}")
        for kind in ("said", "chosen", "state-link", "circumstances"):
            self.seen("/case/{case:str}/enter/{kind:str}", f"{place}/enter/{kind}")
        self.seen("/case/{case:str}/entry/{entry:str}", f"{place}/entry/2")
        paper = officer.found(f"{place}/answers", r'href="([^"]+/decision/\d+/paper/pdf)"')
        self.seen("/case/{case:str}/decision/{entry:str}/paper/pdf", paper)
        self.seen("/case/{case:str}/as/{kind:str}", f"{place}/as/csv")
        self.seen("/cases/as/{kind:str}", "/cases/as/csv")
        self.seen("/escalation", "/escalation")
        self.seen("/escalation/as/{kind:str}", "/escalation/as/csv")

    def _share(self) -> None:
        officer = self._officer
        place = officer.send("/sharing", name=written("partner"), party="XA")
        partner = place.rpartition("/")[2]
        officer.send(f"{place}/policy", policy=POLICY)
        officer.send(f"{place}/token", days="30")
        officer.send(f"{place}/confidence", confidence="60")
        self.seen("/sharing", "/sharing", "officer", "contact")
        self.seen("/sharing/as/{kind:str}", "/sharing/as/csv")
        self.seen("/partner/{partner:str}", place)
        self.seen("/partner/{partner:str}/as/{kind:str}", f"{place}/as/json")
        asked = {"partner": partner, "campaign": self._campaign}
        shown = f"/sending?{urlencode(asked)}"
        self.seen("/sending", "/sending")
        self.seen("/sending", shown)
        self.seen("/sending/as/{kind:str}", shown.replace("?", "/as/csv?"))
        digest = officer.found(shown, r'name="shown" value="([^"]+)"')
        officer.send("/sending/push", **asked, shown=digest)
        self.seen("/ledger", "/ledger")
        self.seen("/ledger/as/{kind:str}", "/ledger/as/csv")
        had = officer.found("/ledger", r'href="(/ledger/object/[^"]+)"')
        self.seen("/ledger/object/{sent:str}", had)

    def _hear_partners(self) -> None:
        """Let partners send and answer; a file of one is taken in by hand."""
        home, store, officer = self._home, self._store, self._officer
        campaign = home.library(store, "desk").object_id(self._campaign)
        row = store.cases.every()[0]
        ids = partners_send(store, home.now, (campaign, row.object_id), written)
        here = f"/received/{ids['sender_id']}/{ids['sent_id']}"
        self.seen("/received/{sender_id:str}/{sent_id:str}", here, "analyst", "officer")
        self.seen("/received/{sender_id:str}/{sent_id:str}/as/{kind:str}", f"{here}/as/stix")
        for asked in ("", f"?partner={ids['sender_id']}", "?type=campaign"):
            self.seen("/received", f"/received{asked}", "analyst", "officer")
        self.seen("/received/as/{kind:str}", "/received/as/csv")
        self.seen("/quarantine", "/quarantine", "analyst", "officer")
        self.seen("/quarantine/as/{kind:str}", "/quarantine/as/csv")
        for number in (ids["held"], ids["held_invalid"]):
            self.seen("/quarantine/{held:str}", f"/quarantine/{number}", "officer")
        self.seen("/campaign/{campaign_id:str}", f"/campaign/{self._campaign}")
        self.seen("/case/{case:str}/heard", f"/case/{row.number}/heard")
        for route, path in (
            ("/case/{case:str}", f"/case/{row.number}"),
            ("/campaign/{campaign_id:str}", f"/campaign/{self._campaign}"),
        ):
            self.seen(f"{route}/heard/as/{{kind:str}}", f"{path}/heard/as/csv")
        bundle = {
            "type": "bundle",
            "id": BUNDLE,
            "objects": [made("tool", 99, Tlp.GREEN, name="x")],
        }
        file = ("tool.json", json.dumps(bundle).encode())
        officer.send("/received/take", {"file": file}, partner=ids["sender_id"])

    def _say_officially(self) -> None:
        """Draft statements, let another hand approve one, sign it, and say where it stood."""
        officer, press = self._officer, self._hands["press"]
        begin_register(self._home)
        self.seen("/statements", "/statements", "press", "officer")
        text = [f"{written('title')}\n{TEXT}", ""]
        said: dict[str, Any] = {"issuer": ISSUER, "office": written("office"), "tlp": "green"}
        said |= {"language": ["en", ""], "text": text, "answers": self._campaign}
        first = press.send("/statements", **said)
        press.send(
            f"{first}/change",
            **said | {"text": [f"{text[0]} {written('more')}", ""]},
            **_seen(press, first),
        )
        sha256 = officer.found(first, r'name="sha256" value="([0-9a-f]{64})"')
        approved = {"sha256": sha256, "words": written("words"), **_seen(officer, first)}
        officer.send(f"{first}/approve", **approved)
        press.send(f"{first}/publish", passphrase=PASSPHRASE, **_seen(press, first))
        stood = {"address": f"https://{written('host')}", "at": "2026-03-01T10:00", "text": TEXT}
        press.send(f"{first}/posted", **stood, **_seen(press, first))
        place = press.found(first, r'href="(/statement/\d+)"')
        second = press.send("/statements", **said | {"office": written("other")})
        for path in (first, second):
            self.seen("/draft/{draft:str}", path, "press", "officer")
        self.seen("/draft/{draft:str}/change", f"{second}/change")
        self.seen("/draft/{draft:str}/as/{kind:str}", f"{first}/as/json")
        self.seen("/statements/as/{kind:str}", "/statements/as/csv")
        self.seen("/statements/new", "/statements/new?relation=corrects&changes=2026-0001")
        self.seen("/statements/register", "/statements/register", "press", "officer")
        self.seen("/statements/register/as/{kind:str}", "/statements/register/as/csv")
        self.seen("/statement/{place:str}", place, "press", "officer")
        self.seen("/statement/{place:str}/as/{kind:str}", f"{place}/as/statement")
        self.seen("/statements/check", "/statements/check")
        told = press.found(first, r'<bdi dir="ltr">(20\d\d-\d{4})</bdi>')
        copies = put_copies(self._store, self._home.now(), (ISSUER, told), written)
        self.seen("/statement/{place:str}", place, "press", "officer")
        self.seen("/draft/{draft:str}", first, "press", "officer")
        self.seen("/statements/copies", "/statements/copies", "press", "officer")
        self.seen("/statements/copies/as/{kind:str}", "/statements/copies/as/csv")
        for copy in copies:
            here = f"/statements/copy/{copy}"
            self.seen("/statements/copy/{copy:str}", here, "press", "officer")
            self.seen("/statements/copy/{copy:str}/as/{kind:str}", f"{here}/as/json")
        self.seen("/notices", "/notices", "press", "officer")


def _seen(hand: Hand, draft: str) -> dict[str, str]:
    return {"seen": hand.found(draft, r'name="seen" value="(\d+)"')}


def _main(text: str) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", text.partition("<main")[2].partition("</main")[0])
