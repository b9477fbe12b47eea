"""Signing in by email and password; the person is loaded with their capacities in one query."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from accounts.models import Person


class EmailBackend(ModelBackend):
    def get_user(self, user_id):
        people = Person.objects.with_capacities().with_second_step().with_connection()
        person = people.filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None

    # Authority is protocol/authority.py through accounts.standing; Django's own has no say here.
    def has_perm(self, user_obj, perm, obj=None):
        return False
