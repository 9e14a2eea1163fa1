"""What `pycti` 7.261026.0, the client of OpenCTI, makes of some objects: its id for each.

Made by its offline id generators, and those of its observables by the `stix2` library as `pycti`
declares them.
"""

from typing import Any, Final

VECTORS: Final[tuple[tuple[dict[str, Any], str], ...]] = (
    (
        {"type": "campaign", "name": " The Port is Closed "},
        "campaign--f66932a9-1b75-5ce6-8ccf-065622401058",
    ),
    (
        {"type": "channel", "name": " The Port is Closed "},
        "channel--f66932a9-1b75-5ce6-8ccf-065622401058",
    ),
    (
        {"type": "event", "name": " The Port is Closed "},
        "event--f66932a9-1b75-5ce6-8ccf-065622401058",
    ),
    (
        {"type": "feedback", "name": " The Port is Closed "},
        "feedback--f66932a9-1b75-5ce6-8ccf-065622401058",
    ),
    (
        {"type": "infrastructure", "name": " The Port is Closed "},
        "infrastructure--f66932a9-1b75-5ce6-8ccf-065622401058",
    ),
    (
        {"type": "intrusion-set", "name": " The Port is Closed "},
        "intrusion-set--f66932a9-1b75-5ce6-8ccf-065622401058",
    ),
    (
        {"type": "language", "name": " The Port is Closed "},
        "language--f66932a9-1b75-5ce6-8ccf-065622401058",
    ),
    (
        {"type": "malware", "name": " The Port is Closed "},
        "malware--f66932a9-1b75-5ce6-8ccf-065622401058",
    ),
    (
        {"type": "narrative", "name": " The Port is Closed "},
        "narrative--f66932a9-1b75-5ce6-8ccf-065622401058",
    ),
    (
        {"type": "tool", "name": " The Port is Closed "},
        "tool--f66932a9-1b75-5ce6-8ccf-065622401058",
    ),
    (
        {"type": "vulnerability", "name": " The Port is Closed "},
        "vulnerability--f66932a9-1b75-5ce6-8ccf-065622401058",
    ),
    (
        {
            "type": "case-incident",
            "name": " The Port is Closed ",
            "created": "2026-11-23T10:00:00.000Z",
        },
        "case-incident--fbdf2f50-4d04-50c0-902b-00ae3712f6a1",
    ),
    (
        {"type": "case-rfi", "name": " The Port is Closed ", "created": "2026-11-23T10:00:00.000Z"},
        "case-rfi--fbdf2f50-4d04-50c0-902b-00ae3712f6a1",
    ),
    (
        {"type": "case-rft", "name": " The Port is Closed ", "created": "2026-11-23T10:00:00.000Z"},
        "case-rft--fbdf2f50-4d04-50c0-902b-00ae3712f6a1",
    ),
    (
        {"type": "incident", "name": " The Port is Closed ", "created": "2026-11-23T10:00:00.000Z"},
        "incident--fbdf2f50-4d04-50c0-902b-00ae3712f6a1",
    ),
    (
        {"type": "task", "name": " The Port is Closed ", "created": "2026-11-23T10:00:00.000Z"},
        "task--fbdf2f50-4d04-50c0-902b-00ae3712f6a1",
    ),
    (
        {"type": "attack-pattern", "name": " The Port is Closed "},
        "attack-pattern--f66932a9-1b75-5ce6-8ccf-065622401058",
    ),
    (
        {
            "type": "attack-pattern",
            "name": " The Port is Closed ",
            "external_references": [{"source_name": "mitre-attack", "external_id": "T1566"}],
        },
        "attack-pattern--d041e624-3991-5138-9544-d3ba2ce68ff7",
    ),
    (
        {"type": "attack-pattern", "name": " The Port is Closed ", "x_mitre_id": " T1566.001"},
        "attack-pattern--8180a360-cca4-5911-850e-07d17893cbf8",
    ),
    (
        {"type": "course-of-action", "name": " The Port is Closed "},
        "course-of-action--f66932a9-1b75-5ce6-8ccf-065622401058",
    ),
    (
        {
            "type": "grouping",
            "name": " The Port is Closed ",
            "context": "Suspicious-Activity",
            "created": "2026-11-23T10:00:00.000Z",
        },
        "grouping--a5fda370-599d-5870-8b0a-63a60f592801",
    ),
    (
        {"type": "identity", "name": "Ünïon of Ports", "identity_class": "Organization"},
        "identity--fb108b8e-e137-53aa-9e21-a50391f0507a",
    ),
    (
        {"type": "identity", "name": "Energy", "identity_class": "class"},
        "identity--166544e2-ba1f-5a6c-89cf-a63d0c01e91c",
    ),
    (
        {"type": "indicator", "pattern": " [url:value = 'https://port.example/']"},
        "indicator--b35b53dc-8fc9-5066-8981-c91eb7b046a8",
    ),
    ({"type": "location", "country": "XA"}, "location--82f643b3-2e0c-520b-a449-756dafb01696"),
    (
        {"type": "location", "name": "Porttown", "city": "Porttown", "country": "XA"},
        "location--a3e82355-551c-5fec-805a-1f9197e82b64",
    ),
    (
        {"type": "location", "name": "North", "region": "northern-xa"},
        "location--ba6c9b0e-0ee8-5dbb-b2bc-0adc8ece7c29",
    ),
    (
        {"type": "location", "name": "Pier", "latitude": 11.5, "longitude": -0.25},
        "location--a573475d-4c33-584b-95f6-dbef99ea582b",
    ),
    (
        {"type": "location", "name": "Pier", "x_opencti_location_type": "Position"},
        "location--5091a13c-7410-52fa-aaca-e7b8cb000973",
    ),
    (
        {
            "type": "malware-analysis",
            "result_name": "R 1",
            "product": "p",
            "submitted": "2026-11-23T10:00:00.000Z",
        },
        "malware-analysis--a712dd36-64dc-58e6-b8fb-22d8146a0565",
    ),
    (
        {
            "type": "marking-definition",
            "id": "marking-definition--f79f25d2-8b96-4580-b169-eb7b613a7c31",
            "definition_type": "statement",
            "definition": {"statement": "CC-BY-SA-4.0"},
        },
        "marking-definition--d175e80b-0a32-55dd-a5cf-0bc4eb77ed8d",
    ),
    (
        {"type": "note", "content": " words ", "created": "2026-11-23T10:00:00.000Z"},
        "note--2eb6e8ae-d267-5bc7-a3df-494412fa4a0d",
    ),
    (
        {
            "type": "note",
            "content": "words",
            "abstract": " short",
            "created": "2026-11-23T10:00:00.000Z",
        },
        "note--e29db0ea-5bce-501f-811c-d17043bb1131",
    ),
    (
        {
            "type": "observed-data",
            "object_refs": [
                "identity--f1a0f560-2d9e-4c5d-bf47-7e96e805de82",
                "campaign--0d4d5ade-e487-4f29-8d33-5f19a9b216b6",
            ],
        },
        "observed-data--d7f4dd17-c1e6-5a90-8fb0-30c8a6c52bfa",
    ),
    (
        {"type": "opinion", "opinion": "agree", "created": "2026-11-23T10:00:00.000Z"},
        "opinion--50195b46-ba25-5c01-ada2-7661e99a4331",
    ),
    (
        {"type": "report", "name": " The Port is Closed ", "published": "2026-11-23T10:00:00.000Z"},
        "report--e3f255a8-37b2-5b0b-8437-895453ce5b13",
    ),
    (
        {
            "type": "relationship",
            "relationship_type": "uses",
            "source_ref": "campaign--0d4d5ade-e487-4f29-8d33-5f19a9b216b6",
            "target_ref": "identity--f1a0f560-2d9e-4c5d-bf47-7e96e805de82",
        },
        "relationship--d05b20a4-12db-53fe-bf6f-ec5d587c6856",
    ),
    (
        {
            "type": "relationship",
            "relationship_type": "uses",
            "source_ref": "campaign--0d4d5ade-e487-4f29-8d33-5f19a9b216b6",
            "target_ref": "identity--f1a0f560-2d9e-4c5d-bf47-7e96e805de82",
            "start_time": "2026-11-23T10:00:00.000Z",
        },
        "relationship--e58f64bd-b676-5396-92b6-ed382a71d955",
    ),
    (
        {
            "type": "relationship",
            "relationship_type": "uses",
            "source_ref": "campaign--0d4d5ade-e487-4f29-8d33-5f19a9b216b6",
            "target_ref": "identity--f1a0f560-2d9e-4c5d-bf47-7e96e805de82",
            "start_time": "2026-11-23T10:00:00.000Z",
            "stop_time": "2026-11-23T10:00:00.000Z",
        },
        "relationship--ceba65bf-a4d6-5e63-b553-68c34aba772d",
    ),
    (
        {
            "type": "relationship",
            "relationship_type": "uses",
            "source_ref": "campaign--0d4d5ade-e487-4f29-8d33-5f19a9b216b6",
            "target_ref": "identity--f1a0f560-2d9e-4c5d-bf47-7e96e805de82",
            "stop_time": "2026-11-23T10:00:00.000Z",
        },
        "relationship--d05b20a4-12db-53fe-bf6f-ec5d587c6856",
    ),
    (
        {
            "type": "sighting",
            "sighting_of_ref": "campaign--0d4d5ade-e487-4f29-8d33-5f19a9b216b6",
            "where_sighted_refs": ["identity--f1a0f560-2d9e-4c5d-bf47-7e96e805de82"],
        },
        "sighting--513268f1-1f92-5280-a012-763034cbbda3",
    ),
    (
        {
            "type": "sighting",
            "sighting_of_ref": "campaign--0d4d5ade-e487-4f29-8d33-5f19a9b216b6",
            "where_sighted_refs": ["identity--f1a0f560-2d9e-4c5d-bf47-7e96e805de82"],
            "first_seen": "2026-11-23T10:00:00.000Z",
        },
        "sighting--487adfeb-a405-5847-9d0c-417e7b498489",
    ),
    (
        {
            "type": "sighting",
            "sighting_of_ref": "campaign--0d4d5ade-e487-4f29-8d33-5f19a9b216b6",
            "where_sighted_refs": ["identity--f1a0f560-2d9e-4c5d-bf47-7e96e805de82"],
            "first_seen": "2026-11-23T10:00:00.000Z",
            "last_seen": "2026-11-23T10:00:00.000Z",
        },
        "sighting--ce1e7374-8ffe-5f2c-85a4-56c66ab43d38",
    ),
    (
        {"type": "threat-actor", "name": " The Port is Closed "},
        "threat-actor--b3debda6-79a1-5218-a5fe-ab4fb4e024e5",
    ),
    (
        {"type": "threat-actor", "name": " The Port is Closed ", "resource_level": "individual"},
        "threat-actor--56f7782b-f4ac-5d92-b167-3542a41369ea",
    ),
    (
        {"type": "hostname", "value": "www.port.example"},
        "hostname--f4c1732e-d066-5d1f-a5c2-8b6135a13546",
    ),
    ({"type": "text", "value": "some text"}, "text--5edf012f-13a1-578e-9a55-06c48fdb645b"),
    (
        {"type": "media-content", "url": "https://port.example/1", "title": "t"},
        "media-content--28fe6e46-1a09-5e60-aaa2-8af79a3782cf",
    ),
    (
        {"type": "persona", "persona_name": "p", "persona_type": "x"},
        "persona--1db90c5c-c9a6-52da-8fcc-4b30117cedb8",
    ),
    (
        {"type": "bank-account", "value": "v", "iban": "XA00"},
        "bank-account--0a3f6cf4-597a-594f-8afa-f861c60c7a54",
    ),
    (
        {"type": "payment-card", "value": "v", "card_number": "1"},
        "payment-card--7756594a-3229-5d90-828f-beedfb626221",
    ),
    ({"type": "phone-number", "value": "+1"}, "phone-number--819b521c-b5c6-5e7d-976d-eecb35af56d7"),
    ({"type": "user-agent", "value": "ua"}, "user-agent--6da56f29-c5c9-530d-9fd0-09e9ba8ef9ef"),
    ({"type": "credential", "value": "c"}, "credential--5c3d2280-b59c-58a1-bff4-38fa2ae9bd1a"),
    (
        {"type": "cryptocurrency-wallet", "value": "w"},
        "cryptocurrency-wallet--f328deea-f7cb-55af-88ba-67284e710cf9",
    ),
    (
        {"type": "tracking-number", "value": "t"},
        "tracking-number--e6d0c4af-6fce-58e0-906a-610b1c3e5db9",
    ),
    (
        {"type": "cryptographic-key", "value": "k"},
        "cryptographic-key--8d42cabd-13a1-5c6f-bef3-e16f62885e7c",
    ),
    ({"type": "ssh-key", "value": "s"}, "ssh-key--e96a04ff-7799-5bfd-a881-b26237f76191"),
    ({"type": "ai-prompt", "value": "a"}, "ai-prompt--82d6ce14-67e1-5989-9d46-efcbb919c3ab"),
    ({"type": "imei", "value": "1"}, "imei--a4b4b460-346c-5fbf-866e-0cc11e808af7"),
    ({"type": "iccid", "value": "2"}, "iccid--f81c2241-de9c-5590-8630-f3c4e71b4b46"),
    ({"type": "imsi", "value": "3"}, "imsi--b122f6bc-a5b5-5be4-8213-7e32463d64da"),
    (
        {"type": "url", "value": "https://port.example/"},
        "url--d1bc2460-e5e5-583c-a98b-fce62bc2070d",
    ),
    (
        {"type": "domain-name", "value": "port.example"},
        "domain-name--c35e757d-882a-54a9-b2fe-0b823513cc66",
    ),
    (
        {"type": "user-account", "user_id": "u", "account_type": "microblog"},
        "user-account--e29775e4-90ab-54ad-bfa1-57ce1ab28c04",
    ),
    (
        {
            "type": "file",
            "hashes": {
                "SHA-256": "abababababababababababababababababababababababababababababababab"
            },
            "name": "f",
        },
        "file--2878fc8c-9f01-5954-8f7d-dd20a960fac6",
    ),
    (
        {"type": "software", "name": "s", "version": "1"},
        "software--b08b5b85-c46d-52e8-bd52-7576765e9292",
    ),
    (
        {"type": "email-message", "is_multipart": False, "subject": "s"},
        "email-message--453bebc8-7c03-5e7b-bae4-808b8786264f",
    ),
)
