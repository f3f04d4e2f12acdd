//! A plan as a workbook, as comma-separated values, and as a calendar (RFC 5545).

use std::path::Path;

use jiff::Span;
use jiff::civil::Date;
use knowledge::Lang;
use money::Fen;
use money::plan::Plan;
use remedy::ics;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::name;
use crate::answer::repayment::RepaymentAnswer;
use crate::failure::Failure;

/// Returns the file of a plan in the format that the name ends in.
pub fn file(answer: &RepaymentAnswer, plan: &Plan, output: &Path, lang: Lang) -> Result<Vec<u8>, Failure> {
    let ending = output.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
    match ending.as_str() {
        "xlsx" => workbook(answer, plan, lang).map_err(|error| Failure::Other(error.into())),
        "csv" => separated(answer, plan, lang),
        "ics" => Ok(calendar(answer, plan, lang).into_bytes()),
        _ => Err(Failure::input(
            "文件名要以 .xlsx、.csv 或 .ics 结尾。",
            "the file name must end in .xlsx, .csv or .ics",
        )),
    }
}

/// Returns the month of a plan, as 2026-12.
pub fn month_of(from: Date, number: usize) -> String {
    let months = i32::try_from(number).unwrap_or(0);
    let date = from.checked_add(Span::new().months(months)).unwrap_or(from);
    format!("{:04}-{:02}", date.year(), date.month())
}

fn headings(answer: &RepaymentAnswer, lang: Lang) -> Vec<String> {
    let [month, paid, owed, interest, total] = match lang {
        Lang::Zh => ["月份", "还款", "剩余", "利息和费用", "合计还款"],
        Lang::En => ["month", "paid", "owed", "interest and fees", "paid in all"],
    };
    let mut headings = vec![month.to_owned()];
    for debt in &answer.plans.situation.debts {
        headings.extend([paid, interest, owed].map(|what| format!("{} {what}", debt.name)));
    }
    headings.push(total.to_owned());
    headings
}

/// The sums of a month, in the order of the headings after the month itself.
fn sums(plan: &Plan, number: usize) -> Vec<Fen> {
    let cells = &plan.months[number].cells;
    let mut sums = Vec::new();
    for cell in cells {
        let cost = cell.interest_fen.plus(cell.fee_fen).unwrap_or_default();
        sums.extend([cell.paid_fen, cost, cell.owed_fen]);
    }
    sums.push(Fen::total(cells.iter().map(|cell| cell.paid_fen)).unwrap_or_default());
    sums
}

fn workbook(answer: &RepaymentAnswer, plan: &Plan, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let money = Format::new().set_num_format("#,##0.00");
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet();
    sheet.set_name(if lang == Lang::Zh { "还款计划" } else { "plan" })?;
    sheet.set_freeze_panes(1, 1)?;
    for (column, heading) in (0_u16..).zip(headings(answer, lang)) {
        // A name is written as text, so that one that begins with = is no formula.
        sheet.write_string_with_format(0, column, heading, &bold)?;
        sheet.set_column_width(column, 16)?;
    }
    for (row, number) in (1_u32..).zip(0..plan.months.len()) {
        sheet.write_string(row, 0, month_of(answer.from, number))?;
        for (column, sum) in (1_u16..).zip(sums(plan, number)) {
            sheet.write_number_with_format(row, column, sum.float() / 100.0, &money)?;
        }
    }
    workbook.save_to_buffer()
}

fn separated(answer: &RepaymentAnswer, plan: &Plan, lang: Lang) -> Result<Vec<u8>, Failure> {
    // The mark tells spreadsheet programs that this is UTF-8.
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    let mut writer = csv::Writer::from_writer(&mut bytes);
    let failed = |error: csv::Error| Failure::Other(error.into());
    writer.write_record(headings(answer, lang).iter().map(|heading| inert(heading))).map_err(failed)?;
    for number in 0..plan.months.len() {
        let sums = sums(plan, number);
        let row = std::iter::once(month_of(answer.from, number)).chain(sums.iter().map(Fen::to_string));
        writer.write_record(row).map_err(failed)?;
    }
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}

/// A heading that a spreadsheet program would take for a formula gets a mark before it.
fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t']) { format!("'{text}") } else { text.to_owned() }
}

fn calendar(answer: &RepaymentAnswer, plan: &Plan, lang: Lang) -> String {
    let mut text = String::new();
    let mut line = |line: &str| text.push_str(&ics::folded(line));
    let stamp = compact(answer.from);
    for head in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//zhenxin//plan//ZH", "CALSCALE:GREGORIAN"] {
        line(head);
    }
    for (number, month) in plan.months.iter().enumerate() {
        for ((at, cell), debt) in month.cells.iter().enumerate().zip(&answer.plans.situation.debts) {
            if cell.paid_fen == Fen::ZERO {
                continue;
            }
            let day = answer.due(number, at);
            let summary = match lang {
                Lang::Zh => format!("还款 {} {} 元", debt.name, cell.paid_fen),
                Lang::En => format!("pay {} {} yuan", debt.name, cell.paid_fen),
            };
            line("BEGIN:VEVENT");
            line(&format!("UID:{stamp}-{}-{number}-{at}@zhenxin.invalid", plan.strategy.id()));
            line(&format!("DTSTAMP:{stamp}T000000Z"));
            line(&format!("DTSTART;VALUE=DATE:{}", compact(day)));
            line(&format!("SUMMARY:{}", escaped(&summary)));
            let note = format!("{} → {}", name(plan.strategy, lang), cell.owed_fen);
            line(&format!("DESCRIPTION:{}", escaped(&note)));
            line("END:VEVENT");
        }
    }
    line("END:VCALENDAR");
    text
}

fn compact(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// A text on one line, as the value of a property.
fn escaped(text: &str) -> String {
    ics::escaped(&text.replace(['\r', '\n'], " "))
}
