"""What becomes of a mail that came in: logged with a lead, known already, or kept with the reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from reps import work
from reps.mail.addresses import rep_at
from reps.mail.message import LARGEST_KEPT, Mail, body_of, read
from reps.models import Activity, StrayMail
from routing.models import Lead, Rep, User

LOGGED: Final = "logged"
KNOWN: Final = "known"
KEPT: Final = "kept"
ASIDE: Final = "left aside"


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a mail, and why where it was not logged."""

    status: str
    why: str = ""


def receive(
    raw: bytes, *, at: datetime, envelope_to: tuple[str, ...] = (), envelope_from: str | None = None
) -> Received:
    """Take in one mail. The same mail twice is once.

    From the rep whose address it came to, it is an e-mail to each of their open leads among To and Cc; from such a
    lead, one that came in, which answers nothing. What no person wrote is never logged.
    """
    mail = read(raw, envelope_to=envelope_to, envelope_from=envelope_from)
    rep = rep_at(mail.delivered_to)
    with transaction.atomic():
        if rep is None:
            return keep(mail, None, "It came to no rep's address.", at=at)
        if mail.automatic:
            return keep(mail, rep, f"No person wrote it: {mail.automatic}.", at=at, aside=True)
        if not mail.sender:
            return keep(mail, rep, "It does not say from whom it is.", at=at)
        if mail.sender in addresses_of(rep):
            leads = open_leads(rep, mail.recipients)
            if not leads:
                return keep(mail, rep, f"None of those it went to is an open lead of {rep}.", at=at)
            new = [log(mail, lead, Activity.Direction.OUT, rep=rep, at=at) for lead in leads]
        else:
            leads = open_leads(rep, (mail.sender,))
            if not leads:
                return keep(mail, rep, f"It is neither from {rep} nor from an open lead of theirs.", at=at)
            new = [log(mail, lead, Activity.Direction.IN, rep=None, at=at) for lead in leads]
    return Received(LOGGED if any(new) else KNOWN)


def addresses_of(rep: Rep) -> set[str]:
    """The addresses under which a rep writes."""
    known = {rep.email, rep.user.email if rep.user else ""}
    return {address.strip().lower() for address in known if address.strip()}


def open_leads(rep: Rep, addresses: tuple[str, ...]) -> list[Lead]:
    """The open leads of a rep with one of these addresses."""
    return list(
        Lead.objects.filter(owner=rep, is_open=True, email_key__in=addresses).exclude(email_key="").order_by("pk")
    )


def log(mail: Mail, lead: Lead, direction: str, *, rep: Rep | None, at: datetime, by: User | None = None) -> bool:
    """Log a mail with a lead: its subject, and its body only where that is kept. Whether it was not logged before."""
    key = f"mail:{mail.key}"
    if Activity.objects.filter(lead=lead, key=key).exists():
        return False
    words = mail.subject or "(no subject)"
    if settings.INBOUND_MAIL_KEEP_BODY and (text := body_of(mail.raw)):
        words = f"{words}\n\n{text}"
    try:
        work.log(
            lead_id=lead.pk,
            kind=Activity.Kind.EMAIL,
            direction=direction,
            at=mail.happened_at(at),
            logged_at=at,
            rep=rep,
            by=by,
            body=words,
            self_reported=False,
            key=key,
        )
    except work.KeyReused:  # the same mail by another way, its subject rewritten underway
        return False
    return True


def keep(mail: Mail, rep: Rep | None, why: str, *, at: datetime, aside: bool = False) -> Received:
    """Keep what was not logged, raw, for somebody to look at; what no person wrote waits for nobody."""
    StrayMail.objects.get_or_create(
        key=f"{rep.pk if rep else 0}:{mail.key}",
        defaults={
            "received_at": at,
            "rep": rep,
            "sender": mail.sender,
            "recipients": ", ".join(mail.recipients)[:1000],
            "subject": mail.subject,
            "sent_at": mail.sent_at,
            "reason": why[:300],
            "state": StrayMail.State.ASIDE if aside else StrayMail.State.OPEN,
            "raw": mail.raw[:LARGEST_KEPT],
        },
    )
    return Received(ASIDE if aside else KEPT, why)


def assign(*, stray: StrayMail, lead: Lead, direction: str, by: User, at: datetime) -> None:
    """Somebody says which lead a mail is about, and from whom it was. What no person wrote is nobody's touch.

    Raises ValidationError with the reason why not.
    """
    mail = read(bytes(stray.raw))
    out = direction == Activity.Direction.OUT
    rep = stray.rep or lead.owner
    if out and mail.automatic:
        raise ValidationError(f"No person wrote this ({mail.automatic}): it answers no lead.")
    if out and rep is None:
        raise ValidationError("Nobody has this lead, and the mail came to nobody's address: whose work was it?")
    with transaction.atomic():
        waits = StrayMail.objects.filter(pk=stray.pk).exclude(state=StrayMail.State.ASSIGNED)
        if not waits.update(state=StrayMail.State.ASSIGNED, lead=lead, handled_at=at, handled_by=by):
            raise ValidationError("Somebody has assigned this mail already.")
        log(mail, lead, direction, rep=rep if out else None, at=at, by=by)


def leave_aside(*, stray: StrayMail, by: User, at: datetime) -> None:
    """Somebody says that a mail is about no lead."""
    waits = StrayMail.objects.filter(pk=stray.pk, state=StrayMail.State.OPEN)
    waits.update(state=StrayMail.State.ASIDE, handled_at=at, handled_by=by)
