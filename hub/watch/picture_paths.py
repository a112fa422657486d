"""Where pictures are kept below the evidence folder."""

import re
from datetime import datetime

_UNFIT = re.compile(r"[^\w.-]")


def evidence_path(camera: str, at: datetime, what: str) -> str:
    """`2026/01/31/gate-1-081500-view.moved-after.jpg`: the path of a picture below the evidence folder, in UTC."""
    return f"{at:%Y/%m/%d}/{_UNFIT.sub('_', camera)}-{at:%H%M%S}-{_UNFIT.sub('_', what)}.jpg"


def reference_path(camera: str, reference: str, digest: str) -> str:
    """`references/gate-1/day-1-0a1b2c3d.jpg`: where the picture of a reference view is kept as evidence, for good.

    It follows from the picture's SHA-256, so that the same picture is never kept twice.
    """
    return f"references/{_UNFIT.sub('_', camera)}/{_UNFIT.sub('_', reference)}-{digest[:8]}.jpg"
