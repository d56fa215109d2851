"""Logging in: a guesser waits longer and longer, and the owner gets in all the same."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils.timezone import now

from routing.account import tries
from routing.models import Session, Tally, User
from routing.tallies import Pace, take_turn

pytestmark = pytest.mark.django_db

RIGHT = "correct horse battery"


@pytest.fixture
def laura() -> User:
    return User.objects.create_user("laura", "laura@acme.example", RIGHT, first_name="Laura")


def log_in(browser: Client, password: str, username: str = "laura"):
    return browser.post("/log-in/", {"username": username, "password": password})


def guess(times: int, username: str = "laura", **where: str) -> list[int]:
    return [log_in(Client(**where), f"guess {number}", username).status_code for number in range(times)]


def test_a_guesser_is_slowed_down(laura):
    assert guess(7) == [200] * 5 + [429] * 2
    answer = log_in(Client(), "once more")
    assert "Try again in 2 seconds" in answer.content.decode()
    assert answer.headers["Retry-After"] == "2"


def test_even_the_right_password_is_not_looked_at_before_its_time(laura):
    guess(6)
    assert log_in(Client(), RIGHT).status_code == 429


def test_the_waits_grow_to_a_limit():
    pace = Pace(free=5, longest=timedelta(minutes=15))
    waits = [pace.wait_after(count).total_seconds() for count in (4, 5, 6, 7, 13, 14, 15, 1000)]
    assert waits == [0, 2, 4, 8, 512, 900, 900, 900]


def test_who_waited_may_try_again(laura):
    guess(6)
    Tally.objects.update(last_at=now() - timedelta(seconds=3))
    assert log_in(Client(), RIGHT).status_code == 302


def test_whoever_got_in_begins_anew(laura):
    guess(4)
    browser = Client()
    log_in(browser, RIGHT)
    assert guess(5) == [200] * 5


def test_a_name_that_is_nobodys_waits_like_any_other(laura):
    bodies = []
    for username in ("laura", "nobody"):
        Tally.objects.all().delete()
        answers = [log_in(Client(), f"guess {number}", username) for number in range(7)]
        bodies.append([(a.status_code, a.content.decode().replace(username, "")) for a in answers])
    assert [[re.sub(r'value="[^"]*"', "", text) for _, text in each] for each in bodies[:1]] == [
        [re.sub(r'value="[^"]*"', "", text) for _, text in each] for each in bodies[1:]
    ]
    assert [code for code, _ in bodies[0]] == [code for code, _ in bodies[1]]


def test_guessing_from_a_thousand_addresses_does_not_keep_the_owner_out(laura, monkeypatch):
    """Her browser is known: what others do with her name is not counted against it."""
    hers = Client(REMOTE_ADDR="198.51.100.7")
    log_in(hers, RIGHT)
    hers.post("/log-out/")
    monkeypatch.setattr(tries, "OF_AN_ACCOUNT", Pace(free=10, longest=timedelta(minutes=1)))
    codes = [guess(1, REMOTE_ADDR=f"203.0.113.{number}")[0] for number in range(12)]
    assert codes[-1] == 429
    assert log_in(Client(REMOTE_ADDR="192.0.2.1"), RIGHT).status_code == 429, "a stranger's browser waits"
    assert log_in(hers, RIGHT).status_code == 302


def test_guessing_from_her_own_office_does_not_keep_the_owner_out(laura):
    hers = Client()
    log_in(hers, RIGHT)
    hers.post("/log-out/")
    assert guess(6)[-1] == 429
    assert log_in(hers, RIGHT).status_code == 302


def test_a_known_browser_is_slowed_down_by_its_own_guesses(laura):
    hers = Client()
    log_in(hers, RIGHT)
    hers.post("/log-out/")
    assert [log_in(hers, f"guess {number}").status_code for number in range(6)] == [200] * 5 + [429]


def test_a_known_browser_is_known_for_its_accounts_only(laura):
    User.objects.create_user("daniel", password=RIGHT)
    his = Client()
    log_in(his, RIGHT, "daniel")
    his.post("/log-out/")
    assert [log_in(his, f"guess {number}").status_code for number in range(6)] == [200] * 5 + [429]


def test_a_cookie_that_we_did_not_sign_makes_nobody_known(laura):
    guess(6)
    browser = Client()
    browser.cookies[tries.COOKIE] = "eyJuYW1lIjoieCJ9:forged:forged"
    assert log_in(browser, RIGHT).status_code == 429


def test_one_address_that_tries_many_names_is_slowed_down(laura):
    codes = [guess(1, username=f"name{number}")[0] for number in range(32)]
    assert codes == [200] * 30 + [429] * 2
    assert guess(1, username="else", REMOTE_ADDR="203.0.113.1") == [200]


def test_an_ipv6_network_is_one_address(laura):
    codes = [guess(1, username=f"name{number}", REMOTE_ADDR=f"2001:db8::{number}")[0] for number in range(1, 32)]
    assert codes[-1] == 429


def test_behind_a_proxy_the_visitor_counts_and_not_what_the_visitor_says(laura, settings):
    settings.PROXIES_IN_FRONT = 1
    codes = [
        guess(1, HTTP_X_FORWARDED_FOR=f"1.1.1.{number}, 203.0.113.5", REMOTE_ADDR="10.0.0.1")[0] for number in range(7)
    ]
    assert codes == [200] * 5 + [429] * 2


def test_tries_are_kept_without_names_and_addresses(laura):
    guess(2)
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in Tally.objects.values_list("key", flat=True))


def test_a_day_of_quiet_forgets():
    pace, at = Pace(free=1, longest=timedelta(minutes=1)), now()
    assert not take_turn([("k", pace)], at=at)
    assert take_turn([("k", pace)], at=at)
    assert not take_turn([("k", pace)], at=at + timedelta(days=1))


# --- one door -------------------------------------------------------------------------------------


def test_the_admin_has_no_log_in_of_its_own(client, laura):
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/log-in/?next=/admin/"
    answer = client.post("/admin/login/", {"username": "laura", "password": RIGHT})
    assert answer.headers["Location"] == "/log-in/?next=/admin/"
    assert "_auth_user_id" not in client.session


def test_a_rep_at_the_admins_door_is_told_and_not_sent_round_in_a_circle(client, laura):
    client.force_login(laura)
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "The admin is for managers" in answer.content.decode()


def test_nobody_is_sent_elsewhere_after_the_log_in(client, laura):
    answer = client.post("/log-in/", {"username": "laura", "password": RIGHT, "next": "https://else.example/"})
    assert answer.headers["Location"] == "/"


# --- passwords ------------------------------------------------------------------------------------


def test_a_forgotten_password_is_replaced_by_mail_and_the_link_logs_in(client, laura):
    elsewhere = Client()
    log_in(elsewhere, RIGHT)
    guess(8)
    client.post("/log-in/forgotten/", {"email": "Laura@acme.example"})
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body).group(1)
    page = client.get(link, follow=True)
    answer = client.post(
        page.request["PATH_INFO"], {"new_password1": "a wholly new one", "new_password2": "a wholly new one"}
    )
    assert answer.headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(laura.pk)
    assert elsewhere.get("/account/sessions/").status_code == 302, "everybody else is out"
    assert "does not work any more" in Client().get(link, follow=True).content.decode()
    client.post("/log-out/")
    assert log_in(client, "a wholly new one").status_code == 302, "and this browser is known now"


def test_nobody_learns_whose_addresses_are_known(client, laura):
    known = client.post("/log-in/forgotten/", {"email": "laura@acme.example"}, follow=True)
    unknown = client.post("/log-in/forgotten/", {"email": "nobody@acme.example"}, follow=True)
    assert known.content == unknown.content
    assert len(mail.outbox) == 1


def test_nobodys_mailbox_is_filled(client, laura):
    for _ in range(5):
        client.post("/log-in/forgotten/", {"email": "laura@acme.example"})
    assert len(mail.outbox) == 3


def test_changing_the_password_logs_out_every_other_browser(client, laura):
    elsewhere = Client()
    log_in(elsewhere, RIGHT)
    log_in(client, RIGHT)
    sent = {"old_password": RIGHT, "new_password1": "a wholly new one", "new_password2": "a wholly new one"}
    assert client.post("/account/password/", sent).status_code == 302
    assert client.get("/account/sessions/").status_code == 200
    assert elsewhere.get("/account/sessions/").status_code == 302


# --- where somebody is logged in ------------------------------------------------------------------

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1"
)


def test_sessions_are_listed_and_ended(laura):
    here, phone = Client(HTTP_USER_AGENT=FIREFOX), Client(HTTP_USER_AGENT=IPHONE, REMOTE_ADDR="203.0.113.5")
    log_in(here, RIGHT)
    log_in(phone, RIGHT)
    page = here.get("/account/sessions/").content.decode()
    assert page.index("Firefox on Windows") < page.index("Safari on iPhone")
    assert "203.0.113.5" in page
    assert phone.session.session_key not in page
    other = Session.objects.get(address="203.0.113.5")
    here.post(f"/account/sessions/{other.handle}/end/")
    assert phone.get("/account/sessions/").status_code == 302
    assert here.get("/account/sessions/").status_code == 200


def test_all_others_are_ended_at_once(laura):
    browsers = [Client() for _ in range(3)]
    for browser in browsers:
        log_in(browser, RIGHT)
    browsers[0].post("/account/sessions/end-others/")
    assert [browser.get("/account/sessions/").status_code for browser in browsers] == [200, 302, 302]


def test_ending_ones_own_is_logging_out(client, laura):
    log_in(client, RIGHT)
    answer = client.post(f"/account/sessions/{Session.objects.get().handle}/end/")
    assert answer.headers["Location"] == "/log-in/"
    assert not Session.objects.exists()


def test_nobody_ends_somebody_elses(client, laura):
    daniel = User.objects.create_user("daniel", password=RIGHT)
    log_in(Client(), RIGHT)
    client.force_login(daniel)
    theirs = Session.objects.get(user=laura)
    assert client.post(f"/account/sessions/{theirs.handle}/end/").status_code == 404
    client.post("/account/sessions/end-others/")
    assert Session.objects.filter(user=laura).exists()


def test_being_seen_is_noted_now_and_then(client, laura):
    log_in(client, RIGHT)
    session = client.session
    session["browser"] = session["browser"] | {"seen_at": (now() - timedelta(hours=1)).isoformat()}
    session.save()
    client.get("/account/sessions/")
    assert Session.objects.get().seen_at > now() - timedelta(minutes=1)


def test_cookies_are_for_tls_only_where_the_site_is(client, laura, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    answer = log_in(client, RIGHT)
    for name in ("sessionid", tries.COOKIE):
        cookie = answer.cookies[name]
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
