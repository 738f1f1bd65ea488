"""The region at a glance: map, network, white spots and strengths, each drawing with its table."""

from flask import Blueprint

from api.current import Current
from api.pages.gaps import gaps_page
from api.pages.map import map_page
from api.pages.network import network_page
from api.pages.profile import profile_page


def region_blueprint(current: Current) -> Blueprint:
    """`/map`, `/network`, `/gaps` and `/profile`."""
    blueprint = Blueprint("region", __name__)
    for page in (map_page, network_page, gaps_page, profile_page):
        page(blueprint, current)
    return blueprint
