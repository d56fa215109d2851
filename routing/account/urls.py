"""Addresses of logging in and of one's own account."""

from django.contrib.auth.views import LogoutView, PasswordResetDoneView
from django.urls import URLPattern, URLResolver, path

from routing.account.views import (
    ChangePassword,
    Forgotten,
    LogIn,
    NewPassword,
    end_other_sessions,
    end_session,
    sessions,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("log-in/", LogIn.as_view(), name="login"),
    path("log-out/", LogoutView.as_view(), name="logout"),
    path("log-in/forgotten/", Forgotten.as_view(), name="forgotten"),
    path(
        "log-in/forgotten/sent/",
        PasswordResetDoneView.as_view(template_name="registration/forgotten_sent.html"),
        name="forgotten-sent",
    ),
    path("log-in/new-password/<uidb64>/<token>/", NewPassword.as_view(), name="new-password"),
    path("account/sessions/", sessions, name="sessions"),
    path("account/sessions/end-others/", end_other_sessions, name="end-other-sessions"),
    path("account/sessions/<slug:handle>/end/", end_session, name="end-session"),
    path("account/password/", ChangePassword.as_view(), name="password"),
]
