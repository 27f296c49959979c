"""The benchmarks measure what they say, and name who is missing or computes something else. Nothing here is timed."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from benchmarks import mlp, operations, transformer
from benchmarks.__main__ import main
from benchmarks.agreement import DisagreementError, check_agreement
from benchmarks.contenders import bound, course_operations, textbook
from benchmarks.field import Entry, Trial, compare, gather
from benchmarks.table import Cell, Row, Table, as_text, missed
from benchmarks.timing import choose_clock, interleave, ratio, spread
from dlcourse.activations import softmax
from dlcourse.backpropagation import numerical_gradient

ROOT = Path(__file__).parents[2]
SAMPLE = Table(
    "Title",
    ["small", "large"],
    [
        Row("reference", [Cell(2e-6, 0.01), Cell(0.25, 0.5)]),
        Row("peer", [Cell(5e-6, 0.02, 2.5, 2.0), Cell(0.3, 0.1, 1.2, 1.3)]),
        Row("absent", missing="not measured: it is not installed"),
        Row("half", [None, Cell(0.5, 0.0, 30.0, 20.0, at_most=True)]),
    ],
    ["A note."],
)


@pytest.fixture(scope="module")
def problem():
    return mlp.make_problem(batch_size=8, num_images=64)


def trial(problem):
    return Trial("batch 8", problem, {"dropout": 0.2}, {"dropout": 0.0}, {"textbook": 1.0})


# ------------------------------------------------------------------ the table


def test_a_table_shows_times_ratios_goals_and_who_is_missing():
    assert as_text(SAMPLE).splitlines() == [
        "Title",
        "=====",
        "           small                       large",
        "reference   2.00us ±1%                   250ms ±50%",
        "peer        5.00us ±2%    2.50 (>= 2)    300ms ±10%   1.20 (>= 1.3 MISSED)",
        "absent     not measured: it is not installed",
        "half             -                       500ms ±0%   30.00 (<= 20 MISSED)",
        "A note.",
    ]


def test_goals_that_are_missed_are_named():
    assert missed(SAMPLE) == [
        "Title: peer, large: the goal is 1.3; got 1.2",
        "Title: half, large: the goal is 20; got 30",
    ]


# ------------------------------------------------------------------ who computes what


def test_a_contender_with_another_gradient_is_named(problem):
    class Wrong(textbook.Mlp):
        def loss_and_gradient(self):
            loss, grads = super().loss_and_gradient()
            return loss, grads | {"W1": grads["W1"] * 1.001}

    kinds = {"one": textbook.Mlp, "two": textbook.Mlp, "wrong": Wrong}
    with pytest.raises(DisagreementError, match="the same: wrong differs in W1 by") as caught:
        gather(kinds, trial(problem))
    assert "one differs" not in str(caught.value)
    assert "two differs" not in str(caught.value)


def test_a_contender_that_does_not_train_is_named(problem):
    class Idle(textbook.Mlp):
        def run(self, steps):
            pass

    kinds = {"one": textbook.Mlp, "two": textbook.Mlp, "idle": Idle}
    with pytest.raises(DisagreementError, match="idle differs in path"):
        gather(kinds, trial(problem))


def test_an_answer_of_another_shape_or_that_is_no_number_is_refused():
    with pytest.raises(DisagreementError, match=r"W has different shapes: \{'a': \(2,\), 'b': \(3,\)\}"):
        check_agreement({"a": {"W": np.ones(2)}, "b": {"W": np.ones(3)}})
    with pytest.raises(DisagreementError, match="differs in loss by nan"):
        check_agreement({"a": {"loss": 1.0}, "b": {"loss": float("nan")}})


def test_rounding_in_float32_is_no_disagreement():
    W = np.linspace(-1, 1, 7)
    check_agreement({"a": {"W": W}, "b": {"W": W.astype(np.float32)}, "c": {"loss": 1.0}})


def test_the_textbook_gradient_is_that_of_the_course(problem):
    net = textbook.Mlp(problem)
    _, grads = net.loss_and_gradient()

    def loss(b):
        net.params["b1"][...] = b
        return float(net.loss_and_gradient()[0])

    np.testing.assert_allclose(grads["b1"], numerical_gradient(loss, net.params["b1"].copy()), rtol=1e-5, atol=1e-8)


# ------------------------------------------------------------------ what is missing, what is measured


def test_a_missing_package_is_named_in_the_table(problem):
    entries = [
        Entry("textbook", "numpy", "textbook", "Mlp"),
        Entry("a peer", "no_such_package", "none", "Mlp"),
        Entry("another", "numpy.no_such_module", "none", "Mlp"),
    ]
    table = compare("Title", entries, [trial(problem)], threads=1, repeats=1, seconds=0.001)
    assert [row.missing for row in table.rows] == [
        "",
        "not measured: no_such_package is not installed",
        "not measured: numpy.no_such_module is not installed",
    ]
    assert "learn alike: textbook." in as_text(table)


def test_goals_hold_for_one_thread_only(problem):
    entries = [Entry("textbook", "numpy", "textbook", "Mlp")]
    goals = [
        compare("Title", entries, [trial(problem)], threads, repeats=1, seconds=0.001).rows[0].cells[0].goal
        for threads in (1, 2)
    ]
    assert goals == [1.0, None]


def test_operations_are_checked_and_listed():
    cases = [case for case in operations.make_cases() if case.arrays[next(iter(case.arrays))].size < 5000]
    (table,) = operations.measure(threads=1, repeats=1, seconds=1e-5, cases=cases)
    assert [row.name for row in table.rows] == [case.name for case in cases]
    formula = table.columns.index("formula")
    assert all(row.cells[formula].seconds > 0 for row in table.rows)


def test_an_operation_with_another_result_is_named(monkeypatch):
    wrong = dict(course_operations.FORMULAS, softmax=lambda a: lambda: {"Y": 1.01 * a["X"]})
    monkeypatch.setattr(course_operations, "FORMULAS", wrong)
    monkeypatch.setattr(operations, "ENTRIES", [*operations.ENTRIES, Entry("right", "numpy", "textbook", "RIGHT")])
    monkeypatch.setattr(textbook, "RIGHT", {"softmax": lambda a: lambda: {"Y": softmax(a["X"])}}, raising=False)
    with pytest.raises(DisagreementError, match="formula differs in Y"):
        operations.measure(threads=1, repeats=1, seconds=1e-5, cases=operations.make_cases()[:1])


def test_the_bounds_count_every_product():
    def operations_in(bound):
        return sum(2 * A.size * B.shape[-1] for A, B, _ in bound.jobs)

    # 784 x 128 twice (images want no gradient) and 128 x 10 three times, 32 images, 2 operations each
    assert operations_in(bound.Mlp(mlp.make_problem(32, 64))) == 64 * (2 * 784 * 128 + 3 * 128 * 10)
    # dense layers: 49,152 weights in an encoder layer, 65,536 in a decoder layer, 16,384 in the output, 3 products each
    dense = 3 * 2 * 32 * 16 * (2 * 49_152 + 2 * 65_536 + 16_384)
    # attention: 6 products of 16 x 16 x 16 in each of 4 heads, 2 + 4 blocks, 32 sentences
    attention = 6 * 2 * 16**3 * 4 * 6 * 32
    assert operations_in(bound.Transformer(transformer.make_problem(16))) == dense + attention


# ------------------------------------------------------------------ timing


def test_ratios_are_medians_of_rounds_and_spread_is_that_of_quartiles():
    assert ratio([2.0, 8.0, 30.0], [1.0, 2.0, 10.0]) == 3.0
    assert spread([1.0, 2.0, 3.0, 4.0, 5.0]) == pytest.approx(2 / 3)


def test_every_contender_has_every_turn_with_as_many_steps():
    now, steps = [0.0], {"a": [], "b": []}

    def take(name, seconds):
        def run(n):
            steps[name].append(n)
            now[0] += n * seconds

        return run

    clock = type(choose_clock(1))(lambda: now[0], "a made-up clock", 0.0)
    times = interleave({"a": take("a", 0.5), "b": take("b", 0.125)}, 4, 1.0, clock)
    assert times == {"a": [0.5] * 4, "b": [0.125] * 4}
    assert (steps["a"][-4:], steps["b"][-4:]) == ([2] * 4, [8] * 4)


def test_one_thread_is_measured_in_cpu_time_and_two_in_wall_time():
    assert (choose_clock(1).name, choose_clock(2).name) == ("CPU time", "wall time")


# ------------------------------------------------------------------ the command line


def test_a_tiny_run_has_every_contender_that_can_be_imported():
    command = [sys.executable, "-m", "benchmarks", "--only", "mlp", "--threads", "1", "--repeats", "2", "--json"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    assert run.returncode in (0, 1), run.stderr  # 1: a goal was missed, which two repeats cannot tell
    (table,) = json.loads(run.stdout)["tables"]
    measured = {row["name"]: len(row["cells"]) for row in table["rows"]}
    assert measured == {entry.name: 3 if find_spec(entry.needs) else 0 for entry in mlp.ENTRIES}
    assert all(bool(row["cells"]) != bool(row["missing"]) for row in table["rows"])
    assert {"dlcourse", "matrix products alone", "textbook NumPy, float64"} <= {n for n, k in measured.items() if k}


@pytest.mark.parametrize(
    ("tables", "status"), [([SAMPLE], 1), ([], 2), ([Table("Title", ["a", "b"], SAMPLE.rows[:1])], 0)]
)
def test_the_exit_status_tells_missed_goals_from_what_was_not_measured(tables, status, monkeypatch, capsys):
    monkeypatch.setattr("benchmarks.__main__._measure", lambda *_: tables)
    assert main(["--only", "import"]) == status
    out, err = capsys.readouterr()
    assert [as_text(table) in out for table in tables] == [True] * len(tables)
    assert err.count("MISSED") == (2 if status == 1 else 0)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [(["--repeats", "0"], "must be at least 1; got 0"), (["--only", "all"], "invalid choice: 'all'")],
)
def test_arguments_without_sense_are_refused(arguments, complaint, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    assert complaint in capsys.readouterr().err
