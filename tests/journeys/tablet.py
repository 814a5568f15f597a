"""A tablet: a Chromium whose profile outlives it, and what an officer does on it."""

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, Playwright, Request, expect

from tests.browser import FLAGS, PATIENCE, chromium
from tests.people import Person
from tests.waiting import wait_until

TABLET = {"width": 820, "height": 1180}
PHONE = {"width": 360, "height": 800}
SOMETHING = re.compile(r"\S")
MOVED_OR_HELD = """before =>
  location.href !== before || document.querySelector('.steps__held .link') !== null"""
FRAMES = """async () => {
  const frame = () => new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 200);  // a hidden page has none
  });
  await frame();
  await frame();
}"""


@dataclass
class Tablet:
    """A tablet in an officer's hand; ``troubles`` is what must stay empty."""

    driver: Playwright
    origin: str
    profile: Path
    size: dict[str, int] = field(default_factory=lambda: dict(TABLET))
    troubles: list[str] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None
    page: Page = field(init=False)

    def switch_on(self, *, offline: bool = False) -> None:
        """Start the browser and open the app."""
        address = self.profile / "DevToolsActivePort"
        address.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [
                chromium(),
                *FLAGS,
                f"--user-data-dir={self.profile}",
                "--remote-debugging-port=0",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        said = wait_until(lambda: address.exists() and address.read_text(), "the browser started")
        port = str(said).split()[0]
        browser = self.driver.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        browser.contexts[0].set_default_timeout(PATIENCE)
        self.page = browser.contexts[0].pages[0]
        self.page.set_viewport_size(self.size)  # type: ignore[arg-type]
        self._watch()
        self.set_offline(offline=offline)
        self.page.goto(f"{self.origin}/field/")

    def _watch(self) -> None:
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.context.on("request", self._see)

    def _hear(self, kind: str, text: str) -> None:
        # The browser itself reports every 401 and every request without network.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.troubles.append(f"console: {text}")
        if "Content Security Policy" in text:
            self.troubles.append(f"policy: {text}")

    def _see(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:", "blob:", "about:")):
            self.troubles.append(f"foreign: {request.url}")

    def set_offline(self, *, offline: bool) -> None:
        """Take the network away, or give it back."""
        self.page.context.set_offline(offline)

    def kill(self) -> None:
        """Let the browser die in the middle of whatever it does."""
        assert self.process
        self.process.kill()
        self.process.wait()
        self.process = None

    def switch_off(self) -> None:
        """End the browser if it runs."""
        if self.process:
            self.kill()

    # --- what stands on the screen ---

    @property
    def title(self) -> Locator:
        """The heading of the screen."""
        return self.page.get_by_role("heading", level=1)

    @property
    def body(self) -> Locator:
        """Everything that stands on the screen."""
        return self.page.locator("body")

    @property
    def address(self) -> str:
        """Where the page is; Playwright's own ``url`` follows by a message that may come later."""
        address: str = self.page.evaluate("location.href")
        return address

    def address_of(self, screen: str) -> str:
        """The address of that screen; it is written a frame after the screen is drawn."""
        self.page.wait_for_function("begin => location.hash.startsWith(begin)", arg=f"#/{screen}")
        return self.address

    def is_at_review(self) -> bool:
        """Tell whether this is the review of an interview, once its screen is drawn."""
        self.page.locator(".question, .sections").first.wait_for()
        return "#/review/" in self.address

    def words(self, shown: Locator, like: re.Pattern[str] = SOMETHING) -> str:
        """The words of an element once they are as expected; nobody reads them sooner."""
        expect(shown).to_have_text(like)
        return shown.inner_text()

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """A button by its words."""
        return self.page.get_by_role("button", name=name)

    def question(self, name: str) -> Locator:
        """A question by its name in the form."""
        return self.page.locator(f'[id="q-{name}"]')

    def chosen(self, name: str) -> Locator:
        """What is chosen in a question."""
        return self.question(name).locator("input:checked")

    def run_in_page(self, script: str) -> None:
        """Run a script that the content security policy would not let into the page."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("Runtime.evaluate", {"expression": script})

    def leave_room_for(self, size: int | None) -> None:
        """Let the app store no more than so many bytes; None: as many as there is room for."""
        session = self.page.context.new_cdp_session(self.page)
        quota = {} if size is None else {"quotaSize": size}
        session.send("Storage.overrideQuotaForOrigin", {"origin": self.origin, **quota})

    def set_letter_size(self, pixels: int) -> None:
        """Set the browser's own size of letters, as somebody with weak eyes does; 16 is usual."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("Page.setFontSizes", {"fontSizes": {"standard": pixels, "fixed": pixels}})

    # --- what an officer does ---

    def wait_until_ready(self) -> None:
        """Wait until the app says that it works without network."""
        self.page.locator(".entrance__ready").wait_for()

    def type_credentials(self, person: Person) -> None:
        """Fill in the sign-in form and send it."""
        self.page.locator("input[name=password]").wait_for()
        if self.page.locator("form").evaluate("form => !!form.elements.namedItem('username')"):
            self.page.locator("input[name=username]").fill(person.username)
        self.page.locator("input[name=password]").fill(person.password)
        self.page.locator("form .button--primary").click()

    def sign_in(self, person: Person) -> None:
        """Sign in, or unlock, and stand on the screen behind the door."""
        self.type_credentials(person)
        self.page.locator(".page__link").wait_for()

    def start_interview(self) -> None:
        """Start a new interview and stand before its first question."""
        self.page.locator(".start__button").click()
        self.page.locator(".question").first.wait_for()

    def tap(self, question: str, value: str) -> None:
        """Tap an answer."""
        self.question(question).locator(f'input[value="{value}"]').click()
        self.wait_for_frames()

    def find(self, question: str, typed: str) -> str:
        """Search a long list, take the first that is found and give its words."""
        box = self.question(question).get_by_role("combobox")
        box.fill(typed)
        self.question(question).get_by_role("option").first.click()
        return self.words(self.question(question).locator(".chosen__label"))

    def go_on(self) -> None:
        """Tap the button that leads on, and wait for the next screen."""
        before = self.address
        self.page.locator(".steps__on").click()
        self.page.wait_for_function("before => location.href !== before", arg=before)

    def go_on_anyway(self) -> None:
        """Go on to the next screen, also where questions are left open."""
        before = self.address
        self.page.locator(".steps__on").click()
        self.page.wait_for_function(MOVED_OR_HELD, arg=before)
        if self.address == before:
            self.page.locator(".steps__held .link").click()
            self.page.wait_for_function("before => location.href !== before", arg=before)

    def skip_to_review(self) -> None:
        """Go on from section to section without answering."""
        while not self.is_at_review():
            self.go_on_anyway()

    def wait_for_frames(self) -> None:
        """Wait until the screen shows what the last tap has changed, a frame after it."""
        self.page.evaluate(FRAMES)

    def wait_until_saved(self) -> None:
        """Wait until the app says that every answer is on the tablet."""
        self.page.locator(".badge--good", has_text=re.compile("Kaydedildi|Saved")).wait_for()
