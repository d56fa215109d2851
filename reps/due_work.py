"""What falls due in this wing, said to the clock when the site starts."""

from reps import recycling, reminding
from routing import due

due.register(
    due.DueWork("reminders of next steps", due.ROUTING, reminding.to_remind_since, reminding.remind),
)
due.register(
    due.DueWork("overdue next steps", due.ROUTING, reminding.to_call_overdue_since, reminding.call_overdue),
)
due.register(
    due.DueWork("recycling", due.ROUTING, recycling.to_look_since, recycling.recycle_due),
)
