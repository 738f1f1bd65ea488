"""Every build as files to fetch, with checksums."""

from base64 import b64encode
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, redirect, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from api.current import Current
from graph.errors import Gone, UnknownTerm
from graph.publication import Dump, dumps
from graph.snapshot import builds, snapshot_moment

SUMS = "SHA256SUMS"


def dumps_blueprint(current: Current) -> Blueprint:
    """`/dump/SNAPSHOT/NAME`, with `latest` for the newest build."""
    blueprint = Blueprint("dumps", __name__)

    @blueprint.get("/dump/<snapshot>/<name>")
    def dump(snapshot: str, name: str) -> AnyResponse:
        kept = kept_builds(current)
        if snapshot == "latest" and kept:
            return redirect(url_for(".dump", snapshot=kept[0].name, name=name))
        folder = _build(kept, snapshot)
        offered = {each.name: each for each in dumps(folder)}
        if name == SUMS:
            lines = "".join(f"{each.sha256}  {each.name}\n" for each in offered.values())
            return Response(lines, content_type="text/plain; charset=utf-8")
        if name not in offered:
            raise UnknownTerm(f"{snapshot} has no dump {name!r}. There are: {', '.join(offered)}.")
        return _file(folder, offered[name])

    return blueprint


def kept_builds(current: Current) -> tuple[Path, ...]:
    """The builds that are kept, newest first, from that on which the snapshot of this request rests."""
    folder = current.folder
    return builds(folder.parent.parent, folder.name) if folder else ()


def _build(kept: tuple[Path, ...], snapshot: str) -> Path:
    """The folder of the build called so; `Gone` or `UnknownTerm` with the nearest one if it is not there."""
    found = next((each for each in kept if each.name == snapshot), None)
    if found:
        return found
    nearest = f"The newest is {kept[0].name}." if kept else "No dumps are kept here."
    moment = snapshot_moment(snapshot)
    if moment and kept and moment < _moment(kept[0]):
        raise Gone(f"The snapshot {snapshot} is not kept any more. {nearest}")
    raise UnknownTerm(f"There is no build {snapshot!r}. {nearest}")


def _moment(folder: Path) -> datetime:
    moment = snapshot_moment(folder.name)
    assert moment, folder.name
    return moment


def _file(folder: Path, dump: Dump) -> AnyResponse:
    answer = send_file(
        folder / "dump" / dump.name,
        mimetype="application/gzip",
        as_attachment=True,
        etag=dump.sha256,
        last_modified=_moment(folder),
    )
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    digest = b64encode(bytes.fromhex(dump.sha256)).decode()
    answer.headers["Repr-Digest"] = f"sha-256=:{digest}:"  # RFC 9530
    return answer
