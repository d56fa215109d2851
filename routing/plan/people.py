"""The people half of the configuration: from rows to the canonical document, and back."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from routing.models import Calendar, Membership, Rep, RepSkill, Skill, Team, TimeOff, User

from .document.hours import ALWAYS, WEEKDAYS
from .rows import archive, bring, positions

PEOPLE = ("calendars", "reps", "teams")
"""The parts of the canonical document that take effect at once."""


def people_document() -> dict[str, Any]:
    """Calendars, reps and teams as the canonical document holds them, in seven queries whatever their number.

    Archived calendars and teams are left out. A pause is not in it: a paused rep is one that is not accepting, and
    whoever asks at an instant looks at `Rep.paused_until` too.
    """
    calendars = {row.pk: row for row in Calendar.objects.filter(archived_at=None).order_by("slug")}
    skills: dict[int, dict[str, int]] = defaultdict(dict)
    for rep_id, skill, level in RepSkill.objects.order_by("skill__slug").values_list("rep_id", "skill__slug", "level"):
        skills[rep_id][skill] = level
    absences: dict[int, list[dict[str, str]]] = defaultdict(list)
    for rep_id, start, end in TimeOff.objects.order_by("starts_local", "ends_local", "pk").values_list(
        "rep_id", "starts_local", "ends_local"
    ):
        absences[rep_id].append({"from": start, "to": end})
    reps = {rep.pk: rep for rep in Rep.objects.order_by("username")}
    managers: dict[int, list[str]] = defaultdict(list)
    for team_id, username in Team.managers.through.objects.order_by("user__username").values_list(
        "team_id", "user__username"
    ):
        managers[team_id].append(username)
    members: dict[int, dict[str, Any]] = defaultdict(dict)
    for place in Membership.objects.order_by("position", "pk"):
        members[place.team_id][reps[place.rep_id].username] = {"weight": place.weight, "caps": place.caps}

    def calendar_of(row: Rep | Team) -> str | None:
        calendar = calendars.get(row.calendar_id) if row.calendar_id else None
        return calendar.slug if calendar else None

    return {
        "calendars": {
            row.slug: {
                "timezone": row.timezone,
                "hours": {day: row.hours.get(day, []) for day in WEEKDAYS} if row.hours else _always(),
                "holidays": row.holidays or None,
                "closed": row.closed,
            }
            for row in calendars.values()
        },
        "reps": {
            rep.username: {
                "name": rep.name,
                "email": rep.email,
                "calendar": calendar_of(rep),
                "seniority": rep.seniority,
                "skills": skills[rep.pk],
                "caps": rep.caps,
                "active": rep.active,
                "accepting": rep.accepting,
                "time_off": absences[rep.pk],
            }
            for rep in reps.values()
        },
        "teams": {
            team.slug: {
                "name": team.name,
                "managers": managers[team.pk],
                "calendar": calendar_of(team),
                "members": members[team.pk],
                "counts": team.counts,
                "make_up": team.make_up,
                "credit": team.credit,
            }
            for team in Team.objects.filter(archived_at=None).order_by("slug")
        },
    }


def write_people(document: Mapping[str, Any], *, at: datetime) -> None:
    """Makes the people as a complete, checked document says. In the caller's transaction; tells and logs nothing.

    Who is missing from the document is archived: a calendar or a team by its date, a rep by being inactive and in no
    team. The switch and the time off of a rep who exists stay as they are.
    """
    calendars = bring(
        Calendar,
        {
            slug: {
                "timezone": calendar["timezone"],
                "hours": calendar["hours"],
                "holidays": calendar["holidays"] or "",
                "closed": calendar["closed"],
                "archived_at": None,
            }
            for slug, calendar in document["calendars"].items()
        },
    )
    archive(Calendar, all_but=calendars, at=at)
    reps = _write_reps(document["reps"], calendars)
    teams = bring(
        Team,
        {
            slug: {
                "name": team["name"],
                "calendar_id": calendars[team["calendar"]].pk if team["calendar"] else None,
                "counts": team["counts"],
                "make_up": team["make_up"],
                "credit": team["credit"],
                "archived_at": None,
            }
            for slug, team in document["teams"].items()
        },
    )
    archive(Team, all_but=teams, at=at)
    _write_members(document["teams"], teams, reps)
    _write_managers(document["teams"], teams)


def _write_reps(wanted: Mapping[str, Mapping[str, Any]], calendars: Mapping[str, Calendar]) -> dict[str, Rep]:
    known = set(Rep.objects.values_list("username", flat=True))
    reps = bring(
        Rep,
        {
            username: {
                "name": rep["name"],
                "email": rep["email"],
                "calendar_id": calendars[rep["calendar"]].pk if rep["calendar"] else None,
                "seniority": rep["seniority"],
                "active": rep["active"],
                "accepting": rep["accepting"],
                **_caps(rep["caps"]),
            }
            for username, rep in wanted.items()
        },
        key="username",
        only_new={"accepting"},
    )
    _link_users(reps)
    TimeOff.objects.bulk_create(
        TimeOff(rep=rep, starts_local=absence["from"], ends_local=absence["to"])
        for username, rep in reps.items()
        if username not in known
        for absence in wanted[username]["time_off"]
    )
    _write_skills(wanted, reps)
    _retire(known - reps.keys())
    return reps


def _retire(usernames: Collection[str]) -> None:
    """Takes reps out of business: history still names them, so they stay, inactive and in no team."""
    if usernames:
        gone = Rep.objects.filter(username__in=usernames)
        gone.filter(active=True).update(active=False)
        gone.filter(calendar__archived_at__isnull=False).update(calendar=None)
        Membership.objects.filter(rep__in=gone).delete()


def _link_users(reps: Mapping[str, Rep]) -> None:
    """A rep whose username somebody already logs in with gets that log-in; none is made."""
    unlinked = [rep for rep in reps.values() if rep.user_id is None]
    users = {
        user.username: user
        for user in User.objects.filter(username__in=[rep.username for rep in unlinked], rep__isnull=True)
    }
    linked = [rep for rep in unlinked if rep.username in users]
    for rep in linked:
        rep.user = users[rep.username]
    if linked:
        Rep.objects.bulk_update(linked, ["user"], batch_size=500)


def _write_skills(wanted: Mapping[str, Mapping[str, Any]], reps: Mapping[str, Rep]) -> None:
    skills = bring(Skill, {skill: {} for rep in wanted.values() for skill in rep["skills"]})
    levels = {
        (reps[username].pk, skills[skill].pk): level
        for username, rep in wanted.items()
        for skill, level in rep["skills"].items()
    }
    usernames = {rep.pk: username for username, rep in reps.items()}
    changed, obsolete = [], []
    for row in RepSkill.objects.all():
        level = levels.pop((row.rep_id, row.skill_id), None)
        if level is None:
            if row.rep_id in usernames:
                obsolete.append(row.pk)
        elif row.level != level:
            row.level = level
            changed.append(row)
    RepSkill.objects.filter(pk__in=obsolete).delete()
    RepSkill.objects.bulk_update(changed, ["level"], batch_size=500)
    RepSkill.objects.bulk_create(
        RepSkill(rep_id=rep, skill_id=skill, level=level) for (rep, skill), level in levels.items()
    )


def _write_members(wanted: Mapping[str, Mapping[str, Any]], teams: Mapping[str, Team], reps: Mapping[str, Rep]) -> None:
    slugs = {team.pk: slug for slug, team in teams.items()}
    usernames = {rep.pk: username for username, rep in reps.items()}
    present: dict[str, dict[str, Membership]] = {slug: {} for slug in teams}
    for row in Membership.objects.order_by("position", "pk"):
        if row.team_id in slugs:
            present[slugs[row.team_id]][usernames[row.rep_id]] = row
    new, changed, obsolete = [], [], []
    for slug, team in teams.items():
        members = wanted[slug]["members"]
        places = positions(members, ((name, row.position) for name, row in present[slug].items()))
        for username, member in members.items():
            attributes = {"position": places[username], "weight": member["weight"], **_caps(member["caps"])}
            if username not in present[slug]:
                new.append(Membership(team=team, rep=reps[username], **attributes))
                continue
            row = present[slug].pop(username)
            if any(getattr(row, field) != value for field, value in attributes.items()):
                for field, value in attributes.items():
                    setattr(row, field, value)
                changed.append(row)
        obsolete += [row.pk for row in present[slug].values()]
    Membership.objects.filter(pk__in=obsolete).delete()
    Membership.objects.bulk_update(changed, ["position", "weight", *_caps({})], batch_size=500)
    Membership.objects.bulk_create(new)


def _write_managers(wanted: Mapping[str, Mapping[str, Any]], teams: Mapping[str, Team]) -> None:
    """Managers as named; who cannot log in yet becomes a user without a usable password."""
    names = {name for team in wanted.values() for name in team["managers"]}
    users = {user.username: user for user in User.objects.filter(username__in=names)}
    for name in sorted(names - users.keys()):
        user = User(username=name)
        user.set_unusable_password()
        user.save()
        users[name] = user
    manages = Team.managers.through
    missing = {(teams[slug].pk, users[name].pk) for slug, team in wanted.items() for name in team["managers"]}
    obsolete = []
    for row in manages.objects.filter(team__in=[team.pk for team in teams.values()]):
        if (row.team_id, row.user_id) in missing:
            missing.remove((row.team_id, row.user_id))
        else:
            obsolete.append(row.pk)
    manages.objects.filter(pk__in=obsolete).delete()
    manages.objects.bulk_create(manages(team_id=team, user_id=user) for team, user in sorted(missing))


def _caps(caps: Mapping[str, int]) -> dict[str, int | None]:
    """Caps as the attributes of a row."""
    return {f"cap_{kind}": caps.get(kind) for kind in ("open", "hour", "day", "week", "month")}


def _always() -> dict[str, list[list[str]]]:
    return {day: [list(span) for span in spans] for day, spans in ALWAYS.items()}
