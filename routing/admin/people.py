"""People: who can take leads, when and how many. Changes take effect at once and are logged."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Count, Model, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.timezone import now

from routing.absences.words import said
from routing.models import (
    AlertSettings,
    Calendar,
    Load,
    Membership,
    PeopleChange,
    Rep,
    RepSkill,
    Skill,
    Team,
    TimeOff,
    User,
)
from routing.people_changes import recorded
from routing.roster import directory

from .absences import BOOKS, absence_pages
from .archiving import UsedAdmin
from .base import (
    AdminPasswordChangeForm,
    KeptAdmin,
    ModelAdmin,
    ReadOnlyAdmin,
    StackedInline,
    TabularInline,
    UserChangeForm,
    UserCreationForm,
    who_asks,
)
from .departures import departure_pages, leave_page, take_back
from .forms import CalendarForm, RepForm, TeamForm

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
class CalendarAdmin(UsedAdmin, RecordedAdmin):
    form = CalendarForm
    list_display = ["shown", "slug", "timezone", "holidays"]
    list_display_links = ["shown"]
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
    """To look at; it is booked and changed on pages of its own."""

    model = TimeOff
    fk_name = "rep"
    hide_title = True
    readonly_fields = ["when", "cover", "note", "booked_by"]
    ordering = ["-starts_local", "-pk"]
    verbose_name_plural = "time off"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["when", "cover", "note", "booked_by"] if request.user.has_perms(BOOKS) else ["when", "cover"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TimeOff]:
        self.who, self.books = directory(), request.user.has_perms(BOOKS)
        return super().get_queryset(request).select_related("rep", "cover", "booked_by")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Away")
    def when(self, absence: TimeOff) -> str:
        words = said(absence, self.who, now())
        if not self.books:
            return words
        return format_html(
            '<span class="lo"><a href="{}">{}</a></span>', reverse("admin:absence", args=[absence.pk]), words
        )


class MembershipOfRepInline(TabularInline):
    model = Membership
    autocomplete_fields = ["team"]
    fields = ["team", "position", "weight", "cap_open", "cap_hour", "cap_day", "cap_week", "cap_month"]


class ActiveFilter(admin.SimpleListFilter):
    """Who left is out of sight until asked for."""

    title = "active"
    parameter_name = "left"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "No longer active"), ("all", "Everybody")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() == "all" else queryset.filter(active=self.value() != "yes")


@admin.register(Rep)
class RepAdmin(KeptAdmin, RecordedAdmin):
    form = RepForm
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
    list_filter = [ActiveFilter, "accepting", "calendar"]
    list_select_related = ["calendar"]
    search_fields = ["username", "name", "email"]
    autocomplete_fields = ["user", "calendar"]
    readonly_fields = ["paused_until"]
    inlines = [RepSkillInline, MembershipOfRepInline, TimeOffInline]
    actions = ["deactivate", "reactivate"]
    fieldsets = [
        (None, {"fields": ["username", "name", "email", "user"]}),
        ("When", {"fields": ["calendar", "active", ("accepting", "paused_until")]}),
        ("What", {"fields": ["seniority"]}),
        CAPS,
    ]

    def get_urls(self) -> list[URLPattern]:
        return [*absence_pages(self.admin_site), *departure_pages(self.admin_site), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """Who is there already is deactivated on a page of its own, which asks about their leads."""
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else [*fields, "standing"]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        return [
            (title, {**options, "fields": ["standing" if name == "active" else name for name in options["fields"]]})
            for title, options in fieldsets
        ]

    @admin.display(description="Active")
    def standing(self, rep: Rep) -> str:
        return render_to_string("admin/people/standing.html", {"rep": rep})

    @admin.action(description="Deactivate, and say what becomes of their leads", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Rep]) -> HttpResponse:
        return leave_page(request, list(queryset.values_list("pk", flat=True)))

    @admin.action(description="Reactivate", permissions=["change"])
    def reactivate(self, request: HttpRequest, queryset: QuerySet[Rep]) -> None:
        take_back(request, queryset)

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


class AlertSettingsInline(StackedInline):
    """What the team's managers are alerted about; what it shows holds also before anybody saves it."""

    model = AlertSettings
    verbose_name_plural = "alerts"
    can_delete = False
    hide_title = True
    max_num = 1
    extra = 1
    fields = [
        ("waiting", "waiting_minutes"),
        ("unclaimed", "unclaimed_minutes"),
        ("nobody_on", "nobody_on_hours"),
        ("breaches", "breach_percent"),
        ("breach_hours", "breach_at_least"),
    ]


@admin.register(Team)
class TeamAdmin(UsedAdmin, RecordedAdmin):
    form = TeamForm
    empty_words = "No teams yet. Reps of a team share its leads; rules name teams."
    list_display = ["name", "slug", "calendar", "members"]
    ordering = ["name", "pk"]
    list_display_links = ["name"]
    list_select_related = ["calendar"]
    search_fields = ["slug", "name"]
    autocomplete_fields = ["calendar", "managers"]
    inlines = [MembershipOfTeamInline, AlertSettingsInline]
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
