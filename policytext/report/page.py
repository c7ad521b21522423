"""The report as one HTML file that needs nothing else: charts as SVG inside, no script, no address outside."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policytext.messages import Lang, say
from policytext.places import template_file
from policytext.report.charts import svg
from policytext.report.sections import Section

#: Cells that are not broken: figures, days, and short words.
_WHOLE = re.compile(r"[\d.,%:–-]+|.{1,4}")


def page(title: str, subtitle: str, sections: Sequence[Section], lang: Lang) -> str:
    """The page. Every word of a document is escaped."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = environment.from_string(template_file("report.html").read_text("utf-8"))
    return template.render(
        title=title,
        subtitle=subtitle,
        sections=sections,
        drawn={section.id: svg(section.chart) for section in sections if section.chart},
        style=template_file("report.css").read_text("utf-8"),
        contents=say("report_contents", lang),
        whole=_WHOLE.fullmatch,
        lang=lang,
    )
