"""The printed book: two pages of it, printed by Chromium and read again."""

import re
import unicodedata

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from book.paper import address, anchor, find_chromium, joined, pages_of, print_pages, to_read

PRINTED = ["02_activations", "glossary"]


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("https://example.org/a#b", "https://example.org/a#b"),
        ("data:image/png;base64,iVBORw0KGgo=", "data:image/png;base64,iVBORw0KGgo="),
        ("#sec-relu", "#02_activations--sec-relu"),
        ("glossary.html#term-bias", "#glossary--term-bias"),
        ("./glossary.html", "#page--glossary"),
        ("solutions/02_activations.html", None),
        ("_downloads/1234/02_activations.ipynb", None),
        ("03_losses.html#sec-loss", None),
    ],
)
def test_a_link_leads_to_its_place_on_paper_or_nowhere(link, leads):
    assert address(link, "02_activations", PRINTED) == leads


def test_a_link_from_a_folder_leads_back_to_a_chapter():
    assert address("../02_activations.html#id1", "api/losses", ["api/losses", *PRINTED]) == "#02_activations--id1"
    assert anchor("api/losses") == "page--api-losses"


def test_pages_come_in_the_order_of_the_table_of_contents():
    contents = {"root": "index", "parts": [{"chapters": [{"file": "b", "sections": [{"file": "c"}]}, {"file": "a"}]}]}
    assert pages_of(contents) == ["index", "b", "c", "a"]


def test_the_reference_is_left_to_the_site():
    assert to_read(["index", "api/losses", "02_activations", "api/layers", "glossary"]) == ["index", *PRINTED]


def test_the_browser_is_named_if_it_is_not_there(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    with pytest.raises(FileNotFoundError, match="expected Chromium, which prints; CHROMIUM is 'no-such-browser'"):
        find_chromium()


@pytest.mark.site
def test_no_id_occurs_twice_and_every_link_finds_its_own(site, pages):
    document = joined([page for page in to_read(pages) if not page.startswith("solutions/")], site)
    ids = re.findall(r'\sid="([^"]+)"', document)
    assert len(ids) == len(set(ids)) > 1000
    targets = set(re.findall(r'(?:href="#|url\(#)([^")]+)', document))
    assert len(targets) > 500
    assert targets - set(ids) == set()
    assert "<script" not in document
    assert "Reference:" not in document
    assert document.count("<image") == document.count("data:image/png") > 10


@pytest.mark.site
def test_the_contents_come_first_and_lead_to_every_page_and_section(site):
    document = BeautifulSoup(joined(PRINTED, site), "html.parser")
    contents, chapter, _ = document.select("article")
    assert contents.h1.get_text() == "Contents"
    links = {link["href"]: link.get_text() for link in contents.select("a")}
    assert [links["#page--02_activations"], links["#page--glossary"]] == ["2. Activations", "Glossary"]
    sections = {f"#{each['id']}": each.h2.get_text() for each in chapter.select("section[id]:has(> h2)")}
    assert len(sections) > 10
    assert sections.items() <= links.items()
    assert len(links) == len(sections) + len(PRINTED)


@pytest.fixture(scope="module")
def printed(site, tmp_path_factory):
    pdf = tmp_path_factory.mktemp("paper") / "two pages.pdf"
    print_pages(PRINTED, pdf, site)
    return PdfReader(pdf)


@pytest.fixture(scope="module")
def words(printed):
    """Return the text of all pages, with single blanks and without ligatures."""
    return unicodedata.normalize("NFKC", " ".join(" ".join(page.extract_text() for page in printed.pages).split()))


@pytest.mark.site
@pytest.mark.browser
def test_a_chapter_is_printed_with_its_answers_and_without_the_code_of_figures(words, site):
    assert "2. Activations The question of this chapter." in words
    assert "Fig. 2.1 The activation functions" in words
    assert "(2.1)" in words
    assert "def sigmoid(x: ArrayLike)" in words
    assert "활성값" in words
    assert "plt.subplots" not in words
    chapter = BeautifulSoup((site / "02_activations.html").read_text("utf-8"), "html.parser")
    answers = [box.select("p")[-1].find(string=True) for box in chapter.select("details.fold")]
    assert len(answers) > 4
    assert [answer for answer in answers if " ".join(answer.split()) not in words] == []


@pytest.mark.site
@pytest.mark.browser
def test_the_printed_book_has_an_outline_and_numbered_pages(printed):
    titles, sections = (
        [each.title for each in part if not isinstance(each, list)] for part in (printed.outline, printed.outline[2])
    )
    assert titles == ["Contents", "2. Activations", "Glossary"]
    assert sections[0] == "2.1. One function for every unit"
    texts = [page.extract_text().split() for page in printed.pages]
    assert len(texts) > 15
    assert [number for number, text in enumerate(texts, start=1) if str(number) not in text] == []


@pytest.mark.site
@pytest.mark.browser
def test_printed_links_lead_into_the_book_or_to_the_web(printed):
    links = [link.get_object() for page in printed.pages for link in page.get("/Annots", [])]
    inside = [link for link in links if "/Dest" in link or "/D" in link.get("/A", {})]
    outside = [link["/A"]["/URI"] for link in links if "/URI" in link.get("/A", {})]
    assert len(inside) > 30
    assert [uri for uri in outside if not uri.startswith("https://")] == []
    assert len(inside) + len(outside) == len(links)
