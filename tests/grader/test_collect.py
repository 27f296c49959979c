"""Collecting: every file ends in a submission or in the list, nothing is lost, and nothing is written elsewhere."""

import json
import os
import random
import shutil
import sqlite3
import stat
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dlcourse import cli
from dlcourse.grader import archive, collect, stock
from tests.grader.downloads import (
    NAME,
    OTHER,
    WRONG,
    canvas_gradebook,
    handed_in,
    in_canvas,
    in_moodle,
    make_course,
    moodle_worksheet,
    packed,
    unlike,
)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return make_course(tmp_path_factory.mktemp("template"))


@pytest.fixture
def course(template, tmp_path):
    shutil.copytree(template, tmp_path / "course")
    return stock.open_course(tmp_path / "course")


@pytest.fixture
def right(template):
    return handed_in(template)


@pytest.fixture
def wrong(template):
    return handed_in(template, WRONG)


def taken(collected):
    return {one.person.student: one.state for one in collected.submissions}


def listed(collected):
    return {one.path: one.reason for one in collected.listed}


def places(course):
    """Return all that lies under the course's root but for the gradebook and what was given out."""
    root = course.directory("submitted")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def everything(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "submitted" not in path.relative_to(folder).parts and path.name != "gradebook.db"
    }


def adds_up(collected):
    return collected.files_taken + len(collected.listed) == collected.files


def student(course, name):
    with stock.open_gradebook(course) as gradebook:
        found = gradebook.find_student(name)
        return found.first_name, found.last_name, found.email, found.lms_user_id


# ------------------------------------------------------------------------------------------------------------- canvas

CLASS = (("O'Neil, Jane", 11, "jane"), ("김, 민수", 12, "minsu"), ("de_la_Cruz, Ana", 13, "ana"),
         ("Smith, Bo", 14, "bo1"), ("Smith, Bo", 15, "bo2"))  # fmt: skip


def canvas_class(right):
    return [(in_canvas(name, user, 900 + user, f"{NAME}.ipynb", late=user == 13), right) for name, user, _ in CLASS]


def test_a_class_from_canvas_is_collected_under_canvas_s_numbers(course, right, tmp_path):
    found = collect.collect(course, packed(tmp_path / "all.zip", canvas_class(right)), "canvas")
    assert taken(found) == dict.fromkeys(["11", "12", "13", "14", "15"], "new")
    assert places(course) == {f"{user}/{NAME}/{NAME}.ipynb": right for user in range(11, 16)}
    assert student(course, "12") == (None, "김민수", None, "12")
    assert adds_up(found)
    assert {one.person.student: one.remarks for one in found.submissions}["13"] == (
        "late; Canvas does not say by how much",
    )


def test_canvas_s_gradebook_says_who_is_who(course, right, tmp_path):
    roster = tmp_path / "gradebook.csv"
    roster.write_bytes(b"\xef\xbb\xbf" + canvas_gradebook(CLASS[:4]))
    found = collect.collect(course, packed(tmp_path / "all.zip", canvas_class(right)), "canvas", roster=roster)
    assert taken(found) == dict.fromkeys(["ana", "bo1", "jane", "minsu"], "new")
    assert list(listed(found).values()) == ["the roster has no student of this number"]
    assert student(course, "jane") == ("Jane", "O'Neil", None, "11")
    assert adds_up(found)


def test_two_students_may_not_share_an_id(course, right, tmp_path):
    roster = tmp_path / "gradebook.csv"
    roster.write_bytes(canvas_gradebook((("A, B", 1, "same"), ("C, D", 2, "Same"))))
    with pytest.raises(ValueError, match="1 and 2 share Same"):
        collect.collect(course, packed(tmp_path / "all.zip", canvas_class(right)), "canvas", roster=roster)


def test_submissions_without_a_name_keep_their_letters(course, right, tmp_path):
    files = [
        ("anon_x1Y2z_456_01_tiny.ipynb", right),
        ("LATE_anon_Q9_457_tiny.ipynb", right),
        ("anon_x1Y2z_text.html", b""),
    ]
    found = collect.collect(course, packed(tmp_path / "a.zip", files), "canvas")
    assert taken(found) == {"anon_Q9": "new", "anon_x1Y2z": "new"}
    assert found.submissions[0].remarks[-1] == "late; Canvas does not say by how much"
    roster = tmp_path / "gradebook.csv"
    roster.write_bytes(canvas_gradebook(CLASS))
    refused = collect.collect(course, packed(tmp_path / "a.zip", files), "canvas", roster=roster)
    assert taken(refused) == {}
    assert "collect without --roster" in listed(refused)["LATE_anon_Q9_457_tiny.ipynb"]
    assert adds_up(refused)


@pytest.mark.parametrize("file", ["tiny (1).ipynb", "tiny-1.ipynb", "solution.ipynb", "TINY.IPYNB", "Übung.ipynb"])
def test_a_notebook_with_a_wrong_name_gets_the_right_one(course, right, tmp_path, file):
    found = collect.collect(course, packed(tmp_path / "a.zip", [(f"doe_1_2_{file}", right)]), "canvas")
    assert places(course) == {f"1/{NAME}/{NAME}.ipynb": right}
    assert found.submissions[0].remarks == (f"{file} is called tiny.ipynb here",)


@pytest.mark.parametrize(
    ("path", "key", "name", "file", "order", "late"),
    [
        ("de_la_cruzana_13_900_tiny.ipynb", "13", "de_la_cruzana", "tiny.ipynb", 900, False),
        ("김민수_LATE_12_907_01_tiny-1.ipynb", "12", "김민수", "01_tiny-1.ipynb", 907, True),
        ("_11_900_2_3_a.csv", "11", "", "2_3_a.csv", 900, False),
        ("doe2_11_900_LATE_5_6_a.csv", "11", "doe2", "LATE_5_6_a.csv", 900, False),
        ("doe_11_900_text.html", "11", "doe", "text.html", 900, False),
        ("doe_LATE_11_text.html", "11", "doe", "text.html", 0, True),
        ("anon_LATE_11_900_tiny.ipynb", "11", "anon", "tiny.ipynb", 900, True),
        ("anon_11_900_01_tiny.ipynb", "11", "anon", "01_tiny.ipynb", 900, False),
        ("anon_x1Y2z_900_01_tiny.ipynb", "anon_x1Y2z", "", "01_tiny.ipynb", 900, False),
        ("LATE_anon_x1Y2z_900_tiny.ipynb", "anon_x1Y2z", "", "tiny.ipynb", 900, True),
        ("LATE_anon_x1Y2z_link.html", "anon_x1Y2z", "", "link.html", 0, True),
    ],
)
def test_a_name_of_canvas_s_is_taken_apart(path, key, name, file, order, late):
    found = collect.platforms.in_canvas(path)
    assert (found.key, found.name, found.file, found.order, found.late) == (key, name, file, order, late)
    assert bool(found.fault) == (order == 0)


def test_of_several_notebooks_the_one_handed_in_last_is_taken(course, right, wrong, tmp_path):
    files = [("doe_1_99_tiny-1.ipynb", right), ("doe_1_100_tiny-2.ipynb", wrong), ("doe_1_98_tiny.ipynb", right)]
    found = collect.collect(course, packed(tmp_path / "a.zip", files), "canvas")
    assert places(course) == {f"1/{NAME}/{NAME}.ipynb": wrong}
    assert set(listed(found)) == {"doe_1_99_tiny-1.ipynb", "doe_1_98_tiny.ipynb"}
    assert listed(found)["doe_1_98_tiny.ipynb"] == "tiny-2.ipynb is taken, which was handed in later"
    assert adds_up(found)


def test_other_files_are_kept_beside_the_notebook(course, template, right, tmp_path):
    other = handed_in(template, name=OTHER)
    files = [("doe_1_2_tiny.ipynb", right), ("doe_1_3_Data.csv", b"1,2"), ("doe_1_4_small.ipynb", other),
             ("doe_1_5_data.csv", b"3"), ("doe_1_6_timestamp.txt", b"1999-01-01 00:00:00 UTC")]  # fmt: skip
    found = collect.collect(course, packed(tmp_path / "a.zip", files), "canvas", assignment=NAME)
    assert set(places(course)) == {f"1/{NAME}/{NAME}.ipynb", f"1/{NAME}/data.csv", f"1/{NAME}/small.ipynb"}
    assert listed(found)["doe_1_3_Data.csv"] == "doe_1_5_data.csv has its place"
    assert "a student may not hand it in" in listed(found)["doe_1_6_timestamp.txt"]
    assert adds_up(found)


def test_what_is_no_submission_stands_in_the_list_with_the_reason(course, template, right, tmp_path):
    files = [
        ("doe_1_2_tiny.ipynb", right[: len(right) // 2]),
        ("roe_2_3_tiny.ipynb", unlike(right)),
        ("poe_3_4_work.ipynb", handed_in(template, name=OTHER)),
        ("loe_4_5_essay.pdf", b"%PDF"),
        ("moe_5_text.html", b"<p>"),
        ("noe_LATE_6_link.html", b"<p>"),
        ("readme.txt", b""),
        ("__MACOSX/._doe_1_2_tiny.ipynb", b""),
        ("zoe_7_8_tiny.ipynb", right),
    ]
    found = collect.collect(course, packed(tmp_path / "a.zip", files), "canvas", assignment=NAME)
    assert list(listed(found).values()) == [
        "it is not a notebook, or only a part of one",
        "it is a notebook, and of none of this course's assignments",
        "it is a notebook of small, not of tiny",
        "no notebook of tiny was handed in with it",
        "it is a text entry, and only files are collected",
        "it is a link, and only files are collected",
        "its name says no student in the way of canvas",
        "the system has put it there",
    ]
    assert taken(found) == {"7": "new"}
    assert adds_up(found)


# ------------------------------------------------------------------------------------------------------------- moodle

MOODLE = (
    ("Jane O'Neil", 501, "s1", "jane@uni.example", "Tuesday, 3 March 2026, 11:58 PM"),
    ("김민수", 502, "", "minsu@uni.example", "Wednesday, 4 March 2026, 12:05 AM"),
    ("Ana de_la Cruz", 503, "", "", "Mercredi 4 mars 2026, 00:10"),
    ("Bo Smith", 504, "s4", "bo@uni.example", "-"),
    ("Bo Smith", 505, "s5", "bo@uni.example", ""),
)


@pytest.mark.parametrize("shape", [{}, {"old": True}, {"flat": True}])
def test_a_class_from_moodle_is_collected_with_its_times(course, right, tmp_path, shape):
    roster = tmp_path / "worksheet.csv"
    roster.write_bytes(moodle_worksheet(MOODLE))
    files = [(in_moodle(name, number, "tiny.ipynb", **shape), right) for name, number, *_ in MOODLE]
    files.append(("Bo Smith_504_assignsubmission_onlinetext/onlinetext.html", b"<p>"))
    zone = collect.platforms.UTC
    found = collect.collect(course, packed(tmp_path / "a.zip", files), "moodle", roster=roster, zone=zone)
    assert taken(found) == dict.fromkeys(["503", "minsu", "s1", "s4", "s5"], "new")
    assert {path: data for path, data in places(course).items() if path.endswith("txt")} == {
        f"s1/{NAME}/timestamp.txt": b"2026-03-03 23:58:00 UTC\n",
        f"minsu/{NAME}/timestamp.txt": b"2026-03-04 00:05:00 UTC\n",
    }
    assert student(course, "s1") == ("Jane", "O'Neil", "jane@uni.example", "s1")
    assert student(course, "minsu") == (None, "김민수", "minsu@uni.example", "minsu@uni.example")
    assert student(course, "503")[3] == "Participant 503"
    assert found.submissions[0].remarks == ("when it came cannot be read: 'Mercredi 4 mars 2026, 00:10'",)
    assert list(listed(found).values()) == ["it is an online text, and only files are collected"]
    assert adds_up(found)


def test_a_student_s_own_folders_are_kept_and_do_not_forge_another_student(course, right, wrong, tmp_path):
    files = [("Ann_1_assignsubmission_file/tiny.ipynb", right),
             ("Ann_1_assignsubmission_file/Bob_2_assignsubmission_file/tiny.ipynb", wrong),
             ("Ann_1_assignsubmission_file/.ipynb_checkpoints/tiny-checkpoint.ipynb", wrong),
             ("Ann_1_assignsubmission_file/timestamp.txt", b"1999-01-01 00:00:00 UTC"),
             ("Ann_1_assignsubmission_file/data/a.csv", b"1")]  # fmt: skip
    found = collect.collect(course, packed(tmp_path / "a.zip", files), "moodle")
    assert places(course) == {f"1/{NAME}/{NAME}.ipynb": right, f"1/{NAME}/data/a.csv": b"1"}
    assert len(found.listed) == 3
    assert adds_up(found)


def test_moodle_s_clock_is_that_of_the_zone(course, right, tmp_path):
    roster = tmp_path / "worksheet.csv"
    roster.write_bytes(moodle_worksheet(MOODLE[:1]))
    file = packed(tmp_path / "a.zip", [(in_moodle("Jane O'Neil", 501, "tiny.ipynb"), right)])
    arguments = ["collect", str(file), "--from", "moodle", "--roster", str(roster), "--course", str(course.root)]
    assert cli.main([*arguments, "--timezone", "Asia/Seoul"]) == 0
    assert places(course)[f"s1/{NAME}/timestamp.txt"] == b"2026-03-03 14:58:00 UTC\n"
    with pytest.raises(SystemExit):
        cli.main([*arguments, "--timezone", "Utopia/Nowhere"])


# ------------------------------------------------------------------------------------------------------------- folder


def test_a_folder_may_be_laid_out_in_four_ways(course, template, right, tmp_path):
    hub = tmp_path / "hub"
    for path, data in {
        "ann/homework.ipynb": right,
        "bob/tiny/tiny.ipynb": right,
        "bob/tiny/timestamp.txt": b"2026-03-03 23:58:00 UTC",
        "bob/small/small.ipynb": handed_in(template, name=OTHER),
        "cid_tiny (1).ipynb": right,
        "dan.ipynb": right,
        "ann/timestamp.txt": b"2026-03-03 23:58:00 UTC",
        "tiny.ipynb": right,
        "notes.txt": b"",
        "eve/tiny/tiny.ipynb": right,
        "eve/tiny/timestamp.txt": b"yesterday",
    }.items():
        (hub / path).parent.mkdir(parents=True, exist_ok=True)
        (hub / path).write_bytes(data)
    found = collect.collect(course, hub, "folder", assignment=NAME)
    assert taken(found) == dict.fromkeys(["ann", "bob", "cid", "dan", "eve"], "new")
    assert places(course)[f"bob/{NAME}/timestamp.txt"] == b"2026-03-03 23:58:00 UTC\n"
    assert set(listed(found)) == {
        *("bob/small/small.ipynb", "tiny.ipynb", "notes.txt", "eve/tiny/timestamp.txt", "ann/timestamp.txt"),
    }
    assert adds_up(found)


def test_students_who_differ_in_capitals_alone_are_told_apart_by_a_person(course, right, tmp_path):
    files = [("Ann/a.ipynb", right), ("ann/a.ipynb", right), ("bob/a.ipynb", right), (".git/a.ipynb", right)]
    found = collect.collect(course, packed(tmp_path / "a.zip", files), "folder")
    assert taken(found) == {"bob": "new"}
    assert "must differ in more than capitals" in listed(found)["ann/a.ipynb"]
    assert "must not begin with a dot" in listed(found)[".git/a.ipynb"]


def test_a_folder_around_all_others_does_not_count_if_it_is_called_like_the_archive(course, right, tmp_path):
    files = [("hub/ann/a.ipynb", right), ("hub/bob/a.ipynb", right)]
    assert taken(collect.collect(course, packed(tmp_path / "hub.zip", files), "folder")) == {"ann": "new", "bob": "new"}


# ----------------------------------------------------------------------------------------------------- which assignment


def test_the_assignment_is_told_from_the_notebooks_or_asked_for(course, template, right, tmp_path):
    both = [("doe_1_2_a.ipynb", right), ("roe_2_3_b.ipynb", handed_in(template, name=OTHER))]
    with pytest.raises(ValueError, match=r"got 1 of small, 1 of tiny\. Say --assignment NAME"):
        collect.collect(course, packed(tmp_path / "a.zip", both), "canvas")
    with pytest.raises(ValueError, match="got none of this course"):
        collect.collect(course, packed(tmp_path / "a.zip", [("doe_1_2_a.pdf", b"")]), "canvas")
    with pytest.raises(ValueError, match="one of small, tiny; got 'large'"):
        collect.collect(course, packed(tmp_path / "a.zip", both), "canvas", assignment="large")
    assert collect.collect(course, packed(tmp_path / "a.zip", both[1:]), "canvas").assignment == OTHER


def test_a_notebook_of_an_older_release_is_known_by_its_checks():
    root = Path(__file__).parents[2]
    notebook = json.loads((root / "exercises" / "03_losses" / "03_losses.ipynb").read_text(encoding="utf-8"))
    same = collect._marks(notebook["cells"])[:1]
    for marks in ([("imports", "new")], same):
        releases = dict.fromkeys(("02_activations", "03_losses"), marks)
        assert collect.belongs_to(json.dumps(notebook).encode(), "x.ipynb", releases) == "03_losses"


# ------------------------------------------------------------------------------------------------------ nothing is lost


def test_a_second_run_changes_nothing(course, right, tmp_path):
    file = packed(tmp_path / "all.zip", canvas_class(right))
    collect.collect(course, file, "canvas")
    before = places(course)
    again = collect.collect(course, file, "canvas")
    assert set(taken(again).values()) == {"unchanged"}
    assert places(course) == before
    assert not list(course.directory("submitted").glob("*/.*"))
    assert adds_up(again)


def test_another_submission_in_the_place_is_left_until_it_is_to_be_replaced(course, right, wrong, tmp_path):
    collect.collect(
        course, packed(tmp_path / "a.zip", [("doe_1_2_tiny.ipynb", right), ("doe_1_3_a.csv", b"")]), "canvas"
    )
    newer = packed(tmp_path / "b.zip", [("doe_1_4_tiny.ipynb", wrong), ("roe_2_5_tiny.ipynb", right)])
    found = collect.collect(course, newer, "canvas")
    assert taken(found) == {"1": "left alone", "2": "new"}
    assert "--replace puts this one there" in listed(found)["doe_1_4_tiny.ipynb"]
    assert places(course)[f"1/{NAME}/{NAME}.ipynb"] == right
    assert adds_up(found)
    found = collect.collect(course, newer, "canvas", replace_old=True)
    assert taken(found) == {"1": "replaced", "2": "unchanged"}
    assert places(course) == {f"1/{NAME}/{NAME}.ipynb": wrong, f"2/{NAME}/{NAME}.ipynb": right}
    assert not list(course.directory("submitted").glob("*/.*"))


def test_a_replacement_that_fails_leaves_what_was_there(course, right, wrong, tmp_path, monkeypatch):
    collect.collect(course, packed(tmp_path / "a.zip", [("doe_1_2_tiny.ipynb", right)]), "canvas")
    newer = packed(tmp_path / "b.zip", [("doe_1_4_tiny.ipynb", wrong)])
    rename = Path.rename

    def no_second(path, target):
        if Path(target).name == NAME and path.name.startswith("."):
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", no_second)
    found = collect.collect(course, newer, "canvas", replace_old=True)
    monkeypatch.undo()
    assert listed(found) == {"doe_1_4_tiny.ipynb": "it cannot be written: No space left on device"}
    assert places(course) == {f"1/{NAME}/{NAME}.ipynb": right}


def test_another_time_is_another_submission_and_no_time_is_none(course, right, tmp_path):
    first, other = b"2026-03-03 23:58:00 UTC", b"2026-03-04 00:05:00 UTC"
    for stamp, state in ((first, "new"), (first, "unchanged"), (None, "unchanged"), (other, "left alone")):
        files = [(f"ann/{NAME}/{NAME}.ipynb", right), *([(f"ann/{NAME}/timestamp.txt", stamp)] if stamp else [])]
        assert taken(collect.collect(course, packed(tmp_path / "a.zip", files), "folder")) == {"ann": state}
    assert places(course)[f"ann/{NAME}/timestamp.txt"] == first + b"\n"


def test_more_files_in_the_place_than_are_read_are_another_submission(course, right, tmp_path, monkeypatch):
    file = packed(tmp_path / "a.zip", [("doe_1_2_tiny.ipynb", right)])
    collect.collect(course, file, "canvas")
    for number in range(3):
        (course.directory("submitted") / "1" / NAME / f"{number}.txt").write_text("mine")
    monkeypatch.setattr(collect.batch, "MOST_FILES", 2)
    assert taken(collect.collect(course, file, "canvas")) == {"1": "left alone"}


def test_what_is_in_place_can_be_read_by_others(course, right, tmp_path):
    collect.collect(course, packed(tmp_path / "a.zip", [("doe_1_2_tiny.ipynb", right)]), "canvas")
    assert (course.directory("submitted") / "1" / NAME).stat().st_mode & 0o777 == 0o755


def test_what_an_interrupted_run_has_left_is_cleared_away(course, right, tmp_path):
    rest = course.directory("submitted") / "1" / f".{NAME}.abcd"
    rest.mkdir(parents=True)
    (rest / "half").write_text("x")
    collect.collect(course, packed(tmp_path / "a.zip", [("doe_1_2_tiny.ipynb", right)]), "canvas")
    assert set(places(course)) == {f"1/{NAME}/{NAME}.ipynb"}


def test_a_dry_run_writes_nothing(course, right, tmp_path):
    before = sorted(course.root.rglob("*"))
    found = collect.collect(course, packed(tmp_path / "a.zip", canvas_class(right)), "canvas", dry_run=True)
    assert set(taken(found).values()) == {"new"}
    assert sorted(course.root.rglob("*")) == before
    with stock.open_gradebook(course) as gradebook:
        assert gradebook.students == []


def test_the_gradebook_s_own_words_stay(course, right, tmp_path):
    with stock.open_gradebook(course) as gradebook:
        gradebook.add_student("jane", last_name="Married", lms_user_id="99")
    roster = tmp_path / "gradebook.csv"
    roster.write_bytes(canvas_gradebook(CLASS))
    file = packed(tmp_path / "a.zip", canvas_class(right)[:1])
    found = collect.collect(course, file, "canvas", roster=roster)
    assert student(course, "jane") == ("Jane", "Married", None, "99")
    assert found.submissions[0].remarks == ("the gradebook knows this student as 99 on the platform; here it is 11",)


# ------------------------------------------------------------------------------------------------------------- hostile


def link(name):
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


OUTSIDE, NO_NAME = "its path leads out of the archive", "its path has a part without a name"
HOSTILE = [
    ("../evil_1_2_tiny.ipynb", "canvas", OUTSIDE),
    ("/etc/evil_1_2_tiny.ipynb", "canvas", OUTSIDE),
    ("C:/evil_1_2_tiny.ipynb", "canvas", OUTSIDE),
    ("..\\evil_1_2_tiny.ipynb", "canvas", OUTSIDE),
    ("evil_1_2_..", "canvas", OUTSIDE),
    ("evil_1_2_.", "canvas", NO_NAME),
    ("Eve_1_assignsubmission_file_../x", "moodle", OUTSIDE),
    ("Eve_1_assignsubmission_file_//etc/x", "moodle", NO_NAME),
    ("Eve_1_assignsubmission_file/../../x", "moodle", OUTSIDE),
    ("Eve_1_assignsubmission_file/a\nb", "moodle", "its name cannot be read"),
    ("Eve_1_assignsubmission_file/" + "x" * 300, "moodle", "its name must be at most 255 bytes long"),
    ("../ann/a.ipynb", "folder", OUTSIDE),
    (link("evil_1_2_tiny.ipynb"), "canvas", "it is a link"),
]


@pytest.mark.parametrize(("name", "platform", "reason"), HOSTILE, ids=[f"path{i}" for i in range(len(HOSTILE))])
def test_a_path_that_leads_elsewhere_is_listed_and_nothing_is_written_there(
    course, right, tmp_path, name, platform, reason
):
    before = everything(tmp_path)
    good = {"canvas": "doe_7_8_tiny.ipynb", "moodle": "D_7_assignsubmission_file/t.ipynb", "folder": "7/t.ipynb"}
    own = {"canvas": "evil_1_9_tiny.ipynb", "moodle": "Eve_1_assignsubmission_file_/t.ipynb", "folder": "1/t.ipynb"}
    file = packed(tmp_path / "a.zip", [(good[platform], right), (own[platform], right), (name, right)])
    found = collect.collect(course, file, platform)
    file.unlink()
    assert list(listed(found).values()) == [reason]
    assert everything(tmp_path) == before
    assert set(places(course)) == {f"{user}/{NAME}/{NAME}.ipynb" for user in "17"}
    assert adds_up(found)


def test_links_of_a_folder_are_not_followed(course, right, tmp_path):
    hub = tmp_path / "hub"
    (hub / "ann").mkdir(parents=True)
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key.ipynb").write_bytes(right)
    (hub / "ann" / "tiny.ipynb").write_bytes(right)
    (hub / "ann" / "key.ipynb").symlink_to(tmp_path / "secret" / "key.ipynb")
    (hub / "bob").symlink_to(tmp_path / "secret")
    os.mkfifo(hub / "ann" / "pipe")
    found = collect.collect(course, hub, "folder")
    assert listed(found) == {
        "bob": "it is a link",
        "ann/key.ipynb": "it is a link",
        "ann/pipe": "it is no regular file",
    }
    assert adds_up(found)


def test_a_link_in_the_place_of_a_submission_is_not_written_through(course, right, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    course.directory("submitted").mkdir()
    (course.directory("submitted") / "1").symlink_to(tmp_path / "elsewhere")
    found = collect.collect(
        course, packed(tmp_path / "a.zip", [("doe_1_2_tiny.ipynb", right)]), "canvas", replace_old=True
    )
    assert "nothing is written through a link" in listed(found)["doe_1_2_tiny.ipynb"]
    assert list((tmp_path / "elsewhere").iterdir()) == []
    with stock.open_gradebook(course) as gradebook:
        assert gradebook.students == []


def test_a_file_in_the_place_of_a_submission_is_left(course, right, tmp_path):
    (course.directory("submitted") / "1").mkdir(parents=True)
    (course.directory("submitted") / "1" / NAME).write_text("a note")
    file = packed(tmp_path / "a.zip", [("doe_1_2_tiny.ipynb", right)])
    assert listed(collect.collect(course, file, "canvas", replace_old=True)) == {
        "doe_1_2_tiny.ipynb": f"a file is in its place: 1/{NAME}"
    }


def test_a_bomb_is_not_unpacked(course, right, tmp_path, monkeypatch):
    files = [("doe_1_2_tiny.ipynb", right), ("doe_1_3_zeros.bin", bytes(archive.MOST_BYTES + 1))]
    bomb = packed(tmp_path / "a.zip", files)
    assert bomb.stat().st_size < 100_000
    found = collect.collect(course, bomb, "canvas")
    assert listed(found) == {"doe_1_3_zeros.bin": "it must be at most 20 MB; it is 20 MB"}
    monkeypatch.setattr(archive, "MOST_UNPACKED", len(right) + 100)
    many = packed(tmp_path / "b.zip", [("doe_1_2_tiny.ipynb", right), ("doe_1_3_a.bin", bytes(200))])
    found = collect.collect(course, many, "canvas")
    assert "all files together may be" in listed(found)["doe_1_3_a.bin"]
    monkeypatch.setattr(archive, "MOST_ENTRIES", 1)
    with pytest.raises(ValueError, match="may have 1 files; it has 2"):
        collect.collect(course, many, "canvas")


def test_an_entry_that_lies_about_its_size_is_damaged(course, right, tmp_path):
    file = packed(tmp_path / "a.zip", [("doe_1_2_tiny.ipynb", right), ("doe_1_3_a.bin", bytes(5000))])
    data = bytearray(file.read_bytes())
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<I", 10)  # what it says that it unpacks to
    file.write_bytes(data)
    found = collect.collect(course, file, "canvas")
    assert listed(found)["doe_1_3_a.bin"].startswith("it is damaged:")
    assert set(places(course)) == {f"1/{NAME}/{NAME}.ipynb"}


def test_what_is_damaged_or_encrypted_is_listed_alone(course, right, tmp_path):
    file = packed(tmp_path / "a.zip", [(f"doe_{i}_9_tiny.ipynb", right) for i in range(1, 5)])
    data = bytearray(file.read_bytes())
    places_ = [i for i in range(len(data)) if data[i : i + 4] == b"PK\x01\x02"]
    starts = [i for i in range(len(data)) if data[i : i + 4] == b"PK\x03\x04"]
    data[starts[0] + 60] ^= 0xFF  # in what was packed
    data[places_[1] + 8] |= 1  # says that it is encrypted
    data[places_[2] + 10] = 99  # packed in a way that nobody knows
    file.write_bytes(data)
    found = collect.collect(course, file, "canvas", assignment=NAME)
    reasons = listed(found)
    assert reasons["doe_1_9_tiny.ipynb"].startswith("it is damaged:")
    assert reasons["doe_2_9_tiny.ipynb"] == "it is encrypted"
    assert reasons["doe_3_9_tiny.ipynb"].startswith("it is damaged:")
    assert taken(found) == {"4": "new"}
    assert adds_up(found)


def test_a_name_that_is_not_utf_8_is_listed_and_one_that_does_not_say_so_is_read(course, right, tmp_path):
    file = packed(tmp_path / "a.zip", [("xxx_1_2_tiny.ipynb", right), ("zzzzzz_2_3_tiny.ipynb", right)])
    data = file.read_bytes().replace(b"xxx_1_2", b"\xff\xfe\xfd_1_2").replace(b"zzzzzz_2_3", "김민".encode() + b"_2_3")
    file.write_bytes(data)
    found = collect.collect(course, file, "canvas")
    assert taken(found) == {"2": "new"}
    assert found.submissions[0].person.last_name == "김민"
    assert list(listed(found).values()) == ["its name cannot be read"]


@pytest.mark.parametrize("names", [("a", "a/b"), ("A/b", "a")])
def test_a_file_that_would_have_to_be_a_folder_too_is_listed(course, right, tmp_path, names):
    files = [("ann/tiny.ipynb", right), *((f"ann/{name}", b"1") for name in names)]
    found = collect.collect(course, packed(tmp_path / "a.zip", files), "folder")
    assert taken(found) == {"ann": "new"}
    assert len(found.listed) == 1
    assert "has its place" in found.listed[0].reason


def test_the_same_name_twice_is_one_file_and_one_in_the_list(course, right, wrong, tmp_path):
    file = packed(tmp_path / "a.zip", [("doe_1_2_tiny.ipynb", right), ("doe_1_2_tiny.ipynb", wrong)])
    found = collect.collect(course, file, "canvas")
    assert taken(found) == {"1": "new"}
    assert len(found.listed) == 1
    assert adds_up(found)


def test_every_file_ends_in_a_submission_or_in_the_list_whatever_was_packed(course, template, right, wrong, tmp_path):
    chance = random.Random(1)  # noqa: S311 - what to pack
    before = everything(tmp_path)
    contents = [
        right,
        wrong,
        unlike(right),
        handed_in(template, name=OTHER),
        right[:500],
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
    ]
    files = ["tiny.ipynb", "tiny (1).ipynb", "TINY.ipynb", "a.csv", "A.csv", "a.csv/b", "timestamp.txt", "..", "x\x01"]
    fronts = {
        "canvas": ["doe_1_2_", "doe_LATE_1_33_", "roe_2_4_", "anon_a1_5_", "doe_1_text.html", "_3_4_", "../a_1_9_"],
        "moodle": ["Ann_1_assignsubmission_file/", "Ann_1_assignsubmission_file_", "B_2_assignsubmission_onlinetext_/"],
        "folder": ["ann/", "Ann/", "ann/tiny/", "ann/small/", "bob_", "../", "/", ".h/", "ann/.ipynb_checkpoints/"],
    }
    for number in range(60):
        platform = ("canvas", "moodle", "folder")[number % 3]
        names = [chance.choice(fronts[platform]) + chance.choice(files) for _ in range(chance.randint(0, 25))]
        file = packed(tmp_path / "a.zip", [(name, chance.choice(contents)) for name in names])
        found = collect.collect(course, file, platform, assignment=NAME, replace_old=chance.random() < 0.5)
        file.unlink()
        assert adds_up(found)
        ended = [path for one in found.submissions if one.state != "left alone" for path in one.sources.values()]
        assert sorted([*ended, *(one.path for one in found.listed)]) == sorted(names)
        assert all(one.reason for one in found.listed)
        assert everything(tmp_path) == before
        for one in found.submissions:
            place = course.directory("submitted") / one.person.student / NAME
            assert (place / f"{NAME}.ipynb").read_bytes() in (right, wrong)


def test_a_gradebook_that_cannot_be_written_is_named_and_the_next_run_makes_it_good(
    course, right, tmp_path, monkeypatch
):
    def locked(_gradebook, _person):
        raise collect.sqlalchemy.exc.OperationalError("insert", {}, sqlite3.OperationalError("database is locked"))

    file = packed(tmp_path / "a.zip", [("doe_1_2_tiny.ipynb", right)])
    monkeypatch.setattr(collect, "_enter", locked)
    monkeypatch.setattr(collect.batch, "LOCKED_SECONDS", 0.1)
    with pytest.raises(stock.GraderError, match=r"the gradebook cannot be written: database is locked\. Run it again"):
        collect.collect(course, file, "canvas")
    monkeypatch.undo()
    assert taken(collect.collect(course, file, "canvas")) == {"1": "unchanged"}
    assert student(course, "1")[3] == "1"


def test_a_gradebook_that_is_locked_for_a_moment_is_waited_for(course, right, tmp_path, monkeypatch):
    tries, enter = [], collect._enter

    def locked_once(gradebook, person):
        tries.append(person.student)
        if len(tries) == 1:
            raise collect.sqlalchemy.exc.OperationalError("insert", {}, sqlite3.OperationalError("database is locked"))
        return enter(gradebook, person)

    monkeypatch.setattr(collect, "_enter", locked_once)
    file = packed(tmp_path / "a.zip", [("doe_1_2_tiny.ipynb", right)])
    assert taken(collect.collect(course, file, "canvas")) == {"1": "new"}
    assert tries == ["1", "1"]
    assert student(course, "1")[3] == "1"


def test_more_files_or_bytes_than_a_submission_may_have_are_listed(course, right, tmp_path, monkeypatch):
    monkeypatch.setattr(collect.batch, "MOST_FILES", 2)
    files = [("doe_1_2_tiny.ipynb", right), *((f"doe_1_{i}_{i}.csv", b"12345") for i in range(3, 6))]
    found = collect.collect(course, packed(tmp_path / "a.zip", files), "canvas")
    assert len(found.submissions[0].sources) == 2
    assert set(listed(found).values()) == {"at most 2 files are collected; there are more"}
    monkeypatch.undo()
    monkeypatch.setattr(collect, "MOST_OF_ONE", len(right) + 5)
    found = collect.collect(course, packed(tmp_path / "a.zip", files), "canvas")
    assert len(found.submissions[0].sources) == 2
    assert adds_up(found)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 and then nothing", b"hello"])
def test_a_file_that_is_no_archive_is_refused(course, tmp_path, data):
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(ValueError, match="must be a whole zip file"):
        collect.collect(course, tmp_path / "a.zip", "canvas")
    with pytest.raises(ValueError, match="there is none"):
        collect.collect(course, tmp_path / "b.zip", "canvas")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Name,ID\nx,1\n", "must be called Student"),
        (b"Student,Login\nx,1\n", "must have a column ID; got Student, Login"),
        (b"", "its first line is ''"),
        (b"Student,ID\n\xff,1\n", "must be UTF-8"),
        (b"Student,ID\nx,1,2\n", "must have 2 cells in each row; one has 3"),
        (b'Student,ID\n"' + b"x" * 200_000 + b'",1\n', "must be a table as CSV"),
    ],
)
def test_a_roster_that_is_none_is_refused(course, right, tmp_path, data, words):
    (tmp_path / "r.csv").write_bytes(data)
    with pytest.raises(ValueError, match=words):
        collect.collect(course, packed(tmp_path / "a.zip", []), "canvas", roster=tmp_path / "r.csv")


# ------------------------------------------------------------------------------------------------------------- command


def test_the_command_says_by_its_code_how_it_went_and_what_it_collects_is_graded(
    course, right, wrong, tmp_path, capsys
):
    file = packed(tmp_path / "a.zip", [("doe_1_2_tiny (1).ipynb", right), ("roe_2_3_x.ipynb", wrong)])
    root = ["--course", str(course.root)]
    assert cli.main(["collect", str(file), "--from", "canvas", *root]) == 0
    printed = capsys.readouterr().out
    assert "tiny (1).ipynb is called tiny.ipynb here" in printed
    assert "tiny: 2 submissions (2 new); of 2 files 2 are in submissions and 0 in the list" in printed
    assert cli.main(["grade", NAME, *root, "--json"]) == 0
    scores = {
        one["student"]: one["scores"]["task-1-visible"] for one in json.loads(capsys.readouterr().out)["submissions"]
    }
    assert scores == {"1": 2, "2": 0}
    assert student(course, "1") == (None, "doe", None, "1")

    packed(file, [("doe_1_2_tiny.ipynb", wrong), ("x\u2028y.txt", b"")])
    assert cli.main(["collect", str(file), "--from", "canvas", *root, "--dry-run", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["state"] for one in told["submissions"]] == ["left alone"]
    assert [one["student"] for one in told["listed"]] == ["1", ""]
    assert cli.main(["collect", str(file), "--from", "canvas", *root]) == 1
    assert r"'x\u2028y.txt'" in capsys.readouterr().out
    assert cli.main(["collect", str(tmp_path / "none.zip"), "--from", "canvas", *root]) == 2
    assert "there is none" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        cli.main(["collect", str(file), *root])


def test_names_of_any_script_are_printed_on_a_terminal_of_any_encoding(course, right, tmp_path):
    file = packed(tmp_path / "a.zip", [("김_1_2_tiny.ipynb", right), ("김.txt", b"")])
    command = [sys.executable, "-m", "dlcourse.cli", "collect", str(file)]
    command += ["--from", "canvas", "--course", str(course.root)]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603 - our own interpreter
    assert done.returncode == 1, done.stderr
    assert b"\\uae40.txt" in done.stdout
