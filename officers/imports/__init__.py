"""Officers, services and absences from files (council/imports). Each line goes through the actions of
this room that its page uses."""

from officers.imports.absences import ABSENCES
from officers.imports.officers import OFFICERS
from officers.imports.services import SERVICES

__all__ = ["ABSENCES", "OFFICERS", "SERVICES"]
