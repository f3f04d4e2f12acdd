//! The report on a terminal: verdict, two sentences, the message with carets, why, what to do and what not. Knows
//! how wide text is on a screen; judges nothing.

use std::fmt::Write as _;
use std::io::{IsTerminal, stdout};

use crate::answer::message::{MessageFacts, message};
use crate::answer::words;
use crate::failure::is_steering;
use judge::index::Index;
use judge::render::{self, Subject};
use judge::verdict::{Finding, Kind, Risk, SenderClass, Span, Verdict};
use knowledge::document::{Confidence, Severity};
use knowledge::{Lang, Library};
use unicode_width::UnicodeWidthChar;

/// The screen that is written to.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Columns.
    pub width: usize,
    /// Whether colours are shown.
    pub has_colour: bool,
}

impl Screen {
    /// Returns the screen behind standard output; 80 columns and no colour where it is none.
    pub fn of_standard_output() -> Self {
        let columns = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
        #[expect(clippy::disallowed_methods, reason = "the application reads the environment")]
        let has_colour = stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { width: columns.clamp(40, 100), has_colour }
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.has_colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Returns the whole report; `telling` are the places whose wording speaks most for the kind.
pub fn write(
    index: &Index,
    verdict: &Verdict,
    subject: &Subject<'_>,
    telling: &[Span],
    lang: Lang,
    screen: Screen,
) -> String {
    let mut out = String::new();
    let report = Report { index, verdict, lang, screen };
    report.head(&mut out);
    report.message(subject.body, &mut out);
    report.findings(&mut out);
    report.wording(subject.body, telling, &mut out);
    report.amounts(subject.body, &mut out);
    report.advice(&mut out);
    report.foot(&mut out);
    out
}

struct Report<'a> {
    index: &'a Index,
    verdict: &'a Verdict,
    lang: Lang,
    screen: Screen,
}

impl Report<'_> {
    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    fn head(&self, out: &mut String) {
        let decision = &self.verdict.decision;
        let (colour, risk) = match decision.risk {
            Risk::High => ("1;37;41", self.say("高风险", "HIGH RISK")),
            Risk::Caution => ("1;30;43", self.say("需要核实", "VERIFY FIRST")),
            Risk::Low => ("1;30;42", self.say("风险低", "LOW RISK")),
        };
        let kind = kind_name(decision.kind, self.lang);
        let sure = match decision.confidence {
            Confidence::High => self.say("把握较大", "fairly sure"),
            Confidence::Medium => self.say("有一定把握", "moderately sure"),
            Confidence::Low => self.say("把握不大", "not very sure"),
        };
        let _ = writeln!(
            out,
            "\n{}  {kind}{}",
            self.screen.paint(colour, &format!(" {risk} ")),
            self.say("（", " (").to_owned() + sure + self.say("）", ")")
        );
        out.push('\n');
        self.paragraph(&render::summary(self.index, self.verdict, self.lang), "", out);
        let class = class_name(self.verdict.sender.class, self.lang);
        let _ = writeln!(out, "{}{class}", self.say("发送方：", "Sender: "));
    }

    /// The message, wrapped, with carets under what findings point at.
    fn message(&self, body: &str, out: &mut String) {
        let marked = self.marked(body);
        let _ = writeln!(
            out,
            "\n{}",
            self.title(self.say("短信原文（^ 处是下面说到的地方）", "The message (^ marks what is explained below)"))
        );
        let room = self.screen.width - 4;
        let (mut line, mut carets, mut used) = (String::new(), String::new(), 0);
        let mut flush = |line: &mut String, carets: &mut String, used: &mut usize| {
            let _ = writeln!(out, "  {line}");
            if carets.contains('^') {
                let _ = writeln!(out, "  {}", self.screen.paint("31", carets.trim_end()));
            }
            line.clear();
            carets.clear();
            *used = 0;
        };
        for (at, character) in body.char_indices() {
            if character == '\n' {
                flush(&mut line, &mut carets, &mut used);
                continue;
            }
            let Some(shown) = shown(character) else { continue };
            let width = shown.width().unwrap_or(0);
            if used + width > room {
                flush(&mut line, &mut carets, &mut used);
            }
            line.push(shown);
            let is_marked = marked.iter().any(|span| (span[0] as usize..span[1] as usize).contains(&at));
            (0..width).for_each(|_| carets.push(if is_marked { '^' } else { ' ' }));
            used += width;
        }
        if !line.is_empty() {
            flush(&mut line, &mut carets, &mut used);
        }
    }

    /// Spans of findings that matter for the risk.
    fn marked(&self, body: &str) -> Vec<[u32; 2]> {
        let worth = |finding: &&Finding| finding.severity > Severity::Info || self.verdict.decision.risk == Risk::Low;
        let spans = self.verdict.findings.iter().filter(worth).flat_map(|finding| finding.spans.iter().copied());
        spans.filter(|span| (span[1] as usize) <= body.len()).collect()
    }

    fn findings(&self, out: &mut String) {
        if self.verdict.findings.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{}", self.title(self.say("我们看到了什么", "What we saw")));
        for finding in &self.verdict.findings {
            let rule = &self.index.rules.rules[usize::from(finding.rule)];
            let document = &self.index.knowledge.library.rule[&rule.id];
            let (colour, mark) = match finding.severity {
                Severity::High => ("31", self.say("[严重]", "[grave]")),
                Severity::Medium => ("33", self.say("[注意]", "[careful]")),
                Severity::Low => ("33", self.say("[轻微]", "[slight]")),
                Severity::Info => ("36", self.say("[说明]", "[note]")),
            };
            let _ = writeln!(
                out,
                "  {} {}",
                self.screen.paint(colour, mark),
                self.screen.paint("1", document.title.get(self.lang))
            );
            self.paragraph(document.why.get(self.lang), "      ", out);
            let cites: Vec<String> = document
                .cites
                .iter()
                .take(3)
                .filter_map(|cite| citation(&self.index.knowledge.library, cite, self.lang))
                .collect();
            if !cites.is_empty() && finding.severity > Severity::Info {
                let text = format!("{}{}", self.say("依据：", "See: "), cites.join(self.say("；", "; ")));
                self.paragraph(&text, "      ", out);
            }
        }
    }

    /// The words by which the message is most like others of its kind.
    fn wording(&self, body: &str, telling: &[Span], out: &mut String) {
        let kind = self.verdict.decision.kind;
        if matches!(kind, Kind::Personal | Kind::Unclear) {
            return;
        }
        let quoted = telling.iter().filter_map(|span| body.get(span[0] as usize..span[1] as usize));
        let words: Vec<String> =
            quoted.map(|words| format!("「{}」", words.chars().filter_map(shown).collect::<String>())).collect();
        if !words.is_empty() {
            let name = kind_name(kind, self.lang);
            let text = match self.lang {
                Lang::Zh => format!("  措辞上最像“{name}”的词句：{}", words.concat()),
                Lang::En => format!("  Wording most like \"{name}\": {}", words.join(" ")),
            };
            self.paragraph(&text, "  ", out);
        }
    }

    /// What the sums and rates of the message come to by the year.
    fn amounts(&self, body: &str, out: &mut String) {
        let Ok(answer) = message(self.index, self.verdict, &MessageFacts::default()) else { return };
        let lines: Vec<String> = answer.telling().flat_map(|check| words::amount(check, body, self.lang)).collect();
        if !lines.is_empty() {
            let _ = writeln!(out, "\n{}", self.title(self.say("金额和利率", "Sums and rates")));
            for line in &lines {
                self.paragraph(line, "  ", out);
            }
        }
    }

    fn advice(&self, out: &mut String) {
        let library = &self.index.knowledge.library;
        let ids: Vec<&str> =
            self.verdict.advice.iter().map(|&at| self.index.rules.advice[usize::from(at)].as_str()).collect();
        let (avoid, act): (Vec<&str>, Vec<&str>) =
            ids.into_iter().partition(|id| library.advice.get(*id).is_some_and(|advice| advice.avoid));
        if !act.is_empty() {
            let _ = writeln!(out, "\n{}", self.title(self.say("现在该做什么", "What to do now")));
            for (number, id) in act.iter().enumerate() {
                let text = render::advice_text(self.index, self.verdict, id, self.lang);
                self.paragraph(&format!("{}. {text}", number + 1), "  ", out);
                self.channel(id, out);
            }
        }
        if !avoid.is_empty() {
            let _ = writeln!(out, "\n{}", self.title(self.say("不要做什么", "What not to do")));
            for id in avoid {
                self.paragraph(
                    &format!("× {}", render::advice_text(self.index, self.verdict, id, self.lang)),
                    "  ",
                    out,
                );
            }
        }
    }

    fn channel(&self, advice: &str, out: &mut String) {
        let library = &self.index.knowledge.library;
        let channel = library.advice.get(advice).and_then(|a| library.channel.get(a.channel.as_deref()?));
        if let Some(channel) = channel {
            let numbers = channel.numbers.iter().chain(&channel.sites).take(3).map(String::as_str).collect::<Vec<_>>();
            if numbers.is_empty() {
                return;
            }
            let text = format!(
                "→ {}{}{}",
                channel.name.get(self.lang),
                self.say("：", ": "),
                numbers.join(self.say("、", ", "))
            );
            self.paragraph(&text, "     ", out);
        }
    }

    fn foot(&self, out: &mut String) {
        let digest: String = self.index.knowledge.digest.chars().take(12).collect();
        let text = match self.lang {
            Lang::Zh => format!("本程序只在您的电脑上运行，不打开任何链接；这不是法律意见。知识库 {digest}。"),
            Lang::En => {
                format!("This ran on your machine only and opened no link; it is no legal advice. Knowledge {digest}.")
            }
        };
        out.push('\n');
        self.paragraph(&self.screen.paint("2", &text), "", out);
    }

    fn title(&self, text: &str) -> String {
        self.screen.paint("1;4", text)
    }

    /// Wraps a paragraph by screen width; Latin words stay whole.
    fn paragraph(&self, text: &str, indent: &str, out: &mut String) {
        let room = self.screen.width.saturating_sub(indent.len() + 1).max(20);
        let (mut line, mut used) = (String::new(), 0);
        for word in words(text) {
            let width: usize = word.chars().map(|c| c.width().unwrap_or(0)).sum();
            if used + width > room && used > 0 {
                let _ = writeln!(out, "{indent}{}", line.trim_end());
                line.clear();
                used = 0;
            }
            line.push_str(word);
            used += width;
        }
        if !line.trim().is_empty() {
            let _ = writeln!(out, "{indent}{}", line.trim_end());
        }
    }
}

/// Pieces between which a line may break: after each wide character and after blanks.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let breaks = |c: char| c == ' ' || c.width() == Some(2);
    let no_start = |c: char| "，。；：、！？）》”’".contains(c);
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut characters = rest.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            let end = at + character.len_utf8();
            let next = characters.peek().map(|&(_, c)| c);
            let may_break = breaks(character) || next.is_some_and(|c| c.width() == Some(2));
            if next.is_none() || (may_break && !next.is_some_and(no_start)) {
                let (word, tail) = rest.split_at(end);
                rest = tail;
                return Some(word);
            }
        }
        None
    })
}

/// Returns a citation as people read it: law and article, rule or scheme by its title.
pub fn citation(library: &Library, id: &str, lang: Lang) -> Option<String> {
    let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
    if let Some(rule) = library.collection.get(id) {
        let title = rule.title.get(lang);
        return Some(format!("{}{}（{title}）", say("催收规范 ", "collection rule "), id.to_uppercase()));
    }
    if let Some(scheme) = library.scheme.get(id) {
        return Some(format!("{}{}", say("骗局类型：", "scheme: "), scheme.title.get(lang)));
    }
    let (stem, number) = article(library, id)?;
    let title = library.law.get(stem)?.short.get(lang);
    Some(match (number, lang) {
        ("whole", Lang::Zh) => format!("《{title}》"),
        ("whole", Lang::En) => title.to_owned(),
        (number, Lang::Zh) => match number.split_once('-') {
            Some((article, item)) => format!("《{title}》第{article}条之{}", if item == "1" { "一" } else { "二" }),
            None => format!("《{title}》第{number}条"),
        },
        (number, Lang::En) => format!("{title} art. {number}"),
    })
}

/// Returns law and number of a cited article.
pub fn article<'l, 'i>(library: &'l Library, id: &'i str) -> Option<(&'l str, &'i str)> {
    library.law.iter().find_map(|(stem, law)| {
        let number = id.strip_prefix(stem.as_str())?.strip_prefix('-')?;
        law.article.iter().any(|article| article.number == number).then_some((stem.as_str(), number))
    })
}

/// Returns what stands on the screen for a character: controls and invisible ones are never sent to a terminal.
fn shown(character: char) -> Option<char> {
    match character {
        '\t' => Some(' '),
        c if c.is_control() => Some('\u{fffd}'),
        c if is_steering(c) => None,
        c => Some(c),
    }
}

/// Returns the name of a kind.
pub fn kind_name(kind: Kind, lang: Lang) -> &'static str {
    let [zh, en] = match kind {
        Kind::Scam => ["诈骗", "fraud"],
        Kind::IllegalOffer => ["兜售违法服务", "illegal offer"],
        Kind::AbusiveCollection => ["违规催收", "abusive collection"],
        Kind::Collection => ["逾期催款", "overdue notice"],
        Kind::RepaymentNotice => ["账单或还款通知", "bill or repayment notice"],
        Kind::LoanMarketing => ["贷款广告", "loan advertising"],
        Kind::Marketing => ["广告", "advertising"],
        Kind::Notice => ["通知", "notice"],
        Kind::Otp => ["验证码", "verification code"],
        Kind::Personal => ["私人聊天", "private talk"],
        Kind::Unclear => ["看不出来", "unclear"],
    };
    if lang == Lang::Zh { zh } else { en }
}

/// Returns what a class of sender is called.
pub fn class_name(class: SenderClass, lang: Lang) -> &'static str {
    let [zh, en] = match class {
        SenderClass::BankHotline => ["已知机构的95开头号码", "a known institution's 95 number"],
        SenderClass::HotlineOther => ["其他服务短号", "another service number"],
        SenderClass::Channel106 => {
            ["106短信端口（谁都可能租用，不能证明身份）", "a 106 port (anybody may rent one; it proves nothing)"]
        }
        SenderClass::Gov12 => ["12开头的政务号码", "a government number"],
        SenderClass::Carrier => ["运营商号码", "a carrier's number"],
        SenderClass::Corporate => ["400/800号码（企业租用）", "a 400/800 number (leased by a company)"],
        SenderClass::Landline => ["固定电话", "a landline"],
        SenderClass::Mobile => ["个人手机号", "a person's mobile number"],
        SenderClass::VirtualOperator => ["虚拟运营商手机号", "a virtual operator's mobile number"],
        SenderClass::Overseas => ["境外号码", "a number from abroad"],
        SenderClass::Alphanumeric => ["只有名称，没有号码", "a name without a number"],
        SenderClass::Email => ["电子邮箱", "an e-mail address"],
        SenderClass::Missing => ["没有提供", "not given"],
        SenderClass::Malformed => ["不是有效的号码", "not a valid number"],
    };
    if lang == Lang::Zh { zh } else { en }
}
