"""``GET /api/v1/openapi.json``: the API, described by the models that parse and answer it."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from schemas.problems import STATUS

ADDRESS = "/api/v1/openapi.json"


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    answer = client.get(ADDRESS)
    assert answer.content_type == "application/json"
    return answer.json


def references(node: object) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*map(references, node.values()))
    if isinstance(node, list):
        return set().union(*map(references, node))
    return set()


def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"


def test_it_names_every_address_of_the_api_and_each_has_a_summary(
    app: Flask, document: dict[str, Any]
) -> None:
    served = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {
        (path, method): operation
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    assert served <= described.keys()
    assert all(operation["summary"].endswith(".") for operation in described.values())


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references(document) <= known
    assert "#/components/schemas/SubmissionBatch" in references(document)


def test_it_tells_the_problems_of_signing_in(document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/v1/session"]["post"]
    assert set(operation["responses"]) == {
        "200", "400", "401", "403", "413", "422", "429", "500", "503",
    }  # fmt: skip
    assert "`wrong_credentials`" in operation["responses"]["401"]["description"]
    assert operation["security"] == [{}]


def test_it_tells_what_needs_a_session(document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/v1/submissions"]["post"]
    assert operation["security"] == [{"cookie": []}, {"bearer": []}]
    assert {"401", "403"} <= set(operation["responses"])


def test_request_models_refuse_unknown_keys(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for operations in document["paths"].values():
        for operation in operations.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                if "$ref" not in content["schema"]:
                    continue  # bytes as they are
                name = content["schema"]["$ref"].rpartition("/")[2]
                assert schemas[name]["additionalProperties"] is False, name


def test_it_names_only_statuses_that_problems_have(document: dict[str, Any]) -> None:
    statuses = {
        int(status)
        for operations in document["paths"].values()
        for operation in operations.values()
        for status in operation["responses"]
    }
    assert {status for status in statuses if status >= 400} <= set(STATUS.values())


def test_it_tells_how_a_file_is_sent_asked_after_and_opened(document: dict[str, Any]) -> None:
    operations = document["paths"]["/api/v1/attachments/{digest}"]
    assert set(operations) == {"get", "head", "put"}
    assert set(operations["put"]["requestBody"]["content"]) == {"application/octet-stream"}
    assert {"404", "409", "413", "415", "422"} <= set(operations["put"]["responses"])
