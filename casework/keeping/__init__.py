"""Enquiries as the room that keeps and forgets asks for them: found, looked at, brought up, erased."""
