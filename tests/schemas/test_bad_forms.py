"""A form that is wrong is refused with row, column and a sentence in both languages."""

import pytest

from tests.schemas.sheets import EN, TR, findings, q

BEGIN, END = q("begin repeat", "r"), {"type": "end repeat"}

BAD: dict[str, tuple[tuple[dict[str, str], ...], tuple[int, str, str], str, str]] = {
    "a name with a Turkish letter": (
        (q("text", "yaş"),),
        (2, "name", "name_form"),
        "“yaş” geçerli bir ad değil: harfle başlar; yalnızca İngilizce harf",
        "“yaş” is not a valid name: it begins with a letter and has only English",
    ),
    "a name that means something to JavaScript": (
        (q("text", "constructor"),),
        (2, "name", "name_reserved"),
        "“constructor” adı ayrılmıştır, başka bir ad veriniz.",
        "The name “constructor” is reserved, choose another one.",
    ),
    "a question without name": (
        ({"type": "text", TR: "A", EN: "A"},),
        (2, "name", "name_missing"),
        "Sorunun adı yok.",
        "The question has no name.",
    ),
    "one name twice, in two groups": (
        (
            q("begin group", "g"),
            q("text", "a"),
            {"type": "end group"},
            q("begin group", "h"),
            q("text", "a"),
            {"type": "end group"},
        ),
        (6, "name", "name_twice"),
        "“a” adı 3. satırda kullanılmış. Her ad formda bir kez geçer.",
        "The name “a” is already used in row 3. Every name occurs once in a form.",
    ),
    "an unknown type": (
        (q("soru", "a"),),
        (2, "type", "type_unknown"),
        "“soru” diye bir soru türü yok.",
        "There is no question type “soru”.",
    ),
    "a choice question without list": (
        (q("select_one", "a"),),
        (2, "type", "list_missing"),
        "“select_one” türünden sonra seçenek listesinin adı gelmelidir.",
        "The type “select_one” must be followed by the name of a choice list.",
    ),
    "an unknown list": (
        (q("select_one renk", "a"),),
        (2, "type", "list_unknown"),
        "“renk” adlı bir seçenek listesi yok.",
        "There is no choice list named “renk”.",
    ),
    "or_other": (
        (q("select_one eh or_other", "a"),),
        (2, "type", "type_extra"),
        "“select_one” türünden sonraki “or_other” desteklenmiyor.",
        "“or_other” after the type “select_one” is not supported.",
    ),
    "a group that is not closed": (
        (q("begin group", "g"), q("text", "a")),
        (2, "type", "group_not_closed"),
        "“g” grubu kapatılmamış.",
        "The group “g” is not closed.",
    ),
    "a group that was never opened": (
        (q("text", "a"), {"type": "end group"}),
        (3, "type", "end_without_begin"),
        "Açık grup yokken grup kapatılıyor (end group).",
        "A group is closed (end group) while none is open.",
    ),
    "a group closed as a repeat": (
        (q("begin group", "g"), q("text", "a"), {"type": "end repeat"}),
        (4, "type", "end_of_other"),
        "“end repeat” burada açık olan “g” grubuna uymuyor.",
        "“end repeat” does not fit “g”, which is open here.",
    ),
    "a repeat in a repeat": (
        (BEGIN, q("begin repeat", "s"), q("text", "a"), {"type": "end group"}, END),
        (3, "type", "repeat_nested"),
        "Tekrar grubu başka bir tekrar grubunun içinde olamaz.",
        "A repeat cannot stand inside another repeat.",
    ),
    "a label in one language only": (
        (q("text", "a", **{EN: ""}),),
        (2, EN, "translation_missing"),
        "Bu satırın “label” metni “en” dilinde yok.",
        "The text “label” of this row is missing in language “en”.",
    ),
    "a question without label": (
        (q("text", "a", **{TR: "", EN: ""}),),
        (2, "label", "label_missing"),
        "“a” için etiket yok.",
        "“a” has no label.",
    ),
    "an expression that does not parse": (
        (q("integer", "a"), q("text", "b", relevant="${a} == 1")),
        (3, "relevant", "operator_unknown"),
        "“==” diye bir işleç yok. Eşitlik için =, eşitsizlik için !=",
        "There is no operator “==”. Write = for equal, != for not equal",
    ),
    "an unknown function": (
        (q("calculate", "a", calculation="once(1)"),),
        (2, "calculation", "function_elsewhere"),
        "once() ODK'da vardır, İZDES'te yoktur.",
        "once() exists in ODK but not in İZDES.",
    ),
    "a reference to nothing": (
        (q("text", "b", relevant="${yok} = '1'"),),
        (2, "relevant", "reference_unknown"),
        "“yok” adlı bir soru yok.",
        "There is no question named “yok”.",
    ),
    "a number as a condition": (
        (q("integer", "a"), q("text", "b", relevant="${a}")),
        (3, "relevant", "not_a_condition"),
        "Bu bir koşul değil, sayı. Örneğin ${a} != '' veya ${n} > 0 yazınız.",
        "This is not a condition but a number. Write for example ${a} != '' or ${n} > 0.",
    ),
    "a date compared with text": (
        (q("date", "a", constraint=". > '2026-01-01'"),),
        (2, "constraint", "date_comparison"),
        "Bir tarih yalnızca başka bir tarihle karşılaştırılır: date('2026-01-31')",
        "A date can be compared only with another date: write date('2026-01-31') or today().",
    ),
    "a code that is no choice": (
        (q("select_multiple eh", "a"), q("text", "b", relevant="selected(${a}, '2')")),
        (3, "relevant", "choice_unknown"),
        "“2” bu sorunun seçeneklerinden biri değil.",
        "“2” is none of this question's choices.",
    ),
    "a column the list does not have": (
        (q("text", "i"), q("select_one ilce", "a", choice_filter="bolge = ${i}")),
        (3, "choice_filter", "column_unknown"),
        "Seçenek listesinde “bolge” diye bir sütun yok.",
        "The choice list has no column “bolge”.",
    ),
    "a pattern that is not anchored": (
        (q("text", "a", constraint="regex(., 'a')"),),
        (2, "constraint", "pattern_not_anchored"),
        "Kalıp ^ ile başlamalı, $ ile bitmelidir.",
        "The pattern must begin with ^ and end with $.",
    ),
    "a circle of relevance": (
        (
            q("text", "a", relevant="${b} = 'x'"),
            q("text", "b", relevant="${c} = 'x'"),
            q("text", "c", relevant="${a} = 'x'"),
        ),
        (2, "relevant", "cycle"),
        "Kısır döngü: a → b → c → a. Bu değerler birbirini bekliyor.",
        "Circle: a → b → c → a. These values wait for one another.",
    ),
    "a calculation of itself": (
        (q("calculate", "a", calculation="${a} + 1"),),
        (2, "calculation", "cycle"),
        "Kısır döngü: a → a.",
        "Circle: a → a.",
    ),
    "a question whose relevance asks for itself": (
        (q("text", "a", relevant="${a} != ''"),),
        (2, "relevant", "cycle"),
        "Kısır döngü: a → a.",
        "Circle: a → a.",
    ),
    "rows that are counted by themselves": (
        (q("begin repeat", "r", repeat_count="sum(${n})"), q("integer", "n"), END),
        (2, "repeat_count", "cycle"),
        "Kısır döngü: r → r.",
        "Circle: r → r.",
    ),
    "a repeat shown because of a row of its own": (
        (q("begin repeat", "r", relevant="count(${r}) > 0"), q("text", "n"), END),
        (2, "relevant", "cycle"),
        "Kısır döngü: r → r.",
        "Circle: r → r.",
    ),
    "a list used as a value": (
        (BEGIN, q("integer", "n"), END, q("text", "b", relevant="${n} > 1")),
        (5, "relevant", "type_mismatch"),
        "Burada sayı gerekiyor, oysa bu tekrarlanan cevaplar.",
        "This place needs a number, but this is repeated answers.",
    ),
    "position outside a repeat": (
        (q("calculate", "a", calculation="position(..)"),),
        (2, "calculation", "position_outside_repeat"),
        "position(..) yalnızca bir tekrar grubunun içinde kullanılır.",
        "position(..) can be used only inside a repeat.",
    ),
    "a calculation without expression": (
        (q("calculate", "a"),),
        (2, "calculation", "calculation_missing"),
        "“a” hesabının ifadesi yok.",
        "The calculation “a” has no expression.",
    ),
    "a calculation that is a condition": (
        (q("calculate", "a", calculation="1 = 1"),),
        (2, "calculation", "boolean_value"),
        "Bir koşul cevap olamaz. if(koşul, '1', '0') yazınız.",
        "A condition cannot be an answer. Write if(condition, '1', '0').",
    ),
    "a constraint on a group": (
        (q("begin group", "g", constraint=". > 1"), q("text", "a"), {"type": "end group"}),
        (2, "constraint", "no_effect"),
        "Bu sütunun “begin group” satırında etkisi yoktur.",
        "This column has no effect in a row of type “begin group”.",
    ),
    "a choice filter on a text": (
        (q("text", "a", choice_filter="il = '1'"),),
        (2, "choice_filter", "no_effect"),
        "Bu sütunun “text” satırında etkisi yoktur.",
        "This column has no effect in a row of type “text”.",
    ),
    "a default that is no answer": (
        (q("integer", "a", default="beş"),),
        (2, "default", "default_form"),
        "“beş” bu soru için geçerli bir cevap değil.",
        "“beş” is not a valid answer to this question.",
    ),
    "a default that asks a later question": (
        (q("text", "a", default="${b}"), q("text", "b")),
        (2, "default", "default_later"),
        "Varsayılan değer daha sonraki “b” sorusuna başvuramaz; o sırada hep boştur.",
        "A default cannot refer to the later question “b”, which is always blank at that time.",
    ),
    "required that is neither yes nor an expression": (
        (q("text", "a", required="evet"),),
        (2, "required", "column_outside_filter"),
        "“evet” anlaşılamadı. Bir soru için ${evet}, metin için 'evet' yazınız.",
        "“evet” is not understood. Write ${evet} for a question, 'evet' for text.",
    ),
    "read_only that is neither yes nor no": (
        (q("text", "a", read_only="belki"),),
        (2, "read_only", "yes_or_no"),
        "Burada yes veya no yazmalıdır; “belki” yazılmış.",
        "This must be yes or no; it is “belki”.",
    ),
    "a label that inserts an unknown answer": (
        (q("text", "a", **{TR: "${b} mi?", EN: "${b}?"}),),
        (2, "label", "insertion_unknown"),
        "Metin “b” cevabını gösteremez: böyle bir soru yok veya tekrar grubunun içinde.",
        "The text cannot show the answer “b”: there is no such question, or it is inside a repeat.",
    ),
    "a label with an insertion that is not closed": (
        (q("text", "a", **{TR: "${a mi?", EN: "A?"}),),
        (2, "label", "insertion_form"),
        "Metindeki “${” bir soru adıyla ve “}” ile tamamlanmalıdır.",
        "A “${” in a text must be completed by a question's name and “}”.",
    ),
    "a range that ends before it starts": (
        (q("range", "a", parameters="start=5 end=1 step=1"),),
        (2, "parameters", "range_empty"),
        "Aralığın sonu başından büyük, adımı sıfırdan büyük olmalıdır.",
        "The range must end above its start and have a step above zero.",
    ),
    "parameters that cannot be read": (
        (q("range", "a", parameters="0'dan 10'a"),),
        (2, "parameters", "parameters_form"),
        "Parametreler start=0 end=100 step=5 biçiminde yazılır; “0'dan 10'a” okunamadı.",
        "Parameters are written start=0 end=100 step=5; “0'dan 10'a” could not be read.",
    ),
    "core that is no flag": (
        (q("text", "a", core="evet"),),
        (2, "core", "core_form"),
        "core sütununda 0 veya 1 olmalıdır; “evet” yazılmış.",
        "The column core takes 0 or 1; it is “evet”.",
    ),
    "an unknown kind of personal data": (
        (q("text", "a", pii="isim"),),
        (2, "pii", "pii_unknown"),
        "“isim” bilinen bir kişisel veri türü değil: device, free_text, photo, quasi, staff.",
        "“isim” is no known kind of personal data: device, free_text, photo, quasi, staff.",
    ),
    "a scale that is not the list": (
        (q("select_one eh", "a", scale="memnun5"),),
        (2, "scale", "scale_not_list"),
        "Ölçek “memnun5” sorunun seçenek listesiyle (eh) aynı olmalıdır.",
        "The scale “memnun5” must be the question's choice list (eh).",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_form_is_refused_at_its_cell(name: str) -> None:
    rows, place, turkish, english = BAD[name]
    errors = [found for found in findings(*rows) if found.is_error]
    assert [(found.row, found.column, found.code) for found in errors] == [place]
    assert errors[0].sheet == "survey"
    assert errors[0].sentence("tr").startswith(turkish)
    assert errors[0].sentence("en").startswith(english)
