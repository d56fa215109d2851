"""What goes out, for whoever runs this: what could not be sent, why, and once more."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now

from reps.models import Delivery
from reps.notify.kinds import KINDS
from reps.notify.outbound import send_again
from routing.admin.base import ReadOnlyAdmin


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Messages with how they fared. Their words are not kept: they are made when they are sent."""

    empty_words = "Nothing here. E-mails and what goes to teams' channels appear with how they fared."
    list_display = ["number", "channel", "to_whom", "kind", "state", "attempts", "next_try", "sent_at", "error"]
    list_display_links = ["number"]
    list_filter = ["state", "channel"]
    list_select_related = ["notification__user", "notification__channel_of"]
    actions = ["once_more"]
    fields = ["channel", "to_whom", "kind", "state", "attempts", "next_at", "sent_at", "created_at", "error"]

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("reps.change_delivery")

    @admin.display(description="No.", ordering="pk")
    def number(self, delivery: Delivery) -> int:
        return delivery.pk

    @admin.display(description="To")
    def to_whom(self, delivery: Delivery) -> str:
        return "a customer" if delivery.feedback_id else str(delivery.news.user or delivery.news.channel_of)

    @admin.display(description="About", ordering="notification__kind")
    def kind(self, delivery: Delivery) -> str:
        return "Feedback" if delivery.feedback_id else KINDS[delivery.news.kind].subject

    @admin.display(description="Next try", ordering="next_at")
    def next_try(self, delivery: Delivery) -> Any:
        return delivery.next_at if delivery.state in Delivery.OPEN else None

    @admin.action(description="Send again", permissions=["send"])
    def once_more(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        again = send_again(ids, at=now())
        left = len(ids) - again
        words = f"{again} will be sent again." + (f" {left} had not been given up." if left else "")
        self.message_user(request, words)
