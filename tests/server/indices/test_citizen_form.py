"""The shipped citizen form is measured as its dimensions table says."""

from analysis.records.observations import extraction_of
from schemas.reference.services import services
from schemas.rules.measurement import measurement
from server.forms.publishing import shipped_forms


def test_every_service_has_seven_index_items_and_those_without_premises_six() -> None:
    (form,) = [form for form in shipped_forms() if form.id == "A_vatandas_gorusme"]
    extraction = extraction_of(form, measurement())
    counted = {
        module.service: sum(item[2] for item in module.items) for module in extraction.modules
    }
    assert counted == {
        service.code: 6 if service.code in {"acm", "shl"} else 7 for service in services()
    }
    assert {module.least_answered for module in extraction.modules} == {3.5, 3.0}


def test_it_asks_what_the_analysis_needs() -> None:
    (form,) = [form for form in shipped_forms() if form.id == "A_vatandas_gorusme"]
    rules = measurement()
    asks = extraction_of(form, rules).asks
    needed = {rules.sex, rules.age_group, rules.settlement, rules.alone, rules.agreed, rules.adult}
    assert needed | {rules.rated_services} <= asks
    assert {rules.problem.format(service=service.code) for service in services()} <= asks
