"""Who may come to which address: one table for the whole product. What does not stand here is open to nobody."""

from typing import Literal

Role = Literal["viewer", "clerk", "inspector", "supervisor", "company_admin", "platform_admin", "auditor"]
Word = Literal["public", "consumer", "half", "field", "program"]
Who = Word | frozenset[Role]

PUBLIC: Word = "public"
"""Anybody; what is behind a link or a code asks for it itself."""
CONSUMER: Word = "consumer"
"""A signed-in person; whose things they are stands in each query."""
HALF: Word = "half"
"""Of the staff, after the right password and before the second factor."""
FIELD: Word = "field"
"""An inspector who is signed in, or, where work is handed in, the ticket of their phone: web.field."""

PROGRAM: Word = "program"
"""What comes with a person's token or a company's key, whose scopes say the rest: web.tokens, web.keys."""

VIEWER: frozenset[Role] = frozenset({"viewer"})
CLERKS: frozenset[Role] = frozenset({"clerk", "supervisor", "company_admin"})
LOOKERS = CLERKS | VIEWER
ADMINS: frozenset[Role] = frozenset({"company_admin", "platform_admin"})
PLANNERS: frozenset[Role] = frozenset({"supervisor", "company_admin"})
READERS_OF_AUDIT: frozenset[Role] = frozenset({"company_admin", "auditor"})
STAFF: frozenset[Role] = LOOKERS | ADMINS | READERS_OF_AUDIT | frozenset({"inspector"})

INVITES: dict[Role, tuple[Role, ...]] = {
    "company_admin": ("viewer", "clerk", "inspector", "supervisor", "company_admin", "auditor"),
    "platform_admin": ("company_admin",),
}
"""Whom one may invite, block and change the role of."""

OFFICE: dict[str, Who] = {
    "/office": STAFF,
    "/office/sign-in": PUBLIC,
    "/office/sign-in/second": HALF,
    "/office/second-factor": HALF,
    "/office/second-factor/key": HALF,
    "/office/sign-out": PUBLIC,
    "/office/invitations/{link}": PUBLIC,
    "/office/callbacks": LOOKERS,
    "/office/callbacks/{callback_id}": LOOKERS,
    "/office/callbacks/{callback_id}/answer": CLERKS,
    "/office/callbacks/{callback_id}/looks": LOOKERS,
    "/office/broadcasts": PLANNERS,
    "/office/broadcasts/new": PLANNERS,
    "/office/broadcasts/{broadcast_id}": PLANNERS,
    "/office/broadcasts/{broadcast_id}/cancellation": PLANNERS,
    "/office/broadcasts/{broadcast_id}/sending": PLANNERS,
    "/office/cases": LOOKERS,
    "/office/cases/{case_id}": LOOKERS,
    "/office/cases/{case_id}/looks": LOOKERS,
    "/office/cases/{case_id}/decision": CLERKS,
    "/office/appeals": LOOKERS,
    "/office/appeals/{appeal_id}": LOOKERS,
    "/office/appeals/{appeal_id}/files/{file_id}": LOOKERS,
    "/office/appeals/{appeal_id}/forwarding": CLERKS,
    "/office/appeals/{appeal_id}/looks": LOOKERS,
    "/office/appeals/{appeal_id}/messages": CLERKS,
    "/office/appeals/{appeal_id}/taking": CLERKS,
    "/office/exports": PLANNERS,
    "/office/exports/{kind}": PLANNERS,
    "/office/imports": PLANNERS,
    "/office/imports/{import_id}": PLANNERS,
    "/office/imports/{import_id}/application": PLANNERS,
    "/office/imports/{import_id}/cancellation": PLANNERS,
    "/office/imports/{import_id}/mistakes.csv": PLANNERS,
    "/office/imports/{import_id}/reversal": PLANNERS,
    "/office/consumers": LOOKERS,
    "/office/consumers/{account_id}": LOOKERS,
    "/office/consumers/{account_id}/looks": LOOKERS,
    "/office/consumers/{account_id}/mirror/{person_id}": LOOKERS,
    "/office/consumers/{account_id}/mirror/{person_id}/money": CLERKS,
    "/office/consumers/{account_id}/mirror/{person_id}/readings": LOOKERS,
    "/office/consumers/{account_id}/money": CLERKS,
    "/office/consumers/{account_id}/pin": CLERKS,
    "/office/consumers/{account_id}/readings": CLERKS,
    "/office/consumers/{account_id}/talk": LOOKERS,
    "/office/filters": LOOKERS,
    "/office/filters/{filter_id}/removal": LOOKERS,
    "/office/keys": frozenset({"company_admin"}),
    "/office/keys/{key_id}/removal": frozenset({"company_admin"}),
    "/office/messages": PLANNERS,
    "/office/messages/budget": frozenset({"company_admin"}),
    "/office/goals": frozenset({"company_admin"}),
    "/office/news": PLANNERS,
    "/office/news/new": PLANNERS,
    "/office/news/{news_id}/withdrawal": PLANNERS,
    "/office/payments": LOOKERS,
    "/office/payments/{checkout_id}": LOOKERS,
    "/office/payments/{checkout_id}/look": CLERKS,
    "/office/payments/{checkout_id}/refund": CLERKS,
    "/office/payments/{checkout_id}/refund/decision": PLANNERS,
    "/office/policy": ADMINS,
    "/office/policy/{version_id}/withdrawal": ADMINS,
    "/office/queue": LOOKERS,
    "/office/queue/call": CLERKS,
    "/office/schedule": LOOKERS,
    "/office/schedule/closures": PLANNERS,
    "/office/schedule/closures/{closure_id}/removal": PLANNERS,
    "/office/schedule/resources/new": PLANNERS,
    "/office/schedule/resources/{resource_id}": PLANNERS,
    "/office/schedule/{appointment_id}": LOOKERS,
    "/office/schedule/{appointment_id}/looks": LOOKERS,
    "/office/schedule/{appointment_id}/outcome": CLERKS,
    "/office/volume-requests": LOOKERS,
    "/office/volume-requests/export.csv": LOOKERS,
    "/office/volume-requests/{request_id}": LOOKERS,
    "/office/volume-requests/{request_id}/decision": CLERKS,
    "/office/staff": ADMINS,
    "/office/staff/{colleague_id}/block": ADMINS,
    "/office/staff/{colleague_id}/invitation": ADMINS,
    "/office/staff/{colleague_id}/role": ADMINS,
    "/office/audit": READERS_OF_AUDIT,
    "/office/rounds": PLANNERS,
    "/office/rounds/new": PLANNERS,
    "/office/rounds/doubts": PLANNERS,
    "/office/rounds/visits/{visit_id}": PLANNERS,
    "/office/rounds/visits/{visit_id}/photos/{photo_id}": PLANNERS,
    "/office/rounds/visits/{visit_id}/review": PLANNERS,
    "/office/rounds/{round_id}": PLANNERS,
    "/office/rounds/{round_id}/inspector": PLANNERS,
    "/office/rounds/{round_id}/cancellation": PLANNERS,
    "/office/rounds/{round_id}/lost-phone": PLANNERS,
}
FIELDS: dict[str, Who] = dict.fromkeys(
    (
        "/api/v1/field/contact",
        "/api/v1/field/photos/{photo_id}",
        "/api/v1/field/rounds",
        "/api/v1/field/status",
        "/api/v1/field/visits",
    ),
    FIELD,
)
PERSONAL: dict[str, Who] = dict.fromkeys(
    (
        "/api/v1/me/accounts",
        "/api/v1/me/bills",
        "/api/v1/me/bills/{bill_id}",
        "/api/v1/me/readings",
        "/api/v1/me/usage",
    ),
    PROGRAM,
)
COMPANIES: dict[str, Who] = {"/api/v1/company/{kind}": PROGRAM}
VISITORS = """
/ /annulment /annulment/sent /annulment/status /api /api/v1/company/openapi.json /api/v1/openapi.json
/api/v1/payments/{checkout_id}/callback /api/v1/sms/status
/certificates/check /check /demo/bank/{order} /demo/outbox /demo/outbox.json
/en/help /en/help/{name} /field /field/manifest.json /gone /healthz /help /help/{name} /invitations/{link}
/language/{code} /legal/{document} /manifest.json /news /news/{news_id}
/offline /password/{link} /payments/check
/payments/{checkout_id}/return /r/s/{token} /r/{token}
/r/{token}/calendar.ics /readyz /receipts/keys.json /recovery /recovery/confirm /recovery/resend
/reminders/{link} /ru/help /ru/help/{name} /sign-in /sign-in/passkey /sign-in/passkey/options
/sign-in/second /sign-in/second/options /sign-out /sign-up /sign-up/company /sign-up/company/asked
/sign-up/confirm /sign-up/consent /sign-up/done /sign-up/form /sign-up/link/{link} /sign-up/refused
/sign-up/resend /static/{build}/{name} /support /support/sent /sw.js /unsubscribe/{link}
""".split()
CONSUMERS = """
/accounts /accounts/{account_id} /accounts/{account_id}/invitations
/accounts/{account_id}/invitations/{invitation_id}
/accounts/{account_id}/invitations/{invitation_id}/removal /accounts/{account_id}/moving
/accounts/{account_id}/name /accounts/{account_id}/people/{link_id}/removal
/accounts/{account_id}/position /accounts/{account_id}/removal
/accounts/{account_id}/requests/{request_id} /api/v1/readings /api/v1/readings/photos/{photo_id}
/api/v1/readings/status /appeals /appeals/new /appeals/files/{file_id} /appeals/{appeal_id}
/appeals/{appeal_id}/messages /appeals/{appeal_id}/rating
/appointments /appointments/callbacks /appointments/callbacks/new
/appointments/callbacks/{callback_id}/cancellation /appointments/new /appointments/{appointment_id}
/appointments/{appointment_id}/calendar.ics /appointments/{appointment_id}/cancellation
/appointments/{appointment_id}/time /bills /bills/due /bills/reminders /bills/{name} /business
/business/invitations/{link} /business/new
/business/{business_id} /business/{business_id}/acts/{name} /business/{business_id}/bills
/business/{business_id}/bills/{name} /business/{business_id}/files /business/{business_id}/files/template.csv
/business/{business_id}/files/template.xlsx /business/{business_id}/files/{file_id}
/business/{business_id}/files/{file_id}/confirmation /business/{business_id}/files/{file_id}/report.csv
/business/{business_id}/points /business/{business_id}/readings /business/{business_id}/volumes
/business/{business_id}/volumes/{contract_id} /business/{business_id}/invitations
/business/{business_id}/invitations/{id}/withdraw /business/{business_id}/invited/{id}
/business/{business_id}/members/{member_id}/remove /cabinet /certificates
/certificates/new /certificates/{certificate_id} /certificates/{certificate_id}/csv
/certificates/{certificate_id}/pdf /disputes /disputes/new /joining
/joining/asked /linking /linking/address /linking/asked/{number} /linking/company /linking/company/asked
/linking/consent /linking/pin /linking/{account}/added /linking/{account}/extend
/meters/{meter_id}/sticker /meters/{meter_id}/sticker/removal /notifications
/notifications/{id}/opening /payments /payments/new
/payments/receipts/{line_id} /payments/receipts/{line_id}/pdf
/payments/{checkout_id} /payments/{checkout_id}/look /payments/{checkout_id}/opening
/payments/{checkout_id}/withdrawal /profile /profile/confirm
/profile/consent /profile/data /profile/deletion /profile/details /profile/devices
/profile/devices/removal /profile/devices/{device}/removal /profile/logins/change
/profile/logins/change/cancellation /profile/logins/change/resend /profile/logins/confirm
/profile/logins/link/{link} /profile/logins/new /profile/logins/resend /profile/logins/{login}/change
/profile/logins/{login}/removal /profile/notifications /profile/notifications/push
/profile/notifications/push/removal /profile/notifications/push/{id}/removal /profile/password
/profile/reminders /profile/security
/profile/security/authenticator /profile/security/authenticator/confirmation
/profile/security/authenticator/removal /profile/security/passkeys /profile/security/passkeys/options
/profile/security/passkeys/question /profile/security/passkeys/{passkey_id}/removal
/profile/security/recovery-codes /profile/security/recovery-codes/text /profile/tokens /profile/tokens/new
/profile/tokens/{token_id}/removal /profile/webhooks/new /profile/webhooks/{webhook_id}
/profile/webhooks/{webhook_id}/deliveries/{delivery_id}/replay /profile/webhooks/{webhook_id}/removal
/profile/webhooks/{webhook_id}/secret /profile/webhooks/{webhook_id}/state /queue /readings /readings/calendar.ics
/readings/new /readings/photos/{photo_id} /readings/{reading_id}/dispute /receipts/{reading_id} /statistics
/statistics/export.csv /statistics/export.json /statistics/export.xlsx /statistics/limit /subsidy
""".split()
ROUTES: dict[str, Who] = (
    OFFICE
    | FIELDS
    | PERSONAL
    | COMPANIES
    | dict.fromkeys(VISITORS, PUBLIC)
    | dict.fromkeys(CONSUMERS, CONSUMER)
)


def may(role: str, route: str) -> bool:
    """Whether a colleague of this role may come to the address with this template."""
    who = ROUTES.get(route)
    return isinstance(who, frozenset) and role in who


def may_manage(role: str, other: str) -> bool:
    """Whether one invites, blocks and changes colleagues of the `other` role."""
    return other in INVITES.get(role, ())  # type: ignore[call-overload]
