"""What was measured, and how it is written down."""

from dataclasses import dataclass, field
from textwrap import wrap

__all__ = ["Cell", "Row", "Table", "as_text", "missed"]

WIDTH = 118


@dataclass(frozen=True)
class Cell:
    """One measurement.

    Attributes
    ----------
    seconds, spread : float
        Median, and distance of the quartiles as a share of it.
    figure : float, optional
        What was made of it, such as a ratio.
    goal : float, optional
        What the figure must reach.
    at_most : bool
        Whether the goal is the largest value allowed, and not the smallest.
    """

    seconds: float
    spread: float
    figure: float | None = None
    goal: float | None = None
    at_most: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the figure reaches its goal; None if there is no goal."""
        if self.goal is None or self.figure is None:
            return None
        return self.figure <= self.goal if self.at_most else self.figure >= self.goal


@dataclass(frozen=True)
class Row:
    """What stands behind one name.

    Attributes
    ----------
    name : str
        The name.
    cells : list of Cell or None
        One for each column; None where nothing was to be measured.
    missing : str
        Why there are no cells, if there are none.
    """

    name: str
    cells: list[Cell | None] = field(default_factory=list)
    missing: str = ""


@dataclass(frozen=True)
class Table:
    """Rows under a title.

    Attributes
    ----------
    title : str
        The title.
    columns : list of str
        Headings of the cells.
    rows : list of Row
        The rows.
    notes : list of str
        How the figures are meant, and what to know about the run.
    """

    title: str
    columns: list[str]
    rows: list[Row]
    notes: list[str] = field(default_factory=list)


def as_text(table: Table) -> str:
    """Write a table for a terminal.

    Parameters
    ----------
    table : Table
        What was measured.

    Returns
    -------
    str
        Title, columns, rows and notes. The last line ends without a newline.
    """
    cells = [[_words(cell) for cell in row.cells] for row in table.rows]
    left = max(len(row.name) for row in table.rows)
    widths = [
        max(len(column), *(len(line[place]) for line in cells if line)) if any(cells) else len(column)
        for place, column in enumerate(table.columns)
    ]
    lines = [table.title, "=" * len(table.title)]
    lines.append("  ".join([" " * left, *map(str.ljust, table.columns, widths)]).rstrip())
    for row, line in zip(table.rows, cells, strict=True):
        said = [row.missing] if row.missing else map(str.ljust, line, widths)
        lines.append("  ".join([row.name.ljust(left), *said]).rstrip())
    notes = [line for note in table.notes for line in wrap(note, WIDTH, subsequent_indent="  ")]
    return "\n".join([*lines, *notes])


def _words(cell: Cell | None) -> str:
    if cell is None:
        return f"{'-':>7}"
    words = f"{_duration(cell.seconds):>7} ±{100 * cell.spread:.0f}%".ljust(13)
    if cell.figure is not None:
        words += f"{cell.figure:6.2f}"
    if cell.met is not None:
        words += f" ({'<=' if cell.at_most else '>='} {cell.goal:g}{'' if cell.met else ' MISSED'})"
    return words


def _duration(seconds: float) -> str:
    """Write a time with three digits: 8.12us, 388us, 16.6ms."""
    unit, size = ("us", 1e-6) if seconds < 1e-3 else ("ms", 1e-3)
    number = seconds / size
    return f"{number:.{2 if number < 10 else 1 if number < 100 else 0}f}{unit}"


def missed(table: Table) -> list[str]:
    """Say which goals of a table were not reached.

    Parameters
    ----------
    table : Table
        What was measured.

    Returns
    -------
    list of str
        One sentence each; empty if all were reached.
    """
    return [
        f"{table.title}: {row.name}, {column}: the goal is {cell.goal:g}; got {cell.figure:.3g}"
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=bool(row.cells))
        if cell is not None and cell.met is False
    ]
