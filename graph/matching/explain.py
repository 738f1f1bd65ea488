"""The words of a reason, in German and English: signals find, this file says it."""

from collections.abc import Iterable

from graph.model import Evidence, Text

NOTHING = Text("nichts verzeichnet", "nothing recorded")
NOT_SHOWN = Text(
    "Dazu ist nichts verzeichnet; das heißt nicht, dass es fehlt.",
    "Nothing is recorded on this; that does not mean it is lacking.",
)

SAME_SUBJECT = Text("Texte zum selben Thema", "texts on the same subject")


def listed(names: Iterable[Text]) -> Text:
    """Names with commas between them, each once.

    >>> listed([Text("Pumpen", "pumps"), Text("Druckluft", "compressed air"), Text("Pumpen", "pumps")]).en
    'pumps, compressed air'
    """
    each_once = tuple(dict.fromkeys(names))
    return Text(", ".join(name.de for name in each_once), ", ".join(name.en for name in each_once))


def quoted(name: Text) -> Text:
    """A name in the quotation marks of each language."""
    return Text(f"„{name.de}“", f"“{name.en}”")


def sentences(parts: Iterable[Text]) -> Text:
    """Several findings as sentences one after the other."""
    told = tuple(parts)
    return Text(" ".join(f"{part.de}." for part in told), " ".join(f"{part.en}." for part in told))


def standing(sourcing: Text | None, confidence: float | None) -> Text:
    """How far a source backs a record and how much it is trusted: "abgeleitet, Verlässlichkeit 0,4"."""
    known = [sourcing] if sourcing else []
    if confidence is not None:
        figure = f"{confidence:.2g}"
        known.append(Text(f"Verlässlichkeit {figure.replace('.', ',')}", f"confidence {figure}"))
    return listed(known) if known else Text("ohne Angabe zum Belegstand", "sourcing not stated")


def evidence(shown: Evidence) -> Text:
    """What kind of evidence it is, and its name."""
    name = quoted(shown.label)
    match shown.kind:
        case "offer":
            return Text(f"Angebot {name.de}", f"offer {name.en}")
        case "holding":
            return Text(f"Kompetenz {name.de}", f"competence {name.en}")
        case "participation":
            return Text(f"Beteiligung am Projekt {name.de}", f"participation in the project {name.en}")
        case _:
            return Text("Verzeichniseintrag", "directory entry")


def coverage(asked: Text, offered: Text, kinship: str, by: Text, mark: Text, *, is_hint: bool) -> Text:
    """Which concept answers the one asked for, by which evidence; `kinship` as `Taxonomy.kinship` names it."""
    one, other = quoted(offered), quoted(asked)
    relation = {
        "exact": Text("", ""),
        "narrower": Text(f", enger gefasst als {other.de}", f", narrower than {other.en}"),
        "broader": Text(f", weiter gefasst als {other.de}", f", broader than {other.en}"),
        "related": Text(f", verwandt mit {other.de}", f", related to {other.en}"),
    }[kinship]
    hint = Text(", nur ein Hinweis", ", only a hint") if is_hint else Text("", "")
    return Text(
        f"{one.de}{relation.de}{hint.de}: {by.de} ({mark.de})", f"{one.en}{relation.en}{hint.en}: {by.en} ({mark.en})"
    )


def wanted_place(place: Text, radius_km: float | None) -> Text:
    """The place that is asked for, with its radius."""
    if radius_km is None:
        return place
    return Text(f"{place.de} und {radius_km:g} km im Umkreis", f"{place.en} and {radius_km:g} km around")


def served(place: Text, area: Text, by: Text, *, wholly: bool) -> Text:
    """An offer is meant for the place, for an area that holds it, or for a part of it."""
    if area == place:
        return Text(f"{by.de} gilt für {place.de}.", f"The {by.en} serves {place.en}.")
    if wholly:
        return Text(
            f"{by.de} gilt für {area.de}, also auch für {place.de}.",
            f"The {by.en} serves {area.en}, and so {place.en}.",
        )
    return Text(f"{by.de} gilt nur für einen Teil: {area.de}.", f"The {by.en} serves only a part: {area.en}.")


def served_elsewhere(areas: Text, place: Text) -> Text:
    """What fits is meant for other places."""
    return Text(
        f"Das Passende gilt für {areas.de}, nicht für {place.de}.", f"What fits serves {areas.en}, not {place.en}."
    )


def seated(town: Text, place: Text, distance_km: float | None) -> Text:
    """Where the actor sits, as seen from the place; no distance if the place holds it."""
    if distance_km is None:
        return Text(f"Sitzt in {town.de}.", f"Is located in {town.en}.")
    return Text(
        f"Sitzt in {town.de}, {distance_km:.0f} km Luftlinie von {place.de}.",
        f"Is located in {town.en}, {distance_km:.0f} km from {place.en} as the crow flies.",
    )


def readiness(level: int) -> Text:
    """The least readiness that is asked for."""
    return Text(f"mindestens TRL {level}", f"at least TRL {level}")


def level(reached: int) -> Text:
    """A readiness level."""
    return Text(f"TRL {reached}", f"TRL {reached}")


def ready(by: Text, reached: int, wanted: int) -> Text:
    """What readiness an offer has against the one asked for."""
    if reached >= wanted:
        return Text(
            f"{by.de} hat TRL {reached}, verlangt ist {wanted}.",
            f"The {by.en} has TRL {reached}, {wanted} is asked for.",
        )
    return Text(
        f"{by.de} hat erst TRL {reached}, verlangt ist {wanted}.",
        f"The {by.en} has only TRL {reached}, {wanted} is asked for.",
    )


def levels_short(levels: int) -> Text:
    """By how many readiness levels an offer falls short."""
    return Text(
        f"um {levels} {'Stufe' if levels == 1 else 'Stufen'}", f"by {levels} {'level' if levels == 1 else 'levels'}"
    )


def amount(figure: float, unit: Text) -> Text:
    """An amount with its unit.

    >>> amount(1200.5, Text("MWh", "MWh")).de
    '1200,5 MWh'
    """
    told = f"{figure:.10g}"
    return Text(f"{told.replace('.', ',')} {unit.de}", f"{told} {unit.en}")


def free(by: Text, figure: float, unit: Text) -> Text:
    """What an offer has free."""
    told = amount(figure, unit)
    return Text(f"Angebot {by.de} hat {told.de} frei.", f"The offer {by.en} has {told.en} free.")


def amount_short(lacking: float, unit: Text) -> Text:
    """By how much an offer has too little."""
    told = amount(lacking, unit)
    return Text(f"um {told.de}", f"by {told.en}")


def km_short(distance_km: float) -> Text:
    """By how much a seat lies beyond the radius."""
    figure = f"{max(1.0, distance_km):.0f} km"
    return Text(f"um {figure}", f"by {figure}")


_SUBJECTS = {
    "competence": Text("die Kompetenz", "the competence"),
    "technology": Text("die Technologie", "the technology"),
    "text": Text("die Nähe der Texte", "the nearness of the texts"),
    "evidence": Text("der Beleg", "the evidence"),
    "meaning": Text("die Nähe im Thema", "the nearness of subject"),
    "focus": Text("der Schwerpunkt", "the focus"),
    "place": Text("der Ort", "the place"),
    "readiness": Text("die Reife", "the readiness"),
    "capacity": Text("die Kapazität", "the capacity"),
    "role": Text("die Rolle", "the role"),
}


def gain(criterion: str, required: Text, points: float, *, is_known: bool) -> Text:
    """What meeting a criterion in full would add to a score, in hundredths of it."""
    name = _SUBJECTS[criterion]
    more = f"{100 * points:.0f}" if points >= 0.01 else "1"
    at_most = Text("", "") if points >= 0.01 else Text("weniger als ", "less than ")
    unit = Text("Punkt" if more == "1" else "Punkte", "point" if more == "1" else "points")
    state = Text("nicht ganz erfüllt", "not met in full") if is_known else Text("nicht verzeichnet", "not recorded")
    return Text(
        f"{name.de[0].upper()}{name.de[1:]} ist {state.de} (verlangt: {required.de}); erfüllt brächte das "
        f"{at_most.de}{more} {unit.de} mehr.",
        f"{name.en[0].upper()}{name.en[1:]} is {state.en} (asked for: {required.en}); met, it would bring "
        f"{at_most.en}{more} {unit.en} more.",
    )


def near_miss(criterion: str, shortfall: Text | None) -> Text:
    """The only condition that fails, and by how much.

    >>> near_miss("readiness", levels_short(2)).de
    'Nur die Reife fehlt, um 2 Stufen.'
    """
    name = _SUBJECTS[criterion]
    by = shortfall or Text("", "")
    return Text(
        f"Nur {name.de} fehlt{', ' if by.de else ''}{by.de}.", f"Only {name.en} fails{', ' if by.en else ''}{by.en}."
    )


def strength(count: int, best: Text, mark: Text) -> Text:
    """How much evidence there is, and which is the strongest."""
    number = (
        Text("Ein Anhaltspunkt", "One indication")
        if count == 1
        else Text(f"{count} Anhaltspunkte, am stärksten", f"{count} indications, the strongest")
    )
    return Text(f"{number.de}: {best.de} ({mark.de}).", f"{number.en}: {best.en} ({mark.en}).")


def pieces(count: int) -> Text:
    """So many indications: records that show something of what is asked, stated or inferred."""
    return Text(
        f"{count} Anhaltspunkte" if count != 1 else "1 Anhaltspunkt",
        f"{count} indications" if count != 1 else "1 indication",
    )


def close(by: Text, near: float) -> Text:
    """Which text is nearest in what it is about, and how near: the cosine, in hundredths."""
    return Text(
        f"{by.de} handelt von Ähnlichem (Nähe {100 * near:.0f} von 100).",
        f"The {by.en} is about something alike (nearness {100 * near:.0f} of 100).",
    )


def share(asked: int, shown: int) -> Text:
    """How many of the concepts that a record shows are asked for, or near to it."""
    return Text(f"{asked} von {shown}", f"{asked} of {shown}")


def focused(by: Text, asked: int, shown: int) -> Text:
    """The most focused record, and how much of it is asked for."""
    if shown == 1:
        return Text(f"{by.de} gilt nur dem Gesuchten.", f"The {by.en} is about what is asked for alone.")
    return Text(
        f"{by.de}: {asked} von {shown} Themen berühren das Gesuchte.",
        f"The {by.en}: {asked} of {shown} topics touch what is asked for.",
    )


def role(wanted: Text, recorded: Text, *, fits: bool) -> Text:
    """Whether the actor is recorded in the class that is asked for."""
    if fits:
        return Text(f"Ist als {wanted.de} verzeichnet.", f"Is recorded as {wanted.en}.")
    return Text(f"Ist nur als {recorded.de} verzeichnet.", f"Is recorded only as {recorded.en}.")
