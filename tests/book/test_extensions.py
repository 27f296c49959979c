"""The book's own Sphinx extensions on small books: what they show, and that every fault is a warning with its line."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import dlcourse.perceptron

EXTENSIONS = Path(__file__).parents[2] / "book/_ext"
CONFIG = f"""
import sys
sys.path.insert(0, {str(EXTENSIONS)!r})
extensions = ["myst_parser", "sphinx.ext.autosectionlabel", "katex_math", "oracle", "search_korean"]
myst_enable_extensions = ["amsmath", "dollarmath"]
html_math_renderer = "katex"
html_search_language = "en_ko"
html_theme = "basic"
katex_macros = {{r"\\R": r"\\mathbb{{R}}"}}
"""


@pytest.fixture
def build(tmp_path):
    """Return a function that builds one page, and gives back its HTML, what Sphinx printed, and its exit code."""

    def run(text=None):
        if text is not None:
            (tmp_path / "conf.py").write_text(CONFIG, "utf-8")
            (tmp_path / "index.md").write_text(text, "utf-8")
        command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "-n", "--keep-going", ".", "out"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603 (our own)
        page = tmp_path / "out/index.html"
        return page.read_text("utf-8") if page.is_file() else "", done.stdout + done.stderr, done.returncode

    return run


SOUND = r"""# Page

Let $w \in \R$, and $b$

$$
a &= b \\
c &= d
$$ (eq-one)

\begin{align}
x &= y
\end{align}

See {eq}`eq-one`.

```{oracle} perceptron.perceptron_predict
```

```{oracle} perceptron.Perceptron.fit perceptron.Perceptron.predict
```
"""
BROKEN = r"""# Page

Bad $\frac{1$ here.

```{oracle} perceptron.no_such_name
```

```{oracle} nowhere.step
```

```{oracle} perceptron.step losses.mse
```

$$
\foo
$$

$한$
"""


def test_sound_formulas_and_code_build_without_a_warning(build):
    page, log, code = build(SOUND)
    assert code == 0, log
    assert page.count('class="katex"') == 4
    assert page.count("<math") == 4
    assert re.search(r'<span class="math-end"><span class="math [^>]*>.*</span></span>,</span> and', page)
    assert "katex-error" not in page
    assert '<span class="eqno">(1)' in page
    assert page.count("dlcourse/perceptron.py") == 2
    assert 'def</span> <span class="nf">perceptron_predict' in page.replace('<span class="w"> </span>', " ")
    assert "Return what a perceptron answers" not in page  # its docstring
    assert page.index(">fit</span>") < page.index(">predict</span>")


def test_whatever_is_wrong_is_a_warning_with_its_line(build):
    _, log, code = build(BROKEN)
    assert code != 0
    for line, words in [
        (3, "Unexpected end of input in a macro argument"),
        (5, "dlcourse/perceptron.py has no perceptron.no_such_name"),
        (8, "there is no dlcourse/nowhere.py"),
        (11, "expected names of one module"),
        (14, r"Undefined control sequence: \foo"),
        (18, "unicodeTextInMathMode"),
    ]:
        assert any(f"index.md:{line}: WARNING" in text and words in text for text in log.splitlines()), (
            line,
            words,
            log,
        )


def test_a_page_is_built_again_when_the_package_changes(build):
    build("# Page\n\n```{oracle} perceptron.step\n```\n")
    _, log, _ = build()
    assert "0 added, 0 changed" in log
    source = Path(dlcourse.perceptron.__file__)
    before = source.stat()
    try:
        source.touch()
        _, log, _ = build()
    finally:
        os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "0 added, 1 changed" in log
