"""The worker in a real browser: one load is enough, no version changes under an interview."""

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from server.assets import tablet_page
from tests.server.field.conftest import PORTAL, Network
from tests.waiting import wait_until

pytestmark = pytest.mark.browser
TREE = Path(__file__).parents[3]
TREE_MODULE = "/assets/app-version-under-test.js"
CONTROLLED = "navigator.serviceWorker.controller !== null"
WAITING_ANSWERS = """async () => {
  const { waiting } = await navigator.serviceWorker.getRegistration();
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((heard) => { port1.onmessage = heard; });
  waiting.postMessage("is-complete", [port2]);
  await answer;
  return waiting.state;
}"""
VERSION = "document.getElementById('app').dataset.version"


def loaded(tablet: BrowserContext, network: Network) -> Page:
    """Load the app for the first time and wait until its worker is in charge."""
    page = tablet.new_page()
    page.goto(f"{network.origin}/field/")
    until(page, CONTROLLED)
    return page


def until(page: Page, expression: str) -> None:
    """Ask again and again; Playwright's own waiting needs eval, which the app forbids."""
    wait_until(lambda: page.evaluate(expression), expression)


def shown(page: Page) -> None:
    expect(page.locator("#app input[type=password]")).to_be_visible()


def watching(page: Page, tablet: BrowserContext) -> None:
    """Give the page the app's own module as ``appVersion``, with a note of what it tells."""
    bundle = subprocess.run(
        ["node_modules/.bin/esbuild", "pwa/sync/app-version.ts", "--bundle", "--format=esm"],
        cwd=TREE,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    tablet.route(
        f"**{TREE_MODULE}", lambda route: route.fulfill(body=bundle, content_type="text/javascript")
    )
    page.evaluate(f"""async () => {{
        const module = await import("{TREE_MODULE}");
        window.told = [];
        window.holdVersion = module.holdVersion;
        window.appVersion = await module.watchAppVersion("/field/service-worker.js", {{
            onReady: () => told.push("ready"),
            onWaiting: () => told.push("waiting"),
            onTakenOver: () => told.push("taken over"),
        }});
    }}""")


def test_one_load_is_enough_to_start_without_network(
    tablet: BrowserContext, network: Network
) -> None:
    page = loaded(tablet, network)
    shown(page)
    network.is_down = True
    page.reload()
    shown(page)
    again = tablet.new_page()
    again.goto(f"{network.origin}/field/")
    shown(again)


def test_the_app_says_it_is_complete_only_when_every_file_is_kept(
    tablet: BrowserContext, network: Network
) -> None:
    page = loaded(tablet, network)
    watching(page, tablet)
    assert page.evaluate("appVersion.isComplete()") is True
    page.evaluate("""async () => {
        const cache = await caches.open((await caches.keys())[0]);
        await cache.delete((await cache.keys()).find((request) => request.url.endsWith(".css")));
    }""")
    assert page.evaluate("appVersion.isComplete()") is False


def test_answers_of_the_server_are_never_kept(tablet: BrowserContext, network: Network) -> None:
    page = loaded(tablet, network)
    kept = page.evaluate("""async () => {
        await (await fetch("/api/v1/catalogue")).json();
        await fetch("/healthz");
        const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
        const keys = await Promise.all(caches_.map((cache) => cache.keys()));
        return keys.flat().map((request) => new URL(request.url).pathname).sort();
    }""")
    with network.app.test_request_context():
        assert kept == sorted(file["url"] for file in tablet_page.precache_list()["files"])
    network.is_down = True
    with pytest.raises(Error, match="Failed to fetch"):
        page.evaluate("fetch('/api/v1/catalogue').then((answer) => answer.status)")


def test_the_page_of_a_captive_portal_is_not_kept_as_the_app(
    tablet: BrowserContext, network: Network
) -> None:
    network.in_between = lambda path: PORTAL if path.endswith(".css") else None
    page = tablet.new_page()
    page.goto(f"{network.origin}/field/")
    until(page, "navigator.serviceWorker.getRegistration().then((found) => found === undefined)")
    assert page.evaluate(CONTROLLED) is False
    network.in_between = lambda _path: None
    page.reload()
    until(page, CONTROLLED)
    network.is_down = True
    page.reload()
    shown(page)


def test_a_portal_in_the_way_later_does_not_reach_the_app(
    tablet: BrowserContext, network: Network
) -> None:
    page = loaded(tablet, network)
    network.in_between = lambda _path: PORTAL
    page.reload()
    shown(page)


def test_a_new_version_waits_while_any_tab_has_an_interview_open(
    tablet: BrowserContext, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, interviewing = loaded(tablet, network), tablet.new_page()
    interviewing.goto(f"{network.origin}/field/")
    watching(page, tablet)
    watching(interviewing, tablet)
    interviewing.evaluate("() => { window.release = holdVersion(); }")
    before = page.evaluate(VERSION)

    monkeypatch.setattr(tablet_page, "VERSION", "of tomorrow")
    page.evaluate("appVersion.check()")
    until(page, "told.includes('waiting')")
    assert page.evaluate("appVersion.takeOver()") is False
    # Whatever had been told to the waiting worker, it has heard before it hears this.
    assert page.evaluate(WAITING_ANSWERS) == "installed"
    assert "taken over" not in page.evaluate("told")
    assert "taken over" not in interviewing.evaluate("told")
    other = tablet.new_page()
    other.goto(f"{network.origin}/field/")
    assert other.evaluate(VERSION) == before

    interviewing.evaluate("release()")
    # Chromium lets the old worker end what it has begun first, on a busy machine for a while.
    with page.expect_navigation(timeout=120_000):
        assert page.evaluate("appVersion.takeOver()") is True
    shown(page)
    assert page.evaluate(VERSION) == "of tomorrow"
    network.is_down = True
    page.reload()
    assert page.evaluate(VERSION) == "of tomorrow"
    assert len(page.evaluate("caches.keys()")) == 1
