"""Print the built book as one PDF, `_build/dlcourse.pdf`: its pages in the order of the table of contents.

`python book/paper.py` prints all of them but the reference, `python book/paper.py 02_activations` one. The pages are
joined into one document, in which links lead from page to page, and Chromium prints it. First comes a page of contents.
Answers are open. The reference and the code that only draws a figure are left to the site. The environment variable
`CHROMIUM` chooses the browser.
"""

import copy
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any

import yaml
from bs4 import BeautifulSoup, Tag

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build/html"
PDF = ROOT / "_build/dlcourse.pdf"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 600  # for the whole book
REFERENCE = "api/"  # made from the docstrings, to be looked up and not to be read
ON_SCREEN = "progress"  # a page that only a script fills
# The folded code of figures, buttons, and what leads elsewhere.
NOT_ON_PAPER = (
    "script, .headerlink, details.hide.above-input, details.hide.above-inputs, .prev-next-footer, nav, "
    ".literal-block-wrapper .oracle-link"
)
REFERS = ("aria-labelledby", "aria-describedby", "for", "headers")
STYLE = """
@page { size: A4; margin: 18mm 17mm 20mm; @bottom-center { content: counter(page); font: 9pt sans-serif; } }
html { font-size: 10.5pt; color-scheme: light; }
body { background: #fff; }
article.paper-page { break-before: page; }
article.paper-page:first-of-type { break-before: auto; }
.paper-contents > ul { columns: 2; column-gap: 10mm; font-size: 9.5pt; }
.paper-contents ul { list-style: none; margin: 0; padding: 0; }
.paper-contents ul ul { padding-left: 4mm; font-size: 9pt; }
.paper-contents > ul > li { margin-bottom: 2.5mm; }
.paper-contents > ul > li > a { font-weight: 600; break-after: avoid; }
.paper-contents .paper-title { font-size: 13pt; margin-bottom: 8mm; }
.bd-article { padding: 0 !important; max-width: none; overflow: visible; }
.bd-article :is(p, li, dd) { line-height: 1.5; orphans: 3; widows: 3; }
/* Chromium names a heading twice in the outline if it stands at the top of a page and its letters leave its line */
.bd-article :is(h1, h2, h3, h4, h5) { line-height: normal; }
.bd-article h1 { font-size: 22pt; margin-top: 0; }
.bd-article h2 { font-size: 15pt; margin-top: 1.6em; }
.bd-article h3 { font-size: 12.5pt; }
:is(h1, h2, h3, h4, .admonition-title, summary, .code-block-caption, caption) { break-after: avoid; }
:is(tr, li > p, figcaption, .math) { break-inside: avoid; }
.bd-article :is(.admonition, .proof, figure, .cell_output, .literal-block-wrapper) { box-shadow: none; }
.bd-article :is(.admonition, .admonition-title, .fold) { break-inside: avoid; }
.bd-article pre { font-size: 8.2pt; line-height: 1.4; white-space: pre-wrap; overflow-wrap: anywhere; }
.bd-article figure { margin: 1em 0; }
.bd-article figure svg { max-height: 150mm; }
.cell { break-inside: avoid-page; }
.cell_input { break-after: avoid; }
.bd-article table { font-size: 9.5pt; }
.bd-article :is(td, th) { overflow-wrap: break-word; }
.pst-scrollable-table-container, .math-scroll { overflow: visible !important; }
div.math > .math-scroll { mask-image: none !important; }
.katex { font-size: 1.05em; }
a { color: #0a4fae; text-decoration: none; }
.bd-article .sd-card { break-inside: avoid; }
"""


def find_chromium() -> str:
    """Return the path of Chromium; FileNotFoundError says what to install."""
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        where = f"CHROMIUM is {named!r}" if named else f"none of {', '.join(BROWSERS)} is on PATH"
        raise FileNotFoundError(f"expected Chromium, which prints; {where}: install it, or set CHROMIUM to its path")
    return found


def pages_of(part: dict[str, Any]) -> list[str]:
    """Return the names of the pages in a part of the table of contents, in reading order."""
    inside = [
        page for kind in ("parts", "chapters", "sections") for each in part.get(kind, []) for page in pages_of(each)
    ]
    return [part[kind] for kind in ("root", "file") if kind in part] + inside


def to_read(pages: list[str]) -> list[str]:
    """Return the pages that are printed: all but the reference, and but the page of progress."""
    return [page for page in pages if not page.startswith(REFERENCE) and page != ON_SCREEN]


def anchor(page: str, name: str = "") -> str:
    """Return the id that a page, or an id of it, has on paper."""
    return f"{page.replace('/', '-')}--{name}" if name else f"page--{page.replace('/', '-')}"


def article_of(page: str, pages: list[str], site: Path) -> Tag:
    """Return what a page says, ready to stand with others in one document."""
    document = BeautifulSoup((site / f"{page}.html").read_text("utf-8"), "html.parser")
    article = document.select_one("article")
    if article is None:
        raise ValueError(f"expected an article in {page}.html; there is none")
    for element in article.select(NOT_ON_PAPER):
        element.decompose()
    for fold in article.find_all("details"):
        fold["open"] = ""
    for element in article.find_all(True):
        mend(element, page, pages)
    article["id"], article["class"] = anchor(page), ["bd-article", "paper-page"]
    return article


def mend(element: Tag, page: str, pages: list[str]) -> None:
    """Give ids and what refers to them the name of the page in front, and take out links that lead out of the book."""
    for name, value in list(element.attrs.items()):
        if not isinstance(value, str):
            continue
        if name == "id":
            element[name] = anchor(page, value)
        elif name in REFERS:
            element[name] = " ".join(anchor(page, each) for each in value.split())
        elif "url(#" in value:
            element[name] = re.sub(r"url\(#([^)]+)\)", lambda found: f"url(#{anchor(page, found[1])})", value)
        elif name == "src" and not value.startswith("data:"):
            element[name] = normpath(f"{PurePosixPath(page).parent}/{value}")
        elif name in ("href", "xlink:href"):
            target = address(value, page, pages)
            if target is None:
                del element[name]
            else:
                element[name] = target


def address(link: str, page: str, pages: list[str]) -> str | None:
    """Return where a link leads on paper, or the picture that it holds; None if it leads to what is not printed."""
    if re.match(r"https?:|data:|mailto:", link):
        return link
    path, _, name = link.partition("#")
    target = normpath(f"{PurePosixPath(page).parent}/{path}").removesuffix(".html") if path else page
    return f"#{anchor(target, name)}" if target in pages else None


def link_to(heading: Tag, name: str) -> str:
    """Return a link to an id, with the words of a heading."""
    words = copy.copy(heading)
    for element in words.find_all(True):
        del element["id"]
    return f'<a href="#{name}">{words.decode_contents()}</a>'


def contents_of(articles: list[Tag], title: str) -> str:
    """Return a page that leads to the pages and to their sections."""
    entries = []
    for article in articles:
        if article.h1 is None:
            raise ValueError(f"expected a heading in {article['id']}; there is none")
        sections = [
            f"<li>{link_to(heading, str(heading.parent['id']))}</li>"
            for heading in article.select("section[id] > h2")
            if heading.parent is not None
        ]
        entries.append(f"<li>{link_to(article.h1, str(article['id']))}<ul>{''.join(sections)}</ul></li>")
    return (
        '<article class="bd-article paper-page paper-contents" id="page--contents">'
        f'<p class="paper-title">{title}</p><h1>Contents</h1><ul>{"".join(entries)}</ul></article>'
    )


def joined(pages: list[str], site: Path) -> str:
    """Return one document that holds the pages after a page of contents, with the styles of the site."""
    head = BeautifulSoup((site / "index.html").read_text("utf-8"), "html.parser").head
    if head is None:
        raise ValueError("expected a head in index.html; there is none")
    title = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["title"]
    styles = "\n".join(str(link) for link in head.select('link[rel="stylesheet"]'))
    articles = [article_of(page, pages, site) for page in pages]
    body = "\n".join([contents_of(articles, title), *map(str, articles)])
    return (
        '<!DOCTYPE html>\n<html lang="en" data-theme="light" data-mode="light">\n'
        f'<head><meta charset="utf-8"><title>{title}</title>\n{styles}\n<style>{STYLE}</style></head>\n'
        f"<body>\n{body}\n</body></html>\n"
    )


def print_pages(pages: list[str], pdf: Path, site: Path = SITE) -> None:
    """Print pages of a site into a PDF with an outline."""
    browser = find_chromium()
    with tempfile.TemporaryDirectory() as home, tempfile.NamedTemporaryFile("w", suffix=".html", dir=site) as file:
        file.write(joined(pages, site))
        file.flush()
        command = [browser, "--headless", "--disable-gpu", f"--user-data-dir={home}", "--no-pdf-header-footer"]
        command += ["--generate-pdf-document-outline", f"--print-to-pdf={pdf}", Path(file.name).as_uri()]
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # root has no sandbox
            command.insert(1, "--no-sandbox")
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603 - our own
    if done.returncode != 0 or not pdf.is_file():
        raise RuntimeError(f"Chromium printed nothing; it ended with {done.returncode}: {done.stderr[-2000:]}")


def main(names: list[str]) -> None:
    """Print the pages that were named, or all but the reference."""
    pages = pages_of(yaml.safe_load((ROOT / "book/_toc.yml").read_text("utf-8")))
    unknown = [name for name in names if name not in pages]
    if unknown:
        sys.exit(f"paper: expected pages of book/_toc.yml; got {', '.join(unknown)}")
    PDF.unlink(missing_ok=True)
    print_pages(names or to_read(pages), PDF)


if __name__ == "__main__":
    main(sys.argv[1:])
