"""Where Piccolo looks first (PICCOLO_CONF)."""

from piccolo.conf.apps import AppRegistry

from webapp.database.engine import DB

APP_REGISTRY = AppRegistry(apps=["webapp.database.piccolo_app"])
__all__ = ["APP_REGISTRY", "DB"]
