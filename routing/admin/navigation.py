"""The admin's way round: what a manager does, grouped as they would say it. What one may not see is not there."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

GROUPS: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...] = (
    (
        "",
        (
            ("Dashboard", "dashboard", "admin:index", ""),
            ("Reports", "bar_chart", "reports", "routing.see_reports"),
        ),
    ),
    (
        "Leads",
        (
            ("All leads", "contacts", "admin:routing_lead_changelist", "routing.view_lead"),
            ("Manual queue", "back_hand", "admin:lead_manual", "routing.change_lead"),
            ("Next steps", "event_busy", "admin:reps_nextstep_changelist", "reps.view_nextstep"),
            ("Recycling", "recycling", "admin:reps_recyclepolicy_changelist", "reps.view_recyclepolicy"),
            ("Feedback", "reviews", "admin:reps_feedbackrequest_changelist", "reps.view_feedbackrequest"),
            ("Asking for feedback", "rate_review", "admin:reps_feedbackpolicy_changelist", "reps.view_feedbackpolicy"),
            ("Inbox", "inbox", "admin:routing_capture_changelist", "routing.view_capture"),
            ("Mails not understood", "mail", "admin:reps_straymail_changelist", "reps.view_straymail"),
            ("Sources", "input", "admin:routing_source_changelist", "routing.view_source"),
            ("Imports", "upload_file", "admin:routing_importrun_changelist", "routing.view_importrun"),
            ("Stages", "stairs", "admin:routing_stage_changelist", "routing.view_stage"),
        ),
    ),
    (
        "The plan",
        (
            ("Rules", "alt_route", "admin:routing_rule_changelist", "routing.view_rule"),
            ("Territories", "map", "admin:routing_territory_changelist", "routing.view_territory"),
            ("Scores", "speed", "admin:routing_scorerule_changelist", "routing.view_scorerule"),
            ("Disqualifiers", "block", "admin:routing_disqualifier_changelist", "routing.view_disqualifier"),
            ("Response times", "timer", "admin:routing_slapolicy_changelist", "routing.view_slapolicy"),
            ("Settings", "tune", "admin:routing_plansettings_changelist", "routing.view_plansettings"),
            ("Try a lead", "science", "admin:plan_try", "routing.view_rule"),
            ("Replay", "replay", "admin:plan_replay", "routing.view_lead"),
            ("Versions", "history", "admin:routing_planversion_changelist", "routing.view_planversion"),
        ),
    ),
    (
        "People",
        (
            ("Reps", "badge", "admin:routing_rep_changelist", "routing.view_rep"),
            ("Absences", "event_busy", "admin:absences", "routing.view_timeoff"),
            ("Teams", "groups", "admin:routing_team_changelist", "routing.view_team"),
            ("Calendars", "calendar_month", "admin:routing_calendar_changelist", "routing.view_calendar"),
            ("Skills", "school", "admin:routing_skill_changelist", "routing.view_skill"),
            ("Changes", "manage_history", "admin:routing_peoplechange_changelist", "routing.view_peoplechange"),
        ),
    ),
    (
        "Log-ins",
        (
            ("Users", "person", "admin:routing_user_changelist", "routing.view_user"),
            ("Groups", "lock_person", "admin:auth_group_changelist", "auth.view_group"),
            ("Tokens", "key", "admin:routing_apitoken_changelist", "routing.view_apitoken"),
        ),
    ),
    (
        "Messages",
        (("Sent and unsent", "outgoing_mail", "admin:reps_delivery_changelist", "reps.view_delivery"),),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups and their pages that this person may open."""
    found = []
    for title, pages in GROUPS:
        items = [
            {"title": words, "icon": icon, "link": reverse(address)}
            for words, icon, address, permission in pages
            if not permission or request.user.has_perm(permission)
        ]
        if items:
            found.append({"title": title, "separator": bool(title), "items": items})
    return found
