"""Every setting of the service with its default and what it does; the environment wins over the default."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from urllib.parse import urlsplit

from graph.errors import WrongUse
from ontology.naming import DEFAULT_BASE


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: environment variable, default, and its help."""

    name: str
    default: str
    says: str


EMBEDDED = "embedded"
TABLE = (
    Setting("REVIER_HOME", "var", "folder that holds the snapshots"),
    Setting("REVIER_BASE_IRI", DEFAULT_BASE, "where every IRI of the graph begins"),
    Setting("REVIER_PUBLIC_URL", "", "address under which the world reaches the service, if a proxy stands before it"),
    Setting("REVIER_PUBLISHER", "Revier", "who publishes the graph, as catalogues name it"),
    Setting("REVIER_CONTACT", "", "mailbox of the publisher for catalogues; no person's"),
    Setting("REVIER_IMPRINT", "", "what else the law asks of an imprint, such as address and register; | parts lines"),
    Setting("REVIER_PROXIES", "0", "trusted reverse proxies before the service, which tell the client's address"),
    Setting("REVIER_DEFAULT_GRAPH", "union", "what a query without FROM sees: union of all graphs, or strict"),
    Setting("REVIER_WORKERS", "10", "most processes that answer public queries at a time"),
    Setting("REVIER_QUERY_TIMEOUT_S", "10", "seconds after which a public query is stopped"),
    Setting("REVIER_TOKEN_TIMEOUT_S", "30", "the same for a query or a write with a token"),
    Setting("REVIER_QUERY_BYTES", "65536", "length of a query"),
    Setting("REVIER_QUERY_MEMORY_MB", "2048", "memory of one query process"),
    Setting("REVIER_RESULT_MB", "50", "size of one answer"),
    Setting("REVIER_QUEUE_S", "8", "seconds that a query waits for a free process"),
    Setting("REVIER_PATIENCE_S", "0.3", "seconds that a page waits for a saved question before it asks to come again"),
    Setting("REVIER_CACHE_MB", "512", "room on disk for answers that can be given again; 0 for none"),
    Setting("REVIER_UPDATE_BYTES", "1048576", "length of a SPARQL update"),
    Setting("REVIER_UPLOAD_MB", "20", "size of an uploaded RDF document"),
    Setting("REVIER_TOKENS_FILE", "", "file of the hashed write tokens (default: tokens.json in REVIER_HOME)"),
    Setting("REVIER_WRITE_TOKEN", "", "one write token for all graphs, for tests and a single operator"),
    Setting("REVIER_CLIENT_WORK_S", "60", "seconds of work a minute for one client; 0 for no limit"),
    Setting("REVIER_CLIENT_REQUESTS", "1200", "requests a minute from one client; 0 for no limit"),
    Setting("REVIER_FEDERATION", "", "endpoints that SERVICE may ask, their URLs with blanks between; none if empty"),
    Setting("REVIER_FEDERATION_TIMEOUT_S", "5", "seconds that one of them may take to answer"),
    Setting("REVIER_STORE", EMBEDDED, "embedded, or the query URL of a SPARQL 1.1 store"),
    Setting("REVIER_STORE_UPDATE", "", "update URL of that store"),
    Setting("REVIER_STORE_GSP", "", "Graph Store Protocol URL of that store"),
    Setting("REVIER_STORE_USER", "", "user name for that store"),
    Setting("REVIER_STORE_PASSWORD", "", "password for that store"),
)
_CHOICES = {"REVIER_DEFAULT_GRAPH": ("union", "strict")}
_URLS = ("REVIER_PUBLIC_URL", "REVIER_STORE_UPDATE", "REVIER_STORE_GSP")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force, read once at the start of a command. Empty texts and URLs are not set."""

    home: Path
    public_url: str
    publisher: str
    contact: str
    imprint: tuple[str, ...]
    proxies: int
    has_union_default: bool
    workers: int
    query_timeout_s: float
    token_timeout_s: float
    query_bytes: int
    query_memory_mb: int
    result_mb: int
    queue_s: float
    patience_s: float
    cache_mb: int
    update_bytes: int
    upload_mb: int
    tokens_file: Path
    write_token: str
    client_work_s: float
    client_requests: int
    federation: tuple[str, ...]
    federation_timeout_s: float
    store: str
    store_update: str
    store_gsp: str
    store_user: str
    store_password: str

    @property
    def is_embedded(self) -> bool:
        return self.store == EMBEDDED


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of an environment.

    Raises `WrongUse` that names a variable whose value cannot be meant.

    >>> read_settings({"REVIER_WORKERS": "2"}).workers
    2
    """
    values = {setting.name: environment.get(setting.name, setting.default) for setting in TABLE}
    home = Path(values["REVIER_HOME"])

    def number(name: str, kind: type[float] = float, *, least: float = 0) -> float:
        try:
            found = kind(values[name])
        except ValueError:
            found = -1
        if not (least <= found < inf and (found or not least)):
            kinds = {int: "a whole number", float: "a number"}
            raise WrongUse(f"{name} must be {kinds[kind]} of at least {least:g}; it is {values[name]!r}.")
        return found

    for name, allowed in _CHOICES.items():
        if values[name] not in allowed:
            raise WrongUse(f"{name} must be one of {', '.join(allowed)}; it is {values[name]!r}.")
    urls = {name: values[name] for name in _URLS if values[name]}
    urls |= {"REVIER_STORE": values["REVIER_STORE"]} if values["REVIER_STORE"] != EMBEDDED else {}
    federation = tuple(values["REVIER_FEDERATION"].split())
    for name, url in (*urls.items(), *(("REVIER_FEDERATION", url) for url in federation)):
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise WrongUse(f"{name} must be a URL that begins with http:// or https://; it is {url!r}.")
    if any("@" in urlsplit(url).netloc for url in federation):
        raise WrongUse("REVIER_FEDERATION is told to everybody who asks. Leave the name and password out of it.")
    return Settings(
        home=home,
        public_url=values["REVIER_PUBLIC_URL"].rstrip("/"),
        publisher=values["REVIER_PUBLISHER"],
        contact=values["REVIER_CONTACT"],
        imprint=tuple(line.strip() for line in values["REVIER_IMPRINT"].split("|") if line.strip()),
        proxies=int(number("REVIER_PROXIES", int)),
        has_union_default=values["REVIER_DEFAULT_GRAPH"] == "union",
        workers=int(number("REVIER_WORKERS", int, least=1)),
        query_timeout_s=number("REVIER_QUERY_TIMEOUT_S", least=0.001),
        token_timeout_s=number("REVIER_TOKEN_TIMEOUT_S", least=0.001),
        query_bytes=int(number("REVIER_QUERY_BYTES", int, least=1)),
        query_memory_mb=int(number("REVIER_QUERY_MEMORY_MB", int, least=1)),
        result_mb=int(number("REVIER_RESULT_MB", int, least=1)),
        queue_s=number("REVIER_QUEUE_S"),
        patience_s=number("REVIER_PATIENCE_S"),
        cache_mb=int(number("REVIER_CACHE_MB", int)),
        update_bytes=int(number("REVIER_UPDATE_BYTES", int, least=1)),
        upload_mb=int(number("REVIER_UPLOAD_MB", int, least=1)),
        tokens_file=Path(values["REVIER_TOKENS_FILE"]) if values["REVIER_TOKENS_FILE"] else home / "tokens.json",
        write_token=values["REVIER_WRITE_TOKEN"],
        client_work_s=number("REVIER_CLIENT_WORK_S"),
        client_requests=int(number("REVIER_CLIENT_REQUESTS", int)),
        federation=federation,
        federation_timeout_s=number("REVIER_FEDERATION_TIMEOUT_S", least=0.001),
        store=values["REVIER_STORE"],
        store_update=values["REVIER_STORE_UPDATE"],
        store_gsp=values["REVIER_STORE_GSP"],
        store_user=values["REVIER_STORE_USER"],
        store_password=values["REVIER_STORE_PASSWORD"],
    )
