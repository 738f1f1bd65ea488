"""When two terms are the same: by their text, else by their value with the same datatype."""

import math
import re
import struct
from decimal import Decimal, InvalidOperation

from pyoxigraph import BlankNode, Literal, NamedNode

XSD = "http://www.w3.org/2001/XMLSchema#"
EXACT = {
    XSD + name
    for name in (
        "decimal",
        "integer",
        "long",
        "int",
        "short",
        "byte",
        "nonPositiveInteger",
        "negativeInteger",
        "nonNegativeInteger",
        "positiveInteger",
        "unsignedLong",
        "unsignedInt",
        "unsignedShort",
        "unsignedByte",
    )
}
TIMED = {XSD + name for name in ("dateTime", "date", "time")}
DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>[\d.]+)S)?)?"
)

Term = NamedNode | BlankNode | Literal


def canonical(term: Term) -> Term:
    """The term that stands for all with the same value; an IRI and a blank node are themselves."""
    if not isinstance(term, Literal) or term.language:
        return term
    datatype = term.datatype.value
    return Literal(_value(term.value.strip(), datatype), datatype=term.datatype) if datatype.startswith(XSD) else term


def _value(text: str, datatype: str) -> str:
    """One text for all texts of a value; a text that is none of the datatype stays as it is."""
    try:
        if datatype in EXACT:
            return str(Decimal(text).normalize() + 0)
        if datatype == XSD + "double":
            return _number(float(text))
        if datatype == XSD + "float":
            return _number(struct.unpack("f", struct.pack("f", float(text)))[0])
    except (ValueError, InvalidOperation, OverflowError):
        return text
    if datatype == XSD + "boolean":
        return {"1": "true", "0": "false"}.get(text, text)
    if datatype in TIMED:
        return re.sub(r"(\.\d*?)0+(?=$|[Z+-])", r"\1", re.sub(r"[+-]00:00$", "Z", text)).replace(".Z", "Z").rstrip(".")
    return _duration(text) if datatype.lower().endswith("duration") else text


def _number(value: float) -> str:
    return "NaN" if math.isnan(value) else repr(value)


def _duration(text: str) -> str:
    found = DURATION.fullmatch(text)
    if not found:
        return text
    part = {name: Decimal(value or 0) for name, value in found.groupdict().items() if name != "sign"}
    months = part["years"] * 12 + part["months"]
    seconds = ((part["days"] * 24 + part["hours"]) * 60 + part["minutes"]) * 60 + part["seconds"]
    return f"{found['sign']}{months} months {seconds.normalize() + 0:f} seconds"
