"""The sections of the pages, and what lies in each: the way through the service."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the service: the wording for it, and its pages, the first of which one enters by."""

    word: str
    pages: Mapping[str, str]  # endpoint and wording of each

    @property
    def entrance(self) -> str:
        """The endpoint of the first page."""
        return next(iter(self.pages))


SECTIONS = (
    Section("site.match", {"matching.page": "site.match", "shortlist.page": "shortlist.title"}),
    Section(
        "site.directory",
        {
            "lists.actors": "lists.actors",
            "lists.needs": "lists.needs",
            "lists.offers": "lists.offers",
            "lists.competences": "lists.competences",
            "lists.technologies": "lists.technologies",
            "lists.projects": "lists.projects",
            "lists.goals": "lists.goals",
            "lists.tasks": "lists.tasks",
        },
    ),
    Section(
        "site.region",
        {
            "region.region_map": "map.title",
            "region.network": "network.title",
            "region.gaps": "gaps.title",
            "region.specialisation": "profile.title",
            "action.board": "board.title",
            "action.plan": "plan.title",
            "action.team": "team.title",
        },
    ),
    Section(
        "contribute.section",
        {
            "moderation.contributed": "moderation.title",
            "contribute.need": "contribute.need",
            "contribute.offer": "contribute.offer",
        },
    ),
    Section("questions.title", {"questions.catalogue": "questions.all", "sparql.endpoint": "site.sparql"}),
    Section(
        "site.about",
        {
            "statements.about": "about.title",
            "statements.quality": "quality.title",
            "publishing.catalog": "catalog.title",
            "changes.changes": "changes.title",
            "vocabulary.terms": "ontology.title",
        },
    ),
)


def section_of(endpoint: str | None) -> Section | None:
    """The section in which a page lies, or in which others of its subject do; None if there is none.

    >>> section_of("lists.needs").word, section_of("questions.answer").word, section_of("home.page")
    ('site.directory', 'questions.title', None)
    """
    return _BY_PAGE.get(endpoint or "") or _BY_SUBJECT.get((endpoint or "").partition(".")[0])


_BY_PAGE = {endpoint: section for section in SECTIONS for endpoint in section.pages}
_BY_SUBJECT = {endpoint.partition(".")[0]: section for endpoint, section in _BY_PAGE.items()}
