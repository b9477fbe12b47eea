"""Why a bench could not be run: said in a sentence or two, with how to mend it."""


class CannotRun(Exception):
    """What is missing or in the way. The words are for whoever typed the command."""
