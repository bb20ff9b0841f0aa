"""What machines are told when something cannot be: one table of codes, for RFC 9457 and for the queue of a device.

A code never changes its meaning. Where the metering interface of epilot has a word for it, it is that word.
"""

from typing import NamedTuple

from webapp.rules.readings import Doubt, Refusal


class Problem(NamedTuple):
    status: int
    title: str


TYPE = "/api#"
"""Followed by the code: where people read about it."""
MEDIA_TYPE = "application/problem+json"
PROBLEMS: dict[str, Problem] = {
    "malformed": Problem(400, "The request is not what this address takes."),
    "idempotency_required": Problem(
        400, "The request needs an Idempotency-Key; each reading may have a submission_id instead."
    ),
    "bad_cursor": Problem(400, "The cursor is not one that this address has given."),
    "needs_login": Problem(401, "Of a device's queue: sign in, nothing is lost."),
    "signed_out": Problem(401, "Of a device's queue: this device was signed out."),
    "needs_token": Problem(401, "A token is needed: Authorization: Bearer blk_…"),
    "needs_key": Problem(401, "A key of the company is needed: Authorization: Bearer blc_…"),
    "unknown_token": Problem(401, "The token is unknown, has ended or was taken back."),
    "unknown_key": Problem(401, "The key is unknown, has ended or was taken back."),
    "insufficient_scope": Problem(403, "The token or key does not allow this."),
    "operators_only": Problem(403, "Such data come from the operator."),
    "not_same_origin": Problem(403, "The request comes from another site."),
    "not_found": Problem(404, "There is no such thing, or it is not yours."),
    "method_not_allowed": Problem(405, "This address does not take this method."),
    "too_large": Problem(413, "The body is too large."),
    "too_many_records": Problem(413, "More items than one request takes."),
    "unsupported_media_type": Problem(415, "The body has to be JSON."),
    "idempotency_reused": Problem(422, "This Idempotency-Key has come with another request."),
    "upgrade": Problem(426, "Of a device's queue: a newer protocol than ours."),
    "too_many": Problem(429, "Too many requests: wait as long as Retry-After says."),
    "sorry": Problem(500, "Something is broken on our side."),
    "import_under_way": Problem(
        503, "Another import of the company is under way: come again as Retry-After says."
    ),
    "unavailable": Problem(503, "Not available just now: come again as Retry-After says."),
}
"""By code, with the status it comes with."""
REFUSALS: dict[Refusal, str] = {
    Refusal.ALREADY_SENT: "duplicate_reading",
    Refusal.FROM_THE_FUTURE: "timestamp_future",
    Refusal.BEYOND_DIAL: "beyond_dial",
    Refusal.NOT_A_READING: "not_a_reading",
    Refusal.DIGEST_MISMATCH: "digest_mismatch",
    Refusal.READINGS_NOT_TAKEN: "readings_not_taken",
    Refusal.METER_REMOVED: "meter_decommissioned",
    Refusal.CORRECTION_CLOSED: "correction_closed",
    Refusal.ALREADY_CORRECTED: "already_corrected",
}
"""Why one reading of several was not taken."""
NO_METER, KEY_REUSED = "no_counter", "key_reused"
DOUBTS: dict[Doubt, str] = {Doubt.BELOW_LAST: "less_than_previous"}
"""Taken, and odd: what has a word there; the others keep ours."""
SENTENCES: dict[str, str] = {
    "duplicate_reading": "This month has a reading already; name it in `corrects` to replace it.",
    "timestamp_future": "The day of the reading has not begun in Kyiv.",
    "beyond_dial": "The meter has fewer digits than this value.",
    "not_a_reading": "The value is not whole cubic metres in digits.",
    "digest_mismatch": "The reading was changed on its way.",
    "readings_not_taken": "This portal takes no readings.",
    "meter_decommissioned": "The meter was taken down.",
    "correction_closed": "The month of the reading to be corrected is over.",
    "already_corrected": "That reading was corrected already.",
    "no_counter": "There is no such meter among those of the token.",
    "key_reused": "This id was used for another reading.",
}


def refusal_code(refusal: Refusal) -> str:
    return REFUSALS.get(refusal, str(refusal))


def doubt_code(doubt: Doubt) -> str:
    return DOUBTS.get(doubt, str(doubt))


def body_of(code: str, detail: str = "") -> dict[str, object]:
    """RFC 9457; `code` is what programs look at."""
    problem = PROBLEMS[code]
    told: dict[str, object] = {
        "type": TYPE + code, "title": problem.title, "status": problem.status, "code": code,
    }  # fmt: skip
    return told | ({"detail": detail} if detail else {})
