"""Addresses of the API, under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from routing.api.views.leads import AssignmentList, LeadDetail, LeadExplanation, LeadList
from routing.api.views.people import RepList, TeamList
from routing.api.views.work import Accept, Assign, Claim, Decline, GiveBack, Pick, Pull

urlpatterns: list[URLPattern | URLResolver] = [
    path("leads/", LeadList.as_view(), name="api-leads"),
    path("leads/pull/", Pull.as_view(), name="api-pull"),
    path("leads/<int:lead_id>/", LeadDetail.as_view(), name="api-lead"),
    path("leads/<int:lead_id>/explanation/", LeadExplanation.as_view(), name="api-explanation"),
    path("leads/<int:lead_id>/claim/", Claim.as_view(), name="api-claim"),
    path("leads/<int:lead_id>/pick/", Pick.as_view(), name="api-pick"),
    path("leads/<int:lead_id>/accept/", Accept.as_view(), name="api-accept"),
    path("leads/<int:lead_id>/decline/", Decline.as_view(), name="api-decline"),
    path("leads/<int:lead_id>/give-back/", GiveBack.as_view(), name="api-give-back"),
    path("leads/<int:lead_id>/assign/", Assign.as_view(), name="api-assign"),
    path("assignments/", AssignmentList.as_view(), name="api-assignments"),
    path("reps/", RepList.as_view(), name="api-reps"),
    path("teams/", TeamList.as_view(), name="api-teams"),
]
