"""What a simulated officer writes about a unit, its staff, earlier topics and a meeting.

As with citizens, the officer reads the questions in order and answers those that are asked.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from schemas.forms.definition import ONCE, Node
from schemas.forms.flow import Interview, Questionnaire
from server.demo.interviews import REASON

ISSUES = (
    ("personel", "Personel sayısı yetersiz", "Boş kadrolara atama yapılmalı."),
    ("arac", "Araçların çoğu eski", "Ekonomik ömrünü dolduran araçlar yenilenmeli."),
    ("bina", "Bekleme alanı dar", "Bitişikteki oda bekleme alanına katılmalı."),
    ("bilisim", "Bağlantı sık kesiliyor", "Yedek hat sağlanmalı."),
    ("surec", "Aynı belge birkaç kez isteniyor", "Belgeler sistemden alınmalı."),
    ("koordinasyon", "Kurumlar arası yazışma uzun sürüyor", "Ortak masa kurulmalı."),
)
REQUESTS = (
    ("trafik", "Okul önünde yaya geçidi isteniyor."),
    ("asayis", "Park çevresinde devriye isteniyor."),
    ("altyapi", "Köy yolunun onarılması isteniyor."),
    ("nufus", "Randevu saatlerinin artırılması isteniyor."),
    ("acm", "112 aramalarında bekleme süresi soruldu."),
)
MEETINGS = {
    "halk": "asayis",
    "ekonomi": "ekonomi",
    "muhtar": "mbs",
    "stk": "kadin",
    "okul_aile": "okul",
    "okul_guvenlik": "servis",
    "uyusturucu": "uyusturucu",
    "trafik": "trafik",
    "guvenlik": "asayis",
    "diger": "diger",
}
"""The ten kinds of meeting, and what each is mostly about."""

Say = Callable[[Random], str]


def filled(
    questionnaire: Questionnaire,
    prefill: Mapping[str, Any],
    *,
    now: str,
    random: Random,
    says: Mapping[str, Say] | None = None,
) -> Interview:
    """Fill a form: what is known in advance, what ``says`` tells, the rest as it is usual."""
    interview = Interview(questionnaire, prefill, now=now, draw=random.random)
    answers = USUAL | dict(says or {})
    for repeat, most in ROWS.items():
        if repeat in questionnaire.items and interview.is_relevant(repeat):
            _add_rows(interview, repeat, random.randint(1, most))
    for _, node, row in interview.fields():
        if row is None and node.name in prefill:
            continue
        if text := _answer(interview, node, row, random, answers):
            interview.set(node.name, text, row)
        if node.soft_constraint:
            interview.confirm(node.name, REASON, row)
        if node.name in GATES:
            _add_rows(interview, GATES[node.name], random.randint(1, 3))
    return interview


def _answer(
    interview: Interview, node: Node, row: int | None, random: Random, answers: Mapping[str, Say]
) -> str:
    if node.name in answers:
        return answers[node.name](random)
    if node.read_only or node.default or node.default_expression:
        return ""
    if node.scale:
        return random.choices("12345", (6, 14, 30, 36, 14))[0]
    if node.list:
        taken = interview.value(node.name) if ONCE in node.parameters else []
        names = [
            choice.name for choice in interview.choices(node.name, row) if choice.name not in taken
        ]
        return " ".join(random.sample(names, 2 if node.type == "select_multiple" else 1))
    if node.type == "integer":
        return str(random.randint(0, 3))
    return "Yerinde görüşüldü." if node.type == "text" and node.required else ""


def _add_rows(interview: Interview, repeat: str, wanted: int) -> None:
    for _ in range(wanted - interview.rows(repeat)):
        interview.add_row(repeat)


def _between(low: int, high: int) -> Say:
    return lambda random: str(random.randint(low, high))


def _chance(share: float) -> Say:
    return lambda random: "1" if random.random() < share else "0"


ROWS = {"r_kadro": 3}
"""Free repeats that are always asked, and how many rows they get at most."""
GATES = {"arac_var": "r_arac", "konu_var": "r_konu", "yeni_var": "r_yeni", "talep_var": "r_talep"}

USUAL: dict[str, Say] = {
    "arac_var": _chance(0.7),
    "konu_var": lambda _: "1",
    "iyi_var": _chance(0.4),
    "yeni_var": _chance(0.3),
    "talep_var": _chance(0.9),
    "amir_unvan": lambda _: "Birim amiri",
    "hizmet_nufus": _between(5_000, 400_000),
    "gunluk_basvuru": _between(20, 400),
    "gorusulen_personel": _between(5, 15),
    "gorusulen_kadin": _between(0, 5),
    "m_yanit_gun": _between(3, 40),
    "k_norm": _between(10, 40),
    "k_mevcut": _between(6, 38),
    "k_ihtiyac": _between(0, 8),
    "a_mevcut": _between(1, 12),
    "a_ad": lambda _: "Devriye hizmetinde kullanılan",
    "s_baslik": lambda random: random.choice(ISSUES)[1],
    "s_oneri": lambda random: random.choice(ISSUES)[2],
    "y_baslik": lambda random: random.choice(ISSUES)[1],
    "y_oneri": lambda random: random.choice(ISSUES)[2],
    "t_durum": lambda random: random.choices(
        ("cozuldu", "kismen", "suruyor", "degismedi", "kotulesti", "gecersiz", "dogrulanamadi"),
        (25, 20, 25, 18, 4, 4, 4),
    )[0],
    "t_ilerleme": lambda random: str(5 * random.randint(1, 18)),
    "t_gelisme": lambda _: "Önceki ziyaretten bu yana yapılanlar yerinde görüldü.",
    "t_hedef": lambda _: "",
    "s_hedef": lambda _: "",
    "aydinlatma": lambda _: "1",
    "katilim": _chance(0.94),
    "kidem": lambda random: random.choices(("0-2", "3-5", "6-10", "11-20", "20+"), (1, 2, 3, 4, 2))[
        0
    ],
    "sinif": lambda random: random.choices(("emniyet", "gih", "yonetici"), (6, 3, 1))[0],
    "oncelikli": lambda random: " ".join(random.sample([issue[0] for issue in ISSUES], 3)),
    "baskan": lambda random: random.choices(("vali", "vali_yrd", "kaymakam"), (2, 3, 5))[0],
    "saat": lambda random: f"{random.randint(9, 16):02}:{random.choice(('00', '30'))}",
    "sure_dk": _between(45, 180),
    "yer": lambda _: "Hükûmet konağı toplantı salonu",
    "k_vatandas": _between(5, 80),
    "k_muhtar": _between(4, 30),
    "k_kadin": _between(0, 9),
    "ok_okul": _between(30, 90),
    "ok_koord": _between(5, 30),
    "sv_arac": _between(60, 200),
    "sv_denetim": _between(10, 60),
    "mb_talep": _between(20, 90),
    "mb_sonuc": _between(5, 20),
    "x_konu": lambda random: random.choice(REQUESTS)[0],
    "x_ozet": lambda random: random.choice(REQUESTS)[1],
    "x_termin": lambda _: "",
    "tur_diger": lambda _: "Esnaf buluşması",
}
"""What is written under a question with this name, unless the visit says otherwise."""
