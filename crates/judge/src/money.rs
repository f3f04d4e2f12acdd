//! What the stated sums and rates come to by the year, held against the cap for that kind of lender on that day.
//! Says "over the cap" only where every reading of the stated facts is over it.

use knowledge::Library;
use knowledge::date::Date;

use crate::scan::{Period, RawAmount, Scan};
use crate::verdict::AmountRole;

/// What the money in a message shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MoneyCheck {
    /// Less is paid out than is owed from the start.
    pub is_interest_cut: bool,
    /// Place of what is over the cap, in codes.
    pub over_cap: Option<[u32; 2]>,
}

/// The caps in force, as simple annual rates in millionths.
#[derive(Clone, Debug)]
pub struct Caps {
    licensed_ppm: i64,
    private: Vec<(Date, i64)>,
    private_until: Option<Date>,
}

impl Caps {
    /// Reads the caps from the parameters.
    pub fn new(library: &Library) -> Self {
        let percent = |text: &str| text.parse::<f64>().ok().map(|value| (value * 10_000.0).round() as i64);
        let licensed_ppm = library
            .parameter
            .get("cap-licensed-court")
            .and_then(|parameter| parameter.value.last()?.value.as_deref().and_then(percent))
            .unwrap_or(240_000);
        let lpr = library.parameter.get("lpr-1y");
        let private = lpr.map_or_else(Vec::new, |parameter| {
            let values = parameter.value.iter();
            values.filter_map(|value| Some((value.from, percent(value.value.as_deref()?)? * 4))).collect()
        });
        let private_until = lpr.and_then(|parameter| parameter.gap.as_ref()).map(|gap| gap.after);
        Self { licensed_ppm, private, private_until }
    }

    /// Returns the cap for a lender on a day. Where the four-fold rate of that day is not sourced, the higher cap
    /// stands in, so that nothing is called over the cap for want of a source.
    fn cap_ppm(&self, is_licensed: bool, day: Option<Date>) -> i64 {
        if is_licensed {
            return self.licensed_ppm;
        }
        let Some(day) = day.filter(|day| self.private_until.is_none_or(|until| *day <= until)) else {
            return self.licensed_ppm;
        };
        let in_force = self.private.iter().rev().find(|(from, _)| *from <= day);
        in_force.map_or(self.licensed_ppm, |(_, cap)| *cap)
    }
}

/// Checks the sums and rates of a message.
pub fn check(caps: &Caps, scan: &Scan, is_licensed: bool, day: Option<Date>) -> MoneyCheck {
    let cap = caps.cap_ppm(is_licensed, day);
    let received = scan.amounts.iter().find(|amount| amount.is_received);
    let principal =
        scan.amounts.iter().filter(|a| a.role == AmountRole::Principal && !a.is_received).filter_map(|a| a.fen).max();
    let is_interest_cut = received.and_then(|r| r.fen).zip(principal).is_some_and(|(got, owed)| got > 0 && got < owed);
    let over_cap = rate_over(scan, cap)
        .or_else(|| received.and_then(|received| one_payment_over(scan, received, principal, cap)))
        .or_else(|| daily_cost_over(scan, principal, cap))
        .or_else(|| received.and_then(|received| instalments_over(scan, received, cap)))
        .or_else(|| lent_and_due_over(scan, cap));
    MoneyCheck { is_interest_cut, over_cap }
}

/// A stated rate whose simple annual value is over the cap: fees and compounding can only add to it.
fn rate_over(scan: &Scan, cap: i64) -> Option<[u32; 2]> {
    let over = scan
        .rates
        .iter()
        .find(|rate| rate.period != Period::Unsaid && rate.annual_ppm().is_some_and(|annual| annual > cap))?;
    Some([over.start, over.end])
}

/// So much a day on such a principal: 一万每天利息200.
fn daily_cost_over(scan: &Scan, principal: Option<i64>, cap: i64) -> Option<[u32; 2]> {
    let cost = scan.amounts.iter().find(|amount| amount.is_daily)?;
    let owed = principal.or_else(|| scan.amounts.iter().filter(|a| !a.is_daily).find_map(|a| a.fen))?;
    let annual_ppm = i128::from(cost.fen?) * 365 * 1_000_000 / i128::from(owed.max(1));
    (owed > 0 && annual_ppm > i128::from(cap)).then_some([cost.start, cost.end])
}

/// Paid out R, due T (or the whole principal) after D days: (T - R) / R * 365 / D.
fn one_payment_over(scan: &Scan, received: &RawAmount, principal: Option<i64>, cap: i64) -> Option<[u32; 2]> {
    let got = i128::from(received.fen?);
    let due = scan.amounts.iter().find(|a| a.start > received.start && a.role == AmountRole::Claimed);
    let end = due.map_or(received.end, |due| due.end);
    let days = scan.days.iter().map(|&(_, days)| i128::from(days)).find(|days| (1..=366).contains(days))?;
    let paid = i128::from(due.and_then(|due| due.fen).into_iter().chain(principal).max()?);
    if got <= 0 || paid <= got || !scan.instalments.is_empty() {
        return None;
    }
    let annual_ppm = (paid - got) * 365 * 1_000_000 / (got * days);
    (annual_ppm > i128::from(cap)).then_some([received.start, end])
}

/// Lent P, due T after D days, nothing said to be taken out: 借款5,000元，用30天还6,500元.
fn lent_and_due_over(scan: &Scan, cap: i64) -> Option<[u32; 2]> {
    let lent = scan.amounts.iter().find(|amount| amount.role == AmountRole::Principal)?;
    if scan.amounts.iter().any(|amount| amount.is_received) {
        return None;
    }
    one_payment_over(scan, lent, None, cap)
}

/// Paid out R, then N monthly payments of A: twelve times the monthly rate of the flow.
fn instalments_over(scan: &Scan, received: &RawAmount, cap: i64) -> Option<[u32; 2]> {
    let &(at, count) = scan.instalments.iter().find(|&&(_, count)| (2..=120).contains(&count))?;
    let payment = scan.amounts.iter().find(|a| a.start > at && a.role == AmountRole::Claimed)?;
    let (got, paid) = (received.fen? as f64, payment.fen? as f64);
    let monthly = monthly_rate(got, paid, count as i32)?;
    (monthly * 12.0 * 1_000_000.0 > cap as f64 * 1.000_001).then_some([received.start, payment.end])
}

/// Solves present value = received for the monthly rate, by bisection; `None` where nothing is earned.
fn monthly_rate(received: f64, payment: f64, count: i32) -> Option<f64> {
    if received <= 0.0 || payment * f64::from(count) <= received {
        return None;
    }
    let value = |rate: f64| payment * (1.0 - (1.0 + rate).powi(-count)) / rate;
    let (mut low, mut high) = (1e-9, 10.0);
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if value(middle) > received { low = middle } else { high = middle }
    }
    Some(f64::midpoint(low, high))
}

#[cfg(test)]
mod tests {
    use super::monthly_rate;

    #[test]
    fn the_monthly_rate_reproduces_the_payment() {
        let rate = monthly_rate(8_000.0, 1_000.0, 12).expect("more is paid than received");
        let value = 1_000.0 * (1.0 - (1.0 + rate).powi(-12)) / rate;
        assert!((value - 8_000.0).abs() < 1e-6);
        assert!(monthly_rate(12_000.0, 1_000.0, 12).is_none());
    }
}
