"""To whom somebody may have a report sent: people who log in, whom they may see, and who have reports."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from routing import access
from routing.models import User


def may_be_sent_to(owner: User) -> QuerySet[User]:
    """Everybody with reports for an analyst and for ops; a manager's own reps and fellow managers; a rep themself."""
    users = User.objects.filter(is_active=True)
    if access.counts_everything(owner):
        has_some = Q(pk=owner.pk) | Q(is_superuser=True) | Q(rep__active=True) | Q(managed_teams__isnull=False)
        label, codename = access.SEE_REPORTS.split(".")
        for path in ("user_permissions", "groups__permissions"):
            has_some |= Q(**{f"{path}__codename": codename, f"{path}__content_type__app_label": label})
    else:
        teams = access.teams_managed_by(owner).values("pk")
        has_some = Q(pk=owner.pk) | Q(managed_teams__in=teams)
        has_some |= Q(rep__active=True, rep__memberships__team__in=teams)
    return users.filter(pk__in=User.objects.filter(has_some).values("pk")).order_by("username")
