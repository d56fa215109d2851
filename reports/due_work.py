"""What falls due in this wing, said to the clock when the site starts."""

from reports.exports import working as exports
from routing.due import LONG, DueWork, register

register(DueWork("exports", LONG, exports.oldest, exports.work_all))
