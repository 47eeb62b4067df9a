"""Logging in and out, passwords, and registering as a learner. Django's own views in the portal's look."""

from __future__ import annotations

from django.contrib.auth import views as auth
from django.urls import path, reverse_lazy

from . import views
from .forms import ChangePasswordForm, ForgottenPasswordForm, NewPasswordForm

app_name = "account"

urlpatterns = [
    path("", views.account, name="home"),
    path("login/", views.LogInView.as_view(), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("register/", views.register, name="register"),
    path(
        "password/",
        auth.PasswordChangeView.as_view(
            template_name="account/password_change.html",
            form_class=ChangePasswordForm,
            success_url=reverse_lazy("account:password_changed"),
        ),
        name="password_change",
    ),
    path(
        "password/changed/",
        auth.PasswordChangeDoneView.as_view(template_name="account/password_changed.html"),
        name="password_changed",
    ),
    path(
        "password/forgotten/",
        auth.PasswordResetView.as_view(
            template_name="account/password_forgotten.html",
            email_template_name="account/password_email.txt",
            subject_template_name="account/password_email_subject.txt",
            form_class=ForgottenPasswordForm,
            success_url=reverse_lazy("account:password_sent"),
        ),
        name="password_forgotten",
    ),
    path(
        "password/sent/",
        auth.PasswordResetDoneView.as_view(template_name="account/password_sent.html"),
        name="password_sent",
    ),
    path(
        "password/new/<uidb64>/<token>/",
        auth.PasswordResetConfirmView.as_view(
            template_name="account/password_new.html",
            form_class=NewPasswordForm,
            success_url=reverse_lazy("account:password_done"),
        ),
        name="password_new",
    ),
    path(
        "password/done/",
        auth.PasswordResetCompleteView.as_view(template_name="account/password_done.html"),
        name="password_done",
    ),
]
