"""Labels of the bibliography that say author and year, as the citations in the text do."""

from pybtex.plugin import register_plugin
from pybtex.style.formatting.unsrt import Style as Unsorted
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting.author_year_title import SortingStyle


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


def setup(app):
    """Register the style under the name that `bibtex_default_style` uses."""
    register_plugin("pybtex.style.formatting", "author_year_labels", AuthorYearStyle)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
