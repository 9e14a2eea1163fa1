"""Every kind of export that can be read by name.

A new one is a file in `social/` and a line here.
"""

from legation.errors import UsageError
from legation.sources.social import (
    bluesky,
    coordination_network_toolkit,
    crowdtangle,
    fourcat,
    mastodon,
    meta_content_library,
    own,
    telegram,
    twitter_operations,
    twitter_v2,
)
from legation.sources.social.preset import Preset

PRESETS: tuple[Preset, ...] = (
    own.PRESET,
    coordination_network_toolkit.PRESET,
    twitter_v2.PRESET,
    twitter_operations.PRESET,
    bluesky.JETSTREAM,
    bluesky.VIEWS,
    mastodon.PRESET,
    telegram.PRESET,
    crowdtangle.PRESET,
    meta_content_library.PRESET,
    fourcat.PRESET,
)


def preset(name: str) -> Preset:
    """Return the preset of that name.

    Raises:
        UsageError: There is none.
    """
    found = {each.name: each for each in PRESETS}
    if name not in found:
        raise UsageError(f"no preset {name!r}", hint=f"presets: {', '.join(found)}")
    return found[name]
