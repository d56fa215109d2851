"""Addresses of the desk's API, under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from reps.api.activities import ActivityView
from reps.api.inbound_mail import inbound_mail

urlpatterns: list[URLPattern | URLResolver] = [
    path("leads/<int:lead_id>/activities/", ActivityView.as_view(), name="api-activities"),
    path("inbound-mail/<str:secret>/", inbound_mail, name="inbound-mail"),
]
