"""What makes two leads the same person or the same company."""

from dataclasses import dataclass

from routing.engine.facts import domain_of, match_key, normal_text

from ..freemail import is_free_mail


@dataclass(frozen=True, slots=True)
class Keys:
    """Equal keys mean the same person (e-mail, phone) or company (domain that is not free mail, name). None: unset."""

    email_key: str | None = None
    phone_key: str | None = None
    company_key: str | None = None
    email_domain: str | None = None
    free_mail: bool | None = None


def person_keys(*, email: str | None = None, phone: str | None = None, company: str | None = None) -> Keys:
    """Keys of values as they stand: e-mail trimmed and lower case, phone by its letters and digits, company by its
    words without regard to case."""
    domain = domain_of(email) if email else None
    return Keys(
        email_key=(email.strip().lower() or None) if email else None,
        phone_key=(match_key(phone) or None) if phone else None,
        company_key=normal_text(company),
        email_domain=domain,
        free_mail=is_free_mail(domain) if domain else None,
    )
