"""Finding a case by what was written in it: one question, two databases, one answer (ADR 10).

`asking` reads what somebody typed; `search` asks it through `visible_to`; `postgresql` and `sqlite` are
the only modules that know how an engine keeps an index of words.
"""
