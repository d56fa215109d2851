"""The number that tells whoever keeps people in memory that they have changed."""

from typing import Any, Final

from django.apps import apps
from django.db import connections
from django.db.models import F, Model
from django.db.models.signals import ModelSignal, m2m_changed, post_delete, post_save, pre_delete, pre_save

PEOPLE: Final = ("Calendar", "Rep", "RepSkill", "Skill", "TimeOff", "Team", "Membership")
_LOGGED_IN: Final = frozenset({"last_login"})


def people_changed() -> None:
    """Says that people changed, in the transaction that changes them.

    Best before it touches their rows: the revision's row is then the first lock of everybody who changes people, and
    they cannot wait for each other in a circle.
    """
    apps.get_model("routing", "Revision").objects.update(people=F("people") + 1)


def watch_people() -> None:
    """Has every save, deletion and change of managers say so, and absences written many at a time. Of everybody else
    `update()` and bulk methods send no signals: their callers say so themselves."""
    for name in (*PEOPLE, "User"):
        _connect(pre_save, _before_change, f"routing.{name}")
        _connect(pre_delete, _before_change, f"routing.{name}")
        _connect(post_save, _after_change, f"routing.{name}")
        _connect(post_delete, _after_change, f"routing.{name}")
    through = apps.get_model("routing", "Team").managers.through
    m2m_changed.connect(_on_managers, sender=through, dispatch_uid="people_revision.managers")
    apps.get_model("routing", "TimeOff").written.connect(_on_absences, dispatch_uid="people_revision.absences")


def _connect(signal: ModelSignal, receiver: Any, sender: str) -> None:
    signal.connect(receiver, sender=sender, dispatch_uid=f"people_revision.{receiver.__name__}.{sender}")


def _before_change(using: str, update_fields: frozenset[str] | None = None, **kwargs: Any) -> None:
    if connections[using].in_atomic_block and update_fields != _LOGGED_IN:
        people_changed()


def _after_change(using: str, update_fields: frozenset[str] | None = None, **kwargs: Any) -> None:
    """Outside a transaction the change is visible by now, so that nobody reads the old people under the new number."""
    if not connections[using].in_atomic_block and update_fields != _LOGGED_IN:
        people_changed()


def _on_managers(action: str, instance: Model, **kwargs: Any) -> None:
    if action.startswith("pre_"):
        people_changed()


def _on_absences(using: str, done: bool, **kwargs: Any) -> None:
    (_after_change if done else _before_change)(using)
