"""What schemathesis is told: things that are there are asked for as well, and no request leaves this computer."""

import os

import schemathesis


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Half of the numbers that it makes up become numbers of things that are there."""
    for name, value in (path_parameters or {}).items():
        if name in ("id", "number") and isinstance(value, int) and value % 2:
            path_parameters[name] = value % 20
        if name == "token" and context.operation.path.startswith("/hook") and len(str(value)) == 40:
            path_parameters[name] = os.environ["HOOK_TOKEN"]
    return path_parameters


@schemathesis.hook
def map_body(context, body):
    if isinstance(body, dict):
        if context.operation.path == "/api/connect/pull" and isinstance(body.get("address"), str):
            body["address"] = "http://127.0.0.1:9"
        if context.operation.path.startswith("/api/connect/alert/") and isinstance(body.get("url"), str):
            body["url"] = "http://127.0.0.1:9/robot"
    return body
