"""Every build as files to fetch, with checksums."""

from base64 import b64encode
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, redirect, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from api.current import Current
from api.snapshots import kept_builds, missing
from graph.errors import UnknownTerm
from graph.publication import Dump, dumps
from graph.snapshot import snapshot_moment

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


def _build(kept: tuple[Path, ...], snapshot: str) -> Path:
    """The folder of the build called so; `Gone` or `UnknownTerm` with the nearest one if it is not there."""
    for folder in kept:
        if folder.name == snapshot:
            return folder
    raise missing(snapshot, sorted(folder.name for folder in kept))


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
