"""What routing keeps: people, the plan, what arrives, leads, who had them and why."""

from .absence import TimeOff
from .alert import AlertCheck, AlertKind, AlertSettings, AlertState
from .assignment import Assignment, Decision, PeopleState, RosterState
from .departure import DepartingLead, Departure
from .importing import ImportPart, ImportRun
from .intake import ApiToken, Capture, Source
from .lead import Hold, Lead, LeadChange, Stage, StageMove
from .ledger import EligibleSet, Load, Posting, TeamLedger
from .offer import Offer
from .outbox import Event
from .people import Calendar, Membership, PeopleChange, Rep, RepSkill, Skill, Team, User
from .plan import Disqualifier, PlanSettings, PlanVersion, Revision, Rule, ScoreRule, SlaPolicy, Territory
from .session import Session
from .sla import HoursSeen, SlaClock, SlaStep
from .tally import Tally

__all__ = [
    "AlertCheck",
    "AlertKind",
    "AlertSettings",
    "AlertState",
    "ApiToken",
    "Assignment",
    "Calendar",
    "Capture",
    "Decision",
    "DepartingLead",
    "Departure",
    "Disqualifier",
    "EligibleSet",
    "Event",
    "Hold",
    "HoursSeen",
    "ImportPart",
    "ImportRun",
    "Lead",
    "LeadChange",
    "Load",
    "Membership",
    "Offer",
    "PeopleChange",
    "PeopleState",
    "PlanSettings",
    "PlanVersion",
    "Posting",
    "Rep",
    "RepSkill",
    "Revision",
    "RosterState",
    "Rule",
    "ScoreRule",
    "Session",
    "Skill",
    "SlaClock",
    "SlaPolicy",
    "SlaStep",
    "Source",
    "Stage",
    "StageMove",
    "Tally",
    "Team",
    "TeamLedger",
    "Territory",
    "TimeOff",
    "User",
]
