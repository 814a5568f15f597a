"""What an officer meets inside an interview: mistakes, the back key, long lists, the keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from schemas.reference.geography import provinces
from tests.journeys.conftest import Centre
from tests.journeys.interviewing import Respondent
from tests.journeys.tablet import PHONE, Tablet
from tests.people import GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def centre(centre_of_module: Centre) -> Centre:
    """No test here asks what the centre holds."""
    return centre_of_module


@pytest.fixture
def interview(tablet: Tablet) -> Tablet:
    """A tablet with a new interview outside a visit."""
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Ziyaret dışında").click()
    tablet.start_interview()
    return tablet


PROVINCES = {
    "igdir": "Iğdır",
    "IGDIR": "Iğdır",
    "şırnak": "Şırnak",
    "sirnak": "Şırnak",
    "afyon": "Afyonkarahisar",
    "urfa": "Şanlıurfa",
    "antep": "Gaziantep",
    "k.maraş": "Kahramanmaraş",
    "içel": "Mersin",
    "izm": "İzmir",
    "76": "Iğdır",
}


def test_a_province_is_found_however_it_is_typed(interview: Tablet) -> None:
    found = {}
    for typed in PROVINCES:
        found[typed] = interview.find("il", typed)
        interview.question("il").get_by_text("Değiştir").click()
    assert found == PROVINCES


def test_a_district_is_offered_only_in_its_province_and_asked_again_in_another(
    interview: Tablet,
) -> None:
    expect(interview.question("ilce")).to_contain_text("Önce yukarıdaki soruyu cevaplayınız.")
    interview.find("il", "igdir")
    interview.question("ilce").get_by_role("combobox").click()
    offered = interview.question("ilce").get_by_role("option")
    expect(offered).to_have_text(["Aralık", "Karakoyunlu", "Merkez", "Tuzluca"])
    interview.find("ilce", "tuzluca")
    interview.question("il").get_by_text("Değiştir").click()
    interview.find("il", "antep")
    expect(interview.question("ilce")).to_contain_text("Bu seçenek artık geçerli değil")


def test_a_list_goes_on_as_far_as_one_scrolls_or_steps(interview: Tablet) -> None:
    box = interview.question("il").get_by_role("combobox")
    options = interview.question("il").get_by_role("option")
    box.click()
    expect(options.nth(20)).to_be_attached()
    expect(options).not_to_have_count(81)
    expect(options.first).to_have_attribute("aria-setsize", "81")
    for _ in range(8):
        options.last.scroll_into_view_if_needed()
        interview.wait_for_frames()
    expect(options).to_have_count(81)
    expect(options.last).to_have_text("Zonguldak")
    interview.page.keyboard.press("Escape")
    for _ in range(40):
        interview.page.keyboard.press("ArrowDown")
    expect(interview.question("il").locator("[aria-selected=true]")).to_be_in_viewport()
    interview.page.keyboard.press("Enter")
    fortieth = sorted(provinces(), key=lambda each: each.order)[39]
    expect(interview.question("il").locator(".chosen__label")).to_have_text(fortieth.name)


def test_an_answer_is_kept_by_whoever_is_quicker_than_the_next_frame(interview: Tablet) -> None:
    interview.find("il", "izmir")
    interview.find("ilce", "bornova")
    hurried = """() => {
      document.querySelector("[id=q-yerlesim] input[value=belde]").click();
      history.back();
    }"""
    interview.page.evaluate(hurried)
    interview.page.locator("li.draft").get_by_text("Devam et").click()
    expect(interview.question("yerlesim").locator("input:checked")).to_have_value("belde")


def test_next_shows_what_is_missing_goes_to_it_and_lets_one_go_on(interview: Tablet) -> None:
    interview.page.locator(".steps__on").click()
    expect(interview.page.locator(".steps")).to_contain_text("Bu bölümde 5 soru tamamlanmadı.")
    expect(interview.question("il").get_by_role("combobox")).to_be_focused()
    interview.button("Sonra tamamlarım, devam et").click()
    interview.question("katilim").wait_for()
    expect(interview.title).to_have_text("Aydınlatma ve katılım")


def test_a_wrong_number_is_told_after_leaving_the_field(interview: Tablet) -> None:
    says = {"gorusme_dili": "tr", "katilim": "1", "on8": "1", "il": "izmir", "ilce": "bornova"}
    Respondent(says | {"kullanilan": "emn"}).fill_sections(
        interview, until="Emniyet (asayiş) hizmetinin değerlendirilmesi"
    )
    box = interview.question("emn_bekleme").get_by_role("textbox")
    box.fill("9999")
    interview.wait_for_frames()
    expect(interview.question("emn_bekleme").locator(".field__error")).to_have_count(0)
    box.blur()
    expect(interview.question("emn_bekleme")).to_contain_text("0 ile 1440 arasında")
    box.fill("on dakika")
    box.blur()
    expect(interview.question("emn_bekleme")).to_contain_text("Yalnızca rakamla")
    box.fill("10")
    expect(interview.question("emn_bekleme").locator(".field__error")).to_have_count(0)


def test_the_back_key_goes_one_section_back_and_never_out_with_a_loss(interview: Tablet) -> None:
    interview.find("il", "izmir")
    interview.find("ilce", "bornova")
    for name, value in (("yerlesim", "koy"), ("gorusme_yeri", "ev"), ("yalniz", "1")):
        interview.tap(name, value)
    interview.go_on()
    interview.tap("aydinlatma", "1")
    interview.page.go_back()
    interview.question("yerlesim").wait_for()
    expect(interview.chosen("yerlesim")).to_have_value("koy")
    interview.page.go_back()
    interview.page.locator("li.draft").get_by_text("Devam et").click()
    interview.question("yerlesim").wait_for()
    expect(interview.chosen("yerlesim")).to_have_value("koy")


def test_the_review_leads_to_each_missing_question_and_holds_the_end_until_then(
    interview: Tablet,
) -> None:
    says = {"gorusme_dili": "tr", "katilim": "0", "il": "izmir", "ilce": "bornova"}
    Respondent(says, answers={"sonuc_kodu": ""}).fill_sections(
        interview, until="Görüşmenin sonu (görevli doldurur)"
    )
    interview.page.locator(".steps__on").click()
    interview.button("Sonra tamamlarım, devam et").click()
    interview.page.locator(".sections").wait_for()
    expect(interview.button("Görüşmeyi bitir")).to_have_count(0)
    expect(interview.button("İlk eksiğe git")).to_be_visible()
    interview.page.locator(".missing").click()
    interview.question("sonuc_kodu").wait_for()
    interview.tap("sonuc_kodu", "ret")
    interview.go_on()
    interview.page.get_by_text("Bütün zorunlu sorular cevaplandı.").wait_for()
    expect(interview.button("Görüşmeyi bitir")).to_be_enabled()


def test_a_section_can_be_answered_with_the_keyboard_alone(interview: Tablet) -> None:
    keyboard = interview.page.keyboard
    interview.question("il").get_by_role("combobox").focus()
    keyboard.type("izmir")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(interview.question("il")).to_contain_text("İzmir")
    expect(interview.question("il").locator(":focus")).to_have_count(1)
    keyboard.press("Tab")
    expect(interview.question("ilce").get_by_role("combobox")).to_be_focused()
    keyboard.type("born")
    expect(interview.question("ilce").get_by_role("option").first).to_contain_text("Bornova")
    keyboard.press("Enter")
    expect(interview.question("ilce")).to_contain_text("Bornova")
    expect(interview.question("ilce").locator(":focus")).to_have_count(1)
    keyboard.press("Tab")
    expect(interview.question("yerlesim").locator("input:focus")).to_have_count(1)
    keyboard.press("Space")
    expect(interview.question("yerlesim").locator("input:checked")).to_have_count(1)
    keyboard.press("ArrowDown")
    checked = interview.question("yerlesim").locator("input:checked")
    expect(checked).to_have_value("ilce_merkezi")


def test_a_number_over_a_prefilled_zero_is_that_number_and_thousands_are_read(
    tablet: Tablet,
) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.button("Birim ziyareti").first.click()
    tablet.page.locator(".question").first.wait_for()
    tablet.page.evaluate(
        "location.hash = location.hash.replace(/interview\\/([^/]+).*/, 'review/$1')"
    )
    tablet.button("Personel durumu (sınıf bazında) bölümüne git").click()
    seconded = tablet.page.locator('[id$=".k_gecici_giden"] input')
    for at in ("left", "right"):
        box = seconded.bounding_box()
        assert box
        tablet.page.locator('[id$=".k_norm"] input').click()
        x = 12 if at == "left" else box["width"] - 12
        seconded.click(position={"x": x, "y": box["height"] / 2})
        tablet.page.keyboard.type("25")
        expect(seconded).to_have_value("25")
        tablet.page.locator('[id$=".k_gecici_giden"] input').fill("0")
    posts = tablet.page.locator('[id$=".k_norm"]')
    posts.locator("input").fill("1.500")
    posts.locator("input").blur()
    expect(posts.locator("input")).to_have_value("1.500")
    posts.get_by_text("Anlaşılan sayı: 1500").wait_for()
    expect(posts.locator(".field__error")).to_have_count(0)


def test_a_section_begins_at_its_top_after_one_that_was_scrolled(
    tablets: Callable[..., Tablet],
) -> None:
    tablet = tablets(size=dict(PHONE))
    tablet.switch_on()
    tablet.wait_until_ready()
    tablet.sign_in(GOVERNOR)
    tablet.start_interview()
    tablet.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    tablet.page.wait_for_function("scrollY > 0")
    tablet.go_on_anyway()
    expect(tablet.title).to_be_focused()
    assert tablet.page.evaluate("scrollY") == 0
