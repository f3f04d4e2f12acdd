//! Measures the judge: messages a second on one core, verdict-only and explained, the share of each stage, and the
//! plain multi-pattern scan of the same text in the same run as the yardstick.
//!
//! `cargo run --release -p judge --example judge_bench [FILE.jsonl]`: one JSON object a line with `body`; without a file,
//! made-up messages of 70 characters.

use std::hint::black_box;
use std::time::Instant;

use judge::normalise::Text;
use judge::render::{self, Detail, Subject};
use judge::scan::Scan;
use judge::verdict::Kind;
use judge::{Judge, Message, Scratch};

/// Repetitions; the median and the spread are printed.
const ROUNDS: usize = 9;

fn main() {
    let judge = Judge::new(knowledge::Knowledge::built_in());
    let bodies = std::env::args().nth(1).map_or_else(made_up, |path| read(&path));
    let messages: Vec<(String, &str)> = bodies.into_iter().zip(SENDERS.iter().copied().cycle()).collect();
    let characters: usize = messages.iter().map(|(body, _)| body.chars().count()).sum();
    say(&format!("{} messages, {} characters on average", messages.len(), characters / messages.len()));
    let count = messages.len();
    let mut scratch = Scratch::default();
    let mut text = Text::default();
    let mut scan = Scan::default();
    let index = judge.index();
    let normalised: Vec<Vec<u16>> = messages.iter().map(|(body, _)| codes(&judge, body)).collect();
    let plain = measure("plain multi-pattern scan of normalised text", count, || {
        let mut found = 0;
        for codes in &normalised {
            for at in 0..codes.len() {
                index.words.walk(&codes[at..], |_, payloads| found += payloads.len());
            }
        }
        black_box(found);
    });
    measure("  normalise", count, || {
        for (body, _) in &messages {
            index.tables.normalise(body, &mut text);
            black_box(text.len());
        }
    });
    measure("  normalise + scan", count, || {
        for (body, _) in &messages {
            index.tables.normalise(body, &mut text);
            index.scan(&text, &mut scan);
            black_box(scan.hits.len());
        }
    });
    let decide = measure("kind, risk and probabilities alone", count, || {
        for (body, sender) in &messages {
            let message = Message { body, sender: Some(sender), received: None };
            black_box(judge.decide(&message, &mut scratch).kind == Kind::Scam);
        }
    });
    let explained = measure("explained verdict", count, || {
        for (body, sender) in &messages {
            let message = Message { body, sender: Some(sender), received: None };
            black_box(judge.judge(&message, &mut scratch).findings.len());
        }
    });
    let mut out = Vec::new();
    measure("explained verdict as JSON line", count, || {
        for (body, sender) in &messages {
            let message = Message { body, sender: Some(sender), received: None };
            let verdict = judge.judge(&message, &mut scratch);
            let subject = Subject { id: None, body, sender: Some(sender) };
            out.clear();
            black_box(render::write_json(index, &verdict, &subject, Detail::Ids, &mut out).is_ok());
        }
    });
    say(&format!("ratio to the plain scan: verdict only {:.2}, explained {:.2}", plain / decide, plain / explained));
}

fn codes(judge: &Judge, body: &str) -> Vec<u16> {
    let mut text = Text::default();
    judge.index().tables.normalise(body, &mut text);
    text.codes
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
/// Runs a stage several times; prints and returns the median rate.
fn measure(name: &str, count: usize, mut stage: impl FnMut()) -> f64 {
    stage();
    let mut rates: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            stage();
            count as f64 / start.elapsed().as_secs_f64()
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    let (low, median, high) = (rates[0], rates[ROUNDS / 2], rates[ROUNDS - 1]);
    say(&format!("{name:44} {median:9.0}/s [{low:.0}, {high:.0}]  {:6.0} ns", 1e9 / median));
    median
}

#[expect(clippy::print_stdout, reason = "the purpose of the program")]
fn say(line: &str) {
    println!("{line}");
}

const SENDERS: [&str; 6] = ["95588", "1069051180020", "19900000000", "12368", "1065502200146", "+12025550100"];

const PARTS: [&str; 12] = [
    "【工商银行】您尾号0000的信用卡本期账单应还款2,386.40元，到期还款日3月25日，最低还款238.64元，可登录手机银行还款，如已还请忽略。",
    "【马上消费】您的安逸花借款已逾期3天，当前应还632.15元，请登录安逸花APP还款，避免影响征信，如有困难请联系APP内官方客服，谢谢您的配合。",
    "您的验证码是386120，5分钟内有效，用于登录手机银行，工作人员不会索取验证码，请勿泄露给他人，谨防诈骗。如非本人操作请致电95566【中国银行】",
    "【额度中心】您的备用金额度已提升至88,000元，请点击 dwz.cn/0000kZ 填写身份证号和短信验证码领取，2小时后失效，过期不再发放名额有限。",
    "【丰巢】您的快递（单号尾号0000）已放入2号柜，取件码00381276，请于24小时内取件，超时可能收取保管费，如有疑问请联系快递员或客服处理。",
    "张某你个老赖，欠钱不还还要不要脸？今晚12点前不还，明天就去你单位找你领导，别逼我们撕破脸，到时候让你家里人和同事都知道你是什么人。",
    "上次借你的两千块下周发工资还你哈，别催啦，请你吃火锅，周末要是有空就一起去新开的那家店，把小王也叫上，大家好久没有聚一聚了吧。",
    "【某超市】周年庆全场五折起，会员满200减50，生鲜特价直降，地址人民路88号，活动到周日结束，欢迎新老顾客光临选购，退订回T",
    "【光大银行】您尾号0000的借记卡于8月15日扣收贷款本息1,866.52元失败，原因：余额不足。请于当日21:00前存足款项，系统将再次扣款。谢谢",
    "应急周转，不看征信：7天期，借3000到手2100，到期还3000，还不上交900续7天，只要授权通讯录，秒批秒到，微信jk_714000，随时在线等你。",
    "【住房公积金】您的公积金贷款5月应还3,417.62元已从尾号0000账户扣划成功，其中本金2,268.70元、利息1,148.92元，剩余本金528,000.00元。",
    "您好，请问您的房子卖了没有？我们这边有客户想看看那一带的三居室，预算三百万左右，如果方便的话周末带他们过去看一下，您看几点合适呢",
];

/// Messages of about 70 characters, cut from the parts so that no two in a row are alike.
fn made_up() -> Vec<String> {
    (0..2_400).map(|at| PARTS[at % PARTS.len()].chars().take(70).collect()).collect()
}

fn read(path: &str) -> Vec<String> {
    let content = std::fs::read_to_string(path).expect("the file is readable");
    let bodies = content.lines().filter_map(|line| {
        let value: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(value.get("body")?.as_str()?.to_owned())
    });
    bodies.collect()
}
