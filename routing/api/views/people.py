"""Reps and teams, as far as the caller has to do with them."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet
from rest_framework.generics import ListAPIView

from routing.access import reps_visible_to, teams_visible_to
from routing.api.filters import RepFilter, TeamFilter
from routing.api.pages import BySlug, ByUsername
from routing.api.serializers import RepSerializer, TeamSerializer
from routing.api.views.base import Guarded
from routing.models import Membership, Rep, Team


class RepList(Guarded, ListAPIView):
    """The caller, and the members of the teams they manage or sell in."""

    queryset = Rep.objects.none()
    serializer_class = RepSerializer
    filterset_class = RepFilter
    pagination_class = ByUsername

    def get_queryset(self) -> QuerySet[Rep]:
        memberships = Membership.objects.filter(team__in=teams_visible_to(self.request.user)).select_related("team")
        return reps_visible_to(self.request.user).prefetch_related(
            Prefetch("memberships", memberships.order_by("team__slug"))
        )


class TeamList(Guarded, ListAPIView):
    """The teams that the caller manages or sells in."""

    queryset = Team.objects.none()
    serializer_class = TeamSerializer
    filterset_class = TeamFilter
    pagination_class = BySlug

    def get_queryset(self) -> QuerySet[Team]:
        members = Membership.objects.select_related("rep").order_by("position", "pk")
        return teams_visible_to(self.request.user).prefetch_related("managers", Prefetch("memberships", members))
