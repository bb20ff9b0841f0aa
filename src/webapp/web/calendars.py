"""The days of taking readings, and an appointment, as files that calendars understand (RFC 5545)."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from litestar import Request, Response

from webapp.database.queries.appointments import Appointment
from webapp.database.queries.visits import Portal
from webapp.rules import periods
from webapp.rules.periods import KYIV, Window
from webapp.web.rendering import environment

AT = time(10)
LASTS = timedelta(minutes=15)
WORDS = "partials/reminders/calendar.txt"
BEFOREHAND = timedelta(hours=-2)
APPOINTMENT = "partials/appointments/calendar.txt"


def calendar(request: Request[Any, Any, Any], account_id: UUID, now: datetime) -> Response[bytes]:
    body = written(request.scope["auth"], account_id, request.scope["state"]["language"], now)
    headers = {"Content-Disposition": 'attachment; filename="readings.ics"'}
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


def written(portal: Portal, account_id: UUID, language: str, now: datetime) -> bytes:
    """Two events, each every month: the days open, and the last of them, with an alarm on that morning.

    From the 28th to the 5th it is six days in February and nine in January: no alarm that counts from the
    opening would ring on the last day. The ids stay, so a file that is taken in twice makes one calendar.
    """
    from icalendar import Calendar  # at the first use: most processes never write one

    window = portal.policy.window
    opens = periods.next_opening(now, window)
    closes = _last_after(opens.date(), window)
    made = Calendar()
    made.add("prodid", f"-//{portal.host}//Blakyt//UK")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    uid = uuid5(portal.id, str(account_id))
    for day, what in ((opens.date(), "opening"), (closes, "last")):
        made.add_component(_event(portal, f"{uid}-{what}@{portal.host}", day, what, language, now))
    made.add_missing_timezones(first_date=opens.date().replace(month=1, day=1))
    return made.to_ical()  # type: ignore[no-any-return]


def _last_after(opens: date, window: Window) -> date:
    month = opens.replace(day=1) if window.opens_day > window.closes_day else periods.month_before(opens)
    return periods.last_day(month, window)


def _event(portal: Portal, uid: str, day: date, what: str, language: str, now: datetime) -> Any:
    from icalendar import Alarm, Event

    words = environment(language).get_template(WORDS)
    summary, description = words.render(portal=portal, what=what).strip().split("\n", 1)
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("dtstart", datetime.combine(day, AT, KYIV))
    event.add("duration", LASTS)
    event.add("rrule", {"freq": "monthly", "bymonthday": day.day})
    event.add("summary", summary)
    event.add("description", description.strip())
    event.add("url", f"{portal.address}/readings/new")
    event.add("transp", "TRANSPARENT")
    if what == "last":
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", timedelta(0))
        event.add_component(alarm)
    return event


def of_appointment(request: Request[Any, Any, Any], one: Appointment, now: datetime) -> Response[bytes]:
    """Taken in once more after it was put off, it moves the event: the id stays, the version grows."""
    body = appointment_written(request.scope["auth"], one, request.scope["state"]["language"], now)
    headers = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


def appointment_written(portal: Portal, one: Appointment, language: str, now: datetime) -> bytes:
    from icalendar import Alarm, Calendar, Event

    said = environment(language).get_template(APPOINTMENT).render(appointment=one).strip()
    summary, _, description = said.partition("\n")
    event, alarm, made = Event(), Alarm(), Calendar()
    event.add("uid", f"{one.id}@{portal.host}")
    event.add("sequence", one.moves)
    event.add("dtstamp", now)
    event.add("dtstart", one.starts_at.astimezone(KYIV))
    event.add("dtend", one.ends_at.astimezone(KYIV))
    event.add("summary", summary)
    event.add("description", description.strip())
    event.add("location", one.home if one.kind == "technician" else one.where)
    event.add("status", "CONFIRMED" if one.state != "cancelled" else "CANCELLED")
    event.add("url", f"{portal.address}/appointments/{one.id}")
    for name, value in (("action", "DISPLAY"), ("description", summary), ("trigger", BEFOREHAND)):
        alarm.add(name, value)
    event.add_component(alarm)
    made.add("prodid", f"-//{portal.host}//Blakyt//UK")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add_component(event)
    made.add_missing_timezones(first_date=one.day.replace(month=1, day=1))
    return made.to_ical()  # type: ignore[no-any-return]
