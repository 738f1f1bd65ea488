"""What to do together: the tasks as a board and as a plan, and the consortium for a need."""

from functools import partial

from flask import Blueprint

from api.current import Current
from api.pages.tasks import board, plan
from api.pages.team import team


def action_blueprint(current: Current) -> Blueprint:
    """`/board`, `/plan` and `/team`."""
    blueprint = Blueprint("action", __name__)
    for page in (board, plan, team):
        blueprint.add_url_rule(f"/{page.__name__}", page.__name__, partial(page, current))
    return blueprint
