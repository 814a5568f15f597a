#!/usr/bin/python3
"""A browser of one window on WebKitGTK whose profile outlives it, driven through WebKitWebDriver.

MiniBrowser keeps no profile under automation. The system's own Python has GTK's bindings.
"""

import os
import sys
from pathlib import Path

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402


def main(profile: Path) -> None:
    """Open the window and say under which process id."""
    manager = WebKit2.WebsiteDataManager(
        base_data_directory=str(profile / "data"), base_cache_directory=str(profile / "cache")
    )
    context = WebKit2.WebContext.new_with_website_data_manager(manager)
    context.set_automation_allowed(True)
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)

    def started(_context: object, session: object) -> None:
        info = WebKit2.ApplicationInfo()
        info.set_name("webkit-window")
        info.set_version(1, 0, 0)
        session.set_application_info(info)
        session.connect("create-web-view", lambda _session: view)

    context.connect("automation-started", started)
    window = Gtk.Window(default_width=820, default_height=1180)
    window.add(view)
    window.connect("destroy", Gtk.main_quit)
    window.show_all()
    (profile / "pid").write_text(str(os.getpid()), "utf-8")
    Gtk.main()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
