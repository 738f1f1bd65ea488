"""`python -m tests.w3c QUERY-URL UPDATE-URL STORE-URL` measures a server: a table of groups, and what failed."""

import argparse

from .peer import Peer
from .suite import GROUPS


def main() -> None:
    """Run the groups and print them."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.w3c", description="Measure a SPARQL server. All its data is lost."
    )
    parser.add_argument("query", help="URL for queries")
    parser.add_argument("update", help="URL for updates")
    parser.add_argument("store", help="URL of the graph store")
    parser.add_argument("--token", default="", help="bearer token that may write everything")
    parser.add_argument("--group", action="append", choices=GROUPS, help="only this group; may be repeated")
    arguments = parser.parse_args()
    peer = Peer(arguments.query, arguments.update, arguments.store, arguments.token)
    try:
        for name in arguments.group or GROUPS:
            outcomes = list(GROUPS[name](peer))
            failed = [outcome for outcome in outcomes if outcome.fault]
            print(f"| {name} | {len(outcomes) - len(failed)}/{len(outcomes)} |", flush=True)
            for outcome in failed:
                print(f"    {outcome.name}: {outcome.fault}")
    finally:
        peer.close()


if __name__ == "__main__":
    main()
