"""Every indicator by its name, from submissions to the gated figure, against sums done by hand."""

import json
import zlib
from datetime import timedelta
from random import Random
from statistics import median
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import insert, select

from analysis.cluster_variance.scale_intervals import score_interval
from schemas.problems import Problem
from schemas.reference.population import built_in_margins
from schemas.rules.indicators import indicators
from server import clock
from server.forms.models import FORM_VERSIONS
from server.forms.publishing import publish, shipped_forms
from server.indicators.indicator_rows import IndicatorRow
from server.indicators.queries import indicator_figures
from server.shell.commands import izdes
from server.submissions.models import SUBMISSIONS
from tests.server.indices.survey import DAY, ROUND, Survey, answers

FORMS = {
    "B1": "B1_birim_ziyaret", "B2": "B2_personel_gorusme", "C": "C_tekrar_ziyaret",
    "D": "D_toplanti_tutanagi",
}  # fmt: skip


@pytest.fixture
def round_of_all(survey: Survey) -> Survey:
    """The round, with the four other forms published."""

    def write(connection: Any) -> None:
        for form in shipped_forms():
            if form.id in FORMS.values():
                publish(connection, form, actor=None)

    survey.database.write(write)
    return survey


def bring_record(survey: Survey, form: str, given: dict[str, Any], *, times: int = 1) -> None:
    """Store records of another form as the sync stores them."""

    def write(connection: Any) -> None:
        version = connection.scalar(
            select(FORM_VERSIONS.c.id).where(FORM_VERSIONS.c.form_id == FORMS[form])
        )
        for _ in range(times):
            body = json.dumps({"answers": given}).encode()
            row = {
                "instance_id": str(uuid4()), "revision": 1, "form_version_id": version,
                "officer_id": 1, "copy_number": 0, "is_current": True, "visit_id": None,
                "province": given["il"], "district": given["ilce"], "round_id": ROUND,
                "device_id": "t", "encoding": "plain", "digest": b"", "received_at": DAY,
                "started_at": DAY, "finished_at": DAY, "body": zlib.compress(body),
            }  # fmt: skip
            connection.execute(insert(SUBMISSIONS), row)

    survey.database.write(write)


def unit(kind: str = "nufus", name: str = "Merkez", il: str = "06", **more: Any) -> dict[str, Any]:
    ilce = {"06": "1231", "34": "1183"}[il]
    return {"il": il, "ilce": ilce, "birim_tur": kind, "birim_adi": name, **more}


def rows(survey: Survey, code: str, by: tuple[str, ...] | None = None) -> list[IndicatorRow]:
    with survey.app.app_context():
        return list(indicator_figures(code, ROUND, by=by).rows)


def values(survey: Survey, code: str, by: tuple[str, ...] | None = None) -> dict[Any, Any]:
    return {tuple(row.splits.values()): row.value for row in rows(survey, code, by)}


def people_of_ankara(survey: Survey) -> None:
    """Four visits of ten women, who judge the police 2, 3, 4 and 5."""
    for number, score in enumerate((2, 3, 4, 5)):
        visit = survey.plan(f"06-{number}", "06")
        more = {
            "emn_sorun": "1" if score == 2 else "0",
            "emn_bekleme": str(10 * score),
            "emn_tekrar": str(score),
            "guven_gece": str(score),
            "pol_okul": "1" if score == 2 else "5",
            "pol_goc": str(score),
            "sonuc_kodu": "tam",
            "emn_hiz": "1",
        }
        survey.bring(visit, answers("emn", score=score, **more), times=10)


POLICE = ("06", "emn")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ME_100", (25 + 50 + 75 + 100) / 4 * 6 / 7),
        ("ME_BOYUT", (62.5 * 6 + 5) / 7),
        ("ME_genel", 50.0),
        ("ME_ort", 3.5),
        ("ME_alt", 25.0),
        ("NET", 25.0),
        ("SORUN", 25.0),
        ("BEKLEME", 30.0),
        ("TEKRAR", 3.5),
    ],
)
def test_what_people_say_of_a_service(survey: Survey, code: str, expected: float) -> None:
    people_of_ankara(survey)
    (row,) = rows(survey, code)
    assert tuple(row.splits.values()) == POLICE
    assert row.value == pytest.approx(expected, abs=0.05)
    assert (row.n, row.units, row.suppressed) == (40, None, None)


def test_the_interval_does_not_rest_on_the_spread_between_four_visits(survey: Survey) -> None:
    people_of_ankara(survey)
    (row,) = rows(survey, "ME_ort")
    # Too little to learn from: d0 = 1, rho = .05, ten answers a visit; t with 3 df is 3.182.
    variance = 40 / 39 * 1.25 / 40 * (1 + 9 * 0.05)
    ends = score_interval(3.5, 3.182446**2 * variance / (2.5 * 1.5), (1, 5))
    assert (row.low, row.high) == pytest.approx(ends, abs=0.05)
    (waiting,) = rows(survey, "BEKLEME")
    assert waiting.low is None or waiting.low < 30


def test_each_dimension_has_its_score(survey: Survey) -> None:
    people_of_ankara(survey)
    found = values(survey, "BOY_d")
    assert found["06", "emn", "hiz"] == 5
    assert found["06", "emn", "adil"] == pytest.approx(62.5)
    assert len(found) == 8


def test_safety_and_programmes_are_of_persons(survey: Survey) -> None:
    people_of_ankara(survey)
    assert values(survey, "GUVEN") == {("06",): pytest.approx(50)}
    assert values(survey, "POL_k") == {
        ("06", "okul"): pytest.approx(75), ("06", "goc"): pytest.approx(50),
    }  # fmt: skip
    assert values(survey, "POL_k", ()) == {
        ("okul",): pytest.approx(75), ("goc",): pytest.approx(50),
    }  # fmt: skip


def test_figures_of_citizens_are_weighted_to_the_population(survey: Survey) -> None:
    for number in range(2):
        visit = survey.plan(f"V{number}", "06")
        survey.bring(visit, answers("emn", overall=5), times=16)
        survey.bring(visit, answers("emn", overall=1, cinsiyet="erkek"), times=5)
    margins = built_in_margins()
    women = sum(size for cell, size in margins.items() if cell[:2] == ("06", "kadin"))
    everyone = sum(size for cell, size in margins.items() if cell[0] == "06")
    assert values(survey, "ME_genel")[POLICE] == pytest.approx(100 * women / everyone, abs=0.05)


def test_the_index_has_one_value_under_one_name(survey: Survey) -> None:
    people_of_ankara(survey)
    (row,) = rows(survey, "ME_100")
    assert row.value == survey.row("index").value
    assert rows(survey, "ME_100", ("province",))[0].splits == row.splits


def test_the_response_rate_counts_everybody_who_was_asked(survey: Survey) -> None:
    visit = survey.plan("V1", "06")
    for outcome, times in (("tam", 6), ("yarim", 1), ("ret", 2), ("dil", 1), ("uygun_degil", 4)):
        survey.bring(visit, answers("emn", katilim="0", sonuc_kodu=outcome), times=times)
    assert values(survey, "CEVAP") == {("06", "E-1"): pytest.approx(60)}


def test_importance_is_the_share_of_explained_variance(survey: Survey) -> None:
    random = Random(1)
    for number in range(8):
        visit = survey.plan(f"V{number}", "06")
        for score in (1, 2, 3, 4, 5):
            noise = {
                f"emn_{name}": str(random.randint(1, 5))
                for name in ("erisim", "hiz", "ilgi", "bilgi", "fiziki", "sonuc")
            }
            survey.bring(visit, answers("emn", overall=score, emn_adil=str(score), **noise))
    found = {row.splits["dimension"]: row for row in rows(survey, "ONEM_d")}
    assert len(found) == 7
    assert max(found, key=lambda name: found[name].value or 0) == "adil"
    assert sum(each.value or 0 for each in found.values()) == pytest.approx(100, abs=0.5)


def test_posts_are_counted_once_per_unit_by_the_latest_record(round_of_all: Survey) -> None:
    def posts(norm: int, filled: int) -> dict[str, str]:
        return {
            "k_sinif": "gih", "k_norm": str(norm), "k_fiili": str(filled),
            "k_acik": str(norm - filled),
        }  # fmt: skip

    old = unit(r_kadro=[posts(100, 1)])
    bring_record(round_of_all, "B1", old)
    bring_record(round_of_all, "B1", unit(r_kadro=[posts(10, 8), posts(20, 25)]))
    bring_record(round_of_all, "B1", unit(name="Çankaya", r_kadro=[posts(30, 15)]))
    assert values(round_of_all, "DOLULUK") == {("nufus", "06"): pytest.approx(100 * 48 / 60)}
    assert values(round_of_all, "ACIK") == {("nufus", "06"): 17}
    assert values(round_of_all, "DOLULUK", ("staff_class",)) == {("gih",): pytest.approx(80)}


def test_equipment_is_added_up_by_kind_and_urgency(round_of_all: Survey) -> None:
    need = [
        {"a_tur": "binek", "a_ihtiyac": "3", "a_aciliyet": "4"},
        {"a_tur": "binek", "a_ihtiyac": "2", "a_aciliyet": "1"},
    ]
    bring_record(round_of_all, "B1", unit(r_arac=need))
    bring_record(round_of_all, "B1", unit(name="Çankaya", r_arac=need[:1]))
    (critical, low) = rows(round_of_all, "ARAC_IHT")
    assert (critical.splits["urgency"], critical.value) == ("1", 2)
    assert (low.splits["urgency"], low.value, low.n) == ("4", 6, 2)


CAPACITY = ("d_personel", "d_arac", "d_fiziki", "d_bilisim", "d_hizmet", "d_koord")


def test_capacity_and_communication_average_what_was_answered(round_of_all: Survey) -> None:
    some = {"d_personel": "5", "d_arac": "3", "d_fiziki": "97", "d_bilisim": "1"}
    bring_record(round_of_all, "B1", unit(**some, m_hiz="5", m_yon="5", m_geri="5", m_sistem="1"))
    bring_record(round_of_all, "B1", unit(name="B", d_personel="5", m_hiz="1"))
    assert values(round_of_all, "KAPASITE") == {("nufus", "06"): pytest.approx(50)}
    assert values(round_of_all, "MERKEZ") == {("nufus", "06"): pytest.approx(75)}
    bring_record(round_of_all, "B1", unit(il="34", **dict.fromkeys(CAPACITY, "5")))
    (whole,) = rows(round_of_all, "KAPASITE", ())
    # Units of 50 and 100 and one that said too little: a unit is a PSU of one, SE = s/√2.
    assert whole.value == pytest.approx(75)
    assert whole.high is not None
    assert (whole.precision, whole.units) == (None, 2)


def test_staff_are_shown_only_from_ten_answers_in_three_units(round_of_all: Survey) -> None:
    def staff(score: int, kind: str, times: int, il: str = "06") -> None:
        given = {f"p_{name}": str(score) for name in STAFF_ITEMS}
        bring_record(round_of_all, "B2", {**unit(kind, il=il), **given}, times=times)

    staff(4, "nufus", 5)
    staff(5, "goc", 4)
    staff(5, "afad", 3, il="34")
    by_province = {row.splits["province"]: row for row in rows(round_of_all, "PERS_MEM")}
    assert (by_province["06"].value, by_province["06"].suppressed) == (None, "too_few_answers")
    staff(4, "nufus", 5)
    (ankara, _) = rows(round_of_all, "PERS_MEM", ("province",))
    assert (ankara.value, ankara.n, ankara.suppressed) == (None, None, "too_few_units")
    staff(3, "afad", 2)
    (ankara, istanbul) = rows(round_of_all, "PERS_MEM", ("province",))
    expected = (10 * 75 + 4 * 100 + 2 * 50) / 16
    assert (ankara.value, ankara.n) == (pytest.approx(expected, abs=0.05), 15)
    assert istanbul.suppressed == "too_few_answers"
    # Who is too few in a province is in no larger figure while the round is open.
    (whole,) = rows(round_of_all, "PERS_MEM", ())
    assert (whole.value, whole.n, whole.units) == (ankara.value, 15, None)


def test_splits_that_cross_the_tree_are_refused(round_of_all: Survey) -> None:
    for split in ("unit_type", "staff_class", "seniority"):
        with pytest.raises(Problem) as caught:
            rows(round_of_all, "PERS_MEM", (split,))
        assert caught.value.code == "split_not_offered"


STAFF_ITEMS = (
    "is_yuku", "personel", "arac", "egitim", "bilisim", "bina", "merkez", "geri", "amir", "koord",
    "biro", "memnun",
)  # fmt: skip


def topics_of_two_units(survey: Survey) -> None:
    today = clock.today()

    def topic(status: str, days: int, **more: str) -> dict[str, str]:
        reported = (today - timedelta(days=days)).isoformat()
        return {"t_durum": status, "t_rapor_tarihi": reported, **more}

    first = [
        topic("cozuldu", 300),
        topic("kismen", 100, t_ilerleme="40", t_darbogaz="odenek ihale", t_sorumlu="egm"),
        topic("gecersiz", 10),
    ]
    second = [
        topic("degismedi", 200, t_darbogaz="odenek", t_sorumlu="egm nvi"),
        topic("dogrulanamadi", 400),
    ]
    bring_record(survey, "C", unit(r_tekrar=first))
    bring_record(survey, "C", unit(name="Çankaya", r_tekrar=second))


def test_topics_are_followed(round_of_all: Survey) -> None:
    topics_of_two_units(round_of_all)
    key = ("nufus", "06")
    assert values(round_of_all, "KONU_COZ") == {key: pytest.approx(100 * 1 / 4)}
    assert values(round_of_all, "KONU_ILER") == {key: pytest.approx((100 + 40 + 0) / 3, abs=0.05)}
    assert values(round_of_all, "KONU_YAS") == {("06",): median([100, 200, 400])}
    assert values(round_of_all, "DARBOGAZ") == {
        ("odenek", "egm"): 2, ("ihale", "egm"): 1, ("odenek", "nvi"): 1,
    }  # fmt: skip


def test_meetings_decide_and_answer(round_of_all: Survey) -> None:
    asked = [{"x_karar": name} for name in ("cozuldu", "yetki_disi", "takip", "bilgi")]
    meeting = {"il": "06", "ilce": "1231", "tur": "muhtar", "r_talep": asked}
    bring_record(round_of_all, "D", meeting | {"mb_talep": "100", "mb_15gun": "80"})
    bring_record(round_of_all, "D", meeting | {"mb_talep": "300", "mb_15gun": "60", "r_talep": []})
    bring_record(round_of_all, "D", meeting | {"mb_talep": "50", "r_talep": []})
    assert values(round_of_all, "TOP_KARAR") == {("muhtar", "06"): pytest.approx(75)}
    assert values(round_of_all, "MBS_15") == {("06",): pytest.approx(35)}


def test_few_answers_of_citizens_are_hidden(survey: Survey) -> None:
    visit = survey.plan("V1", "06")
    survey.bring(visit, answers("emn"), times=4)
    (row,) = rows(survey, "ME_ort")
    assert (row.value, row.n, row.low, row.suppressed) == (None, None, None, "too_few_answers")


def test_unknown_names_rounds_and_splits_are_refused(survey: Survey) -> None:
    for code, round_id, by in (("XXX", ROUND, None), ("NET", ROUND, ("colour",))):
        with survey.app.app_context(), pytest.raises(Problem) as caught:
            indicator_figures(code, round_id, by=by)
        assert caught.value.code == "unknown_code"
    with survey.app.app_context(), pytest.raises(Problem) as caught:
        indicator_figures("DOLULUK", "1999-1")
    assert caught.value.code == "unknown_round"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(izdes, ["--language", "en", "indicator", *arguments])


@pytest.mark.parametrize("code", [indicator.code for indicator in indicators()])
def test_every_indicator_can_be_printed_of_an_empty_round(
    survey: Survey, monkeypatch: pytest.MonkeyPatch, database_url: str, code: str
) -> None:
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(survey.data_dir))
    said = run(code, ROUND)
    assert said.exit_code == 0, said.exception
    assert "has no records for this indicator" in said.output
    assert json.loads(run(code, ROUND, "--format", "json").output) == []


def test_the_command_prints_names_numbers_and_the_definition(
    survey: Survey, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(survey.data_dir))
    people_of_ankara(survey)
    said = run("NET", ROUND).output
    for words in (
        "Net satisfaction",
        "Ankara",
        "Police",
        "25.0",
        "Definition: %(4;5)",
        "poststrat",
    ):
        assert words in said
    (row,) = json.loads(run("net", ROUND, "--by", "region", "--format", "json").output)
    assert (row["indicator"], row["region"], row["service"]) == ("NET", "TR5", "emn")
    table = run("NET", ROUND, "--by", "country", "--format", "csv").output.splitlines()
    assert table[0].startswith("indicator,service,value,low")
    assert table[1].startswith("NET,emn,25")


def test_without_a_name_the_indicators_are_listed(app: Flask) -> None:
    said = run().output
    assert app is not None
    for indicator in indicators():
        assert f"{indicator.code} " in said
        assert indicator.name["en"] in said
