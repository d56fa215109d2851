"""What falls due in this wing, said to the clock when the site starts."""

from reps import recycling, reminding
from reps.notify import digest, dispatch, email, purge, webhook
from routing.due import LONG, POST, ROUTING, DueWork, register

register(DueWork("reminders of next steps", ROUTING, reminding.to_remind_since, reminding.remind))
register(DueWork("overdue next steps", ROUTING, reminding.to_call_overdue_since, reminding.call_overdue))
register(DueWork("recycling", ROUTING, recycling.to_look_since, recycling.recycle_due))

# First what people see on their pages, then what goes out.
register(DueWork("telling people", POST, dispatch.oldest, dispatch.dispatch))
register(DueWork("daily digests", POST, digest.oldest, digest.make_due))
register(DueWork("e-mails", POST, email.oldest, email.send_due))
register(DueWork("team channels", POST, webhook.oldest, webhook.send_due))
register(DueWork("throwing old news away", LONG, purge.oldest, purge.purge))
