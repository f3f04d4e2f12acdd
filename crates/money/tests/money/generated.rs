//! Made-up loans, accounts and situations from a seed; the same seed gives the same case.

use jiff::Span;
use jiff::civil::{Date, date};
use money::cap::LenderKind;
use money::day_count::End;
use money::debt::{AgreedRate, Debt, Event, Overdue, Part, Per, Recorded, Standing};
use money::ledger::{Basis, FEES_FIRST, LEGAL_ORDER, Scenario};
use money::plan::{PlanDebt, Situation};
use money::{Fen, Percent};
use rust_decimal::Decimal;

/// A stream of numbers (xorshift64*).
pub struct Draw(u64);

impl Draw {
    /// Starts a stream.
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Returns a number of a range, both ends in it.
    pub fn number(&mut self, least: i64, most: i64) -> i64 {
        for _ in 0..2 {
            self.0 ^= self.0 >> 12;
            self.0 ^= self.0 << 25;
            self.0 ^= self.0 >> 27;
        }
        let spread = u64::try_from(most - least + 1).expect("a range");
        least + i64::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) % spread).expect("in range")
    }

    /// Returns an amount.
    pub fn fen(&mut self, least: i64, most: i64) -> Fen {
        Fen::new(self.number(least, most)).expect("in range")
    }

    /// Returns a rate of hundredths of a percent.
    pub fn percent(&mut self, least: i64, most: i64) -> Percent {
        Percent::new(Decimal::new(self.number(least, most), 2)).expect("in range")
    }

    fn is(&mut self, one_in: i64) -> bool {
        self.number(1, one_in) == 1
    }
}

/// A debt with its events, a scenario and a closing day.
pub fn account(seed: u64) -> (Debt, Vec<Recorded>, Scenario, Date) {
    let mut draw = Draw::new(seed);
    let start = date(2021, 1, 1).checked_add(Span::new().days(draw.number(0, 1_000))).expect("in this century");
    let day = |draw: &mut Draw| start.checked_add(Span::new().days(draw.number(0, 900))).expect("in this century");
    let rate = AgreedRate {
        percent: draw.percent(0, 400),
        per: [Per::Day, Per::Month, Per::Year][draw.number(0, 2) as usize],
    };
    let overdue = draw
        .is(3)
        .then(|| Overdue { from: day(&mut draw), rate: AgreedRate { percent: draw.percent(0, 20), per: Per::Day } });
    let debt = Debt {
        name: "a".into(),
        lender: LenderKind::Unknown,
        contract_date: None,
        parties: Vec::new(),
        rate: Some(rate),
        overdue,
        monthly_fen: Fen::ZERO,
        due_day: None,
        account_fee_fen: Fen::ZERO,
        late_fee_fen: Fen::ZERO,
        is_priority: false,
        settlement_fen: None,
    };
    let contract_fen = draw.fen(1, 50_000_000);
    let received_fen = draw.fen(contract_fen.get() / 2 + 1, contract_fen.get());
    let mut events =
        vec![Recorded { date: start, event: Event::Advance { received_fen, contract_fen }, evidence: None }];
    for _ in 0..draw.number(0, 12) {
        let date = day(&mut draw);
        let part = [Part::Costs, Part::Fees, Part::Interest, Part::Principal][draw.number(0, 3) as usize];
        let amount_fen = draw.fen(1, 3_000_000);
        let event = match draw.number(0, 9) {
            0 => Event::Advance { received_fen: amount_fen, contract_fen: amount_fen },
            1 | 2 => {
                let part = if draw.is(2) { Part::Costs } else { Part::Fees };
                let standing = if draw.is(2) { Standing::Claimed } else { Standing::Confirmed };
                Event::Charge { part, amount_fen: draw.fen(1, 200_000), by: None, standing }
            }
            3 => Event::Waiver { part, amount_fen },
            _ => Event::Payment { amount_fen, to: None },
        };
        events.push(Recorded { date, event, evidence: None });
    }
    let scenario = Scenario {
        name: "generated",
        basis: if draw.is(2) { Basis::Received } else { Basis::Contract },
        limit: draw.is(2).then(|| draw.percent(800, 3_600)),
        order: if draw.is(2) { LEGAL_ORDER } else { FEES_FIRST },
        counts_claimed: draw.is(2),
        year_days: if draw.is(4) { 360 } else { 365 },
        end: if draw.is(4) { End::Inclusive } else { End::Exclusive },
    };
    let until = start.checked_add(Span::new().days(draw.number(0, 1_200))).expect("in this century");
    (debt, events, scenario, until)
}

/// Debts and what is left for them.
pub fn situation(seed: u64, most_debts: i64) -> Situation {
    let mut draw = Draw::new(seed ^ 0x5555);
    let debts: Vec<PlanDebt> = (0..draw.number(1, most_debts))
        .map(|number| {
            let owed_fen = draw.fen(1, 3_000_000);
            PlanDebt {
                name: number.to_string(),
                owed_fen,
                annual: draw.percent(0, 3_600),
                minimum_fen: draw.fen(0, owed_fen.get() / 8),
                minimum_percent: if draw.is(4) { draw.percent(100, 1_000) } else { Percent::ZERO },
                account_fee_fen: if draw.is(3) { draw.fen(0, 5_000) } else { Fen::ZERO },
                late_fee_fen: draw.fen(0, 10_000),
                is_priority: draw.is(5),
                settlement_fen: draw.is(3).then(|| draw.fen(1, owed_fen.get())),
            }
        })
        .collect();
    let minimums: i64 = debts.iter().map(|debt| debt.minimum_fen.get()).sum();
    let surplus_fen = draw.fen(minimums / 2, minimums * 2 + 200_000);
    Situation { debts, surplus_fen, effort: 50 }
}
