"""A contact so that who knows it recognises it, and nobody else learns it."""


def masked(contact: str) -> str:
    """«o…a@example.com», «+380…45 67»."""
    name, at, domain = contact.partition("@")
    if at:
        return f"{name[0]}…{name[-1]}@{domain}" if len(name) > 2 else f"{name[:1]}…@{domain}"
    return f"{contact[:4]}…{contact[-4:-2]}\N{NO-BREAK SPACE}{contact[-2:]}" if len(contact) > 8 else "…"
