"""What a first visit to a page costs a browser: bytes over the line, shifts of layout, time to the largest paint."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SETTLING_MS = 300  # after the page is loaded, so that scripts have laid out what they lay out
# web-vitals' sums, simplified to the whole of the visit: it is short
_TOLD = """() => new Promise(resolve => {
  const told = {shift: 0, moved: [], paint_ms: 0}
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
      told.shift += entry.value
      for (const source of entry.sources) told.moved.push(source.node?.nodeName + '.' + (source.node?.className ?? ''))
    }
  }).observe({type: 'layout-shift', buffered: true})
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) told.paint_ms = Math.max(told.paint_ms, entry.startTime)
  }).observe({type: 'largest-contentful-paint', buffered: true})
  setTimeout(() => resolve(told), 50)
})"""


@dataclass(frozen=True, slots=True)
class Visit:
    """Bytes as they were sent, heads and compressed bodies; the layout shift, and what it moved; the largest paint."""

    sent_bytes: int
    requests: int
    shift: float
    moved: tuple[str, ...]
    paint_ms: float


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's or Google's own; it talks to nobody but the pages it is sent to."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


def first_visit(browser: Browser, url: str, *, width: int = 1440, height: int = 900) -> Visit:
    """Open `url` with nothing in the cache, and wait until it has settled."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="de-DE")
    tab = context.new_page()
    sizes: list[int] = []

    def finished(told: dict[str, Any]) -> None:
        sizes.append(int(told["encodedDataLength"]))

    line = context.new_cdp_session(tab)
    line.on("Network.loadingFinished", finished)
    line.send("Network.enable")
    tab.goto(url)
    tab.wait_for_timeout(SETTLING_MS)
    told = tab.evaluate(_TOLD)
    context.close()
    return Visit(sum(sizes), len(sizes), told["shift"], tuple(told["moved"]), told["paint_ms"])
