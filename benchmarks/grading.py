"""``python -m benchmarks.grading``: what it costs to grade a class, in nbgrader's own way and in the course's.

All contenders grade the same generated class, each in a fresh course, and must give the same scores. What is counted is
the CPU time of all processes that a command starts, and how much of the machine's memory they hold together.
"""

# ruff: noqa: T201 - a command line prints

import argparse
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.table import Cell, Row, Table, as_text, missed
from benchmarks.timing import Usage, spread

CHECKOUT = Path(__file__).parents[1]
MOST_CPU, MOST_WALL = 1 / 5, 1 / 7  # of nbgrader's own; the second with two jobs
OPEN = (
    "import sys; from dlcourse.cli import main; from dlcourse.grader import cage;"
    " cage.what_is_missing = lambda _: 'left open to measure it'; sys.exit(main())"
)
NOT_HONEST = ("endless", "sleep", "exit", "kill", "forever", "hang")  # in the names of answers: they wait for a limit
LOOK = 1.0  # seconds between two looks at the memory


@dataclass(frozen=True)
class Way:
    """One way to grade a class.

    Attributes
    ----------
    name : str
        What it is called in the table.
    command : tuple of str
        Arguments of Python; ``{name}`` and ``{root}`` stand for the assignment and the course's folder.
    stock : bool
        Whether nbgrader runs notebooks in its own way.
    goals : tuple of float or None
        Largest shares of the first way's CPU time and wall time.
    """

    name: str
    command: tuple[str, ...]
    stock: bool = False
    goals: tuple[float | None, float | None] = (None, None)


GRADE = ("grade", "{name}", "--course", str(CHECKOUT), "--root", "{root}", "--jobs")
WAYS = (
    Way("nbgrader's own", ("-m", "nbgrader", "autograde", "{name}", "--CourseDirectory.root={root}"), stock=True),
    Way("caged, 1 job", ("-m", "dlcourse.cli", *GRADE, "1"), goals=(MOST_CPU, None)),
    Way("caged, 2 jobs", ("-m", "dlcourse.cli", *GRADE, "2"), goals=(MOST_CPU, MOST_WALL)),
    Way("not caged, 2 jobs", ("-c", OPEN, *GRADE, "2")),
)


@dataclass(frozen=True)
class Cost:
    """What a run took.

    Attributes
    ----------
    cpu, wall : float
        Seconds, of all processes together and on the clock.
    memory : float
        Largest share of the machine's memory that its processes held together, in bytes; pages that several of them
        share count once.
    """

    cpu: float
    wall: float
    memory: float


def make_class(root: Path, name: str, students: int) -> None:
    """Write a course with a class that has handed in: a third all right, two thirds with one or two mistakes.

    Parameters
    ----------
    root : Path
        An empty folder.
    name : str
        The assignment.
    students : int
        How many; every tenth of them left two tasks as they were.
    """
    from dlcourse.authoring import answers
    from dlcourse.grader import notebooks, stock

    course = stock.open_course(CHECKOUT, root)
    shutil.copytree(CHECKOUT / "solutions" / name, course.directory("source") / name)
    released = notebooks.read(stock.generate(course, name))
    solved = notebooks.solutions(notebooks.read(course.directory("source") / name / f"{name}.ipynb"))
    corpus = answers.load(answers.folder_of(CHECKOUT), name)
    wrong = [one for one in corpus if not one.right and not any(word in one.path.stem for word in NOT_HONEST)]
    rng = random.Random(0)  # noqa: S311 - a class, not a secret
    for number in range(students):
        mistakes = {one.task: one.path.read_text("utf-8") for one in rng.sample(wrong, number % 3)}
        left = set(rng.sample(sorted(solved), 2)) if number % 10 == 9 else set()
        answered = {task: text for task, text in (solved | mistakes).items() if task not in left}
        path = course.directory("submitted") / f"student-{number:04}" / name / f"{name}.ipynb"
        notebooks.write(path, notebooks.answered(released, answered))


def run(way: Way, root: Path, name: str) -> Cost:
    """Grade a class in one way.

    Parameters
    ----------
    way : Way
        Which.
    root : Path
        The course.
    name : str
        The assignment.

    Returns
    -------
    Cost
        What it took.

    Raises
    ------
    RuntimeError
        If the command fails.
    """
    command = [sys.executable, *(word.replace("{name}", name).replace("{root}", str(root)) for word in way.command)]
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}
    env.pop("DLCOURSE_STOCK", None)
    if way.stock:
        env["DLCOURSE_STOCK"] = "1"
    before, began = _cpu_of_children(), time.perf_counter()
    with (
        subprocess.Popen(  # noqa: S603 - our own
            command, cwd=CHECKOUT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process,
        _largest_memory(process.pid) as memory,
    ):
        said, _ = process.communicate()
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{way.name} ended with {process.returncode}: {said[-2000:]}")
    return Cost(_cpu_of_children() - before, time.perf_counter() - began, max(memory, default=0.0))


def scores(root: Path, name: str) -> dict[str, dict[str, float | None]]:
    """Return the scores in a course's gradebook, by student and cell."""
    from dlcourse.grader import stock

    with stock.open_gradebook(stock.open_course(CHECKOUT, root)) as gradebook:
        return {
            one.student.id: {score.cell: score.points for score in stock.scores_of(one)}
            for one in gradebook.assignment_submissions(name)
        }


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def _largest_memory(pid: int) -> Iterator[list[float]]:
    """Look at the memory of a process and all below it, now and then."""
    seen: list[float] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK):
            seen.append(sum(_memory_of(each) for each in _tree(pid)))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _tree(pid: int) -> list[int]:
    """Return the numbers of a process and of all below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            below = task.read_text().split()
        except OSError:  # it has ended meanwhile
            continue
        found += [each for child in below for each in _tree(int(child))]
    return found


def _memory_of(pid: int) -> float:
    """Return the bytes of a process; of what it shares, its share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended meanwhile
        return 0.0
    return sum(1024.0 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def compare(name: str, students: int, turns: int, folder: Path) -> Table:
    """Let all ways grade the same class, in turns.

    Parameters
    ----------
    name : str
        The assignment.
    students : int
        Size of the class.
    turns : int
        How often each way grades it.
    folder : Path
        Where the courses go.

    Returns
    -------
    Table
        CPU time and wall time of a submission, and their shares of the first way's.

    Raises
    ------
    ValueError
        If two ways give different scores.
    """
    (folder / "class").mkdir()
    make_class(folder / "class", name, students)
    costs: dict[str, list[Cost]] = {way.name: [] for way in WAYS}
    others, wanted, before = Usage(), None, _cpu_of_children()
    for turn in range(turns):
        for way in WAYS:
            root = folder / f"turn-{turn}"
            shutil.copytree(folder / "class", root)
            costs[way.name].append(run(way, root, name))
            found = scores(root, name)
            wanted = wanted or found
            if found != wanted or len(found) != students:
                different = [student for student in wanted if found.get(student) != wanted[student]]
                raise ValueError(
                    f"{way.name} must give all {students} the first way's scores; it differs for {different}"
                )
            shutil.rmtree(root)
            print(f"benchmarks: {way.name}: {costs[way.name][-1]}", file=sys.stderr, flush=True)
    rows, spent = [], _cpu_of_children() - before
    first = costs[WAYS[0].name]
    for way in WAYS:
        cells = [
            _cell(
                [getattr(cost, what) / students for cost in costs[way.name]],
                [getattr(c, what) / students for c in first],
                goal,
            )
            for what, goal in zip(("cpu", "wall"), way.goals, strict=True)
        ]
        rows.append(Row(way.name, list(cells)))
    notes = [
        f"Assignment {name}, a class of {students}, {turns} turn(s): median of a submission's time, ± distance of the"
        " quartiles; the start of the program is shared by all.",
        "Then: its share of nbgrader's own. All ways gave the same scores.",
        *(_in_words(way.name, costs[way.name], students) for way in WAYS),
        f"Other programs took {100 * _share_of_others(others, spent):.0f}% of the machine.",
    ]
    return Table("Grading a class", ["CPU time", "wall time"], rows, notes)


def _share_of_others(usage: Usage, spent: float) -> float:
    """Return the share of the machine that neither this process nor what it has started since then took."""
    all_but_this = usage.others() or 0.0
    return max(0.0, all_but_this - spent / ((time.perf_counter() - usage.start[0]) * usage.cores))


def _cell(times: list[float], of: list[float], goal: float | None) -> Cell:
    share = statistics.median(a / b for a, b in zip(times, of, strict=True))
    return Cell(statistics.median(times), spread(times), share, goal, at_most=True)


def _in_words(name: str, costs: Sequence[Cost], students: int) -> str:
    wall, memory = statistics.median(cost.wall for cost in costs), max(cost.memory for cost in costs)
    return f"{name}: {60 * students / wall:.0f} submissions a minute, {memory / 2**20:.0f} MB of memory at most."


def grow(name: str, sizes: Sequence[int], folder: Path) -> list[Cost]:
    """Grade classes of several sizes with two jobs in the cage.

    Parameters
    ----------
    name : str
        The assignment.
    sizes : sequence of int
        Sizes of the classes.
    folder : Path
        Where the courses go.

    Returns
    -------
    list of Cost
        One for each size.
    """
    found = []
    for size in sizes:
        root = folder / f"class-{size}"
        root.mkdir()
        make_class(root, name, size)
        found.append(run(WAYS[2], root, name))
        if len(scores(root, name)) != size:
            raise ValueError(f"all {size} must be graded; got {len(scores(root, name))}")
        shutil.rmtree(root)
        print(f"benchmarks: {size} submissions: {found[-1]}", file=sys.stderr, flush=True)
    return found


def draw(sizes: Sequence[int], costs: Sequence[Cost], path: Path) -> None:
    """Draw how time and memory grow with the class."""
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
    for what, label in (("cpu", "CPU time"), ("wall", "wall time")):
        left.plot(sizes, [getattr(cost, what) / 60 for cost in costs], "o-", label=label)
    left.set(xlabel="submissions", ylabel="minutes", title="Time", ylim=(0, None))
    left.legend()
    right.plot(sizes, [cost.memory / 2**20 for cost in costs], "o-")
    right.set(xlabel="submissions", ylabel="MB", title="Memory at most", ylim=(0, None))
    fig.savefig(path)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments; those of the process if not given.

    Returns
    -------
    int
        0 if all goals were reached, 1 if one was missed.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading", description=__doc__)
    parser.add_argument("--assignment", default="01_perceptron", metavar="NN_name")
    parser.add_argument("--students", type=int, default=100, help="size of the class (default: 100; 0: no comparison)")
    parser.add_argument("--turns", type=int, default=1, help="of each way (default: 1)")
    parser.add_argument("--grow", metavar="N,N", help="sizes of classes to grade with two jobs, such as 10,100,1000")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="where to draw how the cost grows")
    arguments = parser.parse_args(argv)
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        if arguments.students:
            table = compare(arguments.assignment, arguments.students, arguments.turns, Path(place))
            print(as_text(table))
            faults = missed(table)
        if arguments.grow:
            sizes = [int(size) for size in arguments.grow.split(",")]
            costs = grow(arguments.assignment, sizes, Path(place))
            for size, cost in zip(sizes, costs, strict=True):
                print(
                    f"{size:5} submissions: CPU {cost.cpu / size:.3f} s each, wall {cost.wall:.0f} s,"
                    f" {60 * size / cost.wall:.0f} a minute, {cost.memory / 2**20:.0f} MB at most"
                )
            if arguments.figure:
                draw(sizes, costs, arguments.figure)
    for sentence in faults:
        print(f"benchmarks: MISSED: {sentence}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
