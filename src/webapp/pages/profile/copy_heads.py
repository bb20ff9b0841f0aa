"""What the columns of the copy are called, in the person's language."""

from webapp.web.translations import gettext

HEADS = {
    "name": "name",
    "phone": "phone number",
    "language": "language",
    "created_at": "made on",
    "kind": "kind",
    "contact": "contact",
    "verified_at": "confirmed",
    "document": "document",
    "version": "version",
    "text_sha256": "hash of the text",
    "given_at": "given",
    "withdrawn_at": "withdrawn",
    "ip": "network address",
    "number": "number",
    "settlement": "settlement",
    "address": "address",
    "level": "level",
    "role": "role",
    "linked_at": "added on",
    "account": "account number",
    "meter": "meter",
    "month": "month",
    "value": "reading",
    "read_on": "read on",
    "source": "source",
    "state": "state",
    "taken_at": "typed at",
    "received_at": "received at",
    "service": "service",
    "volume": "volume, m³",
    "price": "price",
    "amount": "sum, UAH",
    "charged_on": "charged on",
    "paid_on": "paid on",
    "credited_at": "credited at",
    "channel": "paid through",
    "seen_at": "last seen",
    "device": "device",
    "shared": "somebody else’s device",
    "revoked_at": "ended",
    "typed": "what was typed",
    "answer": "answer",
    "decided_at": "decided at",
}


def heads(language: str) -> dict[str, str]:
    return {column: gettext(language, words) for column, words in HEADS.items()}
