//! `zhenxin serve`: the pages, the HTTP API behind them, and what phones forward. One way for all: a request passes the
//! guard, a handler makes an answer as data, and the answer is shown as a page or as JSON.

mod alert;
mod answer;
mod asset;
mod case;
mod check;
mod connect;
mod connection;
mod cost;
mod debt;
mod door;
mod event;
mod evidence;
mod guard;
mod hook;
mod import;
mod inbox;
mod knowledge;
mod letter;
mod limit;
mod limitation;
mod live;
mod manual;
mod page;
mod period;
mod picture;
mod plan;
mod route;
mod server;
pub mod signature;
mod typed;
mod view;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use crate::args::{Args, ServeArgs};
use crate::failure::Failure;
use connection::Listening;
use server::{Access, Server};

/// Runs the command until it is told to end.
pub fn run(args: &Args, serve: &ServeArgs) -> Result<ExitCode, Failure> {
    let (tls, certificate) = connection::certificate(serve)?.unzip();
    let access = Access::of(serve, certificate)?;
    let server = Arc::new(Server::new(args, serve, access)?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime
        .block_on(async {
            let listening = Listening::bind(serve.listen, tls).await.map_err(|error| taken(serve.listen, &error))?;
            let _ = server.listening.set(listening.address());
            announce(&server, serve, listening.address());
            listening.serve(route::router(server)).await;
            Ok(())
        })
        .map(|()| ExitCode::SUCCESS)
}

fn taken(address: SocketAddr, error: &std::io::Error) -> Failure {
    Failure::input(
        format!("不能在 {address} 上监听：{error}。可能已经打开了一个，请换端口，例如 --listen 127.0.0.1:8191。"),
        format!("cannot listen on {address}: {error}; another may be running, or try --listen 127.0.0.1:8191"),
    )
}

/// Says where the pages are and opens them, unless told not to.
fn announce(server: &Server, serve: &ServeArgs, address: SocketAddr) {
    let url = server.access.entrance(address);
    eprintln!("甄信 {url}\n按 Ctrl-C 结束。 / Press Ctrl-C to end.");
    if !serve.no_open && address.ip().is_loopback() {
        open(&url);
    }
}

/// Hands an address of our own to the system's browser; where there is none, the address on the screen must do.
fn open(url: &str) {
    let command = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut opener = if cfg!(windows) {
        let mut opener = std::process::Command::new("cmd");
        opener.args(["/C", "start", "", url]);
        opener
    } else {
        let mut opener = std::process::Command::new(command);
        opener.arg(url);
        opener
    };
    let quiet = std::process::Stdio::null;
    let _ = opener.stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
}
