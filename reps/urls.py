"""Addresses of the desk."""

from django.urls import URLPattern, URLResolver, include, path

from reps.feedback.views import feedback, no_more
from reps.views.availability import availability
from reps.views.claims import claim, claims
from reps.views.distribution import how_leads_are_distributed
from reps.views.lead import give_back, lead, log, lose, next_step, stage, win
from reps.views.mail_address import mail_address
from reps.views.notifications import bell, notification, notifications, read, told_how
from reps.views.numbers import numbers
from reps.views.offers import accept, by_link, decline
from reps.views.pool import next_lead, pick, pool
from reps.views.queue import queue
from reps.views.started import call_started, how_it_went, mail_started, starts
from reps.views.time_off import book_time_off, change_time_off
from reps.views.why import lead_why

urlpatterns: list[URLPattern | URLResolver] = [
    path("", queue, name="queue"),
    path("claims/", claims, name="claims"),
    path("pool/", pool, name="pool"),
    path("pool/next/", next_lead, name="next-lead"),
    path("leads/<int:lead_id>/", lead, name="lead"),
    path("leads/<int:lead_id>/why/", lead_why, name="lead-why"),
    path("leads/<int:lead_id>/claim/", claim, name="claim"),
    path("leads/<int:lead_id>/pick/", pick, name="pick"),
    path("leads/<int:lead_id>/accept/", accept, name="accept"),
    path("leads/<int:lead_id>/decline/", decline, name="decline"),
    path("offers/<str:token>/", by_link, name="offer"),
    path("leads/<int:lead_id>/log/", log, name="log"),
    path("leads/<int:lead_id>/call-started/", call_started, name="call-started"),
    path("leads/<int:lead_id>/mail-started/", mail_started, name="mail-started"),
    path("leads/<int:lead_id>/how-it-went/", how_it_went, name="how-it-went"),
    path("how-did-it-go/", starts, name="starts"),
    path("leads/<int:lead_id>/next-step/", next_step, name="next-step"),
    path("leads/<int:lead_id>/stage/", stage, name="stage"),
    path("leads/<int:lead_id>/win/", win, name="win"),
    path("leads/<int:lead_id>/lose/", lose, name="lose"),
    path("leads/<int:lead_id>/give-back/", give_back, name="give-back"),
    path("my-numbers/", numbers, name="numbers"),
    path("how-leads-are-distributed/", how_leads_are_distributed, name="distribution"),
    path("availability/", availability, name="availability"),
    path("availability/time-off/", book_time_off, name="book-time-off"),
    path("availability/time-off/<int:absence_id>/", change_time_off, name="time-off"),
    path("availability/mail-address/", mail_address, name="mail-address"),
    path("notifications/", notifications, name="notifications"),
    path("notifications/bell/", bell, name="bell"),
    path("notifications/read/", read, name="notifications-read"),
    path("notifications/settings/", told_how, name="told-how"),
    path("notifications/<int:pk>/", notification, name="notification"),
    path("feedback/<str:token>/", feedback, name="feedback"),
    path("feedback/<str:token>/no-more/", no_more, name="feedback-no-more"),
    path("api/v1/", include("reps.api.urls")),
]
