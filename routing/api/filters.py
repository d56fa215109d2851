"""What lists can be narrowed by. Contact details are only ever matched where the caller may see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import QuerySet

from routing.access import contact_open_to, teams_visible_to
from routing.intake.normalise import person_keys
from routing.models import Assignment, Lead, Rep, Team

BANDS = ("hot", "warm", "cold")


class ContactFilter(django_filters.CharFilter):
    """Matches a contact detail, on leads whose contact details the caller may see. `key` brings what is asked into the
    form in which it is compared."""

    def __init__(self, *args: Any, key: Callable[[str], str | None] = str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = key

    def filter(self, qs: QuerySet[Lead], value: Any) -> QuerySet[Lead]:
        if not value:
            return qs
        return super().filter(qs.filter(contact_open_to(self.parent.request.user)), self.key(value) or value)


class LeadFilter(django_filters.FilterSet):
    """By where a lead stands, whose it is, where it came from and when."""

    status = django_filters.MultipleChoiceFilter(choices=Lead.Status.choices, distinct=False)
    band = django_filters.MultipleChoiceFilter(choices=[(band, band) for band in BANDS], distinct=False)
    stage = django_filters.CharFilter("stage__slug")
    is_open = django_filters.BooleanFilter()
    source = django_filters.CharFilter("source__slug")
    channel = django_filters.CharFilter()
    team = django_filters.CharFilter("team__slug")
    owner = django_filters.CharFilter("owner__username")
    rule = django_filters.CharFilter()
    delivery = django_filters.CharFilter()
    territory = django_filters.CharFilter("territory__slug")
    country = django_filters.CharFilter()
    industry = django_filters.CharFilter(lookup_expr="iexact")
    product = django_filters.CharFilter(lookup_expr="iexact")
    captured_after = django_filters.IsoDateTimeFilter("captured_at", "gte", label="Captured at or after.")
    captured_before = django_filters.IsoDateTimeFilter("captured_at", "lt", label="Captured before.")
    updated_after = django_filters.IsoDateTimeFilter("updated_at", "gte", label="Changed at or after.")
    external_id = ContactFilter()
    email = ContactFilter("email_key", key=lambda text: person_keys(email=text).email_key)
    phone = ContactFilter("phone_key", key=lambda text: person_keys(phone=text).phone_key)

    class Meta:
        model = Lead
        fields: list[str] = []


class AssignmentFilter(django_filters.FilterSet):
    """By lead, rep, team, method and time."""

    lead = django_filters.NumberFilter("lead_id")
    rep = django_filters.CharFilter("rep__username")
    team = django_filters.CharFilter("team__slug")
    method = django_filters.MultipleChoiceFilter(choices=Assignment.Method.choices, distinct=False)
    active = django_filters.BooleanFilter("ended_at", "isnull", label="Still running.")
    assigned_after = django_filters.IsoDateTimeFilter("assigned_at", "gte", label="Assigned at or after.")
    assigned_before = django_filters.IsoDateTimeFilter("assigned_at", "lt", label="Assigned before.")

    class Meta:
        model = Assignment
        fields: list[str] = []


class RepFilter(django_filters.FilterSet):
    """By team and switch."""

    team = django_filters.CharFilter(method="in_team")
    active = django_filters.BooleanFilter()
    accepting = django_filters.BooleanFilter()

    class Meta:
        model = Rep
        fields: list[str] = []

    def in_team(self, reps: QuerySet[Rep], name: str, slug: str) -> QuerySet[Rep]:
        """The members of a team that the caller may see."""
        return reps.filter(memberships__team__in=teams_visible_to(self.request.user).filter(slug=slug))


class TeamFilter(django_filters.FilterSet):
    """By member."""

    member = django_filters.CharFilter("memberships__rep__username")

    class Meta:
        model = Team
        fields: list[str] = []
