"""What the personal API is, as OpenAPI 3.1: made of the handlers themselves, at the first question."""

from functools import cache

import msgspec
from litestar import Litestar, Response, get
from litestar.di import Provide

from webapp.api.personal.accounts import AccountsApi
from webapp.api.personal.bills import BillsApi
from webapp.api.personal.readings import PersonalReadingsApi
from webapp.api.personal.usage import UsageApi
from webapp.settings import VERSION

PERSONAL_API = [AccountsApi, BillsApi, PersonalReadingsApi, UsageApi]


@get("/api/v1/openapi.json", sync_to_thread=True)
def openapi() -> Response[bytes]:
    return Response(schema(), media_type="application/json")


@cache
def schema() -> bytes:
    """An application that serves nobody tells it: the real one, and its start, need not carry it."""
    from litestar.openapi.config import OpenAPIConfig
    from litestar.openapi.plugins import JsonRenderPlugin
    from litestar.openapi.spec import Components, SecurityScheme

    token = SecurityScheme(
        type="http", scheme="bearer", bearer_format="blk_…",
        description="A token of the profile, /profile/tokens. The names beside it are its scopes: one is enough.",
    )  # fmt: skip
    config = OpenAPIConfig(
        title="Blakyt, personal API", version=VERSION, components=Components(security_schemes={"token": token}),
        render_plugins=[JsonRenderPlugin()],
    )  # fmt: skip
    described = Litestar(
        PERSONAL_API, openapi_config=config, logging_config=None,
        dependencies={"outside": Provide(_nothing, sync_to_thread=False)},
    )  # fmt: skip
    return msgspec.json.encode(described.openapi_schema.to_schema())


def _nothing() -> None:
    """In the place of the neighbours, which a description does not need."""
