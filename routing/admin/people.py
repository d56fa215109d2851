"""People: who can take leads, when and how many. Changes take effect at once and are logged."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now

from routing.models import Calendar, Load, Membership, PeopleChange, Rep, RepSkill, Skill, Team, TimeOff, User
from routing.people_changes import recorded

from .base import (
    AdminPasswordChangeForm,
    ArchivedFilter,
    KeptAdmin,
    ModelAdmin,
    ReadOnlyAdmin,
    TabularInline,
    UserChangeForm,
    UserCreationForm,
    who_asks,
)
from .forms import CalendarForm, TeamForm, TimeOffForm

CAPS = ("Caps", {"fields": [("cap_open", "cap_hour", "cap_day"), ("cap_week", "cap_month")]})


class RecordedAdmin(ModelAdmin):
    """A page whose changes of people are logged with who made them."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with recorded(at=now(), by=who_asks(request)):
            return super().changeform_view(request, object_id, form_url, extra_context)


@admin.register(Calendar)
class CalendarAdmin(KeptAdmin, RecordedAdmin):
    form = CalendarForm
    list_display = ["shown", "slug", "timezone", "holidays"]
    list_display_links = ["shown"]
    list_filter = [ArchivedFilter]
    search_fields = ["slug", "name"]
    fieldsets = [
        (None, {"fields": [("name", "slug"), "timezone"]}),
        ("Open", {"fields": ["hours"]}),
        ("Closed", {"fields": ["holidays", "closed"]}),
    ]

    @admin.display(description="Calendar", ordering="name")
    def shown(self, calendar: Calendar) -> str:
        return str(calendar)


class RepSkillInline(TabularInline):
    model = RepSkill
    autocomplete_fields = ["skill"]


class TimeOffInline(TabularInline):
    model = TimeOff
    form = TimeOffForm


class MembershipOfRepInline(TabularInline):
    model = Membership
    autocomplete_fields = ["team"]
    fields = ["team", "position", "weight", "cap_open", "cap_hour", "cap_day", "cap_week", "cap_month"]


@admin.register(Rep)
class RepAdmin(KeptAdmin, RecordedAdmin):
    kept_name = "username"
    empty_words = "No reps yet. Add whoever sells, with their calendar, skills and caps; then put them into a team."
    list_display = [
        "name",
        "username",
        "in_teams",
        "knows",
        "calendar",
        "seniority",
        "active",
        "accepting",
        "open_leads",
    ]
    list_display_links = ["name"]
    list_filter = ["active", "accepting", "calendar"]
    list_select_related = ["calendar"]
    search_fields = ["username", "name", "email"]
    autocomplete_fields = ["user", "calendar"]
    readonly_fields = ["paused_until"]
    inlines = [RepSkillInline, MembershipOfRepInline, TimeOffInline]
    fieldsets = [
        (None, {"fields": ["username", "name", "email", "user"]}),
        ("When", {"fields": ["calendar", "active", ("accepting", "paused_until")]}),
        ("What", {"fields": ["seniority"]}),
        CAPS,
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rep]:
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                Prefetch("memberships", Membership.objects.select_related("team").order_by("team__name")),
                Prefetch("skill_levels", RepSkill.objects.select_related("skill")),
                Prefetch("loads", Load.objects.filter(team=None), to_attr="whole_load"),
            )
        )

    @admin.display(description="Teams")
    def in_teams(self, rep: Rep) -> str:
        return ", ".join(one.team.name for one in rep.memberships.all() if one.team.archived_at is None)

    @admin.display(description="Skills")
    def knows(self, rep: Rep) -> str:
        return ", ".join(f"{one.skill.slug} {one.level}" for one in rep.skill_levels.all())

    @admin.display(description="Open leads")
    def open_leads(self, rep: Any) -> str:
        opened = rep.whole_load[0].open if rep.whole_load else 0
        return f"{opened} of {rep.cap_open}" if rep.cap_open is not None else str(opened)


class MembershipOfTeamInline(TabularInline):
    """Members in order; the order is dragged, or typed."""

    model = Membership
    autocomplete_fields = ["rep"]
    ordering_field = "position"
    verbose_name = "member"
    verbose_name_plural = "Members, in order"
    fields = ["rep", "position", "weight", "cap_open", "cap_hour", "cap_day", "cap_week", "cap_month"]
    ordering = ["position", "pk"]


@admin.register(Team)
class TeamAdmin(KeptAdmin, RecordedAdmin):
    form = TeamForm
    empty_words = "No teams yet. Reps of a team share its leads; rules name teams."
    list_display = ["name", "slug", "calendar", "members"]
    list_display_links = ["name"]
    list_filter = [ArchivedFilter]
    list_select_related = ["calendar"]
    search_fields = ["slug", "name"]
    autocomplete_fields = ["calendar", "managers"]
    inlines = [MembershipOfTeamInline]
    fieldsets = [
        (None, {"fields": [("name", "slug"), "managers", "calendar"]}),
        ("News", {"fields": ["channel_url"]}),
        ("Fair share", {"fields": ["counted", "credit"]}),
        ("Absences", {"fields": ["made_up", ("made_up_leads", "made_up_days")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        active = Count("memberships", filter=Q(memberships__rep__active=True))
        return super().get_queryset(request).annotate(active_members=active)

    @admin.display(ordering="active_members")
    def members(self, team: Any) -> int:
        return team.active_members


@admin.register(Skill)
class SkillAdmin(RecordedAdmin):
    list_display = ["slug"]
    search_fields = ["slug"]


@admin.register(PeopleChange)
class PeopleChangeAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "rep", "team", "by"]
    list_filter = ["kind"]
    list_select_related = ["rep", "team", "by"]
    date_hierarchy = "at"


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    fieldsets = [*(DjangoUserAdmin.fieldsets or []), ("Time", {"fields": ["timezone"]})]


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    pass
