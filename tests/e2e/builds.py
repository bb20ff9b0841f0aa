"""Another build of the same site, as after a deploy: its files differ by a line, so its worker does too."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from litestar import Litestar

from tests.e2e.person import Visitor
from tests.e2e.site import Site
from webapp.settings import STATIC
from webapp.web.static_files import static_files


class Builds:
    def __init__(self, site: Site, folder: Path) -> None:
        self.site, self._folder, self._first = site, folder, site.make_app
        self._files = static_files(STATIC)
        self._app: Litestar | None = None
        self._count = 1

    def deploy(self, **lines: str) -> str:
        """Serves the next build, with a line added to each of the files named; returns what it is called."""
        self._count += 1
        folder = self._folder / f"static-{self._count}"
        shutil.copytree(STATIC, folder)
        for name, line in ({"main": f"self.page = {self._count};"} | lines).items():
            self._add(folder / (f"{name}.js" if name == "sw" else f"js/{name}.js"), line)
        self._files = static_files(folder)
        self._restart()
        return self._files.build

    def switch_off(self, off: bool = True) -> None:
        """The same build without its worker, as BLAKYT_SERVICE_WORKER=0 has it."""
        self._restart(service_worker=not off)

    def _restart(self, **settings: bool) -> None:
        def make_app() -> Litestar:
            app = self._app = self._app or self._first()
            app.state.static_files = self._files
            app.state.settings = replace(app.state.settings, **settings)
            return app

        self.site.stop()
        self.site.make_app = make_app
        self.site.start()

    @staticmethod
    def _add(file: Path, line: str) -> None:
        file.chmod(0o644)
        file.write_text(f"{file.read_text()}\n{line}\n")


UPDATE = """navigator.serviceWorker.getRegistration().then(one => one.update()).then((one) => new Promise((resolve) => {
    const look = () => (one.installing ? setTimeout(look, 30) : resolve(true));
    look();
}))"""
"""What pages do each hour, and browsers at each navigation; waits until the new worker has all it needs."""
VERSION = """new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    const { controller } = navigator.serviceWorker;
    if (!controller) resolve('none');
    else controller.postMessage({ type: 'GET_VERSION' }, [port2]);
})"""
KEPT = "caches.keys().then(names => names.filter(name => /^(static|shell)-/.test(name)).sort())"


def looks_for_a_new_build(visitor: Visitor) -> None:
    visitor.run(UPDATE)


def version(visitor: Visitor) -> Any:
    """The build of the worker that answers this page."""
    return visitor.run(VERSION)


def page_build(visitor: Visitor) -> Any:
    return visitor.run("document.documentElement.dataset.build")


def kept(visitor: Visitor) -> Any:
    """Caches of builds, as the worker left them."""
    return visitor.run(KEPT)
