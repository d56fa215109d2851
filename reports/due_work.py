"""What falls due in this wing, said to the clock when the site starts."""

from reports.exports import working as exports
from reports.mails import letter, sending
from reports.targets import watching
from reps.notify import letters
from routing.due import LONG, POST, DueWork, register

register(DueWork("exports", LONG, exports.oldest, exports.work_all))
register(DueWork("early warnings", LONG, watching.oldest, watching.look_at_due))
register(DueWork("weekly mails of reports", POST, sending.oldest, sending.send_due))

letters.register(sending.MAIL, letter.write)
