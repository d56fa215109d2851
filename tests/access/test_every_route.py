"""Who gets which answer at which door: every route and every role. A new route without a row fails.

The answers in the tables are those of: a stranger, Laura (a rep, and the lead is hers), Omar (a rep of another team),
Dana (the team's manager), Nora (an analyst whom somebody let into the admin), Olga (ops), Root (a superuser).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import reverse

from leadops.content_security import EASIER, STRICT, written
from reps.feedback.links import token_of
from routing.form import junk
from routing.models import Lead
from tests.access.routes import all_routes

ROLES = ("anonymous", "laura", "omar", "dana", "nora", "olga", "root")
IN_THE_ADMIN = ("dana", "nora", "olga", "root")


@dataclass(frozen=True)
class Door:
    """One route: how it is asked, and the answers in the order of ROLES."""

    route: str
    answers: str
    method: str = "GET"
    of: str = "lead"
    sent: Mapping[str, str] = field(default_factory=dict)
    at: str | None = None

    def address(self, house: SimpleNamespace) -> str:
        """The route with something real in place of its parameters."""
        if self.at is not None:
            lead_type = ContentType.objects.get_for_model(Lead).pk
            real = {
                "<lead_type>": lead_type,
                "<lead>": house.lead.pk,
                "<import>": house.objects["importrun"].pk,
                "<others_import>": house.others_import.pk,
                "<source>": house.objects["source"].pk,
                "<user>": house.laura.pk,
                "<absence>": house.absence.pk,
                "<policy>": house.objects["recyclepolicy"].pk,
                "<told>": house.told.pk,
                "<target>": house.target.pk,
                "<weekly>": house.weekly.pk,
                "<asked>": token_of(house.objects["feedbackrequest"]),
                "<export>": house.export.pk,
                "<proposal>": house.proposal.pk,
            }
            return re.sub("<[a-z_]+>", lambda found: str(real[found[0]]), self.at)
        route = self.route.replace("<int:lead_id>", str(getattr(house, self.of).pk))
        return "/" + route.replace("<slug:slug>", "web").replace("<slug:handle>", "nobodys")


NOWHERE = "404 404 404 404 404 404 404"
PUBLIC = "200 200 200 200 200 200 200"
DESK = "302 200 200 302 302 302 302"  # managers and the like are sent to the admin
READ = "302 200 404 200 404 200 200"  # hers to work on, others' to read
HERS_DONE = "302 302 404 302 302 302 302"
ALL_LOGGED_IN = "302 200 200 200 200 200 200"
ALL_SENT_ON = "302 302 302 302 302 302 302"
LISTED = "401 200 200 200 200 200 200"  # each with what they may see
HER_LEAD = "401 200 404 200 404 200 200"
FOR_REPS = "401 200 404 403 403 403 403"
WEIGHERS = "302 404 404 200 404 200 200"
WEIGHED = "302 404 404 302 404 302 302"
ADMIN = "302 302 302 200 200 200 200"  # reps come to the log-in, which tells them
SUPERUSERS = "302 302 302 302 302 302"

DOORS = [
    Door("healthz", PUBLIC),
    Door("readyz", PUBLIC),
    Door("f/<slug:slug>/", PUBLIC),
    Door("f/<slug:slug>/", "302 302 302 302 302 302 302", "POST", sent={junk.STAMP: "forged"}),
    Door("f/<slug:slug>/thanks/", PUBLIC),
    # --- logging in, and one's own account
    Door("log-in/", "200 302 302 302 302 302 302"),
    Door("log-in/", "200 302 302 302 302 302 302", "POST", sent={"username": "laura", "password": "wrong"}),
    Door("admin/login/", "302 403 403 302 302 302 302"),
    Door("log-out/", "302 302 302 302 302 302 302", "POST"),
    Door("log-in/forgotten/", PUBLIC),
    Door("log-in/forgotten/", "302 302 302 302 302 302 302", "POST", sent={"email": "laura@acme.example"}),
    Door("log-in/forgotten/sent/", PUBLIC),
    Door("log-in/new-password/<uidb64>/<token>/", PUBLIC, at="/log-in/new-password/MQ/forged/"),
    Door("account/sessions/", ALL_LOGGED_IN),
    Door("account/sessions/end-others/", "302 302 302 302 302 302 302", "POST"),
    Door("account/sessions/<slug:handle>/end/", "302 404 404 404 404 404 404", "POST"),
    Door("account/password/", ALL_LOGGED_IN),
    # --- the desk
    Door("", DESK),
    Door("claims/", DESK),
    Door("pool/", DESK),
    Door("pool/next/", "302 302 302 302 302 302 302", "POST"),
    Door("my-numbers/", DESK),
    Door("how-leads-are-distributed/", DESK),
    # --- reports: a rep's are of themselves (what they count, tests/reports says)
    Door("reports/", ALL_LOGGED_IN),
    Door("reports/<slug:slug>/", ALL_LOGGED_IN, at="/reports/speed-to-lead/"),
    Door("reports/<slug:slug>/", "302 404 404 404 404 404 404", at="/reports/none/"),
    Door("reports/<slug:slug>.csv", ALL_LOGGED_IN, at="/reports/speed-to-lead.csv"),
    Door("reports/targets/", "302 404 404 200 200 200 200"),  # no rep reads of a colleague; analysts read
    Door("reports/targets/", "302 404 404 422 404 422 422", "POST", sent={"team": "inside"}),
    Door(
        "reports/targets/<int:pk>/remove/",
        "302 404 404 302 404 302 302",
        "POST",
        at="/reports/targets/<target>/remove/",
    ),
    Door("reports/mails/", ALL_LOGGED_IN),
    Door("reports/<slug:slug>/mail/", ALL_LOGGED_IN, at="/reports/speed-to-lead/mail/"),
    Door(
        "reports/<slug:slug>/mail/",
        "302 422 422 422 422 422 422",
        "POST",
        at="/reports/speed-to-lead/mail/",
        sent={"hour": "7"},
    ),
    Door("reports/mails/<int:pk>/", "302 404 404 200 404 404 404", at="/reports/mails/<weekly>/"),  # Dana's, to Laura
    Door(
        "reports/mails/<int:pk>/<slug:act>/", "302 404 404 302 404 404 404", "POST", at="/reports/mails/<weekly>/pause/"
    ),
    Door(
        "reports/mails/<int:pk>/<slug:act>/", "302 302 404 404 404 404 404", "POST", at="/reports/mails/<weekly>/end/"
    ),
    Door("reports/mails/end/<str:token>/", NOWHERE, at="/reports/mails/end/forged/"),
    # --- raw exports: rows as much as reports count; a file in the background is its person's, and ops see to all
    Door("reports/exports/", ALL_LOGGED_IN),
    Door("reports/exports/<slug:slug>.csv", ALL_LOGGED_IN, at="/reports/exports/leads.csv"),
    Door("reports/exports/<slug:slug>.csv", "302 404 404 404 404 404 404", at="/reports/exports/none.csv"),
    Door("reports/exports/<slug:slug>/later/", ALL_SENT_ON, "POST", at="/reports/exports/leads/later/"),
    Door("reports/exports/<int:pk>/", "302 404 404 200 404 200 200", at="/reports/exports/<export>/"),
    Door("reports/exports/<int:pk>/file/", "302 404 404 200 404 200 200", at="/reports/exports/<export>/file/"),
    Door(
        "reports/exports/<int:pk>/delete/",
        "302 404 404 302 404 302 302",
        "POST",
        at="/reports/exports/<export>/delete/",
    ),
    # --- weights from output: of the teams whose members' weights somebody may change
    Door("reports/weights/", WEIGHERS),
    Door("reports/weights/<slug:slug>/", WEIGHERS, at="/reports/weights/inside/"),
    Door("reports/weights/<slug:slug>/", "302 404 404 404 404 200 200", at="/reports/weights/outside/"),
    Door(
        "reports/weights/<slug:slug>/propose/",
        WEIGHED,
        "POST",
        at="/reports/weights/inside/propose/",
        sent={"days": "90"},
    ),
    Door("reports/weights/<slug:slug>/leaderboard/", WEIGHED, "POST", at="/reports/weights/inside/leaderboard/"),
    Door(
        "reports/weights/<slug:slug>/<int:proposal_id>/approve/",
        WEIGHED,
        "POST",
        at="/reports/weights/inside/<proposal>/approve/",
    ),
    Door(
        "reports/weights/<slug:slug>/<int:proposal_id>/dismiss/",
        WEIGHED,
        "POST",
        at="/reports/weights/inside/<proposal>/dismiss/",
    ),
    Door("leads/<int:lead_id>/", READ),
    Door("leads/<int:lead_id>/", READ, of="to_claim"),
    Door("leads/<int:lead_id>/", "302 404 404 200 404 200 200", of="blind"),
    Door("leads/<int:lead_id>/", "302 404 200 404 404 200 200", of="theirs"),
    Door("leads/<int:lead_id>/why/", READ),
    Door("leads/<int:lead_id>/why/", "302 404 404 200 404 200 200", of="blind"),
    Door("leads/<int:lead_id>/call-started/", "302 204 404 302 302 302 302", "POST"),
    Door("leads/<int:lead_id>/mail-started/", "302 204 404 302 302 302 302", "POST"),
    Door("leads/<int:lead_id>/how-it-went/", "302 422 404 302 302 302 302", "POST"),
    Door("how-did-it-go/", DESK),
    Door("leads/<int:lead_id>/next-step/", "302 422 404 302 302 302 302", "POST"),
    Door("leads/<int:lead_id>/claim/", HERS_DONE, "POST", of="to_claim"),
    Door("leads/<int:lead_id>/claim/", "302 404 404 302 302 302 302", "POST", of="blind"),
    Door("leads/<int:lead_id>/pick/", HERS_DONE, "POST", of="to_pick"),
    Door("leads/<int:lead_id>/pick/", "302 404 404 302 302 302 302", "POST", of="blind"),
    Door("leads/<int:lead_id>/", "302 200 404 200 404 200 200", of="offered"),
    Door("leads/<int:lead_id>/accept/", HERS_DONE, "POST", of="offered"),
    Door("leads/<int:lead_id>/accept/", "302 404 404 302 302 302 302", "POST", of="to_claim"),
    Door("leads/<int:lead_id>/decline/", HERS_DONE, "POST", of="offered", sent={"reason": "other"}),
    Door("offers/<str:token>/", "404 404 404 404 404 404 404", at="/offers/forged/"),
    Door("leads/<int:lead_id>/log/", "302 422 404 302 302 302 302", "POST"),
    Door("leads/<int:lead_id>/stage/", HERS_DONE, "POST", sent={"stage": "contacted"}),
    Door("leads/<int:lead_id>/win/", HERS_DONE, "POST"),
    Door("leads/<int:lead_id>/lose/", HERS_DONE, "POST", sent={"reason": "no need"}),
    Door("leads/<int:lead_id>/give-back/", HERS_DONE, "POST", sent={"reason": "other"}),
    Door("availability/", DESK),
    Door("availability/", "302 302 302 302 302 302 302", "POST", sent={"to": "on"}),
    Door("availability/time-off/", "302 422 422 302 302 302 302", "POST"),
    Door(
        "availability/time-off/<int:absence_id>/", "302 200 404 302 302 302 302", at="/availability/time-off/<absence>/"
    ),
    Door(
        "availability/time-off/<int:absence_id>/",
        "302 302 404 302 302 302 302",
        "POST",
        at="/availability/time-off/<absence>/",
        sent={"cancel": "yes"},
    ),
    Door("availability/mail-address/", "302 404 404 302 302 302 302", "POST"),  # this site reads no mail
    # --- what one was told
    Door("notifications/", ALL_LOGGED_IN),
    Door("notifications/bell/", ALL_LOGGED_IN),
    Door("notifications/read/", "302 302 302 302 302 302 302", "POST", sent={"up_to": "1"}),
    Door("notifications/settings/", ALL_LOGGED_IN),
    Door("notifications/settings/", "302 302 302 302 302 302 302", "POST"),
    Door("notifications/<int:pk>/", "302 302 404 404 404 404 404", at="/notifications/<told>/"),  # hers alone
    # --- a customer's answer, by the signed link in a mail
    Door("feedback/<str:token>/", PUBLIC, at="/feedback/<asked>/"),
    Door("feedback/<str:token>/", PUBLIC, "POST", at="/feedback/<asked>/", sent={"rating": "5"}),
    Door("feedback/<str:token>/", NOWHERE, at="/feedback/forged/"),
    Door("feedback/<str:token>/", NOWHERE, "POST", at="/feedback/forged/", sent={"rating": "5"}),
    Door("feedback/<str:token>/no-more/", PUBLIC, at="/feedback/<asked>/no-more/"),
    Door("feedback/<str:token>/no-more/", PUBLIC, "POST", at="/feedback/<asked>/no-more/"),
    Door("feedback/<str:token>/no-more/", NOWHERE, "POST", at="/feedback/forged/no-more/"),
    # --- in development only
    Door("dev/mail/", NOWHERE),
    Door("dev/mail/<str:name>/", NOWHERE, at="/dev/mail/1/"),
    Door("dev/mail/<str:name>/html/", NOWHERE, at="/dev/mail/1/html/"),
    # --- the API
    Door("api/schema/", PUBLIC),
    Door("api/docs/", PUBLIC),
    Door("api/v1/leads/", LISTED),
    Door("api/v1/leads/", "401 403 403 403 403 403 403", "POST", sent={"email": "a@b.example"}),  # sources only
    Door("api/v1/leads/<int:lead_id>/", HER_LEAD),
    Door("api/v1/leads/<int:lead_id>/", "401 404 404 200 404 200 200", of="blind"),
    Door("api/v1/leads/<int:lead_id>/", "401 404 200 404 404 200 200", of="theirs"),
    Door("api/v1/leads/<int:lead_id>/explanation/", HER_LEAD),
    Door("api/v1/leads/pull/", "401 200 204 403 403 403 403", "POST"),
    Door("api/v1/leads/<int:lead_id>/claim/", FOR_REPS, "POST", of="to_claim"),
    Door("api/v1/leads/<int:lead_id>/claim/", "401 404 404 403 403 403 403", "POST", of="blind"),
    Door("api/v1/leads/<int:lead_id>/pick/", FOR_REPS, "POST", of="to_pick"),
    Door("api/v1/leads/<int:lead_id>/accept/", FOR_REPS, "POST", of="offered"),
    Door("api/v1/leads/<int:lead_id>/decline/", FOR_REPS, "POST", of="offered", sent={"reason": "other"}),
    Door("api/v1/leads/<int:lead_id>/give-back/", HER_LEAD, "POST", sent={"reason": "other"}),
    Door("api/v1/leads/<int:lead_id>/assign/", "401 403 404 200 404 200 200", "POST", sent={"rep": "daniel"}),
    Door(
        "api/v1/leads/<int:lead_id>/activities/",
        "401 201 404 403 404 403 403",
        "POST",
        sent={"kind": "note", "body": "x"},
    ),
    Door("api/v1/assignments/", LISTED),
    Door("api/v1/reps/", LISTED),
    Door("api/v1/teams/", LISTED),
    Door("api/v1/reports/", LISTED),
    Door("api/v1/reports/<slug:slug>/", LISTED, at="/api/v1/reports/speed-to-lead/"),
    Door("api/v1/inbound-mail/<str:secret>/", "404 404 404 404 404 404 404", "POST", at="/api/v1/inbound-mail/guess/"),
    # --- the admin, but for the pages of its models
    Door("admin/", ADMIN),
    Door("admin/search/", ADMIN),
    Door("admin/jsi18n/", ADMIN),
    Door("admin/logout/", "302 302 302 302 302 302 302", "POST"),
    Door("admin/password_change/", ADMIN),
    Door("admin/password_change/done/", ADMIN),
    Door(
        "admin/autocomplete/",
        ADMIN,
        at="/admin/autocomplete/?app_label=routing&model_name=membership&field_name=rep",
    ),
    Door(
        "admin/r/<path:content_type_id>/<path:object_id>/",
        "302 302 302 404 404 404 404",
        at="/admin/r/<lead_type>/<lead>/",
    ),
    Door("admin/^(?P<app_label>routing|auth|reps)/$", ADMIN, at="/admin/routing/"),
    Door("admin/(?P<url>.*)$", "302 302 302 404 404 404 404", at="/admin/nowhere/"),
    Door("admin/routing/lead/manual/", "302 302 302 200 403 200 200"),
    Door("admin/routing/lead/hand-out/", "302 302 302 302 403 302 302", "POST"),
    Door("admin/routing/lead/route-again/", "302 302 302 302 403 302 302", "POST"),
    *[
        Door(f"admin/routing/importrun/<int:pk>/{page}/", answers, method, at=f"/admin/routing/importrun/{of}/{page}/")
        for page, method, answer in (
            ("columns", "GET", 302),
            ("progress", "GET", 200),
            ("begin", "POST", 302),
            ("discard", "POST", 302),
            ("rejects", "GET", 200),
            ("route", "POST", 302),
            ("undo", "GET", 200),
            ("undo", "POST", 302),
        )
        for of, answers in (
            ("<import>", f"302 302 302 {answer} 403 {answer} {answer}"),
            ("<others_import>", f"302 302 302 404 403 {answer} {answer}"),  # of a manager of another team
        )
    ],
    Door("admin/routing/plansettings/check/", ADMIN),
    Door("admin/routing/plansettings/try/", ADMIN),
    Door("admin/routing/plansettings/replay/", "302 302 302 200 403 200 200"),
    Door("admin/routing/plansettings/publish/", "302 302 302 200 403 200 200"),
    Door("admin/routing/plansettings/start/", "302 302 302 200 403 200 200"),
    Door("admin/routing/plansettings/version/<int:number>/", ADMIN, at="/admin/routing/plansettings/version/1/"),
    Door(
        "admin/routing/plansettings/version/<int:number>/",
        "302 302 302 302 403 302 302",
        "POST",
        at="/admin/routing/plansettings/version/1/",
    ),
    Door(
        "admin/routing/source/<int:pk>/token/",
        "302 302 302 403 403 302 302",
        at="/admin/routing/source/<source>/token/",
    ),
    Door(
        "admin/routing/source/<int:pk>/token/",
        "302 302 302 403 403 200 200",
        "POST",
        at="/admin/routing/source/<source>/token/",
    ),
    Door("admin/routing/rep/absences/", ADMIN),
    Door("admin/routing/rep/absences/book/", "302 302 302 200 403 200 200"),
    Door(
        "admin/routing/rep/absences/<int:pk>/",
        "302 302 302 200 403 200 200",
        at="/admin/routing/rep/absences/<absence>/",
    ),
    Door(
        "admin/routing/rep/absences/<int:pk>/",
        "302 302 302 302 403 302 302",
        "POST",
        at="/admin/routing/rep/absences/<absence>/",
        sent={"cancel": "yes"},
    ),
    Door("admin/routing/rep/leave/", "302 302 302 302 403 302 302"),
    Door("admin/routing/rep/left/", "302 302 302 200 403 200 200"),
    Door("admin/routing/rep/back/", "302 302 302 302 403 302 302", "POST"),
    Door(
        "admin/reps/recyclepolicy/<int:pk>/now/",
        "302 302 302 200 403 200 200",
        at="/admin/reps/recyclepolicy/<policy>/now/",
    ),
    Door("admin/routing/user/<id>/password/", "302 302 302 403 403 403 200", at="/admin/routing/user/<user>/password/"),
]

# What Dana, Nora, Olga and Root may do with a model's pages: view, add, change, delete.
MODELS = {
    "apitoken": "- - va va",  # shown once, never changed
    "assignment": "v - v v",
    "calendar": "vac v vac vac",
    "capture": "vc - vc vc",  # mended and replayed
    "decision": "v - v v",
    "delivery": "- - v v",  # read-only; sent again by an action of the list
    "disqualifier": "vac v vac vac",
    "event": "v - v v",
    "feedbackpolicy": "vacd - vacd vacd",
    "feedbackrequest": "v - v v",  # written by customers
    "group": "- - - vacd",
    "importrun": "va - va va",
    "lead": "v - v v",
    "leadchange": "v - v v",
    "nextstep": "v - v v",
    "peoplechange": "v v v v",
    "plansettings": "vc v vc vc",
    "planversion": "v v v v",
    "recyclepolicy": "vacd - vacd vacd",
    "rep": "vac v vac vac",
    "rule": "vac v vac vac",
    "scorerule": "vac v vac vac",
    "skill": "vac v vac vacd",
    "slapolicy": "vac v vac vac",
    "source": "vac v vac vac",
    "stage": "vac v vac vac",
    "straymail": "vc - vcd vcd",  # assigned by hand
    "team": "vc v vac vac",
    "territory": "vac v vac vac",
    "user": "- - v vacd",
}

SHOWN_ELSEWHERE = {("plansettings", "changelist"), ("planversion", "change")}

QUEUES = "rq/"  # RQ's own pages, all behind one check
OF_A_MODEL = re.compile(r"admin/(?:routing|auth|reps)/(\w+)/(?:|add/|<path:object_id>/(?:|change/|history/|delete/))")
FORM = "application/x-www-form-urlencoded"


def knock(house: SimpleNamespace, role: str, method: str, address: str, sent: Mapping[str, str]) -> tuple[int, str]:
    """The answer to one role, and the policy it carries; whatever was done is undone."""
    browser, user = Client(), getattr(house, role)
    if user is not None:
        browser.force_login(user)
    as_json = address.startswith("/api/")
    with transaction.atomic():
        if method == "GET":
            answer = browser.get(address)
        elif as_json:
            answer = browser.post(address, dict(sent), content_type="application/json")
        else:
            answer = browser.post(address, "&".join(f"{name}={text}" for name, text in sent.items()), content_type=FORM)
        transaction.set_rollback(True)
    return answer.status_code, answer.headers["Content-Security-Policy"]


def answers(house: SimpleNamespace, method: str, address: str, sent: Mapping[str, str], roles=ROLES) -> str:
    """The answers to all roles, as a row has them. Each carries the policy of its place."""
    told = [knock(house, role, method, address, sent) for role in roles]
    place = written(EASIER if address.startswith(("/admin/", "/rq/")) else STRICT)
    assert {policy for _, policy in told} == {place}
    return " ".join(str(status) for status, _ in told)


@pytest.mark.parametrize("door", DOORS, ids=[f"{door.method} /{door.at or door.route} {door.of}" for door in DOORS])
def test_each_role_gets_its_answer_at_each_door(house, redis, door):
    assert answers(house, door.method, door.address(house), door.sent) == door.answers


@pytest.mark.parametrize("model", MODELS)
def test_each_role_may_do_with_a_model_what_the_table_says(house, model):
    """In the admin: a list to who may view, a page to add to who may add, and so on; the log-in for all others."""
    row = house.objects[model]
    acts = dict(zip(IN_THE_ADMIN, MODELS[model].split(), strict=True))
    place = f"admin:{row._meta.app_label}_{model}"
    strangers = [role for role in ROLES if role not in IN_THE_ADMIN]
    assert answers(house, "GET", reverse(f"{place}_changelist"), {}, strangers) == "302 302 302"
    for page, act, key in (
        ("changelist", "v", ()),
        ("add", "a", ()),
        ("change", "v", (row.pk,)),
        ("history", "v", (row.pk,)),
        ("delete", "d", (row.pk,)),
    ):
        told = answers(house, "GET", reverse(f"{place}_{page}", args=key), {}, IN_THE_ADMIN).split()
        if (model, page) in SHOWN_ELSEWHERE:
            assert set(told) == {"302"}, "there is a page of ours for it, with a row of its own"
            continue
        assert [status == "200" for status in told] == [act in acts[role] for role in IN_THE_ADMIN], page
        assert set(told) <= {"200", "403", "302"}
    if (model, "change") in SHOWN_ELSEWHERE:
        return
    change = reverse(f"{place}_change", args=(row.pk,))
    refused = [knock(house, role, "POST", change, {})[0] == 403 for role in IN_THE_ADMIN]
    assert refused == ["c" not in acts[role] for role in IN_THE_ADMIN]


def test_queues_are_for_superusers(house):
    for route in all_routes():
        if route.startswith(QUEUES):
            address = "/" + re.sub("<[^>]+>", "0", route)
            assert answers(house, "GET", address, {}, ROLES[:-1]) == SUPERUSERS


def test_every_route_has_a_row():
    rows = {door.route for door in DOORS}
    rest = {route for route in all_routes() if not route.startswith(QUEUES) and not OF_A_MODEL.fullmatch(route)}
    assert rest - rows == set(), "a new route: say in a row who gets which answer"
    assert rows - rest == set(), "a row for what is no route any more"


def test_every_model_of_the_admin_has_a_row():
    assert {model._meta.model_name for model in admin.site._registry} == set(MODELS)
