//! Generates situations with account fees, where no proof by exchange holds, and prints how far the plan found is from the
//! proven bound and how long it took. Usage: `cargo run --release -p money --example plan [CASES] [EFFORT]`.

#![expect(clippy::print_stdout, reason = "a program for a terminal")]
#![expect(clippy::disallowed_methods, reason = "a program that measures time")]

use std::time::Instant;

use money::Fen;
use money::plan::{PlanDebt, Situation, Strategy, plan};

fn main() {
    let argument = |at: usize, or: u32| std::env::args().nth(at).and_then(|text| text.parse().ok()).unwrap_or(or);
    let (cases, effort) = (argument(1, 12), argument(2, 2_000));
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut draw = |least: i64, most: i64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        least + i64::try_from(state % u64::try_from(most - least + 1).expect("a range")).expect("in range")
    };
    println!("debts  median gap ppm  worst gap ppm  median s  worst s   (n = {cases}, effort {effort})");
    for count in [3, 5, 8] {
        let mut gaps = Vec::new();
        let mut times = Vec::new();
        for _ in 0..cases {
            let debts: Vec<PlanDebt> = (0..count)
                .map(|number| {
                    let owed = draw(200_000, 3_000_000);
                    PlanDebt {
                        name: number.to_string(),
                        owed_fen: Fen::new(owed).expect("small"),
                        annual: draw(6, 36).to_string().parse().expect("a rate"),
                        minimum_fen: Fen::new(owed / 20).expect("small"),
                        minimum_percent: money::Percent::ZERO,
                        account_fee_fen: Fen::new(draw(0, 3) * 1_000).expect("small"),
                        late_fee_fen: Fen::new(5_000).expect("small"),
                        is_priority: false,
                        settlement_fen: None,
                    }
                })
                .collect();
            let minimums: i64 = debts.iter().map(|debt| debt.minimum_fen.get()).sum();
            let surplus_fen = Fen::new(minimums * draw(110, 160) / 100).expect("small");
            let start = Instant::now();
            let found = plan(&Situation { debts, surplus_fen, effort }, Strategy::Cheapest).expect("a situation");
            times.push(start.elapsed().as_secs_f64());
            gaps.push(found.and_then(|plan| plan.gap_ppm).unwrap_or(i64::MAX));
        }
        gaps.sort_unstable();
        times.sort_by(f64::total_cmp);
        let (middle, last) = (gaps.len() / 2, gaps.len() - 1);
        println!("{count:>5}  {:>14}  {:>13}  {:>8.2}  {:>7.2}", gaps[middle], gaps[last], times[middle], times[last]);
    }
}
