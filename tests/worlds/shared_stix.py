"""The bundles of real STIX in the shared data, by name."""

from typing import Final

BUNDLES: Final = (
    "amnesty-2021-07-18-nso-pegasus.stix2.json",
    "attack-ics-18.1.json",
    "disarm-stix.json",
    "oasis-example-indicator-to-campaign-relationship.json",
    "oasis-example-infrastructure.json",
    "oasis-example-interop-objectmarking-test.json",
    "oasis-example-malicious-email-indicator-with-attachment.json",
    "oasis-example-poisonivy.json",
    "opencti-geography.json",
    "opencti-sectors.json",
)
MISP: Final = "citizenlab-201702-nilephish.misp.json"
