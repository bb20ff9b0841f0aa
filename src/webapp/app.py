"""The one place where everything meets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import NotAuthorizedException
from litestar.types import ControllerRouterHandler

from webapp.api.company.routes import CompanyApi
from webapp.api.company.schema import company_openapi
from webapp.api.field import RoundsApi, VisitsApi
from webapp.api.health import healthz, readyz
from webapp.api.payments import payment_callback
from webapp.api.personal.schema import PERSONAL_API, openapi, schema
from webapp.api.photos import PhotosApi
from webapp.api.readings import ReadingsApi
from webapp.api.sms_status import sms_status
from webapp.database.engine import DB
from webapp.outside import Outside
from webapp.pages.accounts.invitations import InvitationPages
from webapp.pages.accounts.moving import MovingPages
from webapp.pages.accounts.people import AccountPeoplePages
from webapp.pages.accounts.routes import AccountsPages
from webapp.pages.annulment.routes import AnnulmentPages
from webapp.pages.appeals.routes import AppealsPages
from webapp.pages.appointments.callbacks import CallbacksPages
from webapp.pages.appointments.queue import QueuePages
from webapp.pages.appointments.routes import AppointmentsPages
from webapp.pages.bills.routes import BillsPages
from webapp.pages.business.bills import BusinessBillsPages
from webapp.pages.business.colleagues import ColleaguePages
from webapp.pages.business.files import FilesPages
from webapp.pages.business.points import PointsPages
from webapp.pages.business.routes import BusinessPages
from webapp.pages.business.volumes import VolumesPages
from webapp.pages.cabinet.routes import CabinetPages
from webapp.pages.certificates.routes import CertificateCheckPages, CertificatePages
from webapp.pages.demo.bank import DemoBank
from webapp.pages.demo.routes import DemoPages
from webapp.pages.developers.routes import DeveloperPages
from webapp.pages.disputes.routes import DisputesPages
from webapp.pages.entry.landing import LandingPages
from webapp.pages.entry.passwords import PasswordPages
from webapp.pages.entry.proving import ProvingPages
from webapp.pages.entry.recovery import RecoveryPages
from webapp.pages.entry.sign_in import SignInPages
from webapp.pages.entry.sign_up import SignUpPages
from webapp.pages.field.routes import FieldPages
from webapp.pages.help.routes import HelpPages
from webapp.pages.joining.routes import JoiningPages
from webapp.pages.language.routes import LanguagePages
from webapp.pages.legal.routes import LegalPages
from webapp.pages.linking.asking import AskingPages
from webapp.pages.linking.extending import ExtendingPages
from webapp.pages.linking.routes import LinkingPages
from webapp.pages.news.routes import NewsPages
from webapp.pages.notifications.routes import EndingPages, NotificationPages
from webapp.pages.office.appeals import OfficeAppeal, OfficeAppeals
from webapp.pages.office.audit import OfficeAudit
from webapp.pages.office.broadcasts import OfficeBroadcast, OfficeBroadcasts
from webapp.pages.office.callbacks import OfficeCallbacks
from webapp.pages.office.cases import OfficeCase, OfficeDesks
from webapp.pages.office.consumers import OfficeConsumer, OfficeConsumers
from webapp.pages.office.contact_centre import OfficeContactCentre
from webapp.pages.office.entering import OfficeDoor, OfficeInvitation
from webapp.pages.office.exports import OfficeExports
from webapp.pages.office.filters import OfficeFilters
from webapp.pages.office.goals import OfficeGoals
from webapp.pages.office.imports import OfficeImport, OfficeImports
from webapp.pages.office.keys import OfficeKeys
from webapp.pages.office.messages import OfficeMessages
from webapp.pages.office.mirror import OfficeMirror
from webapp.pages.office.news import OfficeNews
from webapp.pages.office.payments import OfficePayment, OfficePayments
from webapp.pages.office.policy import OfficePolicy
from webapp.pages.office.queue import OfficeQueue
from webapp.pages.office.reviews import OfficeDoubts, OfficeVisit
from webapp.pages.office.rounds import OfficeRound, OfficeRounds
from webapp.pages.office.schedule import OfficeAppointment, OfficeSchedule
from webapp.pages.office.second_factor import OfficeSecondFactor
from webapp.pages.office.staff import OfficeStaff
from webapp.pages.office.volume_requests import OfficeVolumes
from webapp.pages.offline.routes import OfflinePages
from webapp.pages.payments.receipts import PaymentCheckPages, PaymentReceiptPages
from webapp.pages.payments.routes import PaymentsPages, ReturnPages
from webapp.pages.profile.changes import ChangePages
from webapp.pages.profile.devices import DevicesPages
from webapp.pages.profile.leaving import GonePages, OwnDataPages
from webapp.pages.profile.logins import LoginsPages
from webapp.pages.profile.notifications import NotificationChoicePages, moved, moved_forms
from webapp.pages.profile.routes import ProfilePages
from webapp.pages.readings.disputing import ReadingDisputesPages
from webapp.pages.readings.photos import PhotoPages
from webapp.pages.readings.routes import ReadingsPages
from webapp.pages.receipts.routes import ReceiptsPages
from webapp.pages.reminders.routes import CalendarPages
from webapp.pages.second_factor.passkeys import PasskeyPages
from webapp.pages.second_factor.security import SecurityPages
from webapp.pages.second_factor.sign_in import SecondSignInPages
from webapp.pages.sending.routes import SendingPages
from webapp.pages.sending.stickers import StickerPages
from webapp.pages.statistics.export import StatisticsExport
from webapp.pages.statistics.routes import StatisticsPages
from webapp.pages.subsidy.routes import SubsidyPages
from webapp.pages.support.routes import SupportPages
from webapp.pages.tokens.routes import TokensPages
from webapp.pages.tokens.webhooks import WebhookPages
from webapp.settings import Settings
from webapp.web import errors, headers
from webapp.web.front import Front
from webapp.web.guards import ask_to_sign_in
from webapp.web.static_files import static_file, static_files

SITE_MAP: list[ControllerRouterHandler] = [
    AccountPeoplePages,
    AccountsPages,
    AnnulmentPages,
    AppointmentsPages,
    AppealsPages,
    BillsPages,
    BusinessBillsPages,
    BusinessPages,
    CabinetPages,
    CalendarPages,
    CallbacksPages,
    CertificateCheckPages,
    CertificatePages,
    ChangePages,
    ColleaguePages,
    DemoBank,
    DemoPages,
    DeveloperPages,
    DisputesPages,
    FieldPages,
    FilesPages,
    DevicesPages,
    EndingPages,
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
    OfficeAppeal,
    OfficeAppeals,
    OfficeAppointment,
    OfficeAudit,
    OfficeCallbacks,
    OfficeBroadcast,
    OfficeBroadcasts,
    OfficeCase,
    OfficeConsumer,
    OfficeConsumers,
    OfficeContactCentre,
    OfficeDesks,
    OfficeFilters,
    OfficeMirror,
    OfficePolicy,
    OfficeDoor,
    OfficeInvitation,
    NewsPages,
    OfficeDoubts,
    OfficeExports,
    OfficeGoals,
    OfficeImport,
    OfficeImports,
    OfficeKeys,
    OfficeNews,
    OfficeMessages,
    OfficePayment,
    OfficePayments,
    OfficeQueue,
    OfficeRound,
    OfficeRounds,
    OfficeSchedule,
    OfficeVisit,
    OfficeSecondFactor,
    OfficeStaff,
    OfficeVolumes,
    LoginsPages,
    MovingPages,
    NotificationChoicePages,
    NotificationPages,
    OfflinePages,
    OwnDataPages,
    PasskeyPages,
    PasswordPages,
    PaymentCheckPages,
    PaymentReceiptPages,
    PaymentsPages,
    PhotoPages,
    PointsPages,
    ProfilePages,
    ProvingPages,
    QueuePages,
    ReadingDisputesPages,
    ReadingsPages,
    ReceiptsPages,
    RecoveryPages,
    ReturnPages,
    SecondSignInPages,
    SecurityPages,
    SendingPages,
    SignInPages,
    SignUpPages,
    StatisticsExport,
    StatisticsPages,
    StickerPages,
    SubsidyPages,
    SupportPages,
    TokensPages,
    VolumesPages,
    WebhookPages,
    *PERSONAL_API,
    CompanyApi,
    PhotosApi,
    ReadingsApi,
    RoundsApi,
    VisitsApi,
    company_openapi,
    healthz,
    moved,
    moved_forms,
    openapi,
    payment_callback,
    readyz,
    sms_status,
    static_file,
]


def create_app(settings: Settings, outside: Outside) -> Litestar:
    files = static_files(settings.static)
    return Front(
        SITE_MAP,
        lifespan=[_database],
        state=State({"settings": settings, "outside": outside, "static_files": files, "schema": schema}),
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
