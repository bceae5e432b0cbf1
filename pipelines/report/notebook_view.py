"""What the supervision report's notebook calls: one function a cell, each giving a piece of HTML that it shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup

from pipelines.report import wording
from pipelines.report.bulletin import Bulletin, compose
from pipelines.report.opened import open_material
from pipelines.report.page import environment


@dataclass(frozen=True)
class Html:
    """A piece of escaped HTML, shown by Jupyter as it stands; as plain text only that it is one."""

    markup: Markup = field(repr=False)

    def _repr_html_(self) -> str:
        return str(self.markup)


def open_report(home: str, standard: str, period: str, as_of: str, township: str) -> Bulletin:
    """The bulletin of that home, standard, period and moment (ISO form); of one township where it is named."""
    return compose(open_material(home, standard, period, as_of, township))


def opening(bulletin: Bulletin) -> Html:
    """Title, scope and dates, address and opening sentence."""
    return Html(Markup(environment().get_template("opening.html.j2").render(bulletin=bulletin)))


def _section(bulletin: Bulletin, section_id: str) -> Html:
    template = environment().get_template("blocks.html.j2")
    blocks = bulletin.section(section_id).blocks
    return Html(Markup(template.render(blocks=blocks, empty=wording.text("bulletin.annex_empty"))))


def basics(bulletin: Bulletin) -> Html:
    """Who reported, what was received, the overall picture."""
    return _section(bulletin, "basics")


def results(bulletin: Bulletin) -> Html:
    """The headline rates in words, then by township and stage."""
    return _section(bulletin, "results")


def problems(bulletin: Bulletin) -> Html:
    """What is wrong, naming schools."""
    return _section(bulletin, "problems")


def demands(bulletin: Bulletin) -> Html:
    """What is to be done, by when."""
    return _section(bulletin, "demands")


def annex(bulletin: Bulletin) -> Html:
    """All indicators, the red list, who sent nothing, open hazards."""
    return _section(bulletin, "annex")
