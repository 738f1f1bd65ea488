"""What a first visit weighs: few bytes, nothing that jumps while the page appears, and soon something to look at."""

import pytest
from playwright.sync_api import Browser

from bench.browsing import first_visit

HOME_BYTES, SHIFT, PAINT_MS = 150_000, 0.1, 1500


def test_the_first_load_of_home_is_light(browser: Browser, address: str) -> None:
    visit = first_visit(browser, address)
    assert visit.requests >= 3  # the page, its looks and its mark
    assert 5_000 < visit.sent_bytes <= HOME_BYTES


@pytest.mark.parametrize("width", [390, 1440])
def test_pages_appear_soon_and_nothing_jumps(browser: Browser, address: str, paths: list[str], width: int) -> None:
    for path in paths:
        # the best of three: whatever else the machine does, none is faster than it can be
        for _ in range(3):
            visit = first_visit(browser, address + path, width=width)
            assert visit.shift <= SHIFT, (path, visit.moved)
            if 0 < visit.paint_ms < PAINT_MS:
                break
        else:
            pytest.fail(f"{path} shows its largest part only after {visit.paint_ms:.0f} ms.")
