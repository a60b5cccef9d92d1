"""The three roles, as Django groups."""

from typing import Any

ANALYST = (
    ("hotspots", "view_entity"),
    ("hotspots", "view_metric"),
    ("hotspots", "view_series"),
    ("hotspots", "view_measurement"),
    ("hotspots", "view_target"),
    ("hotspots", "view_hotspot"),
    ("hotspots", "change_hotspot"),
    ("alerts", "view_alert"),
    ("alerts", "change_alert"),
    ("recommendations", "view_recommendation"),
)
ROLES = {
    "analyst": ANALYST,
    "approver": (*ANALYST, ("recommendations", "decide_recommendation")),
    "ingester": (("hotspots", "add_measurement"),),
}


def create_roles(apps: Any) -> None:
    """Create the groups that are missing, with their permissions. Existing ones stay as they are.

    Args:
        apps: an app registry: Django's own, or a migration's.
    """
    groups = apps.get_model("auth", "Group").objects
    permissions = apps.get_model("auth", "Permission").objects
    for name, pairs in ROLES.items():
        group, created = groups.get_or_create(name=name)
        if created:
            group.permissions.set(
                permissions.get(content_type__app_label=app, codename=codename)
                for app, codename in pairs
            )
