"""Whoever runs this sees what could not be sent, and sends it again."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from reps.models import Delivery
from routing.models import User
from tests.cast import lead_of, person

LIST = "/admin/reps/delivery/"


@pytest.fixture
def letters(people, told, at):
    """Three mails to Laura: two given up, one still to be sent."""
    for _ in range(3):
        told("lead.assigned", lead_id=lead_of(people.laura, first_name="Zephyrine").pk, rep_id=people.laura.pk)
    made = list(Delivery.objects.order_by("pk"))
    Delivery.objects.filter(pk__in=[one.pk for one in made[:2]]).update(state="dead", attempts=12, error="554 spam")
    return made


def ops():
    user = person("olga")
    user.groups.add(Group.objects.get(name="ops"))
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def test_ops_see_them_with_the_error_and_no_name_of_a_lead(letters):
    page = ops().get(LIST, {"state__exact": "dead"}).content.decode()
    assert page.count("554 spam") == 2
    assert "laura" in page and "Zephyrine" not in page


@pytest.mark.parametrize("chosen", [[0], [0, 1], [0, 1, 2]])
def test_one_or_many_are_sent_again(letters, chosen):
    filled = {"action": "once_more", "_selected_action": [letters[number].pk for number in chosen]}
    page = ops().post(LIST, filled, follow=True).content.decode()
    again = min(len(chosen), 2)
    assert f"{again} will be sent again." in page
    assert Delivery.objects.filter(state="queued", attempts=0, error="").count() == again + 1


def test_managers_and_reps_have_no_part_in_it(letters, people):
    people.dana.groups.add(Group.objects.get(name="manager"))
    for user in (people.dana, people.laura.user):
        client = Client()
        client.force_login(User.objects.get(pk=user.pk))
        assert client.get(LIST).status_code in (302, 403)
        client.post(LIST, {"action": "once_more", "_selected_action": [letters[0].pk]})
    assert Delivery.objects.filter(state="dead").count() == 2


def test_who_may_look_may_not_send(letters):
    user = person("nora", is_staff=True)
    user.user_permissions.set(Group.objects.get(name="ops").permissions.filter(codename="view_delivery"))
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    assert client.get(LIST).status_code == 200
    client.post(LIST, {"action": "once_more", "_selected_action": [letters[0].pk]})
    assert Delivery.objects.filter(state="dead").count() == 2
    assert client.get(reverse("admin:reps_delivery_change", args=[letters[0].pk])).status_code == 200
