"""Labels of the bibliography that say author and year, as the citations in the text do.

A letter tells works of the same names and year apart, in the bibliography and in the text.
"""

import re
from dataclasses import dataclass
from functools import cache

import pybtex.plugin
from pybtex.richtext import Text
from pybtex.style.formatting.unsrt import Style as Unsorted
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting.author_year_title import SortingStyle
from pybtex.style.template import Node, node
from sphinxcontrib.bibtex.plugin import register_plugin as register_citation_plugin
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle
from sphinxcontrib.bibtex.style.template import year


class AuthorYearLabels(BaseLabelStyle):
    """Make labels such as "Minsky and Papert 1969" and "Leshno et al. 1993"."""

    def format_labels(self, sorted_entries):
        """Yield one label for each entry.

        Parameters
        ----------
        sorted_entries : sequence of pybtex.database.Entry
            The bibliography, in order.

        Yields
        ------
        str
            Last names and year, with a letter for works that would share a label.
        """
        labels = [self.label_of(entry) for entry in sorted_entries]
        for place, label in enumerate(labels):
            letter = chr(ord("a") + labels[:place].count(label)) if labels.count(label) > 1 else ""
            yield label + letter

    @staticmethod
    def label_of(entry):
        """Return the last names and the year of one entry.

        Parameters
        ----------
        entry : pybtex.database.Entry
            One work.

        Returns
        -------
        str
            Without the letter that tells works of one author and year apart.
        """
        names = [" ".join(person.prelast_names + person.last_names) for person in entry.persons["author"]]
        who = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
        return f"{who} {entry.fields['year']}".replace("{", "").replace("}", "")


class AuthorYearStyle(Unsorted):
    """Plain formatting, sorted by author, with such labels."""

    default_sorting_style = SortingStyle
    default_label_style = AuthorYearLabels


@node
def year_of_label(children, data):
    """Return the year of a work with the letter that its label has."""
    return Text(re.search(r"\d+[a-z]?$", data["formatted_entry"].label)[0])


def with_letters(template):
    """Return a template whose years have their letters."""
    if template is year:
        return year_of_label
    if isinstance(template, Node):
        template.children = [with_letters(child) for child in template.children]
    return template


@dataclass
class AuthorYearLetterStyle(AuthorYearReferenceStyle):
    """Citations in the text, such as (Bridle, 1990a)."""

    def inner(self, role_name):
        """Return the template of one citation.

        Parameters
        ----------
        role_name : str
            Such as "t" of `{cite:t}`.

        Returns
        -------
        pybtex.style.template.Node
            That of the style `author_year`, with letters.
        """
        return with_letters(super().inner(role_name))


def setup(app):
    """Register the styles under the names that `bibtex_default_style` and `bibtex_reference_style` use."""
    # For each citation, pybtex would look through the entry points of all that is installed.
    pybtex.plugin.find_plugin = cache(pybtex.plugin.find_plugin)
    pybtex.plugin.register_plugin("pybtex.style.formatting", "author_year_labels", AuthorYearStyle)
    register_citation_plugin("sphinxcontrib.bibtex.style.referencing", "author_year_letters", AuthorYearLetterStyle)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
