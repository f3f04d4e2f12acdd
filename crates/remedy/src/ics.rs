//! Periods as a calendar file (RFC 5545) that phones and computers take: one whole-day event for each last day, with
//! reminders seven, three and one day before.

use jiff::civil;
use knowledge::Lang;
use knowledge::date::Date;

use crate::calendar;
use crate::deadline::Running;

/// A line has at most so many bytes.
const LONGEST_LINE: usize = 75;

/// Returns the calendar; `today` is its date of writing. The same periods give the same bytes.
pub fn write(periods: &[Running], today: Date, lang: Lang) -> String {
    let mut lines =
        vec!["BEGIN:VCALENDAR".to_owned(), "VERSION:2.0".to_owned(), "PRODID:-//zhenxin//deadline//ZH".to_owned()];
    for period in periods {
        let Some(last) = period.last.and_then(calendar::civil) else { continue };
        event(period, last, today, lang, &mut lines);
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|line| folded(line)).collect()
}

fn event(period: &Running, last: civil::Date, today: Date, lang: Lang, lines: &mut Vec<String>) {
    let end = last.tomorrow().unwrap_or(last);
    let compact = |day: civil::Date| day.strftime("%Y%m%d").to_string();
    let stamp = calendar::civil(today).map(compact).unwrap_or_default();
    let title = match lang {
        Lang::Zh => format!("最后一天：{}", period.title.zh),
        Lang::En => format!("Last day: {}", period.title.en),
    };
    let texts = period.trap.iter().chain([&period.missed]).chain(&period.steps).chain(&period.remarks);
    let description: Vec<&str> = texts.map(|text| text.get(lang)).collect();
    lines.extend([
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}-{}@zhenxin.invalid", period.id, compact(last)),
        format!("DTSTAMP:{stamp}T000000Z"),
        format!("DTSTART;VALUE=DATE:{}", compact(last)),
        format!("DTEND;VALUE=DATE:{}", compact(end)),
        format!("SUMMARY:{}", escaped(&title)),
        format!("DESCRIPTION:{}", escaped(&description.join("\n"))),
        "TRANSP:TRANSPARENT".to_owned(),
    ]);
    for days in [7, 3, 1] {
        lines.extend([
            "BEGIN:VALARM".to_owned(),
            "ACTION:DISPLAY".to_owned(),
            format!("DESCRIPTION:{}", escaped(&title)),
            format!("TRIGGER:-P{days}D"),
            "END:VALARM".to_owned(),
        ]);
    }
    lines.push("END:VEVENT".to_owned());
}

/// Returns a text as the value of a property.
pub fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

/// Returns a line in pieces of at most 75 bytes, broken between characters, with its end.
pub fn folded(line: &str) -> String {
    let (mut text, mut used) = (String::with_capacity(line.len() + 8), 0);
    for character in line.chars() {
        if used + character.len_utf8() > LONGEST_LINE {
            text.push_str("\r\n ");
            used = 1;
        }
        text.push(character);
        used += character.len_utf8();
    }
    text.push_str("\r\n");
    text
}
