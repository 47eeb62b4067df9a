"""The site's own forms, with the front end's classes on their fields."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import (
    AuthenticationForm,
    BaseUserCreationForm,
    PasswordChangeForm,
    PasswordResetForm,
    SetPasswordForm,
)
from django.core.exceptions import ValidationError

from .models import ProblemReport, User
from .personal_details import find_personal_details


class StyledForm:
    """Gives each field the front end's class and ties it to its help and error."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", _class_for(field.widget))

    def summary(self) -> list[dict[str, str]]:
        """The errors as the error summary shows them."""
        form: Any = self
        errors = [{"text": text, "href": ""} for text in form.non_field_errors()]
        for name, texts in form.errors.items():
            if name in form.fields:
                errors += [{"text": text, "href": f"#{_first_id(form[name])}"} for text in texts]
        return errors


def _class_for(widget: forms.Widget) -> str:
    if isinstance(widget, forms.Textarea):
        return "nhsuk-textarea"
    if isinstance(widget, forms.Select):
        return "nhsuk-select"
    return "nhsuk-input"


def _first_id(field: forms.BoundField) -> str:
    return field.id_for_label or f"{field.auto_id}_0"


class LogInForm(StyledForm, AuthenticationForm):
    """Django's, in our look."""


class ChangePasswordForm(StyledForm, PasswordChangeForm):
    """Django's, in our look."""


class ForgottenPasswordForm(StyledForm, PasswordResetForm):
    """Django's, in our look."""


class NewPasswordForm(StyledForm, SetPasswordForm):
    """Django's, in our look."""


class RegisterForm(StyledForm, BaseUserCreationForm):
    """A learner's account: a name to log in with and a password. The address is for a forgotten password only."""

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["username", "email"]
        labels: ClassVar[dict[str, str]] = {"email": "E-mail address (optional)"}
        help_texts: ClassVar[dict[str, str]] = {
            "username": "To log in with. It need not be your own name. Letters, digits and @ . + - _ only.",
            "email": "Only used when you forget your password.",
        }


class ProblemReportForm(forms.ModelForm):
    """A report about a page. Refuses what looks like a person's details."""

    kind = forms.ChoiceField(
        choices=ProblemReport.Kind.choices, error_messages={"required": "Choose what kind of problem it is."}
    )
    text = forms.CharField(
        max_length=2000,
        error_messages={
            "required": "Say what is wrong.",
            "max_length": "Use %(limit_value)d characters or fewer; there are %(show_value)d.",
        },
    )

    class Meta:
        model = ProblemReport
        fields: ClassVar[list[str]] = ["page_path", "kind", "text"]

    def clean_page_path(self) -> str:
        return plain_path(self.cleaned_data["page_path"])

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].strip()
        found = find_personal_details(text)
        if found:
            raise ValidationError([form.message for form in found])
        return text


def plain_path(given: str) -> str:
    """The path of an address on this site: no host, no query, no fragment. Whatever else is given is the home page.

    >>> plain_path("/decision-trees/missed-doses/result/?days=3#top")
    '/decision-trees/missed-doses/result/'
    >>> plain_path("//elsewhere.example/x")
    '/'
    """
    path = given.split("?", 1)[0].split("#", 1)[0].strip()
    if not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable() or len(path) > 500:
        return "/"
    return path
