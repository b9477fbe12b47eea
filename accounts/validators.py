"""Django's rules for passwords, in plain words that say what to do."""

from __future__ import annotations

import re
import string

from django.contrib.auth import password_validation as theirs
from django.core.exceptions import ValidationError

AROUND = string.digits + string.punctuation + string.whitespace


class LongEnough(theirs.MinimumLengthValidator):
    def get_error_message(self):
        return (
            f"Your password must be at least {self.min_length} characters. "
            "Three words that do not belong together make a good one"
        )


class NotCommon(theirs.CommonPasswordValidator):
    """Not on Django's list of 20,000, bare, repeated, or with signs and numbers put around it.

    The list holds hardly anything of twelve characters; what people make of it to reach twelve is
    what guessers try next.
    """

    FEWEST_LETTERS = 5

    def validate(self, password, user=None):
        plain = password.lower().strip()
        repeated = re.fullmatch(r"(.+?)\1+", plain)
        stems = {plain, plain.strip(AROUND), repeated[1].strip(AROUND) if repeated else plain}
        if stems & self.passwords or len(set(plain)) < self.FEWEST_LETTERS:
            raise ValidationError(self.get_error_message(), code="password_too_common")

    def get_error_message(self):
        return (
            "This password, or one much like it, is on the lists that guessers try first. "
            "Choose another"
        )


class NotOnlyNumbers(theirs.NumericPasswordValidator):
    def get_error_message(self):
        return "Your password is all numbers. Add some words or letters"


class NotLikeYou(theirs.UserAttributeSimilarityValidator):
    DEFAULT_USER_ATTRIBUTES = ("name", "email")

    def __init__(self, user_attributes=DEFAULT_USER_ATTRIBUTES, max_similarity=0.7):
        super().__init__(user_attributes, max_similarity)

    def get_error_message(self):
        return (
            "Your password is too much like your %(verbose_name)s. "
            "Choose one that nobody could guess from knowing you"
        )
