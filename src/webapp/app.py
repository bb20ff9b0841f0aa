"""The one place where everything meets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import NotAuthorizedException
from litestar.types import ControllerRouterHandler

from webapp.api.health import healthz, readyz
from webapp.api.readings import ReadingsApi
from webapp.api.sms_status import sms_status
from webapp.database.engine import DB
from webapp.outside import Outside
from webapp.pages.accounts.invitations import InvitationPages
from webapp.pages.accounts.moving import MovingPages
from webapp.pages.accounts.people import AccountPeoplePages
from webapp.pages.accounts.routes import AccountsPages
from webapp.pages.annulment.routes import AnnulmentPages
from webapp.pages.bills.routes import BillsPages
from webapp.pages.business.colleagues import ColleaguePages
from webapp.pages.business.routes import BusinessPages
from webapp.pages.cabinet.routes import CabinetPages
from webapp.pages.demo.routes import DemoPages
from webapp.pages.disputes.routes import DisputesPages
from webapp.pages.entry.landing import LandingPages
from webapp.pages.entry.passwords import PasswordPages
from webapp.pages.entry.proving import ProvingPages
from webapp.pages.entry.recovery import RecoveryPages
from webapp.pages.entry.sign_in import SignInPages
from webapp.pages.entry.sign_up import SignUpPages
from webapp.pages.help.routes import HelpPages
from webapp.pages.joining.routes import JoiningPages
from webapp.pages.language.routes import LanguagePages
from webapp.pages.legal.routes import LegalPages
from webapp.pages.linking.asking import AskingPages
from webapp.pages.linking.extending import ExtendingPages
from webapp.pages.linking.routes import LinkingPages
from webapp.pages.office.audit import OfficeAudit
from webapp.pages.office.cases import OfficeCase, OfficeDesks
from webapp.pages.office.entering import OfficeDoor, OfficeInvitation
from webapp.pages.office.second_factor import OfficeSecondFactor
from webapp.pages.office.staff import OfficeStaff
from webapp.pages.offline.routes import OfflinePages
from webapp.pages.profile.changes import ChangePages
from webapp.pages.profile.devices import DevicesPages
from webapp.pages.profile.leaving import GonePages, OwnDataPages
from webapp.pages.profile.logins import LoginsPages
from webapp.pages.profile.routes import ProfilePages
from webapp.pages.readings.routes import ReadingsPages
from webapp.pages.receipts.routes import ReceiptsPages
from webapp.pages.second_factor.passkeys import PasskeyPages
from webapp.pages.second_factor.security import SecurityPages
from webapp.pages.second_factor.sign_in import SecondSignInPages
from webapp.pages.statistics.routes import StatisticsPages
from webapp.settings import Settings
from webapp.web import errors, headers
from webapp.web.front import Front
from webapp.web.guards import ask_to_sign_in
from webapp.web.static_files import static_file, static_files

SITE_MAP: list[ControllerRouterHandler] = [
    AccountPeoplePages,
    AccountsPages,
    AnnulmentPages,
    BillsPages,
    BusinessPages,
    CabinetPages,
    ChangePages,
    ColleaguePages,
    DemoPages,
    DisputesPages,
    DevicesPages,
    GonePages,
    HelpPages,
    InvitationPages,
    JoiningPages,
    LandingPages,
    LanguagePages,
    LegalPages,
    AskingPages,
    ExtendingPages,
    LinkingPages,
    OfficeAudit,
    OfficeCase,
    OfficeDesks,
    OfficeDoor,
    OfficeInvitation,
    OfficeSecondFactor,
    OfficeStaff,
    LoginsPages,
    MovingPages,
    OfflinePages,
    OwnDataPages,
    PasskeyPages,
    PasswordPages,
    ProfilePages,
    ProvingPages,
    ReadingsPages,
    ReceiptsPages,
    RecoveryPages,
    SecondSignInPages,
    SecurityPages,
    SignInPages,
    SignUpPages,
    StatisticsPages,
    ReadingsApi,
    healthz,
    readyz,
    sms_status,
    static_file,
]


def create_app(settings: Settings, outside: Outside) -> Litestar:
    files = static_files(settings.static)
    return Front(
        SITE_MAP,
        lifespan=[_database],
        state=State({"settings": settings, "outside": outside, "static_files": files}),
        dependencies={"outside": Provide(_outside, sync_to_thread=False)},
        exception_handlers={NotAuthorizedException: ask_to_sign_in, **errors.HANDLERS},
        before_send=[headers.secure],
        request_max_body_size=256 * 1024,
        openapi_config=None,
        logging_config=None,
    )


@asynccontextmanager
async def _database(app: Litestar) -> AsyncIterator[None]:
    async with DB.opened(app.state.settings.database_url):
        yield


def _outside(request: Request[Any, Any, Any]) -> Outside:
    return request.app.state.outside  # type: ignore[no-any-return]
