//! The figures as one page that needs nothing else: tables, and pictures in SVG.

use std::fmt::{Display, Write as _};

use knowledge::Lang;

use super::count::Count;
use super::labelled::{Bin, Measured, Source};

const STYLE: &str = "body{font:16px/1.6 system-ui,'Noto Sans SC',sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
color:#222;background:#fff}table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem .7rem;border-bottom:1px solid #ddd;\
text-align:right}td:first-child,th:first-child{text-align:left}svg{background:#f7f7f4;margin:.5rem 1rem .5rem 0}\
@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}td,th{border-color:#444}svg{background:#262624}}";

/// Writes the page.
pub fn page(measured: &Measured, lang: Lang) -> String {
    let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
    let mut out = format!(
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style><h1>{title}</h1><p>{} <code>{}</code></p>",
        say("zh-CN", "en"),
        say("知识库", "Knowledge"),
        escaped(&measured.knowledge),
        title = say("甄信：测量结果", "Zhenxin: measured"),
    );
    for source in &measured.sources {
        section(&mut out, source, &say);
    }
    if !measured.disguises.is_empty() {
        let _ = write!(out, "<h2>{}</h2>", say("伪装后仍被识破的诈骗短信", "Frauds recognised under disguise"));
        let rows = measured.disguises.iter().map(|one| {
            [one.disguise.to_owned(), format!("{:.0} %", 100.0 * one.strength), one.recall.to_string(), bar(one.recall)]
        });
        table(&mut out, [say("伪装", "disguise"), say("强度", "strength"), say("召回", "recall"), ""], rows);
    }
    let _ = write!(out, "<h2>{}</h2>", say("规则命中", "Rules that fired"));
    let rows = measured
        .rules
        .iter()
        .map(|rule| [escaped(&rule.finding), rule.on_harm.to_string(), rule.on_others.to_string(), bar(rule.on_harm)]);
    table(&mut out, [say("规则", "rule"), say("有害短信", "on harm"), say("其他短信", "on others"), ""], rows);
    out
}

fn section(out: &mut String, source: &Source, say: &impl Fn(&'static str, &'static str) -> &'static str) {
    let _ = write!(
        out,
        "<h2>{}</h2><p>{} {}; F1 {:.3}; {} {:.3}</p>",
        escaped(&source.source),
        say("类别正确", "kinds right"),
        source.accuracy,
        source.macro_f1,
        say("校准误差", "calibration error"),
        source.calibration_error
    );
    diagram(out, &source.reliability);
    let rows = source.kinds.iter().map(|kind| {
        [kind.kind.to_owned(), kind.recall.to_string(), kind.precision.to_string(), format!("{:.3}", kind.f1)]
    });
    table(out, [say("类别", "kind"), say("召回", "recall"), say("精确", "precision"), "F1"], rows);
    let rates = source.scam_recall.iter().map(|at| {
        [format!("{:.1} %", 100.0 * at.false_positive_rate), at.recall.to_string(), bar(at.recall), String::new()]
    });
    if !source.scam_recall.is_empty() {
        table(out, [say("误报率", "false alarms"), say("诈骗召回", "fraud recall"), "", ""], rates);
    }
    let cells = source.confusion.iter().take(12);
    let rows = cells.map(|cell| [cell.is.to_owned(), cell.called.to_owned(), cell.rows.to_string(), String::new()]);
    table(out, [say("实际", "is"), say("判为", "called"), say("条数", "rows"), ""], rows);
}

fn table<const N: usize>(out: &mut String, head: [&str; N], rows: impl Iterator<Item = [String; N]>) {
    out.push_str("<table>");
    line(out, "th", &head);
    for row in rows {
        line(out, "td", &row.each_ref().map(String::as_str));
    }
    out.push_str("</table>");
}

fn line(out: &mut String, tag: &str, cells: &[&str]) {
    out.push_str("<tr>");
    for cell in cells {
        let _ = write!(out, "<{tag}>{cell}</{tag}>");
    }
    out.push_str("</tr>");
}

/// A bar with its interval as a line.
fn bar(count: Count) -> String {
    let [low, high] = count.interval().map(|end| 200.0 * end);
    format!(
        "<svg width=\"200\" height=\"12\" role=\"img\" aria-label=\"{:.3}\"><rect width=\"{:.1}\" height=\"12\" \
         fill=\"#3b7a78\"/><path d=\"M{low:.1} 6H{high:.1}\" stroke=\"#c4552d\" stroke-width=\"2\"/></svg>",
        count.share(),
        200.0 * count.share()
    )
}

/// Probability of the kind chosen to the right, how often it was right upwards.
fn diagram(out: &mut String, bins: &[Bin]) {
    const SIDE: f64 = 240.0;
    let _ = write!(
        out,
        "<svg width=\"{SIDE}\" height=\"{SIDE}\" role=\"img\" aria-label=\"reliability\"><path d=\"M0 {SIDE}L{SIDE} 0\" \
         stroke=\"#999\" stroke-dasharray=\"4\"/>"
    );
    for bin in bins {
        let (x, y) = (SIDE * bin.probability, SIDE * (1.0 - bin.right.share()));
        let [low, high] = bin.right.interval().map(|end| SIDE * (1.0 - end));
        let _ = write!(
            out,
            "<path d=\"M{x:.1} {low:.1}V{high:.1}\" stroke=\"#3b7a78\"/><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" \
             fill=\"#3b7a78\"><title>{}</title></circle>",
            bin.right
        );
    }
    out.push_str("</svg>");
}

fn escaped(text: &(impl Display + ?Sized)) -> String {
    text.to_string().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
