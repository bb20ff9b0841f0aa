"""The bank page of the demo. No other installation has it: there a company's bank is a real one."""

from typing import Any, get_args
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from webapp.actions import pretending
from webapp.outside import Outside
from webapp.outside.payments.pretend import Button
from webapp.web.entering import go
from webapp.web.forms import typed
from webapp.web.rendering import render

BUTTONS: tuple[Button, ...] = get_args(Button)


class DemoBank(Controller):
    path = "/demo/bank/{order:uuid}"

    @get()
    async def show(
        self, request: Request[Any, Any, Any], order: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        sheet = pretending.sheet(order, outside) if request.app.state.settings.demo else None
        if sheet is None:
            raise NotFoundException
        over = pretending.is_over(sheet, outside)
        return render(request, "pages/demo/bank.html", sheet=sheet, over=over, buttons=BUTTONS)

    @post()
    async def press(
        self, request: Request[Any, Any, Any], order: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        pressed = (await typed(request))["button"]
        button = next((one for one in BUTTONS if one == pressed), None)
        sheet = pretending.sheet(order, outside) if request.app.state.settings.demo else None
        if sheet is None or button is None:
            raise NotFoundException
        await pretending.press(order, button, outside=outside, now=outside.clock.now())
        return go(request, f"/payments/{order}/return")
