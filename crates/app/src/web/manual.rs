//! The API's description, for programs and for people, and the pages that wait for their work.

use axum::response::Response;
use serde::Serialize;
use serde_json::Value;

use super::answer::{Reply, Visit, json_bytes};

/// The description, by `OpenAPI` 3.1. A test holds it against the routes.
pub const DESCRIPTION: &str = include_str!("../../web/openapi.json");

/// `GET /api/openapi.json`.
pub async fn description() -> Response {
    json_bytes(DESCRIPTION.as_bytes().to_vec())
}

#[derive(Debug, Serialize)]
struct Sheet {
    base: String,
    api_version: String,
    openapi_href: &'static str,
    groups: Vec<Group>,
}

#[derive(Debug, Serialize)]
struct Group {
    name: String,
    operations: Vec<Operation>,
}

#[derive(Debug, Serialize)]
struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: Option<String>,
    auth: Option<String>,
    parameters: Vec<Parameter>,
    request: Option<Body>,
    responses: Vec<Answer>,
}

#[derive(Debug, Serialize)]
struct Parameter {
    name: String,
    place: String,
    r#type: String,
    is_required: bool,
    description: String,
}

#[derive(Debug, Serialize)]
struct Body {
    media: String,
    example: String,
}

#[derive(Debug, Serialize)]
struct Answer {
    status: String,
    description: String,
    example: Option<String>,
}

/// Lines of an example that the page shows; the whole stands in the description.
const MOST_LINES: usize = 8;

fn shortened(example: &str) -> String {
    let lines: Vec<&str> = example.lines().collect();
    match lines.get(..MOST_LINES) {
        Some(first) if lines.len() > MOST_LINES => format!("{}\n…", first.join("\n")),
        _ => example.to_owned(),
    }
}

/// `GET /api`.
pub async fn page(visit: Visit) -> Reply {
    let description: Value = serde_json::from_str(DESCRIPTION)?;
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut groups: Vec<Group> = Vec::new();
    for (path, methods) in description.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten().filter(|(key, _)| *key != "parameters") {
            let name = operation.pointer("/tags/0").and_then(Value::as_str).unwrap_or_default().to_owned();
            let shared = methods.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
            let own = operation.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
            let parameters = shared.iter().chain(&own).map(|parameter| Parameter {
                name: text(parameter, "name"),
                place: text(parameter, "in"),
                r#type: parameter.get("schema").map(|schema| text(schema, "type")).unwrap_or_default(),
                is_required: parameter.get("required").and_then(Value::as_bool).unwrap_or(false),
                description: text(parameter, "description"),
            });
            let content = |value: &Value| {
                let (media, body) = value.get("content")?.as_object()?.iter().next()?;
                let example = body
                    .get("example")
                    .map(|example| shortened(&serde_json::to_string_pretty(example).unwrap_or_default()));
                Some((media.clone(), example))
            };
            let responses =
                operation.get("responses").and_then(Value::as_object).into_iter().flatten().map(|(status, answer)| {
                    Answer {
                        status: status.clone(),
                        description: text(answer, "description"),
                        example: content(answer).and_then(|(_, example)| example),
                    }
                });
            let shown = Operation {
                id: text(operation, "operationId"),
                method: method.to_uppercase(),
                path: path.clone(),
                summary: text(operation, "summary"),
                description: Some(text(operation, "description")).filter(|text| !text.is_empty()),
                auth: None,
                parameters: parameters.collect(),
                request: operation
                    .get("requestBody")
                    .and_then(content)
                    .map(|(media, example)| Body { media, example: example.unwrap_or_default() }),
                responses: responses.collect(),
            };
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.operations.push(shown),
                None => groups.push(Group { name, operations: vec![shown] }),
            }
        }
    }
    let api_version = description.pointer("/info/version").and_then(Value::as_str).unwrap_or_default().to_owned();
    let sheet = Sheet { base: visit.server.address(), api_version, openapi_href: "/api/openapi.json", groups };
    visit.show("page/api.html", ["API", "API"], &sheet)
}
