"""Whether a mail was written by a person: bounces, automatic replies and mass mail are never anybody's touch.

The signs are those of RFC 3834 (Auto-Submitted, the empty envelope sender), RFC 3464 and 8098 (reports), and the older
ones that mail programs use beside them. Words of the subject count only where programs write nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

BOUNCE: Final = "a bounce or a report of the mail system"
REPLY: Final = "an automatic reply"
MASS: Final = "mass mail"

_SYSTEMS: Final = re.compile(r"^(mailer-daemon|mail-daemon|mdaemon|postmaster|bounces?)([+-].*)?@")
_REPORTS: Final = re.compile(
    r"^(undeliver(ed|able)|delivery status notification|mail delivery (failed|failure|subsystem)|returned mail\b"
    r"|failure notice|delivery has failed|unzustellbar)",
    re.IGNORECASE,
)
_AWAY: Final = re.compile(
    r"^(auto(matic)?[ -]?reply|auto:|auto(mated|matic)? response|out of (the )?office|abwesenheitsnotiz"
    r"|automatische antwort|r(é|e)ponse automatique|respuesta autom(á|a)tica|resposta autom(á|a)tica"
    r"|risposta automatica)\b",
    re.IGNORECASE,
)
_REPLIERS: Final = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply")


def why_automatic(header: Callable[[str], str], *, sender: str, envelope_from: str | None) -> str:
    """What kind of mail that no person wrote this is; empty where a person may have. `header` gives one by its name."""
    kind = header("content-type").lower().replace(" ", "")
    if kind.startswith(("multipart/report", "message/delivery-status", "message/disposition-notification")):
        return BOUNCE
    nobody = envelope_from is not None and envelope_from.strip().strip("<>") == ""
    if nobody or header("return-path").replace(" ", "") == "<>" or header("x-failed-recipients"):
        return BOUNCE
    subject = header("subject")
    if _SYSTEMS.match(sender) and (_REPORTS.match(subject) or not sender.startswith("postmaster")):
        return BOUNCE
    submitted = header("auto-submitted").lower().partition(";")[0].strip()
    if submitted and submitted != "no":
        return REPLY
    precedence = header("precedence").lower().strip()
    if precedence in ("auto_reply", "auto-reply") or any(header(name) for name in _REPLIERS):
        return REPLY
    if precedence in ("bulk", "junk", "list"):
        return MASS
    if _AWAY.match(subject):
        return REPLY
    return BOUNCE if _REPORTS.match(subject) else MASS if header("list-id") else ""
