//! 甄信 on the command line: what was typed, what it means, and the exit codes, which are a contract.

mod answer;
mod args;
mod command;
mod failure;
mod input;
mod output;
mod paper;
mod phone;
mod picture;
mod report;
mod web;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    let args = Args::parse();
    let lang = args.lang.into();
    let outcome = match &args.command {
        Command::Check(check) => command::check::run(&args, check),
        Command::Scan(scan) => command::scan::run(&args, scan),
        Command::Knowledge(knowledge) => command::knowledge::run(&args, &knowledge.action),
        Command::Eval(eval) => command::evaluate::run(&args, eval),
        Command::Evidence(evidence) => command::evidence::run(&args, evidence),
        Command::Import(import) => command::import::run(&args, import),
        Command::Inbox(inbox) => command::inbox::run(&args, inbox),
        Command::Case(case) => command::case::run(&args, case),
        Command::Redact(redact) => command::redact::run(&args, redact),
        Command::Serve(serve) => web::run(&args, serve),
        Command::Rate(rate) => command::rate::run(&args, rate),
        Command::Debt(debt) => command::debt::run(&args, debt),
        Command::Plan(plan) => command::plan::run(&args, plan),
        Command::Situation(situation) => command::situation::run(&args, situation),
        Command::Letter(letter) => command::letter::run(&args, letter),
        Command::Report(report) => command::report::run(&args, report),
        Command::Law(law) => command::law::run(&args, law),
        Command::Deadline(deadline) => command::deadline::run(&args, deadline),
        Command::Court(court) => command::court::run(&args, court),
        Command::Limitation(limitation) => command::limitation::run(&args, limitation),
    };
    outcome.unwrap_or_else(|failure: Failure| {
        eprintln!("{}", failure.message(lang));
        failure.exit_code()
    })
}
