"""How far an account reaches: which cameras its domains and departments cover."""

from hub.core.people.account import Account
from hub.core.site import Camera, Site


def covers(account: Account, camera: Camera | None, site: Site) -> bool:
    """Whether the account's domains and departments cover a camera. None is one that hub.toml has no more, and its
    domain with it: only those who may see everything see what remains of it. A camera in an area of no department is
    for people who are not limited to departments."""
    if camera is None:
        return account.unlimited
    if camera.domain not in account.domains:
        return False
    if not account.departments:
        return True
    area = site.area(camera.area)
    return area is not None and area.department in account.departments
