"""What people are here: ops, manager, analyst, rep. Each is a group, made with its permissions by a migration.

A group says what somebody may do; which leads and people they may do it with, routing.access says. Both belong to
whoever administers an installation: a group that was changed by hand stays as it is.
"""

from __future__ import annotations

from typing import Any, Final

from django.apps import apps
from django.db.models.signals import m2m_changed

OPS: Final = "ops"
"""Runs it: sees everything, changes everything but who may log in."""

MANAGER: Final = "manager"
"""Configures the plan, and looks after the people and leads of the teams they manage."""

ANALYST: Final = "analyst"
"""Reads reports, and no contact details."""

REP: Final = "rep"
"""Works at the desk. What a rep sees comes from their teams, not from permissions."""

IN_THE_ADMIN: Final = (OPS, MANAGER)


def let_roles_into_the_admin() -> None:
    """Has whoever becomes ops or manager be let into the admin (Django's `is_staff`), whichever way they become it."""
    user = apps.get_model("routing", "User")
    m2m_changed.connect(_on_groups, sender=user._meta.get_field("groups").remote_field.through, dispatch_uid="roles")


def _on_groups(instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **_: Any) -> None:
    if action != "post_add" or not pk_set:
        return
    users, groups = apps.get_model("routing", "User").objects, apps.get_model("auth", "Group").objects
    wanted = groups.filter(name__in=IN_THE_ADMIN)
    if reverse and instance.name in IN_THE_ADMIN:
        users.filter(pk__in=pk_set).update(is_staff=True)
    elif not reverse and wanted.filter(pk__in=pk_set).exists():
        instance.is_staff = True
        users.filter(pk=instance.pk).update(is_staff=True)
