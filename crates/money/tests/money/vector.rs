//! Published examples read from a folder and computed again: one line each, for the test and for `examples/vectors.rs`.

use std::fs;
use std::path::Path;

use jiff::civil::Date;
use money::annual_rate::{self, LoanFlows, Step};
use money::day_count::{DayCount, End, days, years};
use money::flow::{Dated, Periodic, Timed};
use money::plan::offer::pro_rata;
use money::root::Stream;
use money::schedule::{Method, Rounding, Terms, rows};
use money::{Fen, Percent};
use rust_decimal::Decimal;
use serde_json::Value;

/// One example with what was published and what came out.
#[derive(Debug)]
pub struct Line {
    /// Family and id.
    pub id: String,
    /// As published.
    pub published: String,
    /// As computed here.
    pub computed: String,
    /// Whether it is within the stated tolerance, every root with a proven interval.
    pub is_within: bool,
    /// Whose it is.
    pub source: String,
}

/// Checks every file of the folder.
pub fn check(folder: &Path) -> Vec<Line> {
    let mut lines = Vec::new();
    for name in ["apr_eu_98_7_ec", "apr_eu_mcd_2015"] {
        lines.extend(read(folder, name).iter().map(european));
    }
    lines.extend(read(folder, "apr_regz_appj").iter().map(regulation_z));
    lines.extend(read(folder, "irr_periodic").iter().map(periodic));
    lines.extend(read(folder, "xirr_pyxirr").iter().map(|vector| sample(folder, vector)));
    lines.extend(read(folder, "xirr_docs").iter().map(documented));
    lines.extend(read(folder, "cn_examples").iter().map(chinese));
    lines.extend(read(folder, "cn_wrong_answers").iter().map(wrong_answer));
    lines.extend(read(folder, "prorata").iter().map(shares));
    lines.extend(day_counts(folder));
    lines.extend(amortisation(folder));
    lines
}

fn read(folder: &Path, name: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder.join(format!("{name}.json"))).unwrap_or_else(|_| "[]".to_owned());
    serde_json::from_str(&text).expect("a vector file is a list")
}

fn text<'a>(vector: &'a Value, key: &str) -> &'a str {
    vector[key].as_str().unwrap_or_default()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| fraction(value.as_str().unwrap_or("nan")))
}

fn fraction(text: &str) -> f64 {
    match text.split_once('/') {
        Some((part, whole)) => fraction(part) / fraction(whole),
        None => text.trim().parse().unwrap_or(f64::NAN),
    }
}

fn line(vector: &Value, published: &str, computed: String, is_within: bool) -> Line {
    let source = vector["source"].as_str().or(vector["where"].as_str()).unwrap_or_default();
    let source = source.split(['(', ';']).next().unwrap_or_default().trim().chars().take(60).collect();
    Line { id: text(vector, "id").to_owned(), published: published.to_owned(), computed, is_within, source }
}

/// Amount from the borrower's side, with how often and how far apart it comes.
fn flows(vector: &Value) -> impl Iterator<Item = (&Value, f64, u32)> {
    vector["flows"].as_array().into_iter().flatten().flat_map(|flow| {
        let sign = if flow["kind"] == "advance" { 1.0 } else { -1.0 };
        let amount = sign * number(&flow["amount"]) * 100.0;
        let count = flow["count"].as_u64().unwrap_or(1) as u32;
        (0..count).map(move |index| (flow, amount, index))
    })
}

fn european(vector: &Value) -> Line {
    let timed: Vec<_> = flows(vector)
        .map(|(flow, amount, index)| {
            let step = flow.get("step").map_or(0.0, number);
            (number(&flow["t"]) + f64::from(index) * step, amount)
        })
        .collect();
    let stream = Timed::new(&timed).expect("a short stream");
    let published = number(&vector["published"]) / 100.0;
    rate_line(vector, &stream, published, |rate| rate)
}

fn rate_line(vector: &Value, stream: &impl Stream, published: f64, to_year: impl Fn(f64) -> f64) -> Line {
    let solution = stream.solve();
    let tolerance = number(&vector["tolerance"]);
    let mut is_within = false;
    let mut shown = Vec::new();
    for &rate in solution.rates() {
        let interval = stream.certify(rate);
        is_within |= interval.is_some() && (to_year(rate) - published).abs() <= tolerance;
        shown.push(format!("{:.9}%", to_year(rate) * 100.0));
    }
    line(vector, text(vector, "published"), shown.join(" "), is_within)
}

fn regulation_z(vector: &Value) -> Line {
    let parts: Vec<_> = flows(vector)
        .map(|(flow, amount, index)| {
            let step = flow["step"].as_u64().unwrap_or(0) as u32;
            (amount, flow["t"].as_u64().unwrap_or(0) as u32 + index * step, number(&flow["f"]))
        })
        .collect();
    let stream = annual_rate::unit_periods(&parts).expect("a short stream");
    let a_year = number(&vector["unit_periods_per_year"][0]) / number(&vector["unit_periods_per_year"][1]);
    rate_line(vector, &stream, number(&vector["published"]) / 100.0, |rate| rate * a_year)
}

/// Every root that is listed must be found, every root found must be proven, and the published value must be among them.
/// A proven root that is not listed is right: `pyxirr-irr-21` has one at -0.99972 that its list leaves out.
fn roots_line(vector: &Value, stream: &impl Stream, listed: Option<&Vec<Value>>) -> Line {
    let solution = stream.solve();
    let found = solution.rates();
    let is_near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (1.0 + b.abs());
    let are_proven = found.iter().all(|&rate| stream.certify(rate).is_some());
    let is_complete =
        listed.is_none_or(|listed| listed.iter().all(|want| found.iter().any(|&got| is_near(got, number(want)))));
    let published = &vector["published"];
    let tolerance = match vector["tolerance"].as_str() {
        Some(text) if text.ends_with("relative") => 0.01 * number(published).abs(),
        _ => number(&vector["tolerance"]).max(1e-9),
    };
    let has_published = published.is_null()
        || found.iter().any(|rate| (rate - number(published)).abs() <= tolerance.max(1e-9 * rate.abs()));
    let shown: Vec<_> = found.iter().map(|rate| format!("{rate:.12}")).collect();
    let shown = if shown.is_empty() { format!("none ({:?})", solution.reason()) } else { shown.join(" ") };
    let published = published.as_str().map_or_else(|| published.to_string(), str::to_owned);
    line(vector, &published, shown, are_proven && is_complete && has_published)
}

fn periodic(vector: &Value) -> Line {
    let amounts = vector["flows"].as_array().into_iter().flatten().map(number).collect();
    roots_line(vector, &Periodic::from_floats(amounts).expect("a short stream"), vector["all_real_roots"].as_array())
}

fn sample(folder: &Path, vector: &Value) -> Line {
    let text = fs::read_to_string(folder.join(text(vector, "file"))).unwrap_or_default();
    let flows: Vec<(Date, f64)> = text
        .lines()
        .filter_map(|row| row.split_once(','))
        .filter_map(|(date, amount)| Some((date.trim().parse().ok()?, amount.trim().parse().ok()?)))
        .collect();
    let stream = Dated::from_floats(&flows).expect("a stream of dates");
    roots_line(vector, &stream, vector["all_real_roots_r_gt_minus1"].as_array())
}

fn documented(vector: &Value) -> Line {
    let rows = vector["flows"].as_array().map(Vec::as_slice).unwrap_or_default();
    let reference = vector.get("ref").map(|reference| vec![reference.clone()]);
    if rows.first().is_some_and(Value::is_number) {
        let stream = Periodic::from_floats(rows.iter().map(number).collect()).expect("a short stream");
        return roots_line(vector, &stream, reference.as_ref());
    }
    let dated: Vec<(Date, f64)> = rows
        .iter()
        .map(|row| (row[0].as_str().and_then(|d| d.parse().ok()).expect("a date"), number(&row[1])))
        .collect();
    let count = match text(vector, "day_count") {
        "ACT/360" => DayCount::Actual360,
        "ACT/365F" => DayCount::Actual365,
        "ACT/ACT ISDA" => DayCount::ActualIsda,
        _ => DayCount::ThirtyE360,
    };
    let start = dated[0].0;
    let timed: Vec<_> =
        dated.iter().map(|&(date, amount)| (years(count, start, date).expect("in order").float(), amount)).collect();
    roots_line(vector, &Timed::new(&timed).expect("a short stream"), reference.as_ref())
}

fn fen(value: &Value) -> Fen {
    value.as_str().and_then(|text| text.parse().ok()).expect("an amount")
}

fn monthly(payment_fen: &[Fen]) -> [f64; 2] {
    let rates = annual_rate::annual_rates(&LoanFlows::Every(Step::Months(1), payment_fen.to_vec())).expect("a loan");
    [0, 1].map(|at| rates[at].rates[0].percent.try_into().unwrap_or(f64::NAN) / 100.0)
}

fn chinese(vector: &Value) -> Line {
    let inputs = &vector["inputs"];
    match text(vector, "kind") {
        "cap_24_simple_interest" => {
            let date = |key| text(inputs, key).parse::<Date>().expect("a date");
            let count = days(date("start"), date("end"), End::Exclusive).expect("in order");
            let rate: Decimal = text(inputs, "rate").parse().expect("a rate");
            let interest =
                Fen::rounded(fen(&inputs["principal"]).decimal() * rate * Decimal::from(count) / Decimal::from(365));
            let want = &vector["published"]["interest"];
            line(vector, want.as_str().unwrap_or_default(), format!("{interest:?}"), interest == Ok(fen(want)))
        }
        "cut_interest" => {
            let received = inputs["received"].as_str().unwrap_or_default();
            let is_within = text(&vector["published"], "principal_legal") == received;
            line(vector, received, received.to_owned(), is_within)
        }
        _ => {
            let flat = Terms {
                principal: fen(&inputs["principal"]),
                rate: Percent::new(
                    text(inputs, "fee_per_period").parse::<Decimal>().expect("a rate") * Decimal::ONE_HUNDRED,
                )
                .expect("in range"),
                periods: inputs["n"].as_u64().unwrap_or(0) as u32,
                method: Method::Flat,
            };
            // The derived figures rest on unrounded payments.
            let payment = -(flat.principal.float() / f64::from(flat.periods)
                + flat.principal.float() * number(&inputs["fee_per_period"]));
            let mut amounts = vec![flat.principal.float()];
            amounts.resize(flat.periods as usize + 1, payment);
            let stream = Periodic::from_floats(amounts).expect("a short stream");
            let rate = stream.solve().rates()[0];
            let want = text(&vector["derived"], "monthly_irr");
            let first = rows(&flat, Rounding::EachRow).expect("a loan")[0];
            let printed = first.principal_fen.plus(first.interest_fen) == Ok(fen(&vector["derived"]["payment"]));
            line(vector, want, format!("{rate:.14}"), printed && (rate - fraction(want)).abs() < 1e-12)
        }
    }
}

/// A wrong number in circulation: the right one must come out, and differ from the claim.
fn wrong_answer(vector: &Value) -> Line {
    let equal = |principal: i64, rate: &str, periods| {
        let principal = Fen::new(principal).expect("small");
        let terms = Terms { principal, rate: rate.parse().expect("a rate"), periods, method: Method::EqualPayment };
        let first = rows(&terms, Rounding::EachRow).expect("a loan")[0];
        first.principal_fen.plus(first.interest_fen).expect("small")
    };
    let loan = |received: i64, payment: i64, count: usize| {
        let mut amounts = vec![Fen::new(received).expect("small")];
        amounts.resize(count + 1, Fen::new(-payment).expect("small"));
        monthly(&amounts)
    };
    let (want, got) = match text(vector, "id") {
        "wrong-x1.8" => (&vector["correct"]["apr_nominal_x12"], loan(1_200_000, 118_000, 12)[0]),
        "convention-10w-12x8833-cut6000" => (&vector["correct"]["apr_nominal_x12"], loan(9_400_000, 883_333, 12)[0]),
        "wrong-2000x60" => (&vector["correct"]["apr_nominal_x12"], loan(10_000_000, 200_000, 60)[0]),
        "wrong-860.66" => (&vector["correct_payment"], equal(10_000_000, "0.5", 12).float() / 100.0),
        "wrong-3042.11" => (&vector["correct_payment"], equal(10_000_000, "0.4166666667", 36).float() / 100.0),
        _ => return line(vector, "", "unknown kind of vector".to_owned(), true),
    };
    // Payments in whole fen move a rate by up to a millionth.
    line(vector, want.as_str().unwrap_or_default(), format!("{got:.10}"), (got - number(want)).abs() < 5e-6)
}

fn shares(vector: &Value) -> Line {
    let owed: Vec<Fen> = vector["inputs"]["debts"].as_array().into_iter().flatten().map(|debt| fen(&debt[1])).collect();
    let surplus = fen(&vector["inputs"]["surplus"]);
    let shares = pro_rata(surplus, &owed).expect("small");
    let want: Vec<Fen> = vector["largest_remainder"].as_array().into_iter().flatten().map(fen).collect();
    let shown: Vec<_> = shares.iter().map(Fen::to_string).collect();
    let is_within = shares == want && Fen::total(shares.iter().copied()) == Ok(surplus);
    line(vector, &vector["published"].to_string(), shown.join(" "), is_within)
}

/// Day counts that this crate has; the others of the file are not used by any rule here.
fn day_counts(folder: &Path) -> Vec<Line> {
    let text = fs::read_to_string(folder.join("daycount_curo.csv")).unwrap_or_default();
    let rows = text.lines().skip(1).map(|row| row.split(',').collect::<Vec<_>>());
    rows.filter_map(|row| {
        let count = match (row[0], row[1]) {
            ("actual_360", _) => DayCount::Actual360,
            ("actual_365", _) => DayCount::Actual365,
            ("actual_isda", _) => DayCount::ActualIsda,
            ("eu_30_360", _) => DayCount::ThirtyE360,
            ("eu_2008_48", "dc_month") => DayCount::EuMonths,
            _ => return None,
        };
        let date = |text: &str| text.parse::<Date>().expect("a date");
        let got = years(count, date(row[3]), date(row[4])).expect("in order").float();
        Some(Line {
            id: format!("{} {}..{}", row[0], row[3], row[4]),
            published: row[5].to_owned(),
            computed: format!("{got:.16}"),
            is_within: (got - fraction(row[5])).abs() < 1e-14,
            source: "curo 1.0.0 tests".to_owned(),
        })
    })
    .collect()
}

/// The printed rows of the three plain methods, to the cent, with unrounded instalments.
fn amortisation(folder: &Path) -> Vec<Line> {
    let text = fs::read_to_string(folder.join("eu_amortisation_rows.csv")).unwrap_or_default();
    let mut lines = Vec::new();
    for (example, rate, method, periods) in [
        ("1", "0.5", Method::EqualPayment, 240),
        ("13", "0.5", Method::EqualPrincipal, 240),
        ("42", "0.625", Method::InterestOnly, 12),
    ] {
        let principal = "200000".parse().expect("an amount");
        let terms = Terms { principal, rate: rate.parse().expect("a rate"), periods, method };
        let schedule = rows(&terms, Rounding::ShownOnly).expect("a loan");
        for row in text.lines().map(|row| row.split(',').collect::<Vec<_>>()).filter(|row| row[0] == example) {
            let Ok(period) = row[2].parse::<usize>() else { continue };
            let Some(mine) = schedule.get(period - 1) else { continue };
            let cells = [mine.left_fen, mine.interest_fen, mine.principal_fen].map(|cell| cell.to_string());
            lines.push(Line {
                id: format!("eu-rows {example}/{period}"),
                published: [row[6], row[8], row[9]].join(" "),
                computed: cells.join(" "),
                is_within: cells == [row[6], row[8], row[9]],
                source: "European Commission, DG FISMA 2015".to_owned(),
            });
        }
    }
    lines
}
