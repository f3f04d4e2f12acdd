//! Input that must be refused, or answered in time: zero, negative, reversed, huge, many.

use jiff::civil::date;
use money::annual_rate::{LoanFlows, Step, annual_rates};
use money::day_count::{End, days};
use money::plan::{MOST_DEBTS, PlanDebt, Situation, compare};
use money::schedule::{Method, Offer, Terms};
use money::{Error, Fen, Percent};

fn debt(number: usize) -> PlanDebt {
    PlanDebt {
        name: number.to_string(),
        owed_fen: Fen::new(1_000_000 + i64::try_from(number).expect("few")).expect("small"),
        annual: "24".parse().expect("a rate"),
        minimum_fen: Fen::new(10_000).expect("small"),
        minimum_percent: Percent::ZERO,
        account_fee_fen: Fen::new(100).expect("small"),
        late_fee_fen: Fen::ZERO,
        is_priority: false,
        settlement_fen: None,
    }
}

fn situation(count: usize, surplus: i64) -> Situation {
    let debts = (0..count).map(debt).collect();
    Situation { debts, surplus_fen: Fen::new(surplus).expect("in range"), effort: 10 }
}

#[test]
fn every_refusal_says_what_to_do_in_both_languages() {
    let refusals = [
        "abc".parse::<Fen>().err(),
        Fen::new(i64::MAX).err(),
        Fen::ZERO.entered("x", "本金").err(),
        "-3".parse::<Percent>().err(),
        days(date(2024, 2, 1), date(2024, 1, 1), End::Exclusive).err(),
        annual_rates(&LoanFlows::Every(Step::Months(1), vec![Fen::ZERO; 3])).err(),
        compare(situation(MOST_DEBTS + 1, 1)).err(),
    ];
    for refusal in refusals {
        let refusal = refusal.expect("it is refused");
        assert!(refusal.to_string().contains([';', ',']), "{refusal}");
        assert!(refusal.chinese().ends_with('。'), "{}", refusal.chinese());
    }
}

#[test]
fn ten_billion_yuan_and_six_hundred_months_are_answered() {
    let terms = Terms {
        principal: Fen::MOST,
        rate: "10000".parse().expect("a rate"),
        periods: 600,
        method: Method::EqualPayment,
    };
    let offer = Offer { terms, step: Step::Months(1), fees: Vec::new() };
    assert!(matches!(offer.laid_out(), Ok(_) | Err(Error::OverRange)));
    let over = Terms { principal: Fen::MOST.plus(Fen::new(1).expect("small")).expect("small"), ..terms };
    assert_eq!(Offer { terms: over, ..offer }.laid_out().err(), Some(Error::OverRange));
}

#[test]
fn two_hundred_debts_are_planned() {
    let found = compare(situation(MOST_DEBTS, 4_000_000)).expect("as many as allowed");
    assert!(found.plans.iter().any(|plan| plan.is_cleared));
}

#[test]
fn a_debt_that_only_grows_ends_the_looking_ahead() {
    let mut case = situation(1, 20_000);
    case.debts[0].annual = "10000".parse().expect("a rate");
    case.debts[0].owed_fen = Fen::MOST;
    let found = compare(case).expect("a situation");
    assert!(found.plans.iter().filter(|plan| !plan.strategy.needs_consent()).all(|plan| !plan.is_cleared));
}
