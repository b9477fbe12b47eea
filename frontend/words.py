"""How dates, times and counts are written, in the style of GOV.UK: Friday 4 December 2026, 3:05pm."""

from datetime import date, datetime, time

from django.utils import timezone


def local(value: date | datetime) -> date | datetime:
    """Return an aware datetime in the current time zone; anything else as it came."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def day(value: date | datetime | None) -> str:
    """Write a whole date: "Friday 4 December 2026". None is an empty string."""
    if not isinstance(value, date):
        return ""
    value = local(value)
    return f"{value:%A} {value.day} {value:%B} {value.year}"


def weekday(value: date | datetime | None, near: date | None = None) -> str:
    """Write a date whose year is plain from the page: "Friday 4 December".

    With `near`, the day on which it is read, a date of another year says which.
    """
    if not isinstance(value, date):
        return ""
    value = local(value)
    year = f" {value.year}" if near and value.year != near.year else ""
    return f"{value:%A} {value.day} {value:%B}{year}"


def shortday(value: date | datetime | None) -> str:
    """Write a date for a narrow column: "4 Dec 2026"."""
    if not isinstance(value, date):
        return ""
    value = local(value)
    return f"{value.day} {value:%b} {value.year}"


def clock(value: datetime | time | None) -> str:
    """Write a time: "3:05pm", "9am", "midday", "midnight"."""
    if not isinstance(value, (datetime, time)):
        return ""
    if isinstance(value, datetime):
        value = local(value)
    if value.minute == 0 and value.hour in (0, 12):
        return "midday" if value.hour else "midnight"
    minutes = f":{value:%M}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'am' if value.hour < 12 else 'pm'}"


def moment(value: datetime | None) -> str:
    """Write a date and time: "Friday 4 December 2026 at 3:05pm"."""
    if not isinstance(value, datetime):
        return day(value)
    return f"{day(value)} at {clock(value)}"


def count(number: int, noun: str) -> str:
    """Write a number with its noun: "1 case", "2 cases"; "enquiry,enquiries" gives both forms."""
    one, _, many = noun.partition(",")
    return f"{number:,} {one if number == 1 else many or one + 's'}"
