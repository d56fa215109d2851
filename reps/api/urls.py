"""Addresses of the desk's API, under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from reps.api.activities import ActivityView

urlpatterns: list[URLPattern | URLResolver] = [
    path("leads/<int:lead_id>/activities/", ActivityView.as_view(), name="api-activities"),
]
