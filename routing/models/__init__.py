"""What routing keeps: people, the plan, what arrives, leads, who had them and why."""

from .assignment import Assignment, Decision, PeopleState, RosterState
from .intake import ApiToken, Capture, ImportRun, Source
from .lead import Hold, Lead, LeadChange, Stage
from .ledger import EligibleSet, Load, Posting, TeamLedger
from .offer import Offer
from .outbox import Event
from .people import Calendar, Membership, PeopleChange, Rep, RepSkill, Skill, Team, TimeOff, User
from .plan import Disqualifier, PlanSettings, PlanVersion, Revision, Rule, ScoreRule, SlaPolicy, Territory
from .session import Session
from .sla import SlaClock, SlaStep
from .tally import Tally

__all__ = [
    "ApiToken",
    "Assignment",
    "Calendar",
    "Capture",
    "Decision",
    "Disqualifier",
    "EligibleSet",
    "Event",
    "Hold",
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
    "Tally",
    "Team",
    "TeamLedger",
    "Territory",
    "TimeOff",
    "User",
]
