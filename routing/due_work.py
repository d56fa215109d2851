"""What falls due in routing beside captures and leads to be routed; registered when the process starts."""

from routing.deadlines import moving, offers, steps
from routing.due import ROUTING, DueWork, register

register(DueWork("offers whose time is over", ROUTING, offers.oldest, offers.expire_due))
register(DueWork("clocks to be moved", ROUTING, moving.oldest, moving.move_due))
register(DueWork("SLA steps", ROUTING, steps.oldest, steps.take_due))
