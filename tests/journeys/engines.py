"""Firefox and WebKit in an officer's hand: the few movements the main journey needs.

Chromium has journeys of its own with all of Playwright; these two share what both protocols can do.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from tests.waiting import PATIENCE, wait_until

FRAMES = """tap => {
  const frame = next => requestAnimationFrame(() => setTimeout(next));
  frame(() => frame(() => { document.documentElement.dataset.taps = tap; }));
}"""
PREFERENCES = """
user_pref("marionette.port", 0);
user_pref("app.normandy.enabled", false);
user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("toolkit.telemetry.enabled", false);
"""
PRIVATE = 'user_pref("browser.privatebrowsing.autostart", true);\n'
WINDOW = Path(__file__).with_name("webkit_window.py")


class Engine(ABC):
    """A browser with a profile that outlives it."""

    taps = 0

    @abstractmethod
    def switch_on(self, address: str) -> None:
        """Start it and open the app."""

    @abstractmethod
    def kill(self) -> None:
        """Let it die in the middle of whatever it does."""

    @abstractmethod
    def switch_off(self) -> None:
        """End it, and whatever it needed."""

    @abstractmethod
    def ask(self, expression: str) -> Any:
        """The value of an expression in the page."""

    @abstractmethod
    def write(self, selector: str, text: str) -> None:
        """Type into a field."""

    def wait_for(self, expression: str) -> None:
        """Wait until an expression holds."""
        try:
            wait_until(lambda: self.ask(expression), expression)
        except AssertionError:
            raise AssertionError(f"{expression}; {self.ask('document.body.innerText')}") from None

    def wait_for_text(self, text: str) -> None:
        """Wait until the screen says so."""
        self.wait_for(f"document.body.innerText.includes({json.dumps(text)})")

    def tap(self, selector: str) -> None:
        """Tap the first element of a kind, once it is there."""
        found = f"document.querySelector({json.dumps(selector)})"
        self.wait_for(f"!!{found}")
        self.ask(f"void {found}.click()")
        self.wait_for_frames()

    def wait_for_frames(self) -> None:
        """Wait until the screen shows what the last tap has changed, a frame after it."""
        self.taps += 1
        self.ask(f"void ({FRAMES})('{self.taps}')")
        self.wait_for(f"document.documentElement.dataset.taps === '{self.taps}'")

    def tap_button(self, words: str) -> None:
        """Tap the first button that begins with these words, once it is there."""
        buttons = "[...document.querySelectorAll('button')]"
        found = f"{buttons}.find(one => one.innerText.trim().startsWith({json.dumps(words)}))"
        self.wait_for(f"!!{found}")
        self.ask(f"void {found}.click()")


@dataclass
class Firefox(Engine):
    """The Firefox of the distribution, over Marionette: Playwright asks more than an ESR can."""

    profile: Path
    is_private: bool = False
    process: subprocess.Popen[bytes] | None = None
    line: socket.socket = field(init=False)
    asked: int = 0

    def switch_on(self, address: str) -> None:
        """Start it and open the app."""
        path = shutil.which("firefox-esr") or shutil.which("firefox")
        assert path, "no Firefox: run tests/needs"
        private = PRIVATE if self.is_private else ""
        (self.profile / "user.js").write_text(PREFERENCES + private, "utf-8")
        port = self.profile / "MarionetteActivePort"
        port.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [path, "--marionette", "--headless", "--no-remote", "--profile", str(self.profile)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: port.exists() and port.read_text("utf-8").strip(), "Firefox started")
        self.line = socket.create_connection(("127.0.0.1", int(port.read_text("utf-8"))), PATIENCE)
        self._hear()
        self._call("WebDriver:NewSession", {})
        self._call("WebDriver:Navigate", {"url": address})

    def kill(self) -> None:
        """Let it die in the middle of whatever it does."""
        if self.process:
            self.line.close()
            self.process.kill()
            self.process.wait()
        self.process = None

    def switch_off(self) -> None:
        """End it if it runs."""
        self.kill()

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page."""
        asked = {"script": f"return {expression}", "args": []}
        return self._call("WebDriver:ExecuteScript", asked)["value"]

    def write(self, selector: str, text: str) -> None:
        """Type into a field."""
        self.wait_for(f"!!document.querySelector({json.dumps(selector)})")
        wanted = {"using": "css selector", "value": selector}
        (element,) = self._call("WebDriver:FindElement", wanted)["value"].values()
        self._call("WebDriver:ElementSendKeys", {"id": element, "text": text})

    def _call(self, command: str, details: dict[str, Any]) -> Any:
        self.asked += 1
        message = json.dumps([0, self.asked, command, details]).encode()
        self.line.sendall(f"{len(message)}:".encode() + message)
        _, _, error, result = self._hear()
        assert error is None, error
        return result

    def _hear(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self.line.recv(1)
        wanted, message = int(length[:-1]), b""
        while len(message) < wanted:
            message += self.line.recv(wanted - len(message))
        return json.loads(message)


@dataclass
class WebKit(Engine):
    """WebKitGTK in a window of our own: its store lies on disk as an iPad's does."""

    profile: Path
    port: int = 0
    display: subprocess.Popen[bytes] | None = None
    session: str = ""

    def switch_on(self, address: str) -> None:
        """Start it and open the app."""
        if not self.display:
            self._start_driver()
        options = {"binary": str(WINDOW), "args": [str(self.profile)]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self.session = self._call("POST", "/session", wanted)["sessionId"]
        self._do("POST", "/url", {"url": address})

    def kill(self) -> None:
        """Kill the window; the driver then gives its session up."""
        os.kill(int((self.profile / "pid").read_text("utf-8")), signal.SIGKILL)
        with contextlib.suppress(URLError, TimeoutError):
            self._do("DELETE", "")
        self.session = ""

    def switch_off(self) -> None:
        """End window, driver and display, which are one group of processes."""
        if self.display:
            os.killpg(self.display.pid, signal.SIGTERM)
            self.display.wait()
        self.display = None

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page."""
        return self._do("POST", "/execute/sync", {"script": f"return {expression}", "args": []})

    def write(self, selector: str, text: str) -> None:
        """Type into a field."""
        self.wait_for(f"!!document.querySelector({json.dumps(selector)})")
        found = self._do("POST", "/element", {"using": "css selector", "value": selector})
        (element,) = found.values()
        self._do("POST", f"/element/{element}/value", {"text": text})

    def _start_driver(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        driver = ["WebKitWebDriver", "--host=127.0.0.1", f"--port={self.port}"]
        screen = ["xvfb-run", "-a", "-s", "-screen 0 1024x1300x24", "dbus-run-session", "--"]
        self.display = subprocess.Popen(
            [*screen, *driver],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers, "WebKitWebDriver started; if it is missing, run tests/needs")

    def _answers(self) -> bool:
        try:
            self._call("GET", "/status")
        except URLError:
            return False
        return True

    def _do(self, method: str, path: str, body: Any = None) -> Any:
        return self._call(method, f"/session/{self.session}{path}", body)

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        address = f"http://127.0.0.1:{self.port}{path}"
        question = Request(address, data, {"Content-Type": "application/json"}, method=method)
        with urlopen(question, timeout=PATIENCE) as answer:  # noqa: S310  our own driver
            return json.load(answer)["value"]
