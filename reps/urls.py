"""Addresses of the desk."""

from django.urls import URLPattern, URLResolver, include, path

from reps.views.availability import availability
from reps.views.claims import claim, claims
from reps.views.lead import give_back, lead, log, lose, stage, win
from reps.views.pool import next_lead, pick, pool
from reps.views.queue import queue

urlpatterns: list[URLPattern | URLResolver] = [
    path("", queue, name="queue"),
    path("claims/", claims, name="claims"),
    path("pool/", pool, name="pool"),
    path("pool/next/", next_lead, name="next-lead"),
    path("leads/<int:lead_id>/", lead, name="lead"),
    path("leads/<int:lead_id>/claim/", claim, name="claim"),
    path("leads/<int:lead_id>/pick/", pick, name="pick"),
    path("leads/<int:lead_id>/log/", log, name="log"),
    path("leads/<int:lead_id>/stage/", stage, name="stage"),
    path("leads/<int:lead_id>/win/", win, name="win"),
    path("leads/<int:lead_id>/lose/", lose, name="lose"),
    path("leads/<int:lead_id>/give-back/", give_back, name="give-back"),
    path("availability/", availability, name="availability"),
    path("api/v1/", include("reps.api.urls")),
]
