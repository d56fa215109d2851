"""What a policy for a team, or for all others, has in common: managers keep those of their teams, and read the rest."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from routing import access
from routing.admin.base import ModelAdmin, who_asks
from routing.models import Team


class TeamPolicyAdmin(ModelAdmin):
    """Policies with a `team`, which is empty for that of all other teams."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Somebody who does not see everything makes policies for teams they manage, and none for all the others."""
        field = super().formfield_for_foreignkey(
            db_field,
            request,
            queryset=access.within_reach(who_asks(request), Team.objects.filter(archived_at=None)),
            **kwargs,
        )
        if field is not None and not access.sees_everything(who_asks(request)):
            field.required, field.help_text = True, ""
        return field

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._theirs(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self._theirs(request, obj)

    def _theirs(self, request: HttpRequest, obj: Any) -> bool:
        return obj is None or obj.team_id is not None or access.sees_everything(who_asks(request))

    @admin.display(description="Policy for", ordering="team")
    def shown(self, policy: Any) -> str:
        return str(policy.team or "All other teams")
