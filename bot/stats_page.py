"""The figures of usage as one web page, charts inside: it can be sent or printed as it is."""

from __future__ import annotations

import io
from collections.abc import Sequence

from jinja2 import Environment
from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.figure import Figure

from bot import texts
from bot.stats import Row, Stats, campaign_rows, head

COLOUR = "#0b6e4f"
# Of a chart, in inches.
WIDTH, LINE = 7.5, 0.28
PAGE = """<!doctype html>
<html lang="fr">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
body { font-family: system-ui, sans-serif; color: #1d2b28; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { color: #0b6e4f; } svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; } td, th { padding: .2rem .8rem .2rem 0; text-align: right; }
td:first-child, th:first-child { text-align: left; }
</style>
<h1>{{ title }}</h1>
<p>{{ head }}</p>
{% for name, chart, columns, rows in parts %}
<h2>{{ name }}</h2>
{{ chart }}
<details {{ "" if chart else "open" }}><summary>{{ figures }}</summary>
<table><tr>{% for column in columns %}<th>{{ column }}</th>{% endfor %}</tr>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table></details>
{% endfor %}
<p>{{ foot }}</p>
</html>
"""


def as_page(stats: Stats) -> str:
    """The figures as HTML, with a chart for each table that has something to show."""
    parts: list[tuple[str, str, tuple[str, ...], list[tuple[str, int, int]]]] = [
        (
            table.title,
            _chart(table.rows if table.gapless else table.asked),
            texts.STATS_COLUMNS,
            [(row.name, row.questions, row.people) for row in table.asked],
        )
        for table in stats.tables
        if table.asked
    ]
    if stats.campaigns:
        parts.append((texts.STATS_CAMPAIGNS, "", texts.STATS_CAMPAIGN_COLUMNS, campaign_rows(stats)))
    return (
        Environment(autoescape=True)
        .from_string(PAGE)
        .render(
            title=texts.STATS_TITLE,
            head=head(stats),
            parts=parts,
            figures=texts.STATS_FIGURES,
            foot=texts.STATS_FOOT,
        )
    )


def _chart(rows: Sequence[Row]) -> Markup:
    """Horizontal bars of the questions, the first row on top, as SVG."""
    figure = Figure(figsize=(WIDTH, LINE * len(rows) + 0.3))
    axes = figure.add_subplot()
    bars = axes.barh(range(len(rows)), [row.questions for row in rows], color=COLOUR)
    axes.set_yticks(range(len(rows)), [row.name for row in rows], parse_math=False)
    axes.bar_label(bars, padding=3)
    axes.invert_yaxis()
    axes.xaxis.set_visible(False)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    stream = io.StringIO()
    with rc_context({"svg.hashsalt": "orientasoin"}):
        figure.savefig(stream, format="svg", bbox_inches="tight", metadata={"Date": None})
    whole = stream.getvalue()
    # The drawing alone, without the head of an XML file.
    return Markup(whole[whole.index("<svg") :])
