"""The faults that `python -m tests.mutation` plants are faults, one at a time."""

import ast

from tests.mutation import mutants

SOURCE = '''
"""Words."""

import numpy as np

Array: TypeAlias = A | B


def f(x: int | str, y=2):
    """Words."""
    if x < y and not y:
        raise ValueError("no")
    y += 1
    return np.sqrt(x.T @ y, where=True)
'''


def planted():
    return {(line, before, after) for line, before, after, _ in mutants(SOURCE)}


def test_each_kind_of_fault_is_planted_where_it_can_be():
    assert planted() >= {
        (9, "2", "3"),
        (11, "x < y", "x <= y"),
        (11, "x < y", "not x < y"),
        (11, "x < y and (not y)", "x < y or not y"),
        (11, "not y", "y"),
        (12, "raise ValueError('no')", "pass"),
        (12, "'no'", "'no_'"),
        (13, "y += 1", "y -= 1"),
        (13, "y += 1", "pass"),
        (14, "x.T @ y", "x.T * y"),
        (14, "x.T", "x"),
        (14, "np.sqrt(x.T @ y, where=True)", "x.T @ y"),
        (14, "np.sqrt(x.T @ y, where=True)", "np.sqrt(x.T @ y)"),
        (14, "True", "False"),
    }


def test_words_types_and_imports_are_left_alone():
    assert {line for line, *_ in planted()} == {9, 11, 12, 13, 14}


def test_every_mutant_differs_from_the_module_in_one_place():
    whole = ast.unparse(ast.parse(SOURCE)).splitlines()
    for *_, mutant in mutants(SOURCE):
        lines = ast.unparse(ast.parse(mutant)).splitlines()
        assert sum(a != b for a, b in zip(whole, lines, strict=True)) == 1
