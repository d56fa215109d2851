"""Mail of development: kept, and read at this machine only."""

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client

from leadops.dev_mail import store
from tests.cast import person


@pytest.fixture
def box(settings, tmp_path):
    """An empty store, in development."""
    settings.VAR_DIR, settings.DEBUG = tmp_path, True
    settings.EMAIL_BACKEND = "leadops.dev_mail.store.Backend"
    return tmp_path


def sent(subject="A new lead is yours", html="<h1 style='color:red'>Hello</h1><script>alert(1)</script>"):
    mail = EmailMultiAlternatives(subject, "Hello in text", to=["laura@acme.example"])
    mail.attach_alternative(html, "text/html")
    assert get_connection().send_messages([mail]) == 1
    return store.latest(1)[0].name


@pytest.mark.django_db
def test_a_mail_is_listed_and_read_as_text_and_html(box):
    name, browser = sent(), Client()
    assert "A new lead is yours" in browser.get("/dev/mail/").content.decode()
    page = browser.get(f"/dev/mail/{name}/").content.decode()
    assert "<dd>laura@acme.example</dd>" in page, "with what stands above it"
    assert "Hello in text" in page and f'src="/dev/mail/{name}/html/"' in page and "<script>alert" not in page


@pytest.mark.django_db
def test_the_html_of_a_mail_runs_nothing_and_calls_nowhere(box):
    answer = Client().get(f"/dev/mail/{sent()}/html/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox allow-popups" in policy and "script" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.django_db
def test_an_empty_box_says_what_will_be_there(box):
    assert "No mail yet" in Client().get("/dev/mail/").content.decode()


@pytest.mark.django_db
def test_it_is_there_for_this_machine_and_for_superusers_and_never_in_production(box, settings):
    name = sent()
    paths = ["/dev/mail/", f"/dev/mail/{name}/", f"/dev/mail/{name}/html/"]
    root = Client(REMOTE_ADDR="203.0.113.9")
    root.force_login(person("root", is_superuser=True))
    elsewhere, here = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="::1")
    assert [elsewhere.get(path).status_code for path in paths] == [404, 404, 404]
    assert [here.get(path).status_code for path in paths] == [root.get(path).status_code for path in paths] == [200] * 3
    settings.DEBUG = False
    assert [who.get(path).status_code for path in paths for who in (here, root)] == [404] * 6


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["..", "../secret_key", "x", "0-0-0", "1" * 19 + "-1-1"])
def test_there_is_no_other_file_behind_it(box, name):
    (box / "secret_key").write_text("secret")
    assert Client().get(f"/dev/mail/{name}/").status_code == 404
    assert store.one(name) is None


def test_the_oldest_make_room(box, monkeypatch):
    monkeypatch.setattr(store, "KEPT", 3)
    names = [sent(f"Mail {number}") for number in range(5)]
    assert [kept.name for kept in store.latest(9)] == names[:1:-1]
