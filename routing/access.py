"""Who may see what: the one place. Pages, API, search, counts and exports all start from these querysets.

* Whoever may see every lead (superusers, and people with the permission `routing.see_all_leads`) sees all.
* A manager sees the leads of the teams they manage, and those owned by a member of such a team.
* A rep sees their own leads, what is on offer to them, and what lies in the pool of their teams to be claimed or
  picked. A blind pool is absent for its reps: a lead of it appears once it is theirs.

Where a lead hides its contact details until it is somebody's, a rep who only sees it lying there gets them blank:
the database never hands them out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Case, F, Field, JSONField, Q, QuerySet, Value, When
from django.db.models.query import ModelIterable

from routing.models import Assignment, Lead, Offer, Rep, Team, User

SEE_ALL: Final = "routing.see_all_leads"
SEE_ALL_PEOPLE: Final = "routing.see_all_people"
SEE_REPORTS: Final = "routing.see_reports"

CONTACT: Final = (
    "external_id",
    "email",
    "email_key",
    "email_domain",
    "free_mail",
    "phone",
    "phone_key",
    "first_name",
    "last_name",
    "attributes",
    "consent",
)
"""What says who a lead is, or is read off what says it."""

BLANK: Final[dict[str, Value]] = {"attributes": Value({}, JSONField()), "free_mail": Value(None, BooleanField())}
"""What stands in their place where that is no empty text."""

LYING_OPEN: Final = ("claim", "pick")
"""Deliveries whose leads a team's reps see before they have them."""


def sees_everything(user: User | AnonymousUser) -> bool:
    """Whether this person may see every lead there is."""
    return user.is_active and (user.is_superuser or user.has_perm(SEE_ALL))


def visible_to(user: User | AnonymousUser) -> QuerySet[Lead]:
    """The leads this person may see, for reading: contact details they may not see are blank in what comes back."""
    if not user.is_authenticated or not user.is_active:
        return Lead.objects.none()
    if sees_everything(user):
        return Lead.objects.all()
    leads = Lead.objects.filter(seen_by(user))
    return masked(leads, contact_open_to(user)) if rep_of(user) else leads


def seen_by(user: User) -> Q:
    """Which leads those are, as a condition on leads: for asking whether, not for reading what they hold."""
    return EVERYTHING if sees_everything(user) else own(user) | managed(user) | lying_open_to(user) | on_offer_to(user)


def masked(leads: QuerySet[Lead], shown: Q) -> QuerySet[Lead]:
    """The same leads, their contact details read only where `shown` holds, and blank elsewhere."""
    leads = leads.defer(*CONTACT).annotate(
        **{
            f"shown_{name}": Case(
                When(shown, then=F(name)),
                default=BLANK.get(name, Value("")),
                output_field=cast("Field[Any, Any]", Lead._meta.get_field(name)),
            )
            for name in CONTACT
        }
    )
    leads._iterable_class = ShownLeads
    return leads


class ShownLeads(ModelIterable):
    """Leads whose contact details are those that were shown, so that no page can ask the database for the rest."""

    def __iter__(self) -> Iterator[Any]:
        for lead in super().__iter__():
            for name in CONTACT:
                setattr(lead, name, lead.__dict__.pop(f"shown_{name}"))
            yield lead


def contact_open_to(user: User) -> Q:
    """Of the leads this person sees, those whose contact details they see too. Filters on these ask it as well."""
    if sees_everything(user):
        return EVERYTHING
    return Q(hide_contact=False) | own(user) | managed(user)


def counts_everything(user: User | AnonymousUser) -> bool:
    """Whether this person's reports are of everybody: an analyst's, who sees people and reports but no lead, and theirs
    who see every lead."""
    return sees_everything(user) or (user.is_active and user.has_perms([SEE_REPORTS, SEE_ALL_PEOPLE]))


def counted_for(user: User | AnonymousUser) -> Q:
    """Which leads this person's reports count: all, those of the teams they manage, and of a rep their own.

    A lead lying in a pool counts for nobody who sells: how many there are would tell of them.
    """
    if not isinstance(user, User) or not user.is_active:
        return NOTHING
    return EVERYTHING if counts_everything(user) else own(user) | managed(user)


def counted_lines(user: User | AnonymousUser) -> Q:
    """Which rows that name a team and a rep (assignments, offers, clocks) this person's reports count."""
    if not isinstance(user, User) or not user.is_active:
        return NOTHING
    if counts_everything(user):
        return EVERYTHING
    rep = rep_of(user)
    teams = Team.objects.filter(managers=user).values("pk")
    reps = Rep.objects.filter(memberships__team__in=teams).values("pk")
    return (Q(rep=rep) if rep else NOTHING) | Q(team__in=teams) | Q(rep__in=reps)


def counted_work(user: User | AnonymousUser) -> Q:
    """Whose work (activities, answers of customers: rows that name a rep) this person's reports count."""
    if not isinstance(user, User) or not user.is_active:
        return NOTHING
    return EVERYTHING if counts_everything(user) else Q(rep__in=counted_reps(user).values("pk"))


def counted_teams(user: User | AnonymousUser) -> QuerySet[Team]:
    """The teams this person's reports may be asked about."""
    if isinstance(user, User) and counts_everything(user):
        return Team.objects.filter(archived_at__isnull=True)
    return teams_visible_to(user)


def ledgers_counted(user: User | AnonymousUser) -> QuerySet[Team]:
    """The teams of which this person's reports tell who of its people got and was owed what: all, or those they
    manage. Of a team that they only sell in, they are told of themselves."""
    counted = counted_teams(user)
    return counted if isinstance(user, User) and counts_everything(user) else counted.filter(managers=user.pk)


def counted_reps(user: User | AnonymousUser) -> QuerySet[Rep]:
    """The reps whom this person's reports tell of by name: all, those of the teams they manage, or themselves."""
    if not isinstance(user, User) or not user.is_active:
        return Rep.objects.none()
    if counts_everything(user):
        return Rep.objects.all()
    teams = Team.objects.filter(managers=user).values("pk")
    told = Rep.objects.filter(Q(user=user) | Q(memberships__team__in=teams))
    return Rep.objects.filter(pk__in=told.values("pk"))


def teams_managed_by(user: User | AnonymousUser) -> QuerySet[Team]:
    """The teams this person decides for: those they manage, and all for whoever sees everything."""
    teams = Team.objects.filter(archived_at__isnull=True)
    if not isinstance(user, User) or not user.is_active:
        return teams.none()
    return teams if sees_everything(user) else teams.filter(pk__in=Team.objects.filter(managers=user).values("pk"))


def teams_watched_by(user: User | AnonymousUser) -> QuerySet[Team]:
    """The teams whose targets and warnings this person reads: no rep reads of a colleague."""
    return counted_teams(user) if counts_everything(user) else teams_managed_by(user)


def has_reports(user: User | AnonymousUser) -> bool:
    """Whether there is anything this person's reports could be of."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return counts_everything(user) or user.has_perm(SEE_REPORTS) or counted_reps(user).exists()


def shows_contact(user: User) -> bool:
    """Whether what this person counts may be told apart by what says who a lead is: never for an analyst."""
    return sees_everything(user) or not counts_everything(user)


def lead_on_offer(offer: Offer) -> Lead:
    """The lead of an offer as its rep may see it before accepting, whoever is logged in: they come by a signed link."""
    lead = Lead.objects.filter(pk=offer.lead_id).select_related("source", "team", "stage", "territory")
    return masked(lead, Q(hide_contact=False)).get()


def contested_by(user: User) -> Q:
    """Leads that this rep may try to get by claim or pick, those that somebody else got first included."""
    rep = rep_of(user)
    if rep is None or not rep.active:
        return NOTHING
    return Q(team__in=Team.objects.filter(memberships__rep=rep), delivery__in=LYING_OPEN)


def lead_managed_by(user: User) -> Q:
    """Leads that this person may hand out and take back: a manager's, or all."""
    return EVERYTHING if sees_everything(user) else managed(user)


def teams_weighed_by(user: User | AnonymousUser) -> QuerySet[Team]:
    """The teams whose members' weights this person may change: as the admin has it, and no archived ones."""
    if not isinstance(user, User) or not user.has_perm("routing.change_membership"):
        return Team.objects.none()
    return within_reach(user, Team.objects.filter(archived_at__isnull=True))


def told_to(user: User, lead_id: int, explanation: dict[str, Any]) -> dict[str, Any]:
    """An explanation as this person may read it: a rep what it says of themselves, a manager of the lead all.

    Why a colleague could not take a lead (away, switched off, full) is between them and their manager.
    """
    if Lead.objects.filter(lead_managed_by(user), pk=lead_id).exists():
        return explanation
    rep = rep_of(user)
    me = rep.username if rep else None
    return explanation | {
        "reps": [told for told in explanation.get("reps") or () if told["rep"] == me],
        "ledger": {name: balance for name, balance in (explanation.get("ledger") or {}).items() if name == me},
    }


def teams_visible_to(user: User | AnonymousUser) -> QuerySet[Team]:
    """The teams this person manages or sells in; all for whoever sees everything."""
    teams = Team.objects.filter(archived_at__isnull=True)
    if not user.is_authenticated or not user.is_active:
        return teams.none()
    if sees_everything(user):
        return teams
    mine = Team.objects.filter(Q(managers=user) | Q(memberships__rep__user=user))
    return teams.filter(pk__in=mine.values("pk"))


def reps_visible_to(user: User | AnonymousUser) -> QuerySet[Rep]:
    """This person's own record, and the members of the teams they manage or sell in."""
    if not user.is_authenticated or not user.is_active:
        return Rep.objects.none()
    if sees_everything(user):
        return Rep.objects.all()
    colleagues = Rep.objects.filter(Q(user=user) | Q(memberships__team__in=teams_visible_to(user).values("pk")))
    return Rep.objects.filter(pk__in=colleagues.values("pk"))


def assignments_visible_to(user: User | AnonymousUser) -> QuerySet[Assignment]:
    """The ownership history of the leads this person may see."""
    if not user.is_authenticated or not user.is_active:
        return Assignment.objects.none()
    if sees_everything(user):
        return Assignment.objects.all()
    return Assignment.objects.filter(lead__in=Lead.objects.filter(seen_by(user)).values("pk"))


def within_reach(user: User, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of the rows of any model, those this person may administer; permissions say what they may do with them.

    A manager: the leads of their teams and what hangs on these, what came in and is nobody's lead yet, mails to the
    addresses of their reps, their teams and the reps in them, and reps in no team, whom they may take in. The plan,
    calendars and sources are everybody's.
    """
    if sees_everything(user):
        return rows
    leads = Lead.objects.filter(own(user) | managed(user)).values("pk")
    people_are_open = user.has_perm(SEE_ALL_PEOPLE)
    teams = Team.objects.filter(managers=user).values("pk")
    reps = Rep.objects.filter(Q(user=user) | Q(memberships__team__in=teams) | Q(memberships=None)).values("pk")
    match rows.model.__name__:
        case "Lead":
            return rows.filter(pk__in=leads)
        case "Assignment" | "Decision" | "Event" | "LeadChange" | "NextStep" | "FeedbackRequest":
            return rows.filter(lead__in=leads)
        case "Capture":
            return rows.filter(Q(lead__in=leads) | Q(lead=None))
        case "RecyclePolicy" | "FeedbackPolicy":
            return rows.filter(Q(team__in=teams) | Q(team=None))
        case "StrayMail":
            return rows.filter(Q(rep__in=Rep.objects.filter(memberships__team__in=teams).values("pk")) | Q(rep=None))
        case "ImportRun":
            return rows.filter(by=user)
        case (
            "Team" | "Rep" | "Membership" | "RepSkill" | "TimeOff" | "Departure" | "PeopleChange" | "AlertSettings"
        ) if people_are_open:
            return rows
        case "Team":
            return rows.filter(pk__in=teams)
        case "Rep":
            return rows.filter(pk__in=reps)
        case "Membership" | "AlertSettings" | "AlertState":
            return rows.filter(team__in=teams)
        case "RepSkill" | "TimeOff" | "Departure":
            return rows.filter(rep__in=reps)
        case "PeopleChange":
            return rows.filter(Q(rep__in=reps) | Q(team__in=teams))
    return rows


def rep_of(user: User | AnonymousUser) -> Rep | None:
    """The rep that this person is, if they are one."""
    if not isinstance(user, User):
        return None
    try:
        return user.rep
    except Rep.DoesNotExist:
        return None


# --- the ways to come by the sight of a lead ------------------------------------------------

NOTHING: Final = Q(pk__in=[])
EVERYTHING: Final = Q(pk__isnull=False)
"""An empty condition would be lost where it is joined with another by `or`."""


def own(user: User) -> Q:
    """Theirs."""
    rep = rep_of(user)
    return Q(owner=rep) if rep else NOTHING


def managed(user: User) -> Q:
    """Of a team they manage, or owned by somebody in such a team."""
    teams = Team.objects.filter(managers=user).values("pk")
    return Q(team__in=teams) | Q(owner__in=Rep.objects.filter(memberships__team__in=teams).values("pk"))


def on_offer_to(user: User) -> Q:
    """On offer to them, alone, to be accepted or declined."""
    rep = rep_of(user)
    return Q(offered_to=rep, status=Lead.Status.OFFERED) if rep else NOTHING


def lying_open_to(user: User) -> Q:
    """In the pool of a team of theirs, to be claimed or picked."""
    return contested_by(user) & Q(status=Lead.Status.POOLED)
