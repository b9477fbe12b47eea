"""A hundred thousand cases with all that actions would have left of them, in half a minute.

One plan of every case is drawn up in a temporary table, and each table is filled from it by one
statement. Every date comes from the product's own calendar and ladder, through a table of
working days. Nothing is left to chance: the same case is the same in every run.

What is not as actions leave it: the digests of events are not chained, and each case has the
messages and events that most have, not all that could be.
"""

from __future__ import annotations

from datetime import date

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from psycopg2.extras import execute_values

from bench.council_at_scale import MONDAY, NOW, TEAM, Council
from casework import clocks
from casework.models import (
    Breach,
    Case,
    ChaseStep,
    Clock,
    Copy,
    EnquiryDetail,
    Escalation,
    FollowUp,
    Message,
)
from council.calendar import current
from council.models import Council as TheCouncil
from ledger import triggers
from ledger.models import Event, Notice, Stream
from protocol.calendar import Calendar

# Five years of about 260 working days, the last of them the Friday before NOW.
DAYS = 1300
# Ordinary cases have six events; so many of the newest have them at all.
WITH_EVENTS = 6000
EVENTS = 6

FILLED = (
    Case,
    EnquiryDetail,
    Clock,
    FollowUp,
    ChaseStep,
    Breach,
    Escalation,
    Message,
    Copy,
    Stream,
    Event,
    Notice,
)


def fill(council: Council, count: int) -> None:
    """Make `count` cases over five years, 3 % of them open, and all that belongs to them."""
    with transaction.atomic(), connection.cursor() as cursor:
        # No trigger: neither a million foreign keys looked up, nor the ledger's refusals.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL jit = off")
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL work_mem = '64MB'")
        _days(cursor, council)
        values = {
            "count": count,
            "days": DAYS,
            "team": TEAM,
            "members": council.members,
            "teams": council.teams,
            "chiefs": council.chiefs,
            "services": council.services,
            "wards": council.wards,
            "adoption": council.adoption.pk,
            "clerk": council.cast["dev"].pk,
            "version": TheCouncil.objects.current().calendar_version,
            "now": NOW,
            "with_events": count - WITH_EVENTS,
        }
        for statement in STATEMENTS:
            cursor.execute(statement, values)
        for statement in connection.ops.sequence_reset_sql(no_style(), FILLED):
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def empty() -> None:
    """Take everything away again, as the end of a test that commits does."""
    with triggers.lifted(connection):
        call_command("flush", interactive=False, verbosity=0, reset_sequences=True)


def _days(cursor, council: Council) -> None:
    """`day`: each working day, and what a clock that starts on it has; `rung`: its ladder's steps."""
    calendar = current()
    first = calendar.add(MONDAY, -DAYS)
    cursor.execute(
        "CREATE TEMP TABLE day (n int PRIMARY KEY, on_day date, ack_due date, answer_due date,"
        " ack_next timestamptz, answer_next timestamptz) ON COMMIT DROP"
    )
    cursor.execute(
        "CREATE TEMP TABLE rung (n int, promise text, step text, kind text, at timestamptz)"
        " ON COMMIT DROP"
    )
    days, rungs, on = [], [], first
    for n in range(DAYS + 30):
        row = [n, on]
        found = [_clock(council, promise, on, calendar) for promise in ("acknowledge", "answer")]
        row += [clock.due for clock, _ in found]
        for clock, steps in found:
            row.append(min((when for when, _ in steps if when > NOW), default=None))
            rungs += [(n, clock.promise, step.key, step.kind, when) for when, step in steps]
        days.append(row)
        on = calendar.next_working_day(on)
    _insert(cursor, "day", days)
    _insert(cursor, "rung", rungs)
    cursor.execute("CREATE INDEX ON rung (n, promise)")
    cursor.execute("ANALYZE day, rung")


def _clock(council: Council, promise: str, on: date, calendar: Calendar):
    """The clock that `actions.log` would start for an enquiry received on a day, and its ladder."""
    profile = council.adoption.profile
    case = Case(kind="enquiry", received_on=on)
    clock = clocks.start(
        case=case, promise=promise, profile=profile, calendar=calendar, calendar_version=1
    )
    return clock, clocks.steps(clock, profile, calendar)


def _insert(cursor, table: str, rows: list) -> None:
    execute_values(cursor, f"INSERT INTO {table} VALUES %s", rows, page_size=1000)


# What is drawn by lot: a whole number that depends on the case and on what is drawn alone.
LOT = "(hashint4extended(i, {}) & 1073741823)::int"

PLAN = f"""
CREATE TEMP TABLE plan ON COMMIT DROP AS
WITH drawn AS (
  SELECT i, ((i - 1) * %(days)s::bigint / %(count)s)::int AS n,
    {LOT.format(1)} %% 100 AS luck, {LOT.format(2)} AS lot, {LOT.format(3)} AS lot_of_service,
    i > %(count)s * 0.98 AND i %% 5 <> 0
      OR i > %(count)s * 0.84 AND i <= %(count)s * 0.98 AND i %% 10 = 0 AS is_open
  FROM generate_series(1, %(count)s) AS i
), ended AS (
  SELECT *, CASE WHEN is_open THEN ''
      WHEN luck < 2 THEN 'withdrawn' WHEN luck < 3 THEN 'returned'
      WHEN i > %(count)s * 0.98 THEN 'within'
      WHEN luck < 15 THEN 'breach' WHEN luck < 23 THEN 'explained' ELSE 'within' END AS ending
  FROM drawn
), dated AS (
  SELECT *, CASE WHEN n >= %(days)s - 2 THEN 0
      WHEN i > %(count)s * 0.98 THEN 1
      WHEN ending = 'breach' THEN 8 + lot %% 13
      WHEN ending = 'explained' THEN 8 + lot %% 5
      WHEN ending = 'returned' THEN 0
      ELSE lot %% 8 END AS took
  FROM ended
), staged AS (
  SELECT *, CASE
      WHEN ending IN ('withdrawn', 'returned') THEN ending
      WHEN ending <> '' THEN CASE WHEN i > %(count)s * 0.97 THEN 'answered' ELSE 'closed' END
      WHEN luck < 40 AND n >= %(days)s - 3 OR luck = 41 THEN 'received'
      WHEN luck >= 94 AND n BETWEEN %(days)s - 6 AND %(days)s - 2 THEN 'paused'
      WHEN luck >= 80 THEN 'with_member'
      ELSE 'with_officer' END AS state,
    lot_of_service %% 12 AS s
  FROM dated
)
SELECT staged.*,
  (%(members)s::bigint[])[1 + lot %% 70] AS member,
  (%(services)s::bigint[])[1 + s] AS service,
  (%(chiefs)s::bigint[])[1 + s / 3] AS chief,
  CASE WHEN state NOT IN ('received', 'returned')
    THEN (%(teams)s::bigint[])[1 + s * %(team)s + lot_of_service / 12 %% %(team)s] END AS owner,
  CASE WHEN lot %% 9 > 0 THEN (%(wards)s::bigint[])[1 + lot %% 34] END AS ward,
  start.on_day AS received_on,
  (start.on_day + time '09:00') AT TIME ZONE 'Europe/London' AS received_at,
  CASE WHEN ending <> '' THEN (stop.on_day + time '15:00') AT TIME ZONE 'Europe/London' END
    AS ended_at,
  ending IN ('within', 'explained', 'breach') AS is_answered,
  start.ack_due, start.answer_due, start.ack_next, start.answer_next,
  CASE WHEN ending = 'explained' THEN later.on_day END AS promised_due,
  CASE WHEN ending = 'explained' THEN before.on_day END AS promised_on,
  CASE WHEN state = 'paused' THEN after.on_day END AS paused_on,
  -- The standard has passed with no answer and no new date.
  ending = 'breach' OR is_open AND state <> 'paused' AND staged.n + 8 <= %(days)s AS is_breach
FROM staged
JOIN day AS start ON start.n = staged.n
JOIN day AS stop ON stop.n = staged.n + took
JOIN day AS before ON before.n = staged.n + 6
JOIN day AS later ON later.n = staged.n + 12
JOIN day AS after ON after.n = staged.n + 1
"""

REFERENCE = "'E-' || " + " || ".join(
    f"substr('23456789ABCDEFGHJKMNPQRSTVWXYZ',"
    f" 1 + ((i * 7919000017 %% 21870000000) / {30**power} %% 30)::int, 1)"
    for power in range(7)
)

CASES = f"""
INSERT INTO casework_case (id, reference, kind, subject, subject_salt, state, sensitivity,
  raised_by_id, logged_by_id, owner_id, owner_since, service_id, ward_id, received_at, received_on,
  answered_at, closed_at, adoption_id, next_due, figure, awaits_explanation, version,
  submission_key)
SELECT i, {REFERENCE}, 'enquiry',
  (ARRAY['Pothole outside number', 'Missed bin at number', 'Street light out by number',
    'Parking on the pavement at', 'Damp in the flat at number', 'Blocked drain by number',
    'Noise at night from number'])[1 + lot %% 7] || ' ' || i %% 300 || ' '
  || (ARRAY['Quay Street', 'Mill Lane', 'School Lane', 'Ash Road', 'Harbour Hill'])[1 + s %% 5]
  || CASE WHEN i %% 1000 = 7 THEN ' (wisteria)' ELSE '' END,
  md5(i::text) || md5('s' || i), state,
  CASE WHEN i %% 200 = 3 THEN 'restricted' ELSE 'ordinary' END,
  member, CASE WHEN lot %% 4 = 0 THEN %(clerk)s ELSE member END,
  owner, CASE WHEN owner IS NOT NULL THEN received_at END, service, ward, received_at, received_on,
  CASE WHEN is_answered THEN ended_at END,
  CASE WHEN state IN ('closed', 'withdrawn', 'returned') THEN ended_at END,
  %(adoption)s, coalesce(promised_due, answer_due), CASE WHEN is_answered THEN ending ELSE '' END,
  is_breach AND (is_open OR i %% 40 = 0), 2 + took %% 5, gen_random_uuid()
FROM plan ORDER BY i
"""

DETAILS = """
INSERT INTO casework_enquirydetail (case_id, channel, significance, constituent_name,
  constituent_contact, constituent_basis, mp_name, interest, confidential, confidential_why,
  external_reference, route_because, route_clause, outcome)
SELECT i, (ARRAY['online', 'email', 'phone', 'surgery'])[1 + lot %% 4], '',
  CASE WHEN lot %% 3 = 0 THEN 'A Resident' ELSE '' END, '',
  CASE WHEN lot %% 3 = 0 THEN 'casework' ELSE '' END, '', '', false, '', '',
  'Your enquiry goes straight to the service that deals with the matter.', '',
  CASE WHEN state = 'closed' THEN 'resolved' ELSE '' END
FROM plan ORDER BY i
"""

# The first of a case is its acknowledgement, the second its answer, so that ids can be told.
CLOCKS = """
INSERT INTO casework_clock (id, case_id, promise, days, clause, started_on, original_due,
  standard_due, promised_due, promised_on, due, extensions, pauses, paused_on, stopped_at,
  next_step_at, calendar_version)
SELECT i * 2 - 1, i, 'acknowledge', 2, '', received_on, ack_due, ack_due, NULL::date, NULL::date,
  ack_due, 0, '[]'::jsonb, NULL::date,
  CASE WHEN state <> 'received' THEN received_at + interval '3 hours' END,
  CASE WHEN state = 'received' THEN ack_next END, %(version)s
FROM plan
UNION ALL
SELECT i * 2, i, 'answer', 7, 'Br10f', received_on, answer_due, answer_due, promised_due,
  promised_on, coalesce(promised_due, answer_due), CASE WHEN promised_due IS NULL THEN 0 ELSE 1 END,
  '[]'::jsonb, paused_on, ended_at,
  CASE WHEN ending = '' AND paused_on IS NULL THEN answer_next END, %(version)s
FROM plan
ORDER BY 1
"""

# One in forty that was closed had been asked about again, and answered two days later.
AGAIN = "state = 'closed' AND is_answered AND i %% 40 = 9"
FOLLOW_UPS = f"""
INSERT INTO casework_followup (case_id, round, reason, opened_at, answered_at, figure,
  route_because, route_clause)
SELECT i, 2, 'asked', ended_at, ended_at + interval '2 days',
  CASE WHEN i %% 400 = 9 THEN 'breach' ELSE 'within' END, 'It went back.', ''
FROM plan WHERE {AGAIN} ORDER BY i
"""
AGAIN_CLOCKS = f"""
INSERT INTO casework_clock (id, case_id, promise, round, days, clause, started_on, original_due,
  standard_due, due, extensions, pauses, stopped_at, calendar_version)
SELECT %(count)s * 2 + i, i, 'answer', 2, 7, 'Br10f', ended_at::date, ended_at::date + 9,
  ended_at::date + 9, ended_at::date + 9, 0, '[]'::jsonb, ended_at + interval '2 days', %(version)s
FROM plan WHERE {AGAIN} ORDER BY i
"""
AGAIN_CASES = f"""
UPDATE casework_case SET round = 2, answered_again_at = ended_at + interval '2 days'
FROM plan WHERE casework_case.id = plan.i AND {AGAIN.replace("state", "plan.state")}
"""

STEPS = """
INSERT INTO casework_chasestep (clock_id, step, due, at, sent, told)
SELECT i * 2, step, answer_due, at, true, jsonb_build_array('person:' || coalesce(owner, chief))
FROM plan JOIN rung ON rung.n = plan.n AND promise = 'answer' AND at <= %(now)s
WHERE is_open AND paused_on IS NULL
UNION ALL
SELECT i * 2 - 1, step, ack_due, at, true, jsonb_build_array('person:' || chief)
FROM plan JOIN rung ON rung.n = plan.n AND promise = 'acknowledge' AND at <= %(now)s
WHERE state = 'received'
"""

BREACHES = """
INSERT INTO casework_breach (clock_id, recorded_at, due, clause, explained_at)
SELECT i * 2, at, answer_due, 'Br10f',
  CASE WHEN NOT is_open AND i %% 40 <> 0 THEN ended_at END
FROM plan JOIN rung ON rung.n = plan.n AND promise = 'answer' AND step = 'breach'
WHERE is_breach
"""

# A breach goes to the head of the service, three days on to the chief officer; late ones to the top.
ESCALATIONS = """
INSERT INTO casework_escalation (case_id, person_id, post_key, at)
SELECT i, person, post_key, answer_due + time '08:00' FROM plan
CROSS JOIN LATERAL (VALUES
  ((%(teams)s::bigint[])[1 + s * %(team)s], '', 8),
  (chief, '', 10),
  ((SELECT person_id FROM council_holding JOIN council_post ON council_post.id = post_id
    WHERE key = 'head_of_paid_service'), 'head_of_paid_service', 12)) AS told (person, post_key, after)
WHERE is_breach AND (is_open OR took >= after) AND n + after <= %(days)s
  AND person IS DISTINCT FROM owner
"""

MESSAGES = """
INSERT INTO casework_message (case_id, kind, author_id, body, salt, at, officers_only, copied,
  attached)
SELECT i, kind, author, repeat('Residents tell me that this has been so for weeks. ', 5)
  || CASE WHEN i %% 1000 = 11 AND kind = 'enquiry' THEN 'It is by the honeysuckle.' ELSE '' END,
  md5(i::text) || md5(kind), at, false, false, false
FROM plan CROSS JOIN LATERAL (VALUES
  ('enquiry', member, received_at, true),
  ('acknowledgement', owner, received_at + interval '3 hours', owner IS NOT NULL AND i %% 3 = 0),
  ('answer', owner, ended_at, is_answered)) AS written (kind, author, at, is_there)
WHERE is_there
"""

STREAMS = f"""
INSERT INTO ledger_stream (id, key, head, length, updated_at)
SELECT i, 'case:' || i, md5(i::text) || md5('h' || i), {EVENTS}, coalesce(ended_at, received_at)
FROM plan WHERE i > %(with_events)s
"""

LEDGER = """
INSERT INTO ledger_event (stream_id, seq, at, verb, subject, actor, data, commitments, previous,
  digest)
SELECT i, seq, received_at + seq * interval '1 minute', verb, 'case:' || i, who,
  data || jsonb_build_object('version', seq), '{}'::jsonb, md5('h' || i || seq), md5('h' || seq || i)
FROM plan CROSS JOIN LATERAL (VALUES
  (1, 'enquiry_logged', member, jsonb_build_object('date_received', received_on)),
  (2, 'enquiry_routed', NULL, jsonb_build_object('service', service)),
  (3, 'enquiry_allocated', chief, jsonb_build_object('person_owner', owner)),
  (4, 'enquiry_acknowledged', owner, '{}'::jsonb),
  (5, CASE WHEN is_answered THEN 'enquiry_answered' ELSE 'note_added' END, owner, '{}'::jsonb),
  (6, CASE WHEN is_open THEN 'chase_reminded' ELSE 'enquiry_closed' END, owner,
    jsonb_build_object('date_due', answer_due, 'people_told', jsonb_build_array(chief)))
  ) AS happened (seq, verb, who, data)
WHERE i > %(with_events)s
"""

NOTICES = """
INSERT INTO ledger_notice (event_id, recipient, channel, created_at, message_id, next_attempt_at,
  attempts, claimed_by, sent_at, dropped_because, last_error, held_for)
SELECT id, 'person:' || actor, 'email', at, '<' || id || '@example.org>', at, 1, '', at, '', '', ''
FROM ledger_event WHERE seq IN (1, 3, 5) AND actor IS NOT NULL
"""

ANALYSE = "ANALYZE plan"

STATEMENTS = (
    PLAN,
    ANALYSE,
    CASES,
    DETAILS,
    CLOCKS,
    FOLLOW_UPS,
    AGAIN_CLOCKS,
    AGAIN_CASES,
    STEPS,
    BREACHES,
    ESCALATIONS,
    MESSAGES,
    STREAMS,
    LEDGER,
    NOTICES,
)
