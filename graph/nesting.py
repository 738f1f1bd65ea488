"""Whether an answer is nested no deeper than can be read: an engine that reads thousands of levels ends its process."""

import re

DEEPEST = 64  # brackets within brackets
_SPOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|<[^<>"{}]*+>', re.DOTALL)  # strings and IRIs, whose brackets mean nothing
_BRACKETS = b"{}[]()"
_ELSE = bytes(byte for byte in range(256) if byte not in _BRACKETS)


def require_shallow(answer: bytes) -> None:
    """Raise `ValueError` if JSON or N-Triples is nested deeper than `DEEPEST`, or a bracket has no partner.

    >>> require_shallow(b'{"results": {"bindings": [{"a": {"type": "literal", "value": "{{{"}}]}}')
    >>> require_shallow(b"[" * 65 + b"]" * 65)
    Traceback (most recent call last):
    ...
    ValueError: nested deeper than 64 levels, or cut off
    """
    brackets = _SPOKEN.sub(b"", answer).translate(None, _ELSE)
    for _ in range(DEEPEST):
        if not brackets:
            return
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"").replace(b"()", b"")
    if brackets:
        raise ValueError(f"nested deeper than {DEEPEST} levels, or cut off")
