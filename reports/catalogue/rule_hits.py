"""Which rules route the leads, and how many fall through to the last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.db.models import CharField, Count, Func, Q

from reports.asked import Asked
from reports.columns import Column, Counted, share
from reports.report import FAIRNESS, Grouped
from reports.shares import with_shares
from reports.table import Row, Table, by_label, in_place
from reports.units import SHARE
from routing.models import Lead, PlanVersion
from routing.plan.rule_names import rule_names

ROUTED: Final = ~Q(rule="")
NOT_YET: Final = (Lead.Status.NEW, Lead.Status.PARKED)


class LastRule(Func):
    """The slug of a published plan's last rule: its catch-all. Shape: LastRule("document")."""

    output_field = CharField()
    template = "(%(expressions)s::json -> 'rules' -> -1 ->> 'slug')"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "json_extract(%(expressions)s, '$.rules[#-1].slug')"
        return super().as_sql(compiler, connection, template=template, **extra)


def caught() -> Q:
    """Leads that only the last rule took, of the version that routed them."""
    by_slug: dict[str, list[int]] = defaultdict(list)
    for number, slug in PlanVersion.objects.order_by("number").values_list("number", LastRule("document")):
        by_slug[slug].append(number)
    found = Q(pk__in=[])
    for slug, numbers in by_slug.items():
        found |= Q(rule=slug, plan_version__in=numbers)
    return found


def now_in(*statuses: str) -> Count:
    return Count("pk", filter=Q(status__in=statuses))


class RuleHits(Grouped):
    """How often each rule hits, and what became of its leads."""

    slug = "rule-hits"
    title = "Rule hits"
    theme = FAIRNESS
    about = "Which rules route the leads, and how many fall through to the last one."
    counts = "Leads captured in the period, each for the rule that routed it last."
    groupings = ("rule", "team", "source", "band", "day", "week", "month")
    for_reps = False
    charted = "leads"
    columns = (
        Counted("leads", "Leads", "Leads captured in the period.", headline=True, of=Count("pk")),
        Column("share", "Share", "Leads / all leads captured in the period that are counted here.", SHARE),
        Counted("routed", "Routed by a rule", "Of these, those that a rule, or an earlier owner, decided about.",
                headline=True, of=Count("pk", filter=ROUTED)),
        Counted("caught", "Taken by the last rule", "Of these, those that only the catch-all took: the last rule of "
                "the plan version that routed them.", better="less", of=Count("pk")),
        share("catch_all_rate", "Catch-all rate", "caught", "routed",
              formula="Taken by the last rule / routed by a rule.", better="less", headline=True),
        Counted("assigned", "Assigned", "Leads that somebody owns now.", of=now_in(Lead.Status.ASSIGNED)),
        Counted("offered", "On offer", "Leads on offer to somebody now.", of=now_in(Lead.Status.OFFERED)),
        Counted("pooled", "In the pool", "Leads that lie in a pool now.", of=now_in(Lead.Status.POOLED)),
        Counted("waiting", "Waiting", "Leads that wait for somebody able now.", better="less",
                of=now_in(Lead.Status.WAITING)),
        Counted("disqualified", "Set aside", "Leads that a disqualifying rule set aside.",
                of=now_in(Lead.Status.DISQUALIFIED)),
        Counted("unrouted", "Not routed", "Leads still to be routed, or parked with an error.", better="less",
                of=now_in(*NOT_YET)),
    )  # fmt: skip

    def aggregates(self, asked: Asked) -> Mapping[str, Any]:
        return {**super().aggregates(asked), "caught": Count("pk", filter=caught())}

    def table(self, asked: Asked) -> Table:
        table = super().table(asked)
        if asked.group == "rule":
            table = replace(table, rows=in_plan_order(self, table.rows, asked))
        return with_shares(table, "share", of="leads")


def in_plan_order(report: RuleHits, rows: tuple[Row, ...], asked: Asked) -> tuple[Row, ...]:
    """The rules of the plan in force in their order, those without a hit too; then those of earlier plans."""
    names = {slug: name for slug, name in rule_names().items() if asked.rule in ("", slug)}
    found = {row.key: row for row in rows}
    nothing = report.worked_out(report.nothing())
    listed = [
        replace(found.get(slug) or Row(slug, name, nothing), place=place)
        for place, (slug, name) in enumerate(names.items())
    ]
    others = sorted((row for row in rows if row.key not in names), key=by_label)
    return in_place([*listed, *others])


REPORT = RuleHits()
