"""What falls due in routing beside captures and leads to be routed; registered when the process starts."""

from routing import alerts, departures, pauses
from routing.deadlines import moving, offers, redating, steps
from routing.due import LONG, ROUTING, DueWork, register
from routing.imports import working as imports

register(DueWork("pauses that are over", ROUTING, pauses.oldest, pauses.end_due))
register(DueWork("offers whose time is over", ROUTING, offers.oldest, offers.expire_due))
register(DueWork("clocks to be moved", ROUTING, moving.oldest, moving.move_due))
register(DueWork("clocks whose hours changed", ROUTING, redating.oldest, redating.redate))
register(DueWork("imports", LONG, imports.oldest, imports.work_all))
register(DueWork("SLA steps", ROUTING, steps.oldest, steps.take_due))
register(DueWork("leads of whoever left", ROUTING, departures.oldest, departures.move_due))
register(DueWork("managers' alerts", ROUTING, alerts.oldest, alerts.check_due))
