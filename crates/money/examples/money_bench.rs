//! Times root finding and certificates on this machine: medians and spread over many rounds, in microseconds a call.
//! Usage: `cargo run --release -p money --example money_bench`. `tools/compare/money.py` runs it beside `PyXIRR` and numpy-financial.

#![expect(clippy::print_stdout, reason = "a program for a terminal")]
#![expect(clippy::disallowed_methods, reason = "a program that measures time")]

use std::hint::black_box;
use std::time::Instant;

use jiff::Span;
use jiff::civil::date;
use money::Fen;
use money::flow::{Dated, Periodic};
use money::root::Stream;

const ROUNDS: usize = 201;
const CALLS: u32 = 2_000;

fn main() {
    println!(
        "{:<34} {:>9} {:>9} {:>9}   (microseconds a call, n = {ROUNDS} rounds of {CALLS})",
        "what", "median", "p5", "p95"
    );
    for count in [12_usize, 36, 60, 240] {
        let amounts = loan(count);
        let periodic = Periodic::new(&amounts).expect("a short stream");
        time(&format!("periodic, {count} payments"), || periodic.solve().rates()[0]);
        let rate = periodic.solve().rates()[0];
        time(&format!("periodic certificate, {count}"), || periodic.certify(rate).map_or(0.0, |i| i.low));
        let start = date(2024, 1, 15);
        let flows: Vec<_> = amounts
            .iter()
            .zip(0_i32..)
            .map(|(&amount, month)| (start.checked_add(Span::new().months(month)).expect("in this century"), amount))
            .collect();
        let dated = Dated::new(&flows).expect("a short stream");
        time(&format!("dated, {count} payments"), || dated.solve().rates()[0]);
        let rate = dated.solve().rates()[0];
        time(&format!("dated certificate, {count}"), || dated.certify(rate).map_or(0.0, |i| i.low));
    }
}

/// 10,000 yuan repaid in equal instalments with about 18 % a year.
fn loan(count: usize) -> Vec<Fen> {
    let rate = 0.015_f64;
    let payment = 1_000_000.0 * rate / (1.0 - (1.0 + rate).powf(-(count as f64)));
    let mut amounts = vec![Fen::new(1_000_000).expect("in range")];
    amounts.resize(count + 1, Fen::new(-(payment.round() as i64)).expect("in range"));
    amounts
}

fn time(what: &str, call: impl Fn() -> f64) {
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..CALLS {
                black_box(call());
            }
            start.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS)
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    let at = |share: usize| rounds[ROUNDS * share / 100];
    println!("{what:<34} {:>9.3} {:>9.3} {:>9.3}", at(50), at(5), at(95));
}
