//! Laws that hold for any input: money is conserved, a second ledger agrees, ranges hold the truth, shares add up.

use money::Fen;
use money::annual_rate::{LoanFlows, Step, annual_rates};
use money::ledger::recompute;
use money::missing::{Known, Range, rate_ranges};
use money::plan::offer::pro_rata;
use proptest::prelude::*;

use crate::generated::{self, Draw};
use crate::replay;

#[test]
fn a_second_ledger_comes_to_the_same_fen() {
    for seed in 0..4_000 {
        let (debt, events, scenario, until) = generated::account(seed);
        let statement = recompute(&debt, &events, &scenario, until).expect("it begins with an advance");
        assert_eq!(statement.is_conserved(), Ok(true), "seed {seed}");
        assert!(replay::agrees(&debt, &events, &statement, until), "seed {seed}: {:?}", statement.closing);
    }
}

/// Hides facts of a known loan in ranges; its true rates must lie in what comes out.
pub fn range_holds_the_truth(seed: u64) -> bool {
    let mut draw = Draw::new(seed ^ 0xABCD);
    let received = draw.number(10_000, 10_000_000);
    let count = draw.number(1, 60);
    let payment = received / count + draw.number(1, received / 4 + 1);
    let days = draw.number(5, 45);
    let mut around = |value: i64, spread: i64| {
        let (below, above) = (draw.number(0, spread), draw.number(0, spread));
        [(value - below).max(1), value + above]
    };
    let [received_range, payment_range] = [around(received, received / 5), around(payment, payment / 5)]
        .map(|[a, b]| Range { least: Fen::new(a).expect("in range"), most: Fen::new(b).expect("in range") });
    let [a, b] = around(count, 6);
    let count_range = Range { least: a as u16, most: b as u16 };
    let [a, b] = around(days, 10);
    let gap = Range { least: Step::Days(a as u16), most: Step::Days(b as u16) };
    let ranges = rate_ranges(&Known { received: received_range, payment: payment_range, count: count_range, gap })
        .expect("a loan");
    let mut amounts = vec![Fen::new(received).expect("in range")];
    amounts.resize(count as usize + 1, Fen::new(-payment).expect("in range"));
    let truth = annual_rates(&LoanFlows::Every(Step::Days(days as u16), amounts)).expect("a loan");
    truth.iter().all(|rate| {
        let range = ranges.iter().find(|range| range.convention == rate.convention).expect("every convention");
        rate.rates.iter().all(|bounds| {
            range.least.is_none_or(|least| least.low <= bounds.high)
                && range.most.is_none_or(|most| most.high >= bounds.low)
        })
    })
}

#[test]
fn ranges_hold_the_truth_where_facts_are_missing() {
    for seed in 0..2_000 {
        assert!(range_holds_the_truth(seed), "seed {seed}");
    }
}

proptest! {
    #[test]
    fn shares_add_up_and_never_exceed_half_a_fen_from_fair(sum in 0_i64..1_000_000_000, owed in prop::collection::vec(1_i64..100_000_000, 1..40)) {
        let owed: Vec<Fen> = owed.into_iter().map(|fen| Fen::new(fen).expect("in range")).collect();
        let shares = pro_rata(Fen::new(sum)?, &owed)?;
        prop_assert_eq!(Fen::total(shares.iter().copied()), Fen::new(sum));
        let total = Fen::total(owed.iter().copied())?.get();
        for (share, owed) in shares.iter().zip(&owed) {
            let fair = sum as f64 * owed.get() as f64 / total as f64;
            prop_assert!((share.get() as f64 - fair).abs() < 1.01);
        }
    }

    #[test]
    fn any_stream_is_answered_without_a_panic(flows in prop::collection::vec(-1_000_000_i64..1_000_000, 0..40)) {
        let amounts: Vec<Fen> = flows.into_iter().map(|fen| Fen::new(fen).expect("in range")).collect();
        let outcome = annual_rates(&LoanFlows::Every(Step::Months(1), amounts.clone()));
        let is_two_sided = amounts.iter().any(|a| *a > Fen::ZERO) && amounts.iter().any(|a| *a < Fen::ZERO);
        prop_assert_eq!(outcome.is_ok(), is_two_sided);
        if let Ok(rates) = outcome {
            for bounds in rates.iter().flat_map(|rate| &rate.rates) {
                prop_assert!(bounds.low <= bounds.percent + rust_decimal::Decimal::new(1, 6) && bounds.percent <= bounds.high + rust_decimal::Decimal::new(1, 6));
            }
        }
    }

    #[test]
    fn text_that_is_no_amount_is_refused_and_no_text_panics(text in "\\PC*") {
        match text.parse::<Fen>() {
            Ok(fen) => prop_assert!(fen.get().abs() < 1 << 53),
            Err(error) => prop_assert_eq!(error.chinese().ends_with('。'), true),
        }
    }
}
