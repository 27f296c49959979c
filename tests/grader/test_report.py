from html.parser import HTMLParser

from dlcourse.grader import report
from dlcourse.grader.reasons import TaskResult
from dlcourse.grader.report import Result

ANN = Result("ann", [TaskResult(1, 4, 4, ""), TaskResult(2, 1.5, 6, "wrong axis <0>")], None, "ann/a.html")
BOB = Result("bob", [], "the kernel died")
CY = Result("cy", [TaskResult(n, 0, 2, "not attempted") for n in (1, 2)] + [TaskResult(3, 0, 1, "syntax error")], None)


def test_a_student_has_a_total_and_a_row_for_each_task_that_lost_points():
    assert report.rows([ANN]) == [("ann", "all", "5.5/10", ""), ("", "2", "1.5/6", "wrong axis <0>")]


def test_a_failure_has_a_row_with_its_reason():
    assert report.rows([BOB]) == [("bob", "all", "failed", "the kernel died")]


def test_neighbouring_tasks_with_the_same_reason_share_a_row():
    assert report.rows([CY])[1:] == [("", "1-2", "0/4", "not attempted"), ("", "3", "0/1", "syntax error")]


def test_tasks_with_the_same_reason_on_both_sides_of_a_right_one_do_not_share_a_row():
    tasks = [TaskResult(1, 0, 2, "not attempted"), TaskResult(2, 2, 2, ""), TaskResult(3, 0, 2, "not attempted")]
    assert [row[1] for row in report.rows([Result("di", tasks, None)])] == ["all", "1", "3"]


def test_a_remark_has_a_row_also_where_no_points_were_lost():
    tasks = [TaskResult(n, 2, 2, "", "it calls the course's own step.") for n in (1, 2)] + [TaskResult(3, 0, 2, "no")]
    rows = [("", "3", "0/2", "no"), ("", "1-2", "4/4", "remark: it calls the course's own step.")]
    assert report.rows([Result("di", tasks, None)])[1:] == rows


def test_the_text_table_lines_up():
    assert report.as_text([ANN, BOB], 80).splitlines() == [
        "student  task  points  why",
        "-" * 80,
        "ann      all   5.5/10",
        "         2      1.5/6  wrong axis <0>",
        "bob      all   failed  the kernel died",
    ]


def test_long_reasons_are_wrapped_into_their_column():
    lines = report.as_text([Result("bob", [], "word " * 20)], 60).splitlines()
    assert max(map(len, lines)) <= 60
    assert lines[3].startswith(" " * lines[2].index("word") + "word")


def test_a_narrow_terminal_still_leaves_room_for_reasons():
    assert "kernel" in report.as_text([BOB], 10)


def test_the_summary_counts_and_averages_only_what_was_graded():
    assert report.summary([ANN, BOB, CY]) == "3 submissions: 2 graded, 1 failed; mean of the graded 2.8 points"
    assert report.summary([BOB]) == "1 submission: 0 graded, 1 failed"


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data):
        self.text += data


def test_the_page_links_only_to_feedback_pages_and_escapes_reasons():
    page = Links()
    page.feed(report.as_page([ANN, BOB], "A class"))
    assert page.links == ["ann/a.html"]
    assert "wrong axis <0>" in page.text
    assert "the kernel died" in page.text
