"""What falls due in this wing, said to the clock when the site starts."""

from reports.targets import watching
from routing.due import LONG, DueWork, register

register(DueWork("early warnings", LONG, watching.oldest, watching.look_at_due))
