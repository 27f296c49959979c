"""Exporting: the right score in the right row, everything else as it was, and every score that is missing named."""

import csv
import io
import json
import shutil

import pytest

from dlcourse import cli
from dlcourse.grader import export, stock
from tests.grader.downloads import NAME, OTHER, RIGHT, WRONG, canvas_gradebook, handed_in, make_course, moodle_worksheet

# student id, first, last, e-mail, platform's number, points of the two cells (None: not given yet)
STUDENTS = (
    ("jane", "Jane", "O'Neil", "jane@Uni.example", "11", (2, 1)),
    ("minsu", "민수", "김", "", "12", (0, 0.5)),
    ("ana", "Ana", "de_la_Cruz", "", "", (2, None)),
    ("bo1", "Bo", "Smith", "", "14", (0, 0)),
    ("idle", "Idle", "Ann", "", "16", None),
)
CLASS = (("O'Neil, Jane", 11, "jane"), ("김, 민수", 12, "minsu"), ("de_la_Cruz, Ana", 13, "ana"),
         ("Smith, Bo", 14, "bo1"), ("Smith, Bo", 15, "bo2"), ("Ann, Idle", 16, "idle"))  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    root = make_course(tmp_path_factory.mktemp("template"))
    with stock.open_gradebook(stock.open_course(root)) as gradebook:
        for student, first, last, email, number, points in STUDENTS:
            gradebook.add_student(student, first_name=first, last_name=last, email=email, lms_user_id=number)
            if points is not None:
                give(gradebook, student, *points)
    return root


def give(gradebook, student, seen, words):
    with gradebook.db.no_autoflush:  # else SQLAlchemy warns of what nbgrader does in between
        found = gradebook.update_or_create_submission(NAME, student)
    for grade in found.notebooks[0].grades:
        if grade.cell.name == "task-1-visible":
            grade.auto_score, grade.needs_manual_grade = seen, False
        else:
            grade.manual_score = words
            grade.needs_manual_grade = words is None
    gradebook.db.commit()


@pytest.fixture
def course(template, tmp_path):
    shutil.copytree(template, tmp_path / "course")
    return stock.open_course(tmp_path / "course")


def rows(text, by):
    return {row[by]: row for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))}


def told(exported):
    return {line.who: line.told for line in exported.lines if line.told}


def missed(exported):
    return {line.who for line in exported.lines if line.missed}


# --------------------------------------------------------------------------------------------------------------- canvas


def test_scores_come_into_canvas_s_own_table_and_nothing_else_changes(course):
    given = canvas_gradebook(CLASS, "Tiny (77)", {12: "0,5", 14: "2.00", 13: "-", 15: "1"})
    exported = export.for_canvas(export.marks(course, NAME), "tiny", given)
    before, after = (rows(text, "ID") for text in (given.decode(), exported.text))
    scores = {number: row.pop("Tiny (77)") for number, row in after.items()}
    assert scores == {"": "3.00", "11": "3", "12": "0,5", "13": "-", "14": "0", "15": "1", "16": ""}
    for row in before.values():
        row.pop("Tiny (77)")
    assert after == before
    assert told(exported) == {
        "ana": "1 points are given by a person, in formgrader; --incomplete writes the others",
        "bo1": "it was 2.00",
        "idle": "nothing was handed in",
        "Smith, Bo": "the gradebook has no such student",
    }
    assert missed(exported) == {"ana"}


def test_what_was_there_and_is_right_is_left_to_the_letter(course):
    given = canvas_gradebook(CLASS, cells={11: "3.0", 12: "0,50", 14: "0"})
    assert [row["Tiny (77)"] for row in rows(given.decode(), "ID").values()] == [
        row["Tiny (77)"] for row in rows(export.for_canvas(export.marks(course, NAME), NAME, given).text, "ID").values()
    ]


@pytest.mark.parametrize("excused", ["EX", "ex"])
def test_who_is_excused_stays_so(course, excused):
    given = canvas_gradebook(CLASS, cells={11: excused})
    exported = export.for_canvas(export.marks(course, NAME), NAME, given, incomplete=True)
    assert rows(exported.text, "ID")["11"]["Tiny (77)"] == excused
    assert told(exported)["jane"] == "excused in Canvas, and left so"


def test_the_form_of_the_table_stays(course):
    given = b"\xef\xbb\xbf" + canvas_gradebook(CLASS).replace(b'","', b'";"')
    text = export.for_canvas(export.marks(course, NAME), NAME, given).text
    assert text.startswith("\ufeffStudent;ID;")
    assert "\r\nO'Neil, Jane;11;sis11;jane;A;3;50\r\n" in text


def test_incomplete_scores_are_written_if_asked_for(course):
    exported = export.for_canvas(export.marks(course, NAME), NAME, canvas_gradebook(CLASS), incomplete=True)
    assert rows(exported.text, "ID")["13"]["Tiny (77)"] == "2"
    assert missed(exported) == set()


def test_canvas_s_number_decides_and_not_a_login_that_is_the_same(course):
    people = (("Other, A", 90, "jane"), ("Other, B", 11, "someone"))
    exported = export.for_canvas(export.marks(course, NAME), NAME, canvas_gradebook(people))
    assert {row["ID"]: row["Tiny (77)"] for row in rows(exported.text, "ID").values()} == {
        "": "3.00",
        "90": "",
        "11": "3",
    }
    assert told(exported)["minsu"] == "no row is this student's; 0.5 points"
    assert told(exported)["Other, A"] == "the gradebook has no such student"
    assert missed(exported) == {"minsu", "ana", "bo1"}


def test_two_students_of_one_row_and_two_rows_of_one_student_get_nothing(course):
    with stock.open_gradebook(course) as gradebook:
        gradebook.find_student("bo1").lms_user_id = "11"
        gradebook.db.commit()
    people = (*CLASS[:2], ("김, 민수", 12, "twin"))
    exported = export.for_canvas(export.marks(course, NAME), NAME, canvas_gradebook(people))
    assert {row["Tiny (77)"] for row in csv.DictReader(io.StringIO(exported.text))} == {"3.00", ""}
    assert told(exported)["jane"] == "the same row may be that of bo1; 3 points"
    assert told(exported)["minsu"] == "2 rows may be this student's; 0.5 points"


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("02_other", r"one column must be called 02_other; 0 of these are: Tiny \(77\), Final Score"),
        ("Final Score", "must be one that Canvas imports; it is read only"),
    ],
)
def test_a_column_that_is_not_there_or_only_read_is_refused(course, column, words):
    with pytest.raises(ValueError, match=words):
        export.for_canvas(export.marks(course, NAME), column, canvas_gradebook(CLASS))


def test_a_column_that_is_there_twice_is_chosen_by_its_number(course):
    given = canvas_gradebook(CLASS).replace(b'"Final Score"', b'"tiny (78)"').replace(b"(read only)", b"")
    with pytest.raises(ValueError, match=r"2 of these are: Tiny \(77\), tiny \(78\)"):
        export.for_canvas(export.marks(course, NAME), NAME, given)
    exported = export.for_canvas(export.marks(course, NAME), "tiny (78)", given)
    assert rows(exported.text, "ID")["11"]["tiny (78)"] == "3"
    assert rows(exported.text, "ID")["11"]["Tiny (77)"] == ""


def test_other_points_in_canvas_are_named(course):
    given = canvas_gradebook(CLASS).replace(b"3.00", b"10")
    exported = export.for_canvas(export.marks(course, NAME), NAME, given)
    assert told(exported)["Points Possible"] == "Canvas has 10 points possible; the assignment has 3"


def test_without_a_template_canvas_gets_the_smallest_table(course):
    with stock.open_gradebook(course) as gradebook:
        gradebook.add_student("nameless", lms_user_id="anon_x1Y2z")
        gradebook.find_student("bo1").last_name = "=cmd()"
        gradebook.db.commit()
        give(gradebook, "nameless", 2, 1)
    exported = export.for_canvas(export.marks(course, NAME), NAME, None)
    assert exported.text.splitlines() == [
        "Student,ID,SIS User ID,SIS Login ID,Section,tiny",
        "    Points Possible,,,,,3",
        '"de_la_Cruz, Ana",,,ana,,',
        '"\'=cmd(), Bo",14,,,,0',
        '"Ann, Idle",16,,,,',
        '"O\'Neil, Jane",11,,,,3',
        '"김, 민수",12,,,,0.5',
    ]
    assert told(exported)["nameless"] == "Canvas does not know anon_x1Y2z; 3 points"
    assert missed(exported) == {"ana", "nameless"}


def test_what_was_taken_off_for_being_late_is_taken_off(course):
    with stock.open_gradebook(course) as gradebook:
        gradebook.find_submission(NAME, "jane").notebooks[0].late_submission_penalty = 1
        gradebook.find_submission(NAME, "bo1").notebooks[0].late_submission_penalty = 5
        gradebook.db.commit()
    points = {mark.person.student: mark.points for mark in export.marks(course, NAME)}
    assert (points["jane"], points["bo1"]) == (2, 0)


def test_what_was_handed_in_and_not_graded_is_named(course):
    (course.directory("submitted") / "idle" / NAME).mkdir(parents=True)
    with stock.open_gradebook(course) as gradebook:
        gradebook.add_student("new", lms_user_id="15")
        with gradebook.db.no_autoflush:
            gradebook.add_submission(NAME, "new")
    exported = export.for_canvas(export.marks(course, NAME), NAME, canvas_gradebook(CLASS))
    assert missed(exported) == {"ana", "idle", "new"}
    assert told(exported)["new"] == "handed in, and not graded: see dlcourse grade"


# --------------------------------------------------------------------------------------------------------------- moodle

MOODLE = (
    ("Jane O'Neil", 501, "", "Jane@uni.example", "Tuesday, 3 March 2026, 11:58 PM"),
    ("김민수", 502, "minsu", "", "-"),
    ("Ana de_la Cruz", 503, "ana", "", ""),
    ("Bo Smith", 504, "", "", ""),
    ("Bo Smith", 505, "", "bo2@uni.example", ""),
)


@pytest.fixture
def moodle(course):
    with stock.open_gradebook(course) as gradebook:
        for student, number in (("jane", ""), ("minsu", "minsu"), ("bo1", "Participant 504"), ("idle", "")):
            gradebook.find_student(student).lms_user_id = number
        gradebook.db.commit()
    return export.marks(course, NAME)


def no_comments(_mark):
    return []


def test_scores_come_into_moodle_s_worksheet_and_its_times_stay(moodle):
    given = moodle_worksheet(MOODLE, {502: "0.50", 504: "2.00"})
    exported = export.for_moodle(moodle, given, no_comments)
    before, after = (rows(text, "Identifier") for text in (given.decode(), exported.text))
    grades = [row.pop("Grade") for row in after.values()]
    assert grades == ["3", "0.50", "", "0", ""]
    for row in before.values():
        row.pop("Grade")
    assert after == before
    assert told(exported)["bo1"] == "it was 2.00"
    assert told(exported)["idle"] == "no row is this student's; nothing was handed in"
    assert told(exported)["Bo Smith"] == "the gradebook has no such student"
    assert missed(exported) == {"ana"}


def test_a_participant_s_number_is_not_a_student_id(moodle, course):
    with stock.open_gradebook(course) as gradebook:
        gradebook.add_student("504")
        give(gradebook, "504", 2, 1)
    exported = export.for_moodle(export.marks(course, NAME), moodle_worksheet(MOODLE), no_comments)
    assert rows(exported.text, "Identifier")["Participant 504"]["Grade"] == "0"
    assert told(exported)["504"] == "no row is this student's; 3 points"


def test_comments_are_put_beside_what_a_person_wrote_and_exchanged_later(moodle):
    given = moodle_worksheet(MOODLE, comments={501: "<p>Nice.</p>"})
    first = export.for_moodle(
        moodle, given, lambda mark: ["use z > 0 (task 1: 0 of 2 points)"] * (mark.person.student == "jane")
    )
    ours = '<ul class="dlcourse"><li>use z &gt; 0 (task 1: 0 of 2 points)</li></ul>'
    assert rows(first.text, "Identifier")["Participant 501"]["Feedback comments"] == f"<p>Nice.</p>{ours}"
    assert rows(first.text, "Identifier")["Participant 502"]["Feedback comments"] == ""
    again = export.for_moodle(moodle, first.text.encode(), lambda mark: [r"\1 other"] * (mark.person.student == "jane"))
    text = rows(again.text, "Identifier")["Participant 501"]["Feedback comments"]
    assert text == r'<p>Nice.</p><ul class="dlcourse"><li>\1 other</li></ul>'
    none = export.for_moodle(moodle, again.text.encode(), no_comments)
    assert rows(none.text, "Identifier")["Participant 501"]["Feedback comments"] == "<p>Nice.</p>"


def test_who_has_no_score_gets_no_comment_and_a_graded_notebook_that_is_gone_is_named(moodle):
    asked = []

    def gone(mark):
        asked.append(mark.person.student)
        raise export.notebooks.NotebookError("there is no such file")

    people = (*MOODLE, ("Idle Ann", 506, "idle", "", ""))
    exported = export.for_moodle(moodle, moodle_worksheet(people, {504: "2.00"}), gone)
    assert asked == ["bo1", "jane", "minsu"]
    assert told(exported)["bo1"] == "it was 2.00; no comments: there is no such file"
    assert rows(exported.text, "Identifier")["Participant 501"]["Grade"] == "3"
    assert told(exported)["idle"] == "nothing was handed in"


def test_a_grade_that_moodle_has_closed_is_named(moodle):
    given = moodle_worksheet(MOODLE).replace(b'"Yes"', b'"No"', 1)
    exported = export.for_moodle(moodle, given, no_comments)
    assert rows(exported.text, "Identifier")["Participant 501"]["Grade"] == ""
    assert missed(exported) == {"jane", "ana"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"3.00", b"10.00", "maximum grade must be 3, as in the assignment; it is 10.00"),
        (b"3.00", b"", "it is not set"),
        (b'"Grade"', b'"Bewertung"', "must have a column Grade; got Identifier"),
        (b"Identifier", b"Kennung", "the first column of a Moodle grading worksheet must be called Identifier"),
    ],
)
def test_a_worksheet_that_does_not_fit_is_refused(moodle, old, new, words):
    with pytest.raises(ValueError, match=words):
        export.for_moodle(moodle, moodle_worksheet(MOODLE).replace(old, new), no_comments)


def test_comments_say_what_the_checks_said(course, tmp_path):
    for student, body in (("jane", RIGHT), ("minsu", WRONG)):
        folder = course.directory("submitted") / student / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_bytes(handed_in(course.root, body))
    root = ["--course", str(course.root)]
    assert cli.main(["grade", NAME, *root]) == 0
    sheet = tmp_path / "worksheet.csv"
    with stock.open_gradebook(course) as gradebook:
        for student in ("jane", "minsu", "ana", "bo1", "idle"):
            gradebook.find_student(student).lms_user_id = ""
        gradebook.db.commit()
    sheet.write_bytes(moodle_worksheet(MOODLE))
    out = tmp_path / "out.csv"
    arguments = [
        "export",
        NAME,
        "--to",
        "moodle",
        "--template",
        str(sheet),
        "--output",
        str(out),
        "--incomplete",
        *root,
    ]
    assert cli.main(arguments) == 1
    found = rows(out.read_text(encoding="utf-8"), "Identifier")
    assert found["Participant 501"]["Feedback comments"] == ""
    assert "AssertionError" in found["Participant 502"]["Feedback comments"]
    assert "(task 1: 0 of 2 points)</li>" in found["Participant 502"]["Feedback comments"]


# ------------------------------------------------------------------------------------------------------------------ csv


def test_the_plain_table_has_a_row_for_each_student_and_assignment_and_no_formula(course):
    with stock.open_gradebook(course) as gradebook:
        gradebook.find_student("bo1").last_name = '=HYPERLINK("http://a.example")'
        gradebook.find_student("bo1").first_name = "-1+1"
        gradebook.add_student("@sum", email="+1")
        gradebook.db.commit()
    found = list(csv.DictReader(io.StringIO(export.for_csv(export.marks(course)).text)))
    assert [(row["assignment"], row["student"]) for row in found] == [
        (name, student) for name in (OTHER, NAME) for student in ("'@sum", "ana", "bo1", "idle", "jane", "minsu")
    ]
    assert not [cell for row in found for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    tiny = {
        row["student"]: (row["points"], row["max_points"], row["state"]) for row in found if row["assignment"] == NAME
    }
    assert tiny == {
        "'@sum": ("", "3", "not handed in"),
        "ana": ("", "3", "waits for a person"),
        "bo1": ("0", "3", "graded"),
        "idle": ("", "3", "not handed in"),
        "jane": ("3", "3", "graded"),
        "minsu": ("0.5", "3", "graded"),
    }


# -------------------------------------------------------------------------------------------------------------- command


def test_the_command_writes_the_file_and_says_by_its_code_how_it_went(course, tmp_path, capsys):
    given, out = tmp_path / "gradebook.csv", tmp_path / "out" / "import.csv"
    given.write_bytes(canvas_gradebook(CLASS))
    arguments = ["export", NAME, "--to", "canvas", "--template", str(given), "--course", str(course.root)]
    assert cli.main([*arguments, "--output", str(out)]) == 1
    assert "1 score did not get into the file" in capsys.readouterr().out
    assert rows(out.read_text(encoding="utf-8"), "ID")["11"]["Tiny (77)"] == "3"
    assert cli.main([*arguments, "--output", str(out), "--incomplete", "--json"]) == 0
    assert {row["who"]: row["points"] for row in json.loads(capsys.readouterr().out)["rows"]}["ana"] == "2"
    before = given.read_bytes()
    assert cli.main([*arguments, "--output", str(given)]) == 2
    assert given.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--to", "canvas"], "needs the name of an assignment"),
        ([NAME, "--to", "moodle"], "must go with moodle"),
        ([NAME, "--to", "csv", "--template", "x.csv"], "csv has none"),
        ([NAME, "--to", "csv", "--column", "x"], "--column goes with canvas; got --to csv"),
        (["large", "--to", "csv"], "the gradebook must know large; it knows small, tiny"),
        ([NAME, "--to", "canvas", "--template", "nowhere.csv"], "nowhere.csv"),
    ],
)
def test_what_does_not_go_together_is_refused(course, tmp_path, capsys, arguments, words):
    out = tmp_path / "out.csv"
    assert cli.main(["export", *arguments, "--output", str(out), "--course", str(course.root)]) == 2
    assert words in capsys.readouterr().err
    assert not out.exists()
