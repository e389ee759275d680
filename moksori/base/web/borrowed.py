"""Strings of packages that we say in our own Korean, gathered for the catalogue."""

from django.utils.translation import gettext_noop

STRINGS = (
    gettext_noop("Remember Me"),
    gettext_noop("Email"),
    gettext_noop("Email address"),
    gettext_noop("The email address and/or password you specified are not correct."),
    gettext_noop("Please type your current password."),
    gettext_noop("Incorrect code."),
    gettext_noop("Incorrect password."),
)
