"""The door to the desk: who comes in, in which time zone, and where everybody else is sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRefresh

from reps.desk import Desk, Onlooker
from routing.access import rep_of
from routing.models import Rep, User

P = ParamSpec("P")


class DeskRequest(HttpRequest):
    """A request of somebody who sits at a desk."""

    user: User
    desk: Desk
    htmx: Any


class LeadRequest(HttpRequest):
    """A request of somebody who may look at leads, at a desk or without one."""

    user: User
    desk: Onlooker
    htmx: Any


def desk_page(view: Callable[Concatenate[DeskRequest, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a rep in with their desk and their time zone; send managers to the admin, strangers to the log-in."""

    def elsewhere(request: Any, *_: object, **__: object) -> HttpResponse:
        return redirect("admin:index") if request.user.is_staff else no_desk(request)

    return _door(view, elsewhere)


def lead_page(view: Callable[Concatenate[LeadRequest, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let in a rep, and whoever sells nothing but may see leads: a manager with a link."""

    def looking_on(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if rep_of(request.user) is not None:  # a rep who left has no desk, and nothing to look at
            return no_desk(request)
        request.desk = Onlooker(user=request.user, at=timezone.now())
        with timezone.override(zone_of(request.user, None)):
            return view(request, *args, **kwargs)

    return _door(view, looking_on)


def _door(
    view: Callable[..., HttpResponseBase], otherwise: Callable[..., HttpResponseBase]
) -> Callable[..., HttpResponseBase]:
    @never_cache
    @wraps(view)
    def opened(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            # A board that polls must not be filled with a log-in form.
            return HttpResponseClientRefresh() if request.htmx else redirect_to_login(request.get_full_path())
        rep = Rep.objects.select_related("calendar").filter(user=request.user, active=True).first()
        if rep is None:
            return otherwise(request, *args, **kwargs)
        rep.user = request.user  # each knows the other, and nobody asks again
        request.desk = Desk(user=request.user, rep=rep, at=timezone.now())
        with timezone.override(zone_of(request.user, rep)):
            return view(request, *args, **kwargs)

    return opened


def no_desk(request: HttpRequest) -> HttpResponse:
    """The page that says why there is no desk for somebody."""
    return render(request, "desk/no_desk.html", status=403)


def zone_of(user: User, rep: Rep | None) -> ZoneInfo:
    """The viewer's own zone, else that of their calendar, else the site's."""
    return ZoneInfo(user.timezone or (rep.calendar.timezone if rep and rep.calendar else "") or settings.TIME_ZONE)
