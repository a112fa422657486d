"""What files name, in words: `there is no camera 'gate'`, `The cameras are: …`."""

import msgspec

from hub.core.saying import Saying, saying


class Noun(msgspec.Struct, frozen=True):
    """One of it, and several."""

    one: Saying
    many: Saying


NOUNS: dict[str, Noun] = {
    "account with contacts": Noun(saying("account with contacts"), saying("accounts with contacts")),
    "area": Noun(saying("area"), saying("areas")),
    "camera": Noun(saying("camera"), saying("cameras")),
    "camera named": Noun(saying("camera named"), saying("camera names")),
    "department": Noun(saying("department"), saying("departments")),
    "device": Noun(saying("device"), saying("devices")),
    "domain": Noun(saying("domain"), saying("domains")),
    "pattern": Noun(saying("pattern"), saying("patterns")),
    "person": Noun(saying("person"), saying("people")),
    "post": Noun(saying("post"), saying("posts")),
    "preset": Noun(saying("preset"), saying("presets")),
    "qualification": Noun(saying("qualification"), saying("qualifications")),
    "role": Noun(saying("role"), saying("roles")),
    "round": Noun(saying("round"), saying("rounds")),
    "route": Noun(saying("route"), saying("routes")),
    "shift": Noun(saying("shift"), saying("shifts")),
    "storage": Noun(saying("storage"), saying("storages")),
    "tag of a camera": Noun(saying("tag of a camera"), saying("tags")),
    "team": Noun(saying("team"), saying("teams")),
}
