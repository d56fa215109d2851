"""In the admin, a manager finds their own teams, and the people and leads of these; others' are not there."""

from routing.models import Capture, Lead, Rep, Team, User
from routing.roles import IN_THE_ADMIN
from tests.access.conftest import in_role
from tests.cast import lead_of


def found(client, user, model: str) -> set[str]:
    """What the list of a model shows to somebody."""
    client.force_login(user)
    everything = {"status": "all"} if model == "capture" else {}
    return {str(row) for row in client.get(f"/admin/routing/{model}/", everything).context["cl"].queryset}


def test_leads_are_those_of_her_teams(client, house):
    assert found(client, house.dana, "lead") == {"Hers", "Claim", "Pick", "Blind", "Offered"}
    assert "Theirs" in found(client, house.olga, "lead")


def test_people_are_those_of_her_teams_and_those_in_none(client, house):
    Rep.objects.create(username="newcomer", name="New Comer")
    assert found(client, house.dana, "rep") == {"Laura Ortiz", "Daniel Weiss", "Emma Novak", "New Comer"}
    assert found(client, house.dana, "team") == {"Inside"}


def test_history_is_that_of_her_leads(client, house):
    assert len(found(client, house.dana, "assignment")) == 1
    assert len(found(client, house.root, "assignment")) == 2


def test_the_inbox_shows_what_is_nobodys_lead_yet_and_not_what_became_anothers(client, house):
    source = house.objects["source"]
    Capture.objects.create(source=source, channel="api", status="failed")
    Capture.objects.create(source=source, channel="api", lead=house.theirs)
    assert len(found(client, house.dana, "capture")) == 2
    assert len(found(client, house.root, "capture")) == 3


def test_others_objects_are_not_opened_by_their_number(client, house):
    client.force_login(house.dana)
    for row in (house.theirs, house.people.omar, house.people.outside):
        model = row._meta.model_name
        assert client.get(f"/admin/routing/{model}/{row.pk}/change/").status_code == 302
        assert client.post(f"/admin/routing/{model}/{row.pk}/change/", {"name": "x"}).status_code in (302, 403)
    assert Team.objects.get(slug="outside").name == "Outside"


def test_on_a_reps_page_she_sees_the_places_in_her_own_teams(client, house):
    house.people.outside.memberships.create(rep=house.people.laura, position=5)
    client.force_login(house.dana)
    page = client.get(f"/admin/routing/rep/{house.people.laura.pk}/change/")
    shown = [form.instance.team.slug for form in page.context["inline_admin_formsets"][1].formset.initial_forms]
    assert shown == ["inside"]


def test_an_analyst_sees_all_people_and_no_lead(client, house):
    assert len(found(client, house.nora, "rep")) == Rep.objects.count()
    client.force_login(house.nora)
    assert client.get("/admin/routing/lead/").status_code == 403
    assert client.get("/api/v1/leads/").json()["results"] == []


def test_whoever_becomes_manager_or_ops_is_let_into_the_admin(db):
    staff = {role: in_role(role, role).is_staff for role in ("ops", "manager", "analyst", "rep")}
    assert {role for role, is_staff in staff.items() if is_staff} == set(IN_THE_ADMIN)


def test_a_group_that_takes_somebody_in_lets_them_in_too(db):
    user = in_role("mara", "rep")
    user.groups.model.objects.get(name="manager").user_set.add(user)
    assert User.objects.get(pk=user.pk).is_staff


def test_ops_and_superusers_work_leads_on_others_behalf(client, house):
    for user, lead in ((house.olga, house.lead), (house.root, lead_of(house.people.daniel, team=house.people.inside))):
        client.force_login(user)
        answer = client.post(
            f"/api/v1/leads/{lead.pk}/give-back/", {"reason": "other"}, content_type="application/json"
        )
        assert answer.status_code == 200
    assert not Lead.objects.filter(owner__in=[house.people.laura, house.people.daniel]).exists()
