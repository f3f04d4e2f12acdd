//! All addresses on one page. What is listed here stands in the API description too; a test holds the two together.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};

use super::server::Server;
use super::{
    asset, case, check, connect, cost, debt, door, evidence, hook, import, inbox, knowledge, letter, limitation, live,
    manual, period, picture, plan,
};

type Routes = Vec<(&'static str, MethodRouter<Arc<Server>>)>;

/// Pages; each is JSON below `/api`.
fn pages() -> Routes {
    vec![
        ("/check", post(check::one)),
        ("/checks", post(check::many)),
        ("/picture", post(picture::take)),
        ("/picture/{token}", post(picture::keep)),
        ("/inbox", get(inbox::list).post(inbox::keep)),
        ("/message/{id}", get(inbox::one)),
        ("/import", get(import::form).post(import::take)),
        ("/cases", get(case::list)),
        ("/case/{id}", get(case::one)),
        ("/evidence", get(evidence::list).post(evidence::keep)),
        ("/evidence/recovery", get(evidence::recovery).post(evidence::make)),
        ("/evidence/recovery/done", post(evidence::made)),
        ("/evidence/verify", post(evidence::verify)),
        ("/evidence/export", get(evidence::export::wizard).post(evidence::export::export)),
        ("/evidence/fetch/{token}", get(evidence::export::fetch)),
        ("/evidence/{number}", get(evidence::one)),
        ("/evidence/{number}/original", get(evidence::original)),
        ("/evidence/{number}/note", post(evidence::note)),
        ("/evidence/{number}/hide", post(evidence::hide)),
        ("/knowledge", get(knowledge::overview)),
        ("/knowledge/{folder}", get(knowledge::list)),
        ("/knowledge/{folder}/{id}", get(knowledge::entry)),
        ("/number", get(knowledge::number)),
        ("/connect", get(connect::overview).post(connect::add)),
        ("/connect/{id}/sign", post(connect::sign)),
        ("/connect/{id}/revoke", post(connect::revoke)),
        ("/connect/alert/{service}", post(connect::alert)),
        ("/connect/pull", post(connect::pull)),
        ("/rate", get(cost::offer).post(cost::rate)),
        ("/debts", get(debt::list).post(debt::add)),
        ("/debt/{id}", get(debt::one)),
        ("/debt/{id}/event", post(debt::event)),
        ("/debt/{id}/withdraw", post(debt::withdraw)),
        ("/plans", get(plan::purse).post(plan::plans)),
        ("/letters", get(letter::overview)),
        ("/situation/{id}", get(letter::situation)),
        ("/letter/{id}", get(letter::form).post(letter::draft)),
        ("/report/{id}", get(letter::reported)),
        ("/deadlines", get(period::deadlines)),
        ("/limitation", get(limitation::form).post(limitation::judge)),
        ("/court", get(period::court).post(period::read)),
        ("/law", get(period::law)),
    ]
}

/// What there is once: entry, choices, files of the pages, what phones forward, events.
fn others() -> Routes {
    vec![
        ("/", get(check::form)),
        ("/enter", get(door::enter)),
        ("/preferences", get(door::prefer)),
        ("/style.css", get(asset::style)),
        ("/script.js", get(asset::script)),
        ("/api", get(manual::page)),
        ("/api/openapi.json", get(manual::description)),
        ("/events", get(live::events)),
        ("/hook/{token}", get(hook::take).post(hook::take).put(hook::take).patch(hook::take)),
    ]
}

/// Returns all of it behind the guard.
pub fn router(server: Arc<Server>) -> Router {
    let routes =
        pages().into_iter().flat_map(|(path, to)| [(path.to_owned(), to.clone()), (format!("/api{path}"), to)]);
    let routes = routes.chain(others().into_iter().map(|(path, to)| (path.to_owned(), to)));
    routes
        .fold(Router::new(), |router, (path, to)| router.route(&path, to))
        .layer(from_fn_with_state(Arc::clone(&server), super::guard::guard))
        .layer(DefaultBodyLimit::disable())
        .with_state(server)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn the_description_names_every_route_and_no_other() {
        let description: Value = serde_json::from_str(crate::web::manual::DESCRIPTION).expect("JSON");
        let described: BTreeSet<&str> =
            description["paths"].as_object().expect("paths").keys().map(String::as_str).collect();
        let pages: Vec<String> = pages().into_iter().map(|(path, _)| format!("/api{path}")).collect();
        let mut routed: BTreeSet<&str> = pages.iter().map(String::as_str).collect();
        // What else programs may use; the rest makes sense in a browser only.
        routed.extend(["/hook/{token}", "/events", "/api/openapi.json"]);
        assert_eq!(described, routed);
    }
}
