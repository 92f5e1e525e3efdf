"""The documentation as a site: `sphinx-build -W -n --keep-going docs site`.

The site asks no other host for anything.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

from sphinx.application import Sphinx

from charley import __version__

project = "Charley"
author = "Charley developers"
copyright = "Charley developers. Educational purpose only, pending human review"
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_click"]
root_doc = "README"
source_suffix = {".md": "markdown"}
nitpicky = True

myst_heading_anchors = 4
myst_links_external_new_tab = False
myst_enable_extensions = ["attrs_inline"]

html_theme = "furo"
html_title = "Charley"
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "announcement": "Educational purpose only, pending human review.",
    "navigation_with_keys": True,
}

# The tree of contents is made here and not written into the pages, so that they read well on a forge too.
CONTENTS = {
    "README": {
        "Start": ["tutorial", "tour"],
        "How to": ["how-to/*"],
        "Reference": [
            "format",
            "signoff-fields",
            "commands",
            "api",
            "cds-hooks",
            "diagnostics/README",
            "candidates/index",
        ],
        "What it means": ["semantics", "evidence", "comparison", "decisions/*"],
        "Measured": ["*benchmarks", "interview", "screens"],
    },
    "diagnostics/README": {"Codes": ["[A-Z][0-9][0-9][0-9]"]},
    "candidates/index": {"Candidates": ["*"]},
}


def add_contents(app: Sphinx, page: str, source: list[str]) -> None:
    """Append the trees of contents to the page, hidden: the sidebar shows them."""
    folder = Path(app.srcdir, page).parent
    written = {
        str(file.relative_to(folder).with_suffix(""))
        for file in folder.rglob("*.md")
        if file.with_suffix("") != Path(app.srcdir, page)
    }
    seen: set[str] = set()
    for caption, patterns in CONTENTS.get(page, {}).items():
        pages = [name for pattern in patterns for name in sorted(written) if fnmatchcase(name, pattern)]
        pages = [name for name in dict.fromkeys(pages) if name not in seen]
        seen.update(pages)
        lines = [f":caption: {caption}", ":hidden:", "", *pages]
        source[0] += "\n".join(["", "", "```{toctree}", *lines, "```", ""])


def give_anchors(app: Sphinx, page: str, source: list[str]) -> None:
    """Write the anchors that a forge reads (HTML) as those that MyST reads."""
    source[0] = re.sub(r'<a id="([\w-]+)"></a>', r"[]{#\1}", source[0])


def setup(app: Sphinx) -> None:
    """Tell Sphinx of it."""
    app.connect("source-read", add_contents)
    app.connect("source-read", give_anchors)
