//! Generates cases and checks in each that money is conserved, that a second ledger of its own code comes to the same fen,
//! that ranges hold the truth, and that shares add up. Usage: `cargo run --release -p money --example conserve [CASES]`.

#![expect(clippy::print_stdout, reason = "a program for a terminal")]

#[path = "../tests/money/generated.rs"]
mod generated;
#[path = "../tests/money/replay.rs"]
mod replay;

use std::process::ExitCode;

use money::Fen;
use money::annual_rate::{LoanFlows, Step, annual_rates};
use money::ledger::recompute;
use money::missing::{Known, Range, rate_ranges};
use money::plan::offer::pro_rata;
use money::plan::{Strategy, plan};

fn main() -> ExitCode {
    let cases: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let (mut accounts, mut ranges, mut plans, mut wrong) = (0_u64, 0_u64, 0_u64, Vec::new());
    for seed in 0..cases {
        let (debt, events, scenario, until) = generated::account(seed);
        let statement = recompute(&debt, &events, &scenario, until).expect("it begins with an advance");
        if statement.is_conserved() != Ok(true) || !replay::agrees(&debt, &events, &statement, until) {
            wrong.push(format!("account {seed}"));
        }
        accounts += 1;
        if !range_holds(seed) || !shares_add_up(seed) {
            wrong.push(format!("range or shares {seed}"));
        }
        ranges += 1;
        let situation = generated::situation(seed, 6);
        for strategy in [Strategy::Avalanche, Strategy::ProRata, Strategy::Settlement] {
            let found = plan(&situation, strategy).expect("a situation");
            if let Some(fault) = found.and_then(|plan| replay::plan_fault(&situation, &plan)) {
                wrong.push(format!("plan {seed} {strategy:?}: {fault}"));
            }
            plans += 1;
        }
    }
    println!("accounts replayed to the fen and conserved  {accounts}");
    println!("ranges that hold the truth, shares that add up  {ranges}");
    println!("plans replayed to the fen  {plans}");
    println!("wrong  {}", wrong.len());
    for line in wrong.iter().take(10) {
        println!("  {line}");
    }
    ExitCode::from(u8::from(!wrong.is_empty()))
}

fn shares_add_up(seed: u64) -> bool {
    let mut draw = generated::Draw::new(seed ^ 0x77);
    let owed: Vec<Fen> = (0..draw.number(1, 12)).map(|_| draw.fen(1, 10_000_000)).collect();
    let sum = draw.fen(0, 5_000_000);
    pro_rata(sum, &owed).is_ok_and(|shares| Fen::total(shares.iter().copied()) == Ok(sum))
}

fn range_holds(seed: u64) -> bool {
    let mut draw = generated::Draw::new(seed ^ 0xABCD);
    let received = draw.number(10_000, 10_000_000);
    let count = draw.number(1, 24);
    let payment = received / count + draw.number(1, received / 4 + 1);
    let gap_days = draw.number(5, 45) as u16;
    let fen = |fen: i64| Fen::new(fen.max(1)).expect("in range");
    let known = Known {
        received: Range {
            least: fen(received - draw.number(0, received / 5)),
            most: fen(received + draw.number(0, received / 5)),
        },
        payment: Range {
            least: fen(payment - draw.number(0, payment / 5)),
            most: fen(payment + draw.number(0, payment / 5)),
        },
        count: Range { least: (count - draw.number(0, 5)).max(1) as u16, most: (count + draw.number(0, 5)) as u16 },
        gap: Range {
            least: Step::Days(gap_days - draw.number(0, 4) as u16),
            most: Step::Days(gap_days + draw.number(0, 9) as u16),
        },
    };
    let Ok(ranges) = rate_ranges(&known) else { return false };
    let mut amounts = vec![fen(received)];
    amounts.resize(count as usize + 1, fen(payment).negated());
    let Ok(truth) = annual_rates(&LoanFlows::Every(Step::Days(gap_days), amounts)) else { return false };
    truth.iter().all(|rate| {
        let range = ranges.iter().find(|range| range.convention == rate.convention);
        range.is_some_and(|range| {
            rate.rates.iter().all(|bounds| {
                range.least.is_none_or(|least| least.low <= bounds.high)
                    && range.most.is_none_or(|most| most.high >= bounds.low)
            })
        })
    })
}
