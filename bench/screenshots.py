"""Pictures of the main pages, as `docs/screenshots` keeps them and the README shows them.

`python -m bench.screenshots` builds Emscher-Lippe, serves it, and photographs each page of `SHOTS` in Chromium as it is
at a desk: in English, in daylight. Look at what has changed before you commit it.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlencode

from playwright.sync_api import Browser

from bench.browsing import chromium
from bench.servers import region
from graph.build import build
from ontology.naming import PLACE

SETTLING_MS = 1000  # for drawings that find their places
NEED = urlencode({"text": "We want to use the waste heat of our furnaces.", "place": f"{PLACE}05562012"})  # Dorsten
QUERY = """PREFIX rev: <https://w3id.org/revier/ont#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?competence (COUNT(DISTINCT ?actor) AS ?actors) WHERE {
  ?actor rev:offersCompetence/skos:prefLabel ?competence
  FILTER (LANG(?competence) = "en")
}
GROUP BY ?competence ORDER BY DESC(?actors) LIMIT 8
"""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: its name, the page, what is unfolded there, and what then stands at the upper edge."""

    name: str
    path: str
    unfolded: str = ""
    upmost: str = ""


SHOTS = (
    Shot("home", "/"),
    Shot("match", f"/match?{NEED}", unfolded="main article details", upmost="main article"),
    Shot("actor", "/doc/emscher-lippe/actor/0001"),
    Shot("map", "/map"),
    Shot("network", "/network"),
    Shot("white-spots", "/gaps"),
    Shot("tasks", "/board"),
    Shot("sparql", f"/sparql?query={quote(QUERY)}"),
)


def main() -> None:
    """Take all pictures, and print the size of each."""
    parser = argparse.ArgumentParser(description="Take pictures of pages.")
    parser.add_argument("--home", type=Path, help="a built region to serve instead")
    parser.add_argument("--folder", type=Path, default=Path("docs/screenshots"))
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="revier-") as name:
        home = arguments.home or Path(name)
        if not arguments.home:
            build(Path("regions/emscher-lippe"), home)
        with region(home) as server, chromium() as browser:
            for shot in SHOTS:
                path = arguments.folder / f"{shot.name}.png"
                _take(browser, f"http://127.0.0.1:{server.port}", shot, path)
                print(f"{path} {path.stat().st_size / 1000:.0f} kB", flush=True)


def _take(browser: Browser, address: str, shot: Shot, path: Path) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", color_scheme="light")
    tab = context.new_page()
    tab.goto(address + shot.path)
    if shot.unfolded:
        tab.locator(shot.unfolded).first.evaluate("element => element.open = true")
    tab.wait_for_timeout(SETTLING_MS)
    if shot.upmost:
        tab.locator(shot.upmost).first.evaluate("element => element.scrollIntoView({behavior: 'instant'})")
    tab.screenshot(path=path)
    context.close()


if __name__ == "__main__":
    main()
