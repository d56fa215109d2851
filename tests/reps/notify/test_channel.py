"""A team's channel is posted to: plainly, without names, to no address that the operator does not allow."""

import logging
import socket
import time

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import now

from reps.models import Delivery
from reps.notify import webhook
from reps.notify.webhook import escaped, is_inside
from routing.models import Team
from tests.cast import lead_in_pool
from tests.mailserver import closed_port
from tests.reps.notify.conftest import MINUTE
from tests.webserver import running


@pytest.fixture
def channel(people, settings):
    """A chat that Inside's news is posted to."""
    settings.WEBHOOK_PRIVATE, settings.WEBHOOK_HOSTS = True, []
    with running() as posted:
        Team.objects.filter(pk=people.inside.pk).update(channel_url=posted.url)
        yield posted


@pytest.fixture
def pooled(people, told):
    """So many leads on Inside's claim board, each told."""

    def lying(count=1, delivery="claim", **fields):
        for _ in range(count):
            lead = lead_in_pool(people.inside, delivery, **fields)
            told("lead.pooled", lead_id=lead.pk, team_id=people.inside.pk)

    return lying


def fared():
    rows = Delivery.objects.filter(channel="webhook").order_by("pk")
    return list(rows.values_list("state", "attempts", "error"))


def test_news_is_posted_in_words_with_a_link_and_no_name(channel, pooled):
    pooled(first_name="Zephyrine", company="Quirkwood")
    assert webhook.send_due(now()) == 1
    words = "A lead from Web is up for grabs in Inside: the first to take it has it."
    assert channel.bodies == [{"text": f"{words} <http://127.0.0.1:8000/claims/>"}]
    assert channel.paths == ["/services/secret?team=1"]
    assert channel.hosts == [f"127.0.0.1:{channel.port}"]
    assert fared() == [("sent", 1, "")]


@pytest.mark.parametrize(
    ("status", "state", "said"),
    [
        (500, "failed", "The channel answered 500."),
        (429, "failed", "The channel answered 429."),
        (404, "dead", "The channel answered 404."),
        (302, "dead", "The channel answered 302."),
    ],
)
def test_what_is_not_taken_is_tried_again_or_given_up(channel, pooled, status, state, said):
    channel.status = status
    pooled()
    webhook.send_due(now())
    assert fared() == [(state, 1, said)]


def test_a_redirect_is_not_followed(channel, pooled):
    channel.status, channel.location = 302, f"http://127.0.0.1:{channel.port}/elsewhere"
    pooled()
    webhook.send_due(now())
    assert len(channel.paths) == 1


def test_a_channel_that_fails_waits_as_a_whole(channel, pooled):
    channel.status = 503
    pooled(3)
    webhook.send_due(now())
    assert [attempts for _, attempts, _ in fared()] == [1, 0, 0]
    assert not Delivery.objects.filter(channel="webhook", next_at__lte=now() + 10 * MINUTE / 60).exists()


def test_a_channel_that_hangs_is_left_after_a_moment_and_another_teams_is_not_held_up(
    channel, pooled, people, told, settings
):
    settings.SEND_TIMEOUT = 0.5
    channel.hangs = True
    with running() as theirs:
        Team.objects.filter(pk=people.outside.pk).update(channel_url=theirs.url)
        pooled(2)
        told("lead.pooled", lead_id=lead_in_pool(people.outside).pk, team_id=people.outside.pk)
        began = time.monotonic()
        assert webhook.send_due(now()) == 1
        assert time.monotonic() - began < 4
        assert len(theirs.bodies) == 1
    assert fared()[0] == ("failed", 1, "TimeoutError")


def test_nobody_there_is_tried_again_and_the_address_is_told_nowhere(channel, pooled, people, caplog):
    caplog.set_level(logging.DEBUG)
    Team.objects.filter(pk=people.inside.pk).update(channel_url=f"http://127.0.0.1:{closed_port()}/services/secret")
    pooled()
    webhook.send_due(now())
    assert fared() == [("failed", 1, "ConnectionRefusedError")]
    assert "secret" not in caplog.text


def test_a_channel_that_was_taken_away_gets_nothing_more(channel, pooled, people):
    pooled()
    Team.objects.filter(pk=people.inside.pk).update(channel_url="")
    webhook.send_due(now())
    assert fared() == [("dead", 1, "The team has no channel any more.")]
    assert channel.bodies == []


def test_an_address_inside_the_network_is_posted_to_only_where_the_operator_allows(channel, pooled, settings):
    settings.WEBHOOK_PRIVATE = False
    pooled()
    webhook.send_due(now())
    ((state, _, error),) = fared()
    assert (state, "WEBHOOK_PRIVATE" in error) == ("dead", True)
    assert channel.bodies == []


def test_only_hosts_that_the_operator_names_are_posted_to(channel, pooled, settings):
    settings.WEBHOOK_HOSTS = ["hooks.slack.com"]
    pooled()
    webhook.send_due(now())
    assert fared()[0][0] == "dead"
    assert channel.bodies == []


def test_the_name_is_looked_up_once_and_what_was_looked_at_is_connected_to(
    channel, pooled, people, settings, monkeypatch
):
    """A name that means an outside address when it is looked at, and an inside one a moment later."""
    settings.WEBHOOK_PRIVATE = False
    Team.objects.filter(pk=people.inside.pk).update(channel_url=f"http://rebinding.example:{channel.port}/")
    answers = iter(["93.184.215.14", "127.0.0.1", "127.0.0.1"])
    asked, connected = [], []

    def look_up(host, port, *args, **kwargs):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address, timeout=None, source_address=None):
        connected.append(address)
        raise TimeoutError

    monkeypatch.setattr(webhook.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(webhook.socket, "create_connection", connect)
    pooled()
    webhook.send_due(now())
    assert asked == ["rebinding.example"]
    assert connected == [("93.184.215.14", channel.port)]


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("192.168.0.1", True),
        ("169.254.169.254", True),
        ("100.64.0.1", True),
        ("0.0.0.0", True),
        ("::1", True),
        ("fe80::1%eth0", True),
        ("fd00::1", True),
        ("::ffff:10.0.0.1", True),
        ("93.184.215.14", False),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", False),
    ],
)
def test_what_is_inside(address, inside):
    assert is_inside(address) is inside


def test_no_text_is_read_as_markup_or_calls_everybody():
    assert (
        escaped("<!channel> & <http://evil.example|click>")
        == "&lt;!channel&gt; &amp; &lt;http://evil.example|click&gt;"
    )
    assert "@here" not in escaped("@here")
    assert "*bold*" not in escaped("*bold*")
    assert escaped("A lead from Web") == "A lead from Web"


@pytest.mark.parametrize("url", ["ftp://chat.example/x", "file:///etc/passwd", "javascript:alert(1)", "chat.example"])
def test_a_channel_is_an_address_of_http(people, url):
    people.inside.channel_url = url
    with pytest.raises(ValidationError, match="valid URL"):
        people.inside.full_clean()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "gopher://127.0.0.1/"])
def test_whatever_else_is_in_the_table_is_posted_nowhere(channel, pooled, people, url):
    Team.objects.filter(pk=people.inside.pk).update(channel_url=url)
    pooled()
    webhook.send_due(now())
    assert fared() == [("dead", 1, "Only http and https addresses are posted to.")]
