"""Which rules hit, one by one."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from reports.registry import reports_for
from routing.models import Lead, PlanVersion, Revision
from tests.cast import lead
from tests.reports import slow
from tests.reports.conftest import table
from tests.reports.past import NOW

NAMES = {"large": "Large companies", "never": "Never hit", "everything-else": "Everything else"}
STATUSES = {"assigned": ["assigned"], "offered": ["offered"], "pooled": ["pooled"], "waiting": ["waiting"],
            "disqualified": ["disqualified"], "unrouted": ["new", "parked"]}  # fmt: skip


def published(number: int, *slugs: str) -> None:
    """A plan in force with these rules; the last is the catch-all."""
    rules = [{"slug": slug, "name": NAMES.get(slug, slug)} for slug in slugs]
    PlanVersion.objects.create(number=number, document=json.dumps({"rules": rules}), digest=str(number))
    Revision.objects.update(plan=number)


@pytest.fixture
def planned(past: SimpleNamespace) -> SimpleNamespace:
    """Two plans: in the first `gone-since` was the last rule, now it is `everything-else`. Some leads have neither."""
    published(1, "large", "everything-else", "gone-since")
    published(2, *NAMES)
    for place, pk in enumerate(Lead.objects.order_by("pk").values_list("pk", flat=True)):
        Lead.objects.filter(pk=pk).update(plan_version=[1, 2, None][place % 3])
    return past


def of(rows: slow.Rows, every: int) -> dict[str, Any]:
    last = {1: "gone-since", 2: "everything-else", None: None}
    routed = [row for row in rows if row["rule"]]
    caught = [row for row in routed if row["rule"] == last[row["plan_version_id"]]]
    return {
        "leads": len(rows),
        "share": slow.part(len(rows), every),
        "routed": len(routed),
        "caught": len(caught),
        "catch_all_rate": slow.part(len(caught), len(routed)),
        **{key: sum(row["status"] in statuses for row in rows) for key, statuses in STATUSES.items()},
    }


@pytest.mark.parametrize("group", ["rule", "team", "source", "band", "month"])
def test_each_number_is_counted_as_one_by_one(planned: SimpleNamespace, group: str) -> None:
    rows = slow.leads()
    groups = {key: of(some, len(rows)) for key, some in slow.grouped(rows, slow.KEYS[group]).items()}
    if group == "rule":
        groups |= {"never": of([], len(rows)), "returning": of([], len(rows))}
    slow.agrees(table("rule-hits", planned.root, group=group), groups, of(rows, len(rows)))


def test_what_became_of_the_leads_adds_up(planned: SimpleNamespace) -> None:
    for row in table("rule-hits", planned.root).rows:
        assert sum(row.values[key] for key in STATUSES) == row.values["leads"]


def test_rules_stand_in_the_plans_order_with_those_that_never_hit(planned: SimpleNamespace) -> None:
    found = table("rule-hits", planned.root)
    assert [row.label for row in found.rows] == [
        "Large companies", "Never hit", "Everything else", "Returning leads", "(no rule)", "gone-since",
    ]  # fmt: skip
    assert found.rows[1].values["leads"] == 0 and found.rows[1].values["catch_all_rate"] is None


def test_one_rule_asked_for_is_alone(planned: SimpleNamespace) -> None:
    assert [row.key for row in table("rule-hits", planned.root, rule="never").rows] == ["never"]


def test_the_last_rule_of_then_counts_not_that_of_now(cast: SimpleNamespace) -> None:
    published(1, "large", "gone-since")
    published(2, "large", "gone-since", "everything-else")
    for version in (1, 2):
        lead(rule="gone-since", plan_version_id=version, captured_at=NOW)
    total = table("rule-hits", cast.root).total
    assert total is not None and (total.values["caught"], total.values["catch_all_rate"]) == (1, 50)


def test_it_is_not_for_reps(cast: SimpleNamespace) -> None:
    assert "rule-hits" not in reports_for(cast.laura.user)
    assert "rule-hits" in reports_for(cast.dana)
