//! Plans, each replayed by the second ledger.

use money::Fen;
use money::plan::{Fit, PlanDebt, Proof, Situation, Strategy, compare, plan};

use crate::generated;
use crate::replay::plan_fault;

fn debt(name: &str, owed: i64, annual: &str, minimum: i64) -> PlanDebt {
    PlanDebt {
        name: name.to_owned(),
        owed_fen: Fen::new(owed).expect("small"),
        annual: annual.parse().expect("a rate"),
        minimum_fen: Fen::new(minimum).expect("small"),
        minimum_percent: money::Percent::ZERO,
        account_fee_fen: Fen::ZERO,
        late_fee_fen: Fen::new(5_000).expect("small"),
        is_priority: false,
        settlement_fen: None,
    }
}

fn situation(debts: Vec<PlanDebt>, surplus: i64) -> Situation {
    Situation { debts, surplus_fen: Fen::new(surplus).expect("small"), effort: 500 }
}

fn of(strategy: Strategy, situation: &Situation) -> money::plan::Plan {
    plan(situation, strategy).expect("a situation").expect("it applies")
}

#[test]
fn every_generated_plan_replays_to_the_fen() {
    for seed in 0..150 {
        let situation = generated::situation(seed, 5);
        let found = compare(situation.clone()).expect("a situation");
        for plan in &found.plans {
            assert_eq!(plan_fault(&situation, plan), None, "seed {seed} {:?}", plan.strategy);
        }
    }
}

#[test]
fn highest_rate_first_is_proven_where_only_interest_is_charged() {
    let case = situation(vec![debt("a", 1_000_000, "24", 50_000), debt("b", 500_000, "12", 20_000)], 100_000);
    let cheapest = of(Strategy::Cheapest, &case);
    assert_eq!(cheapest.proof, Some(Proof::Exchange));
    assert_eq!(cheapest.paid_fen, of(Strategy::Avalanche, &case).paid_fen);
    assert!(cheapest.paid_fen <= of(Strategy::Snowball, &case).paid_fen);
}

#[test]
fn a_monthly_fee_can_make_another_order_cheaper() {
    let mut small = debt("b", 100_000, "6", 5_000);
    small.account_fee_fen = Fen::new(5_000).expect("small");
    let case = situation(vec![debt("a", 2_000_000, "24", 100_000), small], 200_000);
    let cheapest = of(Strategy::Cheapest, &case);
    assert!(cheapest.paid_fen < of(Strategy::Avalanche, &case).paid_fen);
    assert!(cheapest.gap_ppm.is_some_and(|gap| gap < 1_000));
}

#[test]
fn a_late_fee_cheaper_than_interest_is_never_chosen() {
    // Missing the minimum of b once would cost 1 yuan and save more; it can be met, so it is.
    let mut cheap_default = debt("b", 1_000_000, "1", 100_000);
    cheap_default.late_fee_fen = Fen::new(100).expect("small");
    let case = situation(vec![debt("a", 1_000_000, "36", 50_000), cheap_default], 155_000);
    for plan in compare(case).expect("a situation").plans {
        assert_eq!(plan.missed, 0, "{:?}", plan.strategy);
    }
}

#[test]
fn when_money_is_short_the_priority_debt_is_paid_first() {
    let mut rent = debt("rent", 300_000, "0", 90_000);
    rent.is_priority = true;
    let case = situation(vec![debt("card", 1_000_000, "18", 50_000), rent], 100_000);
    let plan = of(Strategy::Avalanche, &case);
    assert_eq!(plan.missed_priority, 0);
    assert!(plan.missed > 0);
}

#[test]
fn it_is_said_when_nothing_fits() {
    let heavy = || vec![debt("a", 10_000_000, "36", 500_000)];
    assert_eq!(compare(situation(heavy(), 0)).expect("a situation").fit, Fit::NoSurplus);
    assert_eq!(compare(situation(heavy(), 10_000)).expect("a situation").fit, Fit::Nothing);
    assert_eq!(compare(situation(heavy(), 200_000)).expect("a situation").fit, Fit::OnlyWithConsent);
    assert_eq!(compare(situation(heavy(), 600_000)).expect("a situation").fit, Fit::Fits);
}

#[test]
fn offers_add_up_to_what_is_left() {
    let case =
        situation(vec![debt("a", 455_000, "1", 1), debt("b", 670_000, "1", 1), debt("c", 120_000, "1", 1)], 16_000);
    let offers = compare(case).expect("a situation").offers_fen;
    assert_eq!(offers.iter().map(|offer| offer.get()).collect::<Vec<_>>(), [5_847, 8_611, 1_542]);
}

#[test]
fn a_settlement_is_saved_for() {
    let mut offered = debt("a", 1_000_000, "24", 10_000);
    offered.settlement_fen = Fen::new(400_000).ok();
    let plan = of(Strategy::Settlement, &situation(vec![offered], 100_000));
    assert!(plan.is_cleared && plan.waived_fen > Fen::ZERO);
    assert!(plan.months.len() <= 5);
}
