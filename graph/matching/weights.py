"""What each criterion weighs: figures learnt from judged matches, published beside the code that uses them."""

import tomllib
from pathlib import Path

_TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
RULE_VERSION: str = _TABLE["version"]
STATED: dict[str, float] = _TABLE["stated"]  # for needs that state concepts
WORDS: dict[str, float] = _TABLE["words"]  # for needs that are told in words alone
