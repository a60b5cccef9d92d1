"""The three roles, as Django groups."""

from collections.abc import Iterable
from typing import Any

PLAYBOOKS = (("recommendations", "view_playbook"), ("recommendations", "view_passage"))
SETTINGS = (
    ("hotspots", "change_series"),
    ("hotspots", "add_target"),
    ("hotspots", "change_target"),
    ("hotspots", "delete_target"),
)
SILENCES = (
    ("hotspots", "view_silence"),
    ("hotspots", "add_silence"),
    ("hotspots", "change_silence"),
)
DOCUMENTS = (
    ("recommendations", "view_document"),
    ("recommendations", "add_document"),
)
EDITING = (
    ("recommendations", "change_recommendation"),
    ("recommendations", "change_document"),
    ("recommendations", "publish_document"),
)
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
    *PLAYBOOKS,
    *SETTINGS,
    *SILENCES,
    *DOCUMENTS,
)
ROLES = {
    "analyst": ANALYST,
    "approver": (*ANALYST, ("recommendations", "decide_recommendation"), *EDITING),
    "ingester": (("hotspots", "add_measurement"),),
}


def create_roles(apps: Any) -> None:
    """Create the groups that are missing, with their permissions. Existing ones stay as they are.

    A permission for a model of a later migration is given by that migration.

    Args:
        apps: an app registry: Django's own, or a migration's.
    """
    for name, pairs in ROLES.items():
        group, created = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        if created:
            group.permissions.set(existing(apps, pairs))


def show_playbooks(apps: Any) -> None:
    """Let those who see recommendations read what these rest on.

    Args:
        apps: a migration's app registry.
    """
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["analyst", "approver"]):
        group.permissions.add(*existing(apps, PLAYBOOKS))


def let_set(
    apps: Any, pairs: Iterable[tuple[str, str]], roles: Iterable[str] = ("analyst", "approver")
) -> None:
    """Let roles do something more, whatever else they were given by hand.

    Args:
        apps: a migration's app registry.
        pairs: app labels and code names of permissions that exist.
        roles: names of groups; one that is gone stays gone.
    """
    for group in apps.get_model("auth", "Group").objects.filter(name__in=roles):
        group.permissions.add(*existing(apps, pairs))


def existing(apps: Any, pairs: Iterable[tuple[str, str]]) -> list[Any]:
    """Return the permissions of those app labels and code names."""
    permissions = apps.get_model("auth", "Permission").objects
    named = [
        permissions.filter(content_type__app_label=app, codename=codename).first()
        for app, codename in pairs
    ]
    return [permission for permission in named if permission is not None]
