//! A second ledger, written apart from the crate's: whole numbers only, one pass, no shared code. It knows the crate's
//! records as data and must come to the same fen.

use money::debt::{Debt, Event, Part, Per, Recorded, Standing};
use money::ledger::{Basis, Scenario, Statement};
use money::plan::{Plan, Situation, Strategy};

/// Millionths of a percent a year.
fn micro(debt_rate: &money::debt::AgreedRate) -> i128 {
    let factor = match debt_rate.per {
        Per::Day => 365,
        Per::Month => 12,
        Per::Year => 1,
    };
    micro_percent(debt_rate.percent) * factor
}

fn micro_percent(percent: money::Percent) -> i128 {
    let text = percent.get().normalize().to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits: String = part.chars().chain("000000".chars()).take(6).collect();
    whole.parse::<i128>().expect("digits") * 1_000_000 + digits.parse::<i128>().expect("digits")
}

fn half_up(part: i128, whole: i128) -> i128 {
    (2 * part + whole) / (2 * whole)
}

fn days(from: jiff::civil::Date, to: jiff::civil::Date) -> i128 {
    let number = |date: jiff::civil::Date| {
        let (y, m) = (i128::from(date.year()), i128::from(date.month()));
        let (y, m) = if m <= 2 { (y - 1, m + 9) } else { (y, m - 3) };
        365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (153 * m + 2) / 5 + i128::from(date.day())
    };
    number(to) - number(from)
}

/// Returns costs, fees, interest, principal and what is overpaid on the closing day of a statement.
pub fn account(debt: &Debt, events: &[Recorded], scenario: &Scenario, until: jiff::civil::Date) -> [i128; 5] {
    let mut sorted: Vec<&Recorded> = events.iter().filter(|event| event.date <= until).collect();
    let class = |event: &Event| match event {
        Event::Advance { .. } => 0,
        Event::Charge { .. } => 1,
        Event::Waiver { .. } => 2,
        Event::Payment { .. } => 3,
        _ => 4,
    };
    sorted.sort_by_key(|event| (event.date, class(&event.event)));
    let year = i128::from(scenario.year_days) * 100 * 1_000_000;
    let own = debt.rate.as_ref().map_or(0, micro);
    let cap = scenario.limit.map(micro_percent);
    // Costs, fees, interest, principal, overpaid.
    let mut owed = [0_i128; 5];
    let (mut run, mut cap_run, mut fees, mut booked_interest, mut booked_fees) = (0, 0, 0, 0, 0);
    let mut last = sorted.first().map_or(until, |event| event.date);
    let place = |part: Part| match part {
        Part::Costs => 0,
        Part::Fees => 1,
        Part::Interest => 2,
        Part::Principal => 3,
    };
    let pay = |owed: &mut [i128; 5], mut money: i128| {
        for part in scenario.order {
            let share = money.min(owed[place(part)]);
            owed[place(part)] -= share;
            money -= share;
        }
        owed[4] += money;
    };
    let closing = sorted.iter().map(|event| (event.date, Some(&event.event))).chain([(until, None)]);
    for (date, event) in closing {
        let inclusive = i128::from(event.is_none() && scenario.end == money::day_count::End::Inclusive);
        let day_count = days(last, date) + inclusive;
        let turned = debt.overdue.as_ref().map_or(0, |overdue| {
            let first_late = overdue.from.max(last);
            if first_late <= date { days(first_late, date) + inclusive } else { 0 }
        });
        let late = debt.overdue.as_ref().map_or(own, |overdue| micro(&overdue.rate));
        run += owed[3] * (own * (day_count - turned) + late * turned);
        cap_run += owed[3] * cap.unwrap_or(0) * day_count;
        last = date;
        let book =
            |owed: &mut [i128; 5], booked_interest: &mut i128, booked_fees: &mut i128, (run, fees): (i128, i128)| {
                let want = half_up(run, year) - *booked_interest;
                let room =
                    if cap.is_some() { half_up(cap_run, year) - *booked_interest - *booked_fees } else { i128::MAX };
                let interest = want.min(room).max(0);
                let charge = (fees - *booked_fees).min(room - interest).max(0);
                *booked_interest += interest;
                *booked_fees += charge;
                owed[2] += interest;
                owed[1] += charge;
                let credit = std::mem::take(&mut owed[4]);
                pay(owed, credit);
            };
        book(&mut owed, &mut booked_interest, &mut booked_fees, (run, fees));
        match event {
            Some(Event::Advance { received_fen, contract_fen }) => {
                owed[3] += i128::from(match scenario.basis {
                    Basis::Received => received_fen.get().min(contract_fen.get()),
                    Basis::Contract => contract_fen.get(),
                });
            }
            Some(Event::Charge { part, amount_fen, standing, .. })
                if *standing == Standing::Confirmed || scenario.counts_claimed =>
            {
                *(if *part == Part::Costs { &mut owed[0] } else { &mut fees }) += i128::from(amount_fen.get());
            }
            Some(Event::Payment { amount_fen, .. }) => pay(&mut owed, i128::from(amount_fen.get())),
            Some(Event::Waiver { part, amount_fen }) => {
                let mut money = i128::from(amount_fen.get());
                if *part == Part::Interest {
                    let dropped = money.min((half_up(run, year) - booked_interest).max(0));
                    run -= dropped * year;
                    money -= dropped;
                } else if *part == Part::Fees {
                    let dropped = money.min(fees - booked_fees);
                    fees -= dropped;
                    money -= dropped;
                }
                let at = place(*part);
                owed[at] -= money.min(owed[at]);
            }
            _ => {}
        }
        book(&mut owed, &mut booked_interest, &mut booked_fees, (run, fees));
    }
    owed
}

/// Returns whether a statement closes as this ledger does.
pub fn agrees(debt: &Debt, events: &[Recorded], statement: &Statement, until: jiff::civil::Date) -> bool {
    let closing = statement.closing;
    let theirs =
        [closing.costs_fen, closing.fees_fen, closing.interest_fen, closing.principal_fen, closing.overpaid_fen];
    account(debt, events, &statement.scenario, until) == theirs.map(|fen| i128::from(fen.get()))
}

/// Replays a plan month by month; returns what is wrong with it.
pub fn plan_fault(situation: &Situation, plan: &Plan) -> Option<String> {
    let mut owed: Vec<i128> = situation.debts.iter().map(|debt| i128::from(debt.owed_fen.get())).collect();
    let is_free = plan.strategy == Strategy::StopInterest;
    let mut savings = 0_i128;
    let mut paid_in_all = 0_i128;
    for (number, month) in plan.months.iter().enumerate() {
        savings += i128::from(situation.surplus_fen.get());
        let mut minimums = 0;
        for ((owed, debt), cell) in owed.iter_mut().zip(&situation.debts).zip(&month.cells) {
            let is_open = *owed > 0;
            let interest = if is_free { 0 } else { half_up(*owed * micro_percent(debt.annual), 1_200_000_000) };
            let fee = if is_open && !is_free && plan.strategy != Strategy::SixtyInstalments {
                i128::from(debt.account_fee_fen.get())
            } else {
                0
            };
            let late = if cell.is_missed { i128::from(debt.late_fee_fen.get()) } else { 0 };
            let printed = (i128::from(cell.interest_fen.get()), i128::from(cell.fee_fen.get()));
            if plan.strategy != Strategy::SixtyInstalments && printed != (interest, fee + late) {
                return Some(format!(
                    "month {number}: interest and fee {printed:?} are not {interest} and {}",
                    fee + late
                ));
            }
            let before = *owed + interest + fee;
            let least = i128::from(debt.minimum_fen.get())
                .max(half_up(before * micro_percent(debt.minimum_percent), 100_000_000))
                .min(before);
            minimums += least;
            let paid = i128::from(cell.paid_fen.get());
            let needs_minimum = !plan.strategy.needs_consent() && is_open;
            if needs_minimum && (paid < least) && !cell.is_missed {
                return Some(format!("month {number}: {paid} is below the minimum {least} and not called missed"));
            }
            *owed += printed.0 + printed.1 - paid - i128::from(cell.waived_fen.get());
            if paid < 0 || *owed < 0 || *owed != i128::from(cell.owed_fen.get()) {
                return Some(format!("month {number}: {owed} is left, not {}", cell.owed_fen));
            }
            savings -= paid;
            paid_in_all += paid;
        }
        if savings < 0 {
            return Some(format!("month {number}: {} more than there is is spent", -savings));
        }
        let is_avoidable = minimums <= i128::from(situation.surplus_fen.get());
        if is_avoidable && month.cells.iter().any(|cell| cell.is_missed) {
            return Some(format!("month {number}: a minimum is missed that could be met"));
        }
        if plan.strategy != Strategy::Settlement {
            savings = 0;
        }
    }
    let is_cleared = owed.iter().all(|&owed| owed == 0);
    if is_cleared != plan.is_cleared || paid_in_all != i128::from(plan.paid_fen.get()) {
        return Some("the sums of the plan are not those of its months".to_owned());
    }
    plan.lower_bound_fen.filter(|bound| *bound > plan.paid_fen).map(|_| "the bound is above the plan".to_owned())
}
