"""Django's rules for passwords, in plain words that say what to do."""

from __future__ import annotations

from django.contrib.auth import password_validation as theirs
from django.core.exceptions import ValidationError

from accounts import passwords


class LongEnough(theirs.MinimumLengthValidator):
    def get_error_message(self):
        return (
            f"Your password must be at least {self.min_length} characters. "
            "Three words that do not belong together make a good one"
        )


class NotCommon(theirs.CommonPasswordValidator):
    """Neither on Django's list of 20,000 nor on ours of long ones, bare or dressed up; no run, no repeat.

    Django's holds hardly anything of twelve characters; what people make of it to reach twelve is what
    guessers try next.
    """

    def validate(self, password, user=None):
        forms = passwords.forms_of(password)
        if (
            forms & self.passwords
            or forms & passwords.found_out()
            or passwords.is_pattern(password)
        ):
            raise ValidationError(self.get_error_message(), code="password_too_common")

    def get_error_message(self):
        return (
            "This password, or one much like it, is on the lists that guessers try first. "
            "Choose another"
        )


class NotOfHere(theirs.CommonPasswordValidator):
    """Not made of the words of this place (accounts/passwords.py), or of the person's own name."""

    def validate(self, password, user=None):
        of_them = (
            f"{getattr(user, 'name', '')} {(getattr(user, 'email', '') or '').partition('@')[0]}"
        )
        words = passwords.words_of_here() | passwords.words_in(of_them)
        if passwords.is_made_of(password, words, self.passwords.__contains__):
            raise ValidationError(self.get_error_message(), code="password_of_here")

    def get_error_message(self):
        return (
            "Your password is made of names that anybody here would try first: of the council, of its "
            "wards, or your own. Add words that have nothing to do with them"
        )


class NotLikeYou(theirs.UserAttributeSimilarityValidator):
    DEFAULT_USER_ATTRIBUTES = ("name", "email")

    def __init__(self, user_attributes=DEFAULT_USER_ATTRIBUTES, max_similarity=0.7):
        super().__init__(user_attributes, max_similarity)

    def get_error_message(self):
        return (
            "Your password is too much like your %(verbose_name)s. "
            "Choose one that nobody could guess from knowing you"
        )
