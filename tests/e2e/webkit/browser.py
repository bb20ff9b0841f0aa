"""The smallest WebKitGTK browser: one window, driven by WebKitWebDriver, with a profile that stays.

The MiniBrowser of Debian forgets everything when it is driven, so what a person's phone keeps over a restart
could not be seen in it. Started by the driver as: python browser.py --profile FOLDER [--width N --height N].
"""

import argparse
import ctypes
from ctypes import CFUNCTYPE, c_char_p, c_int, c_void_p
from pathlib import Path

webkit = ctypes.CDLL("libwebkit2gtk-4.1.so.0")
gtk = ctypes.CDLL("libgtk-3.so.0")
gobject = ctypes.CDLL("libgobject-2.0.so.0")

Started = CFUNCTYPE(None, c_void_p, c_void_p, c_void_p)
CreateView = CFUNCTYPE(c_void_p, c_void_p, c_void_p)

for function in (
    webkit.webkit_website_data_manager_new,
    webkit.webkit_web_context_new_with_website_data_manager,
    webkit.webkit_application_info_new,
    gtk.gtk_window_new,
    gobject.g_object_new,
):
    function.restype = c_void_p
webkit.webkit_web_view_get_type.restype = ctypes.c_size_t


def context_of(profile: Path) -> c_void_p:
    """Everything a site may keep lies in `profile`."""
    manager = webkit.webkit_website_data_manager_new(
        c_char_p(b"base-data-directory"),
        c_char_p(bytes(profile / "data")),
        c_char_p(b"base-cache-directory"),
        c_char_p(bytes(profile / "cache")),
        c_void_p(None),
    )
    context = c_void_p(webkit.webkit_web_context_new_with_website_data_manager(c_void_p(manager)))
    webkit.webkit_website_data_manager_get_cookie_manager.restype = c_void_p
    cookies = webkit.webkit_website_data_manager_get_cookie_manager(c_void_p(manager))
    stored, sqlite = c_char_p(bytes(profile / "cookies.sqlite")), 1
    webkit.webkit_cookie_manager_set_persistent_storage(c_void_p(cookies), stored, c_int(sqlite))
    webkit.webkit_web_context_set_automation_allowed(context, c_int(1))
    return context


def window_with_view(context: c_void_p, width: int, height: int) -> int:
    view = gobject.g_object_new(
        ctypes.c_size_t(webkit.webkit_web_view_get_type()),
        c_char_p(b"web-context"),
        context,
        c_char_p(b"is-controlled-by-automation"),
        c_int(1),
        c_void_p(None),
    )
    window = c_void_p(gtk.gtk_window_new(c_int(0)))
    gtk.gtk_window_set_default_size(window, c_int(width), c_int(height))
    gtk.gtk_container_add(window, c_void_p(view))
    gtk.gtk_widget_show_all(window)
    return int(view)


def connect(instance: c_void_p, signal: bytes, handler: object) -> None:
    gobject.g_signal_connect_data(
        instance, c_char_p(signal), handler, c_void_p(None), c_void_p(None), c_int(0)
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--profile", type=Path, required=True)
    parser.add_argument("--width", type=int, default=390)
    parser.add_argument("--height", type=int, default=844)
    chosen, _ = parser.parse_known_args()
    gtk.gtk_init(None, None)
    context = context_of(chosen.profile)

    @CreateView
    def create_view(_session: int, _data: int) -> int:
        return window_with_view(context, chosen.width, chosen.height)

    @Started
    def started(_context: int, session: int, _data: int) -> None:
        about = c_void_p(webkit.webkit_application_info_new())
        webkit.webkit_application_info_set_name(about, c_char_p(b"MiniBrowser"))
        webkit.webkit_automation_session_set_application_info(c_void_p(session), about)
        connect(c_void_p(session), b"create-web-view", create_view)

    connect(context, b"automation-started", started)
    gtk.gtk_main()


if __name__ == "__main__":
    main()
