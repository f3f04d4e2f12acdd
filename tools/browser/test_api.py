"""The API by its description: what schemathesis makes of it gets no 5xx and only answers that the description knows."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from server import SCAM, SCAM_SENDER, collection_history

HERE = Path(__file__).parent
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance,unsupported_method"


def tight(schema):
    """Objects hold nothing that the description does not name: a field that an answer has and it lacks is a fault."""
    if isinstance(schema, list):
        return [tight(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: tight(value) for key, value in schema.items()}
    if schema.get("type") == "object" and "properties" in schema and "additionalProperties" not in schema:
        schema["additionalProperties"] = False
    return schema


@pytest.fixture(scope="module")
def description(server):
    server.post("/api/evidence/recovery", {})
    server.import_rows(collection_history())
    server.keep(SCAM, SCAM_SENDER, "2026-06-01T23:10:00+08:00")
    server.post("/api/evidence", {"message": 1})
    return server.get("/api/openapi.json")


def test_the_description_stands_for_the_routes(server, description):
    """Every page's address of the program has its twin, and what is described is there."""
    source = HERE.parent.parent / "crates/app/src/web/route.rs"
    import re

    routes = re.findall(r'\("(/[^"]*)", ', source.read_text())
    pages, others = routes[: routes.index("/")], routes[routes.index("/"):]
    described = set(description["paths"])
    assert {f"/api{path}" for path in pages} <= described
    assert described - {f"/api{path}" for path in pages} == {"/hook/{token}", "/events", "/api/openapi.json"} & set(others)
    ids = [operation["operationId"] for methods in description["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))


def test_examples_of_the_description_are_as_described(description):
    import jsonschema_rs

    components = {"components": tight(description["components"])}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            answers = [operation.get("requestBody", {}), *operation["responses"].values()]
            for media in (media for one in answers for media in one.get("content", {}).values()):
                if "example" in media and media["schema"] != {"type": "string"}:
                    schema = {**tight(media["schema"]), **components}
                    validator = jsonschema_rs.Draft202012Validator(schema)
                    errors = [error.message for error in validator.iter_errors(media["example"])]
                    assert errors == [], (method, path)


def test_no_request_of_schemathesis_breaks_it(server, description, tmp_path):
    _, hook = server.device()
    token = hook.rsplit("/", 1)[1]
    strict = {**description, "components": {**description["components"], "schemas": tight(description["components"]["schemas"])}}
    # What comes in may hold more than is described; only answers are held tight.
    for name in ("Asked",):
        strict["components"]["schemas"][name] = description["components"]["schemas"][name]
    # A stream that does not end is no matter for it, and forms need the token of a page.
    del strict["paths"]["/events"]
    for methods in strict["paths"].values():
        for operation in methods.values():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                content.pop("multipart/form-data", None)
    (tmp_path / "openapi.json").write_text(json.dumps(strict))
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": str(HERE / "hooks.py"), "HOOK_TOKEN": token}
    schemathesis = Path(sys.executable).parent / "schemathesis"
    ran = subprocess.run(
        [schemathesis, "run", tmp_path / "openapi.json", "--url", server.url, "--checks", CHECKS, "--max-examples", "25",
         "--phases", "examples,coverage,fuzzing", "--continue-on-failure", "--seed", "20261124", "--workers", "1", "--request-timeout", "30",
         "--suppress-health-check", "all", "--warnings", "off", "--no-color"],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )
    assert ran.returncode == 0, ran.stdout[-12000:] + ran.stderr[-2000:]
    print(ran.stdout[-1500:])
    assert server.get("/api/inbox")["counts"]["total"] > 0, "and it is still there"
