"""What only a real browser shows: the pages in headless Chromium, over the real server."""
