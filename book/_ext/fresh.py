"""Build only what has changed, and get the same site as from nothing.

Three things make that safe:

- What pages computed is kept, under a key made of all that their code runs with: the package, the notebooks, and the
  versions of what is installed. Jupyter Book's own cache knows the code of a page only.
- After a change of anything but the text of pages, such as a style sheet, an extension, the table of contents, or an
  answer of the kill report, and after a build that did not succeed, the site is built anew from what was kept.
- If other pages can see what changed on one, such as a title or the number of an equation, all are written again.
"""

import gc
import pickle
import shutil
from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import distributions
from pathlib import Path
from platform import python_version
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ext import add_global_html_resources
from oracle import package_folder, places_of
from reader_marks import chapters_of
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx_proof import copy_asset_files

log = logging.getLogger(__name__)

MADE_OF = ".made-of"  # beside the site: the digest of what it was built from
COMPUTED = ".computed"  # beside the site: a folder for each key
ENTRIES = "search-entries.pickle"  # beside the environment
ANSWERS = Path("tests", "checks", "answers")  # in the checkout: the kill report is made of them
LOOKS = (
    "_ext",
    "_playgrounds",
    "_static",
    "_templates",
    "_toc.yml",
    "_vendor",
    "references.bib",
)  # in the book's folder
NOT_SOURCES = ("__pycache__", ".ipynb_checkpoints")


def files_in(*places: Path) -> list[Path]:
    """Return the files among some places and in the folders among them, without what Python and Jupyter leave there."""
    found = [path for place in places for path in ([place] if place.is_file() else place.rglob("*"))]
    return sorted(path for path in found if path.is_file() and not set(NOT_SOURCES) & set(path.parts))


def digest_of(files: Iterable[Path], *words: str) -> str:
    """Return a digest of files, with their names, and of words."""
    digest = sha256("\0".join(words).encode())
    for path in files:
        digest.update(b"\0" + path.name.encode() + b"\0" + sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def key_of_code(srcdir: Path) -> str:
    """Return a digest of all that the code of a page runs with."""
    installed = sorted(f"{one.name} {one.version}" for one in distributions())
    return digest_of(files_in(package_folder(), srcdir.parent / "solutions"), python_version(), *installed)


def prepare(app: Sphinx, config: Config) -> None:
    """Choose where to keep what pages compute, and empty the site if it was made of something else."""
    srcdir, outdir, beside = Path(app.srcdir), Path(app.outdir), Path(app.outdir).parent
    key = key_of_code(srcdir)
    for old in (beside / COMPUTED).glob("*"):
        if old.name != key:
            shutil.rmtree(old)
    config.nb_execution_cache_path = str(beside / COMPUTED / key)

    pages = sorted(path.relative_to(srcdir).as_posix() for path in srcdir.rglob("*.md"))
    looks = files_in(*(srcdir / name for name in LOOKS), srcdir.parent / "_config.yml", srcdir.parent / ANSWERS)
    switches = [str(config.worked_solutions), str(config.your_turn_lite)]
    made_of = digest_of(looks, key, *switches, *pages)
    config.fresh_made_of = made_of
    note = beside / MADE_OF
    if not note.is_file() or note.read_text("utf-8") != made_of:
        log.info("fresh: building all pages")
        Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)
        shutil.rmtree(outdir, ignore_errors=True)
        outdir.mkdir(parents=True)
    note.unlink(missing_ok=True)


def seen_by_others(env: BuildEnvironment) -> str:
    """Return a digest of what one page can show of another."""
    standard, cited = env.get_domain("std").data, env.get_domain("cite")
    seen: dict[str, Any] = {
        "titles": {name: title.astext() for name, title in env.titles.items()},
        "order": env.toctree_includes,
        "numbers": [env.toc_secnumbers, env.toc_fignumbers],
        "labels": [standard[kind] for kind in ("labels", "anonlabels", "objects", "terms")],
        "equations": env.get_domain("math").data["objects"],
        "functions": env.get_domain("py").data["objects"],
        "theorems": getattr(env, "proof_list", {}),
        "works": sorted((one.key, str(one.formatted_entry.label), one.citation_id) for one in cited.citations),
        "questions": chapters_of(env),
        "code": {name: [(what, where, at.astext()) for what, where, at in p] for name, p in places_of(env).items()},
    }
    return sha256(repr(in_order(seen)).encode()).hexdigest()


def in_order(value: Any) -> Any:
    """Return a value whose dictionaries are sorted, and whose nodes are text."""
    if isinstance(value, dict):
        return sorted((repr(name), in_order(inner)) for name, inner in value.items())
    if isinstance(value, nodes.Node):
        return value.astext()
    return [in_order(inner) for inner in value] if isinstance(value, list) else value


def spread(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Let all pages be written if something has changed that others show."""
    before, now = getattr(env, "fresh_seen", None), seen_by_others(env)
    env.fresh_seen = now  # type: ignore[attr-defined]  # kept with the environment
    return sorted(env.found_docs) if before != now else []


def remember(app: Sphinx) -> None:
    """Give the search index back what it knew, and bring style sheets that extensions bring at the end only.

    Pages name a style sheet with its digest if it is there.
    """
    entries = Path(app.doctreedir, ENTRIES)
    if app.builder.format == "html":
        if entries.is_file() and app.env.all_docs:  # none, if the environment is new
            app.env._search_index_index_entries = pickle.loads(entries.read_bytes())  # noqa: S301 - our own
        Path(app.outdir, "_static").mkdir(exist_ok=True)
        add_global_html_resources(app, None)
        copy_asset_files(app, None)


def forget_lost_words(app: Sphinx) -> list[Any]:
    """Take words that stand on no page any more out of the search index; return no further pages."""
    if app.builder.search:
        for words in (app.builder.indexer._mapping, app.builder.indexer._title_mapping):
            for word in [word for word, pages in words.items() if not pages]:
                del words[word]
    return []


def finish(app: Sphinx, problem: Exception | None) -> None:
    """Keep what the next build starts from.

    Sphinx keeps its environment before pages are written, so without what the search index learns then. What the site
    is made of is noted if nothing was wrong: a page that is not read again would not warn again.
    """
    if problem is None and app._warncount == 0:
        Path(app.doctreedir, ENTRIES).write_bytes(pickle.dumps(app.env._search_index_index_entries))
        Path(app.outdir).parent.joinpath(MADE_OF).write_text(app.config.fresh_made_of, "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Prepare when the table of contents and the worked solutions are known, and look at what was read."""
    gc.set_threshold(
        100_000, 50, 100
    )  # pages are millions of small objects: looking them over takes longer than reading
    app.add_config_value("fresh_made_of", "", "")
    app.connect("config-inited", prepare, priority=920)
    app.connect("builder-inited", remember)
    app.connect("env-get-updated", spread, priority=900)  # when sections have their numbers
    app.connect("html-collect-pages", forget_lost_words)  # all pages are written, and the search index is not
    app.connect("build-finished", finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
