"""``izdes import``: mappings, weights, faults, rehearsals."""

from typing import Any

import pytest

from server.observations.round_totals import totals_of
from tests.server.imports.shell import Shell

SCALE = [
    {"code": str(code), "label": {"tr": f"puan {code}", "en": f"score {code}"}}
    for code in range(1, 6)
]


def item(column: str, dimension: str, **more: Any) -> dict[str, Any]:
    return {"column": column, "scale": "five", "service": "emn", "dimension": dimension,
            "core": True, **more}  # fmt: skip


def mapping(**more: Any) -> dict[str, Any]:
    return {
        "form": {"id": "sehir", "title": {"tr": "Şehir anketi", "en": "City survey"}},
        "scales": {"five": SCALE},
        "questions": {"hiz": item("speed", "hiz"), "ilgi": item("care", "ilgi")},
        "province": {"column": "city"},
        **more,
    }


def table(rows: list[tuple[object, ...]], header: str) -> str:
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"


ROWS: list[tuple[object, ...]] = [
    (number, "Ankara", f"U{number % 4}", 1 + number % 5, 1 + number % 3, 1 + number % 2)
    for number in range(40)
]
HEADER = "id,city,unit,speed,care,w"


def weighted_mean(rows: list[tuple[object, ...]], weights: list[float]) -> float:
    index = [25 * ((float(str(row[3])) + float(str(row[4]))) / 2 - 1) for row in rows]
    return sum(w * y for w, y in zip(weights, index, strict=True)) / sum(weights)


def index(shell: Shell) -> dict[str, Any]:
    (row,) = [each for each in shell.json("index", "R", "--by", "province,service")
              if each["measure"] == "index"]  # fmt: skip
    return dict(row)


def test_a_dry_run_tells_and_changes_nothing(shell: Shell) -> None:
    rows = [*ROWS, (40, "Ankara", "U0", "fena", 2, 1), (41, "Atlantis", "U1", "fena", "", 1)]
    file = shell.file("a.csv", table(rows, HEADER))
    asked = shell.file("m.json", mapping(id={"column": "id"}, psu={"column": "unit"}))
    tables = ("submissions", "visits", "users", "form_versions", "audit_entries")
    before = [shell.count(name) for name in tables]
    said = shell.done("import", "R", file, "--mapping", asked, "--dry-run")
    assert [shell.count(name) for name in tables] == before
    assert "42 rows" in said
    assert "sehir/1 (made from the mapping" in said
    assert "not taken: 1\n  w\n" in said
    assert "The index of “emn” averages these questions (core): hiz, ilgi." in said
    assert "Column “speed”: “fena”, 2 times, first in row 42" in said
    assert "Column “city”: “Atlantis”, 1 times, first in row 43" in said
    assert "Rows without a known province, which no table will count: 1" in said
    assert "an answer that was not offered: 2" in said
    assert "would be stored in round “R”: 42" in said


def test_a_dry_run_says_which_ratings_no_index_counts(shell: Shell) -> None:
    questions = {"hiz": item("speed", "hiz", core=False), "genel": item("care", "genel")}
    asked = shell.file("m.json", mapping(questions=questions))
    file = shell.file("a.csv", table(ROWS, HEADER))
    said = shell.done("import", "R", file, "--mapping", asked, "--dry-run")
    assert "No index of “emn” will be calculated" in said
    assert "outside the index: hiz, genel" in said


def test_the_real_run_says_what_the_dry_run_foresaw(shell: Shell) -> None:
    file = shell.file("a.csv", table([*ROWS, (40, "Ankara", "U0", "fena", 2, 1)], HEADER))
    asked = shell.file("m.json", mapping(psu={"column": "unit"}))
    foreseen = shell.done("import", "R", file, "--mapping", asked, "--dry-run").splitlines()
    done = shell.done("import", "R", file, "--mapping", asked).splitlines()
    assert done[:-1] == foreseen[:-1]
    assert done[-1] == "Interviews stored in round “R”: 41"
    ((action, details),) = shell.rows(
        "SELECT action, details FROM audit_entries WHERE action = 'interviews.imported'"
    )
    assert '"stored": 41' in str(details).replace("'", '"')
    assert shell.count("audit_entries WHERE action = 'submission.accepted'") == 41
    assert action == "interviews.imported"


def test_units_are_clusters_and_a_person_without_unit_is_one(shell: Shell) -> None:
    asked = shell.file("m.json", mapping(id={"column": "id"}, psu={"column": "unit"}))
    shell.done("import", "R", shell.file("a.csv", table(ROWS, HEADER)), "--mapping", asked)
    assert sorted(shell.rows("SELECT code, target FROM visits")) == [
        (f"R:06:U{number}", 10) for number in range(4)
    ]
    config = shell.app.extensions["izdes.config"]
    totals = totals_of(shell.app.extensions["izdes.database"], config.data_dir, "R")
    assert len(totals.places) == 4
    assert index(shell)["value"] == pytest.approx(weighted_mean(ROWS, [1.0] * 40), abs=0.05)


@pytest.mark.parametrize("psu", [None, "unit"])
def test_a_persons_own_weight_counts(shell: Shell, psu: str | None) -> None:
    more = {"psu": {"column": psu}} if psu else {}
    asked = shell.file("m.json", mapping(weight={"column": "w"}, **more))
    text = table([(*row[:-1], f'"{float(str(row[-1])):.1f}"'.replace(".", ",")) for row in ROWS],
                 HEADER)  # fmt: skip
    shell.done("import", "R", shell.file("a.csv", text), "--mapping", asked)
    weights = [float(str(row[-1])) for row in ROWS]
    expected = weighted_mean(ROWS, weights)
    assert expected != pytest.approx(weighted_mean(ROWS, [1.0] * 40), abs=0.1)
    figure = index(shell)
    assert figure["value"] == pytest.approx(expected, abs=0.05)
    assert figure["low"] < figure["value"] < figure["high"]


def test_what_a_terminal_would_obey_is_not_printed(shell: Shell) -> None:
    asked = shell.file("m.json", mapping(questions={"hiz": item("speed", "hiz")}))
    file = shell.file("a.csv", 'speed,city\n"\x1b[31m\n' + "x" * 90 + '",06\n')
    said = shell.done("import", "R", file, "--mapping", asked, "--dry-run")
    assert "\x1b" not in said
    assert "x" * 50 + "…”, 1 times, first in row 2" in said


def test_a_scale_the_other_way_round_and_other_words(shell: Shell) -> None:
    questions = {
        "hiz": item("speed", "hiz", reversed=True),
        "ilgi": item("care", "ilgi", recode={"iyi": "5", "score 2": "1", "yok": ""}),
    }
    asked = shell.file("m.json", mapping(questions=questions, missing=["-9"]))
    rows = [(0, "6", "", 1, "iyi", 1), (1, "6", "", -9, "Score 2", 1), (2, "06", "", 4, "yok", 1)]
    shell.done("import", "R", shell.file("a.csv", table(list(rows), HEADER)), "--mapping", asked)
    shell.done("export", "R", "--out", shell.folder / "out.csv")
    lines = (shell.folder / "out.csv").read_text("utf-8").splitlines()
    assert sorted(line.rsplit(",", 2)[1:] for line in lines[1:]) == [["", "1"], ["2", ""],
                                                                     ["5", "5"]]  # fmt: skip


def test_interviewers_have_accounts_nobody_can_sign_in_to(shell: Shell) -> None:
    asked = shell.file("m.json", mapping(interviewer={"column": "unit"}))
    shell.done("import", "R", shell.file("a.csv", table(ROWS, HEADER)), "--mapping", asked)
    accounts = shell.rows("SELECT username, password_hash FROM users ORDER BY username")
    assert [name for name, _ in accounts] == [
        "ice-aktarma", *(f"ice-aktarma-u{number}" for number in range(4))
    ]  # fmt: skip
    assert len({secret for _, secret in accounts}) == 1
    per_officer = shell.rows("SELECT count(*) FROM submissions GROUP BY officer_id")
    assert [count for (count,) in per_officer] == [10] * 4


def test_rows_of_other_content_under_a_known_id_are_left_alone(shell: Shell) -> None:
    asked = shell.file("m.json", mapping(id={"column": "id"}))
    shell.done("import", "R", shell.file("a.csv", table(ROWS, HEADER)), "--mapping", asked)
    changed = [(0, "Ankara", "U0", 5, 5, 1), *ROWS[1:], (99, "Ankara", "U0", 5, 5, 1)]
    said = shell.done(
        "import", "R", shell.file("b.csv", table(changed, HEADER)), "--mapping", asked
    )
    assert "Stored before, the same: 39" in said
    assert "with other content, left as it is: 1" in said
    assert "Interviews stored in round “R”: 1" in said
    assert shell.count("submissions WHERE is_current") == 41


@pytest.mark.parametrize(
    ("more", "rows", "sentences"),
    [
        ({"province": {"column": "town"}}, ROWS, ["province: the file has no column “town”"]),
        ({"questions": {"hiz": item("pace", "hiz"), "ilgi": item("#9", "ilgi")}}, ROWS,
         ["hiz: the file has no column “pace”", "ilgi: the file has no column “#9”"]),
        ({"province": {"column": "city", "constant": "06"}}, ROWS, ["province"]),
        ({"weights": {"column": "w"}}, ROWS, ["Mapping file, weights"]),
        ({"questions": {"hiz": item("speed", "pace")}}, ROWS, ["pace", "erisim, hiz"]),
        ({"questions": {"hiz": item("speed", "hiz", service="polis")}}, ROWS, ["polis"]),
        ({"id": {"column": "id"}}, [*ROWS, ROWS[3]], ["Row 42: row 5 has the same id"]),
        ({"id": {"column": "id"}}, [*ROWS, ("", *ROWS[3][1:])], ["Row 42: the id is blank"]),
        ({"weight": {"column": "w"}}, [*ROWS, (*ROWS[3][:-1], 0)],
         ["Row 42, column “w”: “0” is no weight above zero"]),
        ({}, [*ROWS, ROWS[3][1:]], ["Row 42: it has 5 cells"]),
    ],
)  # fmt: skip
def test_a_fault_is_named_and_nothing_is_stored(
    shell: Shell, more: dict[str, Any], rows: list[tuple[object, ...]], sentences: list[str]
) -> None:
    asked = shell.file("m.json", mapping(**more))
    said = shell.refused(
        "import", "R", shell.file("a.csv", table(rows, HEADER)), "--mapping", asked
    )
    for sentence in sentences:
        assert sentence in said
    assert "nothing was changed" in said
    assert shell.count("submissions") == shell.count("visits") == shell.count("form_versions") == 0


def test_a_form_version_never_changes(shell: Shell) -> None:
    file = shell.file("a.csv", table(ROWS, HEADER))
    shell.done("import", "R", file, "--mapping", shell.file("m.json", mapping()))
    other = mapping(questions={"hiz": item("speed", "hiz")})
    said = shell.refused("import", "R", file, "--mapping", shell.file("m.json", other), "--dry-run")
    assert "already published with other content" in said


def test_an_unknown_round_and_a_file_that_fits_no_form(shell: Shell) -> None:
    file = shell.file("a.csv", table(ROWS, HEADER))
    assert "no round named “X”" in shell.refused("import", "X", file)
    assert "No header is a question of a published form" in shell.refused("import", "R", file)
    assert "No form named “yok”" in shell.refused("import", "R", file, "--form", "yok")
