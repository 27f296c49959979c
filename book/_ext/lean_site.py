"""Take out of the built site what themes and extensions leave there and no reader needs.

- All style sheets become one, `_static/book.css`, without the rules for classes and ids that no page has and no script
  names, and without the properties that no rule reads. The book's own sheets and that of formulas stay as they are.
- The theme draws its icons with a script of 1.4 MB and with a font of 150 kB: the characters that a rule uses stay, in
  a font of some kB.
- The theme's script asks how wide each block of code is, for which a browser must lay out the whole page before it
  shows the first of it: `dlcourse.js` does that in a few lines, too, and waits.
- Of Bootstrap's script, pages use the button that leads to the top, which `dlcourse.js` does in a few lines.
- Words of code that have the colour of the text around them need no element of their own.
- The fonts of formulas are asked for before the style sheet names them.
- A page has only the scripts that find something to do there. They run when the page has been read, so that none of
  them holds up what is seen first.

The names below are those of the theme's files. What is not where it was is an error: then look at the theme again.
sphinx-proof gives every theorem of a page the same id, which is mended here, too.
"""

import re
from hashlib import sha256
from pathlib import Path
from posixpath import normpath, relpath
from typing import Any

from docutils import nodes
from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

BOOK = "_static/book.css"
WHOLE = ("katex/", "_static/dlcourse.css", "_static/playgrounds/")  # sheets of which every rule stays
FONTS = "_static/vendor/fontawesome/webfonts/"
ICONS = "fa-solid-900"
NOT_LOADED = ("_static/scripts/fontawesome.js", "_static/scripts/bootstrap.js")
OPTIONS = "_static/documentation_options.js"  # scripts inside pages add to it, so it goes into the page
THEME = "_static/scripts/pydata-sphinx-theme.js"
CALLS = "new bootstrap.Tooltip"  # the one use of Bootstrap in it, for a button that this book's pages do not have
BUTTON = "pst-expand-sidebar-label"
MEASURES = re.compile(r'document\.querySelectorAll\(\["pre",[^\]]*\]\.join\(", "\)\)')  # in the theme's script, too
MEASURES_NONE = "[/* see dlcourse.js */]"
SERVES = {  # what a page must hold for a script to be of use
    "_static/design-tabs.js": r"\bsd-tab-set\b",
    "_static/clipboard.min.js": r'class="highlight"',
    "_static/copybutton.js": r'class="highlight"',
}
EARLY = 'class="early-fonts"'
EARLY_FONTS = ("KaTeX_Main-Regular", "KaTeX_Math-Italic")
ELEMENT = re.compile(r'customElements\.define\(\s*"([a-z][a-z-]*)"')
SHEET = re.compile(r'\s*<link (?:rel="stylesheet" type="text/css" )?href="([^"]+\.css)[^"]*"(?: rel="stylesheet")? />')
SCRIPT = re.compile(r'<(script|link)\b([^>]*?) (?:src|href)="([^"]+\.js)([^"]*)"([^>]*)>(</script>)?\n?')
WORD = re.compile(r"-?[A-Za-z_][\w-]*")
PIECE = re.compile(r"""/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{};]""", re.DOTALL)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
NESTING = ("@media", "@supports", "@layer", "@container")
IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\]]*\]")
NAME = re.compile(r"[.#](-?[A-Za-z_](?:[\w-]|\\.)*)")
CODE = re.compile(r"(\S+) \.highlight \{[^{}]*\bcolor: (#\w+)")
TOKEN = re.compile(r"(\S+) \.highlight \.(\w+) \{ color: (#\w+) \}")
NAMES = re.compile(r'\b(?:class|id)="([^"]*)"')
CUSTOM = re.compile(r"--[\w-]+")
READ = re.compile(r"var\(\s*(--[\w-]+)")
PROPERTY = re.compile(r"""(?<=[{;])\s*(--[\w-]+)\s*:(?:"[^"]*"|'[^']*'|[^;{}"'])*;?""")
URL = re.compile(r"""url\(\s*["']?(?!data:|#)([^"')]+)["']?\s*\)""")
ICON = re.compile(r"\\([ef][0-9a-f]{3})\b|([\ue000-\uf8ff])")


# ------------------------------------------------------------------ style sheets


def rules_of(css: str) -> list[tuple[str, str | None]]:
    """Return the rules of a style sheet: what stands before the braces, and what in them; None if there are none."""
    rules: list[tuple[str, str | None]] = []
    depth = start = opened = 0
    for piece in PIECE.finditer(css):
        mark = piece[0]
        if mark == "{":
            depth += 1
            opened = piece.start() if depth == 1 else opened
        elif mark == "}":
            depth -= 1
            if depth == 0:
                rules.append((css[start:opened], css[opened + 1 : piece.start()]))
                start = piece.end()
        elif mark == ";" and depth == 0:
            rules.append((css[start : piece.start()], None))
            start = piece.end()
        if depth < 0:
            break
    if depth != 0 or COMMENT.sub("", css[start:]).strip():
        raise ExtensionError(
            f"lean_site: expected a style sheet with as many {{ as }}; it ends with {css[start:][-60:]!r}"
        )
    return [(COMMENT.sub("", head).strip(), body) for head, body in rules]


def selectors_of(head: str) -> list[str]:
    """Return the selectors before the braces, cut at commas outside brackets."""
    parts, depth = [""], 0
    for letter in head:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def names_of(selector: str) -> set[str]:
    """Return the classes and ids that an element must have for a selector to fit; those in brackets are not sure."""
    previous = ""
    while previous != selector:
        previous, selector = selector, IN_BRACKETS.sub("", selector)
    return {name.replace("\\", "") for name in NAME.findall(selector)}


def used(css: str, words: set[str]) -> str:
    """Return a style sheet without the selectors that name a class or an id that is none of the words."""
    kept = []
    for head, body in rules_of(css):
        if body is None:
            kept.append(f"{head};")
        elif head.startswith(NESTING):
            inner = used(body, words)
            kept += [f"{head}{{{inner}}}"] if inner else []
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}")
        else:
            fitting = [each for each in selectors_of(head) if names_of(each) <= words]
            kept += [f"{','.join(fitting)}{{{body}}}"] if fitting else []
    return "\n".join(kept)


def without_unread(css: str, elsewhere: set[str]) -> str:
    """Return a style sheet without the custom properties that are read neither in it nor elsewhere."""
    read = {*elsewhere, *READ.findall(css)}
    less = PROPERTY.sub(lambda found: found[0] if found[1] in read else "", css)
    return css if less == css else without_unread(less, elsewhere)  # what they have read may be unread from now on


def moved(css: str, sheet: str) -> str:
    """Return a style sheet whose addresses lead from the joined sheet to where they led from its own place."""
    here = BOOK.rpartition("/")[0]
    folder = sheet.rpartition("/")[0]
    return URL.sub(lambda found: f'url("{relpath(normpath(f"{folder}/{found[1]}"), here)}")', css)


def joined(site: Path, sheets: list[str], words: set[str]) -> str:
    """Return the style sheets of a site as one, in their order."""
    parts = []
    for sheet in sheets:
        css = (site / sheet).read_text("utf-8")
        if sheet.endswith("styles/theme.css"):
            basic = (site / "_static/basic.css").read_text("utf-8").replace("url(", "url(../")
            css = replaced(css, '@import "../basic.css";', basic)
        css = re.sub(r'\A\s*@charset "[^"]*";', "", css.removeprefix("\ufeff"))
        parts.append(moved(css if sheet.startswith(WHOLE) else used(css, words), sheet))
    return "\n".join(parts)


def replaced(text: str, old: str, new: str) -> str:
    """Return a text with one passage replaced; it must be there once."""
    if text.count(old) != 1:
        raise ExtensionError(
            f"lean_site: expected {old!r} once in a file of the theme; it is there {text.count(old)} times"
        )
    return text.replace(old, new)


# ------------------------------------------------------------------ icons


def with_few_icons(site: Path, css: str) -> str:
    """Write a font of the icons that a style sheet uses, and return the sheet that loads it."""
    icons = {int(code, 16) if code else ord(letter) for code, letter in ICON.findall(css)}
    source = site / FONTS / f"{ICONS}.ttf"
    with TTFont(source, recalcTimestamp=False) as font:
        icons &= set(font.getBestCmap())
        if not icons:
            raise ExtensionError("lean_site: expected a style sheet that uses icons of the theme's font; it uses none")
        cut = subset.Subsetter(subset.Options(layout_features=[], name_IDs=[], notdef_outline=False))
        cut.populate(unicodes=icons)
        cut.subset(font)
        font.flavor = "woff"
        font.save(site / "_static/icons.woff")
    faces = [rule for rule in re.findall(r"@font-face\{[^}]*\}", css) if FONTS.rpartition("_static/")[2] in rule]
    for face in faces:
        own = re.sub(r"src:[^;}]*", 'src:url("icons.woff") format("woff")', face) if ICONS in face else ""
        css = css.replace(face, own)
    if not any(ICONS in face for face in faces):
        raise ExtensionError(f"lean_site: expected a rule that loads {ICONS}; there is none")
    return css


# ------------------------------------------------------------------ pages


def sheets_of(html: str, folder: str) -> list[str]:
    """Return the style sheets of a page, named from the site's folder."""
    return [normpath(f"{folder}/{name}") for name in SHEET.findall(html)]


def hurried(script: str) -> str:
    """Return the theme's script without the question how wide each block of code is."""
    hasty, count = MEASURES.subn(MEASURES_NONE, script)
    if count + script.count(MEASURES_NONE) != 1:
        raise ExtensionError(f"lean_site: expected {THEME} to measure blocks of code in one place; got {count}")
    return hasty


def served(site: Path) -> dict[str, str]:
    """Return for each script of some use only what a page must hold: the elements that it defines, or what is known."""
    found = dict(SERVES)
    for path in site.rglob("*.js"):
        if elements := ELEMENT.findall(path.read_text("utf-8")):
            found[path.relative_to(site).as_posix()] = rf"<(?:{'|'.join(elements)})\b"
    return found


def plain_tokens(css: str) -> set[str]:
    """Return the classes of words of code that have the colour of the code around them, in every mode."""
    around = dict(CODE.findall(css))
    found = [{name for mode, name, color in TOKEN.findall(css) if (mode, color) == each} for each in around.items()]
    if not around or not set.intersection(*found):
        raise ExtensionError(
            "lean_site: expected a style sheet of code in which some words have no colour of their own"
        )
    return set.intersection(*found)


def early_fonts(folder: str) -> str:
    """Return a script that asks for the fonts of formulas at once, so that nothing moves when they come.

    From disk they come at once, and browsers refuse to be asked.
    """
    names = ", ".join(f'"{relpath(f"katex/fonts/{name}.woff2", folder)}"' for name in EARLY_FONTS)
    link = 'Object.assign(document.createElement("link"), {rel: "preload", as: "font", crossOrigin: "", href})'
    loop = f"for (const href of [{names}]) document.head.append({link});"
    return f"<script {EARLY}>if (/^http/.test(location.protocol)) {loop}</script>"


def lean_page(html: str, page: str, digest: str, options: str, needs: dict[str, str]) -> str:
    """Return a page with one style sheet, and with the scripts that serve it, which wait."""
    folder = page.rpartition("/")[0] or "."
    sheet = relpath(BOOK, folder)
    first = SHEET.search(html)
    if first is None:
        raise ExtensionError(f"lean_site: expected style sheets in {page}; there are none")
    link = f'\n    <link rel="stylesheet" type="text/css" href="{sheet}?v={digest}" />'
    if 'class="katex"' in html and EARLY not in html:
        link = "\n    " + early_fonts(folder) + link
    html = html[: first.start()] + link + SHEET.sub("", html[first.start() :])

    def wait(found: re.Match[str]) -> str:
        tag, before, address, query, after, end = found.groups("")
        name = normpath(f"{folder}/{address}")
        if tag == "link" or name in NOT_LOADED or (name in needs and not re.search(needs[name], html)):
            return ""
        if name == OPTIONS:
            return f"<script>{options}</script>\n"
        waiting = "" if "defer" in before + after else " defer"
        return f'<script{before}{waiting} src="{address}{query}"{after}>{end}\n'

    return SCRIPT.sub(wait, html)


def trim(app: Sphinx, problem: Exception | None) -> None:
    """Join and cut the style sheets, cut the icons, mend the pages, and remove what nothing loads."""
    if problem is not None or app.builder.format != "html":
        return
    site = Path(app.outdir)
    pages = {
        path.relative_to(site).as_posix(): path.read_text("utf-8")
        for path in sorted(site.rglob("*.html"))
        if "_static" not in path.relative_to(site).parts
    }
    # A page that an earlier build made lean names the joined sheet alone; the others name what is joined.
    lists = {page: sheets_of(html, page.rpartition("/")[0] or ".") for page, html in pages.items()}
    fresh = {tuple(names) for names in lists.values() if names != [BOOK]}
    if not fresh:  # no page was written
        return
    if len(fresh) > 1:
        raise ExtensionError(f"lean_site: expected pages with the same style sheets; got {sorted(fresh)}")
    scripts = {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in site.rglob("*.js")}
    if (
        scripts[THEME].count("bootstrap") != 1
        or CALLS not in scripts[THEME]
        or any(BUTTON in one for one in pages.values())
    ):
        raise ExtensionError(
            f"lean_site: expected {THEME} to use no more of Bootstrap than {CALLS}, on no page; it does"
        )
    plain = "|".join(sorted(plain_tokens((site / "_static/pygments.css").read_text("utf-8"))))
    unmarked = re.compile(rf'<span class="(?:{plain})">([^<]*)</span>')
    pages = {page: unmarked.sub(r"\1", html) for page, html in pages.items()}
    words = {word for html in pages.values() for names in NAMES.findall(html) for word in names.split()}
    loaded = [script for name, script in scripts.items() if name not in (*NOT_LOADED, "searchindex.js")]
    words.update(*map(WORD.findall, loaded))
    read = {name for text in (*pages.values(), *loaded) for name in CUSTOM.findall(text)}
    css = with_few_icons(site, without_unread(joined(site, list(*fresh), words), read))
    (site / THEME).write_text(hurried(scripts[THEME]), "utf-8")
    (site / BOOK).write_text(css, "utf-8")
    digest, options, needs = sha256(css.encode()).hexdigest()[:8], scripts[OPTIONS].strip(), served(site)
    for page, html in pages.items():
        lean = lean_page(html, page, digest, options, needs)
        if lean != html:
            (site / page).write_text(lean, "utf-8")
    for path in [*site.rglob("*.map"), *(site / name for name in NOT_LOADED)]:
        path.unlink(missing_ok=True)


def tell_theorems_apart(app: Sphinx, doctree: nodes.document) -> None:
    """Give each id that sphinx-proof repeats a number of its own."""
    repeated = [section for section in doctree.findall(nodes.section) if section["ids"] == ["proof-content"]]
    for number, section in enumerate(repeated, start=1):
        section["ids"] = [f"proof-content-{number}"]


def setup(app: Sphinx) -> dict[str, Any]:
    """Mend ids when a page is read, and trim when the build has finished."""
    app.connect("doctree-read", tell_theorems_apart)
    app.connect("build-finished", trim, priority=900)  # when the theme has written the style sheet of code
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
