import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import csv_files
from bot.csv_files import COLUMNS, read_folder
from bot.csv_problems import SENTENCES, sentence, sentences
from bot.domain import names
from bot.domain.setup import File, Flaw, Problem, Row, SetUpData

ZURICH = ZoneInfo("Europe/Zurich")
MEMBERS = "slack_id,name,{column}\nU1,Lea,{cell}\n"


def read(folder: Path, **files: str | bytes) -> SetUpData:
    for name, content in files.items():
        path = folder / f"{name}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_folder(folder, ZURICH)


def rows(data: SetUpData, file: File) -> list[Row]:
    assert data.problems == ()
    return list(data.rows[file])


def only(data: SetUpData) -> Problem:
    (problem,) = data.problems
    return problem


def where(problem: Problem) -> tuple[str, int | None, str | None]:
    return problem.file, problem.line, problem.column


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_utf_8_is_read_with_or_without_bom_with_either_delimiter_and_any_line_end(
    tmp_path: Path, mark: bytes, delimiter: str, line_end: str
) -> None:
    text = line_end.join([delimiter.join(["slack_id", "name", "topics"]), delimiter.join(["U1", "Jörg", "Öl|Gas"]), ""])

    (row,) = rows(read(tmp_path, members=mark + text.encode()), File.MEMBERS)

    assert row.values == {"slack_id": "U1", "name": "Jörg", "topics": ("Öl", "Gas")}
    assert row.line == 2


def test_files_that_are_missing_are_not_missed_and_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "prices.csv").write_text("x")

    data = read(tmp_path, sponsors="sponsor,kam\nU1,U2\n")

    assert list(data.rows) == [File.SPONSORS]
    assert data.problems == ()


@pytest.mark.parametrize("name", ["account.csv", "Accounts.csv", "acounts.csv"])
def test_a_file_under_nearly_the_right_name_is_not_silently_passed_over(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("account\nHelvetia\n")

    problem = only(read_folder(tmp_path, ZURICH))

    assert (problem.file, problem.flaw, problem.hints) == (name, Flaw.MISNAMED, ("accounts.csv",))


def test_a_file_that_resembles_one_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "accounts2.csv").write_text("x")

    assert read(tmp_path, accounts="account\nHelvetia\n").problems == ()


def test_columns_may_stand_in_any_order_and_case_with_empty_ones_at_the_end(tmp_path: Path) -> None:
    (row,) = rows(read(tmp_path, team="Topic; MEMBER ;account;;\nPumpen;U1;Helvetia;;\n;;;;\n"), File.TEAM)

    assert row.values == {"topic": "Pumpen", "member": "U1", "account": "Helvetia"}


def test_a_column_that_is_missing_says_nothing_and_an_empty_cell_says_none(tmp_path: Path) -> None:
    (row,) = rows(read(tmp_path, accounts="account,mission,aliases\nHelvetia,,\n"), File.ACCOUNTS)

    assert row.values == {"account": "Helvetia", "mission": None, "aliases": ()}


def test_an_unknown_column_is_named_with_the_closest(tmp_path: Path) -> None:
    problem = only(read(tmp_path, accounts="account,misson\nHelvetia,x\n"))

    assert where(problem) == ("accounts.csv", 1, "misson")
    assert sentence(problem) == 'There is no column "misson"; the closest is "mission".'


def test_compulsory_columns_that_are_missing_and_columns_named_twice_are_all_listed(tmp_path: Path) -> None:
    data = read(tmp_path, departments="department,head,head\nTechnik,U1,U2\n")

    assert [(problem.column, problem.flaw) for problem in data.problems] == [
        ("head", Flaw.COLUMN_TWICE),
        ("channel", Flaw.COLUMN_MISSING),
        ("coordinator", Flaw.COLUMN_MISSING),
    ]
    assert data.broken == {File.DEPARTMENTS}


@pytest.mark.parametrize("content", ["", "\n\n", "﻿", ";;\n"])
def test_a_file_without_a_first_line_is_told_which_columns_it_needs(tmp_path: Path, content: str) -> None:
    problem = only(read(tmp_path, sponsors=content))

    assert problem.flaw is Flaw.NO_HEADER
    assert "sponsor, kam" in sentence(problem)


def test_a_line_is_a_line_of_the_file_even_with_line_breaks_inside_cells(tmp_path: Path) -> None:
    text = (
        "account,author,when,text,kind\n"  # 1
        'Helvetia,U1,2026-01-01,"one\r\ntwo\nthree",visit\n'  # 2, 3, 4
        "\n"  # 5
        'Helvetia,U1,2026-13-01,"four\nfive",visitt\n'  # 6, 7
    )
    data = read(tmp_path, interactions=text)

    assert [where(problem) for problem in data.problems] == [
        ("interactions.csv", 6, "when"),
        ("interactions.csv", 7, "kind"),
    ]
    assert data.rows[File.INTERACTIONS][0].values["text"] == "one\ntwo\nthree"


def test_every_bad_cell_of_every_row_is_listed(tmp_path: Path) -> None:
    data = read(
        tmp_path,
        members="slack_id,name,level,role\nu1,Lea,9,boss\nU2,,4,member\nU3,Tom,4,admin\n",
        sponsors="sponsor,kam\nKeller,U1\n",
    )

    assert [where(problem) for problem in data.problems] == [
        ("members.csv", 2, "slack_id"),
        ("members.csv", 2, "level"),
        ("members.csv", 2, "role"),
        ("members.csv", 3, "name"),
        ("sponsors.csv", 2, "sponsor"),
    ]


@pytest.mark.parametrize(
    ("column", "cell", "flaw", "says"),
    [
        ("email", "lea", Flaw.NOT_AN_EMAIL, "lea@example.com"),
        ("email", "lea@x", Flaw.NOT_AN_EMAIL, "lea@example.com"),
        ("level", "0", Flaw.NOT_A_NUMBER, "1 to 5"),
        ("level", "2.5", Flaw.NOT_A_NUMBER, "1 to 5"),
        ("level", "²", Flaw.NOT_A_NUMBER, "1 to 5"),
        ("role", "chef", Flaw.NOT_ONE_OF, "member, kam_lead, admin"),
        ("language", "fr", Flaw.NOT_ONE_OF, "en, de"),
        ("time_zone", "Europe/Zurch", Flaw.NOT_A_ZONE, 'Did you mean "Europe/Zurich"?'),
        ("time_zone", "MEZ???", Flaw.NOT_A_ZONE, "Europe/Berlin"),
        ("country", "UK", Flaw.NOT_A_COUNTRY, "GB"),
        ("country", "CHE", Flaw.NOT_A_COUNTRY, "two letters"),
        ("working_hours", "8-17", Flaw.NOT_WORKING_HOURS, "Mo-Fr 08:00-17:00"),
        ("working_hours", "Mo-Fr 08:00-25:00", Flaw.NOT_WORKING_HOURS, "Mo-Fr 08:00-17:00"),
        ("working_hours", "Mo-Fr 08:00", Flaw.NOT_WORKING_HOURS, "Mo-Fr 08:00-17:00"),
        ("topics", "x" * 301, Flaw.TOO_LONG, "300"),
    ],
)
def test_a_cell_that_cannot_be_read_is_answered_with_what_to_write(
    tmp_path: Path, column: str, cell: str, flaw: Flaw, says: str
) -> None:
    problem = only(read(tmp_path, members=MEMBERS.format(column=column, cell=cell)))

    assert where(problem) == ("members.csv", 2, column)
    assert problem.flaw is flaw
    assert says in sentence(problem)


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("level", " 4 ", 4),
        ("role", "KAM_Lead", "kam_lead"),
        ("country", "ch", "CH"),
        ("topics", " Pumpen | Pumpen|| Öl ", ("Pumpen", "Öl")),
        ("working_hours", "Mo-Th 08:00-17:00; Fr 08:00-12:00", "Mo-Th 08:00-17:00; Fr 08:00-12:00"),
        ("email", "Lea@Example.com", "Lea@Example.com"),
        ("time_zone", "", None),
    ],
)
def test_a_cell_is_read_as_it_is_meant(tmp_path: Path, column: str, cell: str, value: object) -> None:
    (row,) = rows(read(tmp_path, members=MEMBERS.format(column=column, cell=f'"{cell}"')), File.MEMBERS)

    assert row.values[column] == value


def test_a_region_must_be_one_of_its_country(tmp_path: Path) -> None:
    text = "slack_id,name,country,region\nU1,Lea,CH,ZH\nU2,Tom,CH,BW\nU3,Ana,,XX\nU4,Eva,AQ,XX\n"

    problem = only(read(tmp_path, members=text))

    assert where(problem) == ("members.csv", 3, "region")
    assert "ZH" in sentence(problem)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-03-31", datetime(2026, 3, 31, 10, 0, tzinfo=UTC)),
        ("2026-03-31 14:30", datetime(2026, 3, 31, 12, 30, tzinfo=UTC)),
        ("2026-03-31T14:30:15", datetime(2026, 3, 31, 12, 30, 15, tzinfo=UTC)),
        ("2026-03-31T14:30+01:00", datetime(2026, 3, 31, 13, 30, tzinfo=UTC)),
        ("2026-03-31T14:30Z", datetime(2026, 3, 31, 14, 30, tzinfo=UTC)),
        ("31.3.2026", datetime(2026, 3, 31, 10, 0, tzinfo=UTC)),
        ("31.03.2026 14:30", datetime(2026, 3, 31, 12, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_the_workspaces_zone_unless_it_names_one(
    tmp_path: Path, typed: str, moment: datetime
) -> None:
    text = f"account,author,when,text\nHelvetia,U1,{typed},Besuch\n"

    (row,) = rows(read(tmp_path, interactions=text), File.INTERACTIONS)

    assert row.values["when"] == moment


@pytest.mark.parametrize(
    "typed", ["2026-02-30", "30.2.2026", "03/31/2026", "gestern", "0001-01-01", "2026-03-31T25:00"]
)
def test_a_date_that_does_not_exist_is_refused(tmp_path: Path, typed: str) -> None:
    problem = only(read(tmp_path, interactions=f"account,author,when,text\nHelvetia,U1,{typed},Besuch\n"))

    assert problem.flaw is Flaw.NOT_A_MOMENT
    assert typed in sentence(problem)


@pytest.mark.parametrize(
    ("typed", "flaw"),
    [
        ("Keller", Flaw.NOT_A_PERSON),
        ("@keller", Flaw.NOT_A_PERSON),
        ("<@U1>", Flaw.NOT_A_PERSON),
        ("u1", Flaw.NOT_A_PERSON),
        ("", Flaw.EMPTY),
    ],
)
def test_people_are_slack_ids_or_addresses(tmp_path: Path, typed: str, flaw: Flaw) -> None:
    assert only(read(tmp_path, sponsors=f"sponsor,kam\n{typed},U1\n")).flaw is flaw


def test_channels_are_ids(tmp_path: Path) -> None:
    data = read(tmp_path, accounts="account,channel\nHelvetia,#helvetia\nTrautwyl,C1\nNordfeld,\n")

    assert where(only(data)) == ("accounts.csv", 2, "channel")


def test_satisfaction_is_ours_unless_said_otherwise_and_a_source_needs_a_value(tmp_path: Path) -> None:
    start = "account,author,when,text,satisfaction,satisfaction_source\n"
    line = "Helvetia,U1,2026-01-01,Besuch"
    data = read(tmp_path, interactions=f"{start}{line},4,\n{line} 2,4,customer\n{line} 3,,\n{line} 4,,ours\n")

    sources = [row.values.get("satisfaction_source") for row in data.rows[File.INTERACTIONS]]
    assert sources[:3] == ["ours", "customer", None]
    assert where(only(data)) == ("interactions.csv", 5, "satisfaction_source")


@pytest.mark.parametrize(
    ("roles", "attitude", "read_as"),
    [
        ("champion", "", ((), 5)),
        ("user|opponent", "", (("user",), 1)),
        ("user|champion", "5", (("user",), 5)),
        ("decider|buyer", "2", (("decider", "buyer"), 2)),
        ("champion|opponent", "", None),
        ("champion", "1", None),
    ],
)
def test_champion_and_opponent_are_attitudes(
    tmp_path: Path, roles: str, attitude: str, read_as: tuple[tuple[str, ...], int] | None
) -> None:
    data = read(tmp_path, contacts=f"account,name,decision_role,attitude\nHelvetia,Suter,{roles},{attitude}\n")

    (row,) = data.rows[File.CONTACTS]
    if read_as is None:
        assert only(data).flaw is Flaw.TWO_ATTITUDES
    else:
        assert (row.values["decision_role"], row.values["attitude"]) == read_as
        assert data.problems == ()


def test_a_bad_role_is_named_once_and_does_not_hide_the_row(tmp_path: Path) -> None:
    data = read(tmp_path, contacts="account,name,decision_role\nHelvetia,Suter,boss\n")

    assert "decider, buyer" in sentence(only(data))
    assert data.rows[File.CONTACTS][0].values == {"account": "Helvetia", "name": "Suter"}


def test_a_relation_needs_its_parent(tmp_path: Path) -> None:
    data = read(tmp_path, accounts="account,parent,relation\nWerk Ulm,,site\n")

    assert where(only(data)) == ("accounts.csv", 2, "relation")
    assert read(tmp_path, accounts="account,relation\nWerk Ulm,site\n").problems == ()


# Broken files (F44)


@pytest.mark.parametrize(
    ("content", "flaw", "line"),
    [
        ("account\nHelvetia\nGießerei\n".encode("latin-1"), Flaw.NOT_UTF8, 3),
        ("account\nHelvetia\n".encode("utf-16"), Flaw.NOT_UTF8, 1),
        (b"account\nHelvetia\nTraut\0wyl\n", Flaw.NUL, 3),
        (b'account,mission\nHelvetia,"open\nTrautwyl,x\n', Flaw.OPEN_QUOTE, 2),
        (b'account,mission\nHelvetia,"so" to say\n', Flaw.STRAY_QUOTE, 2),
        (b"account,mission\nHelvetia,a, b\n", Flaw.CELL_COUNT, 2),
        (b"account,mission\nHelvetia,x\nTrautwyl\n", Flaw.CELL_COUNT, 3),
        (b'account,mission\nHelvetia,"' + b"x" * 140_000 + b'"\n', Flaw.OPEN_QUOTE, 2),
        (b"account,mission\n" + "\u200d".encode() + b",x\n", Flaw.EMPTY, 2),
        (b"account,mission\n" + b"x" * 121 + b",x\n", Flaw.TOO_LONG, 2),
    ],
)
def test_a_broken_file_is_named_by_its_line(tmp_path: Path, content: bytes, flaw: Flaw, line: int) -> None:
    problem = only(read(tmp_path, accounts=content))

    assert (problem.file, problem.flaw, problem.line) == ("accounts.csv", flaw, line)


def test_rows_before_a_broken_quotation_are_judged_all_the_same(tmp_path: Path) -> None:
    data = read(tmp_path, accounts='account,tier\nHelvetia,z\nTrautwyl,"a\n')

    assert [problem.flaw for problem in data.problems] == [Flaw.OPEN_QUOTE, Flaw.NOT_ONE_OF]
    assert data.broken == {File.ACCOUNTS}


def test_something_that_is_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "members.csv").mkdir()

    assert only(read_folder(tmp_path, ZURICH)).flaw is Flaw.UNREADABLE


def test_a_hundred_problems_are_listed_and_the_rest_is_counted() -> None:
    problems = [Problem("members.csv", Flaw.EMPTY, line, "name") for line in range(2, 252)]

    shown = sentences(problems)

    assert shown[0] == "members.csv, line 2, column name: The cell is empty; this column must be filled in every row."
    assert shown[-1] == "… and 150 more."
    assert len(shown) == 101


def test_a_long_cell_is_cut_in_its_sentence_and_stays_on_one_line() -> None:
    told = sentence(Problem("members.csv", Flaw.NOT_AN_EMAIL, 2, "email", "a\nb" * 200))

    assert "\n" not in told
    assert len(told) < 160


@pytest.mark.parametrize("flaw", Flaw)
def test_every_flaw_has_a_sentence_that_says_what_to_do(flaw: Flaw) -> None:
    told = sentence(Problem("members.csv", flaw, 2, "name", "x", ("y",), 3))

    assert told == told.strip()
    assert told.endswith((".", "?"))
    assert "{" not in told


def test_no_sentence_is_without_its_flaw() -> None:
    assert set(SENTENCES) == set(Flaw)
    assert set(COLUMNS) == set(File)


@given(st.text(max_size=60), st.sampled_from([",", ";"]))
def test_a_text_arrives_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, text: str, delimiter: str) -> None:
    folder = tmp_path_factory.mktemp("texts")
    wanted = names.tidy(text.encode(errors="replace").decode())
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([["account", "mission"], ["Helvetia", wanted]])

    (row,) = rows(read(folder, accounts=out.getvalue()), File.ACCOUNTS)

    assert row.values["mission"] == (wanted or None)


@given(st.binary(max_size=200))
def test_no_bytes_whatever_are_an_error_of_ours(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")

    data = read(folder, members=b"slack_id,name\n" + content)

    assert len(sentences(data.problems)) == len(data.problems)


def test_the_sample_company_has_no_problem() -> None:
    sample = Path(csv_files.__file__).parent.parent / "sample"

    data = read_folder(sample, ZURICH)

    assert data.problems == ()
    assert set(data.rows) == set(File)
