"""The secret address to which a rep sends copies of their mail: made, and renewed when others know it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from reps.mail.addresses import renew
from reps.views.door import DeskRequest, desk_page


@require_POST
@desk_page
def mail_address(request: DeskRequest) -> HttpResponse:
    """Give the rep an address, or another in place of the one they have."""
    if not request.desk.mail_comes_in:
        raise Http404
    had = request.desk.mail_address
    renew(request.desk.rep, at=request.desk.at)
    messages.success(
        request, "This is your new address. The old one takes no mail any more." if had else "This is your address."
    )
    return redirect("availability")
