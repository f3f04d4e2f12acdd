//! The inbox from outside: each message once, verdicts kept, search, cases, rules over a history.

use std::path::PathBuf;

use inbox::case::campaigns;
use inbox::case::conduct::{Pattern, violations};
use inbox::{Added, Codes, Error, Filter, Inbox, Incoming, Provenance, Verdict};
use proptest::prelude::*;

const TIME: i64 = 1_721_877_010_000;
const HOUR: i64 = 3_600_000;

fn source(digest: &str) -> Provenance<'_> {
    Provenance { digest, name: "made.xml", format: "sync-tech-xml", bytes: 1, now_ms: TIME, evidence: None }
}

fn received(body: &str, time_ms: i64) -> Incoming<'_> {
    Incoming {
        party: Some("+8695588"),
        sender: Some("95588"),
        body,
        direction: "received",
        service: "sms",
        time_ms: Some(time_ms),
        position: format!("row {time_ms}"),
        raw: body.as_bytes(),
        ..Incoming::default()
    }
}

fn collection() -> Verdict {
    Verdict {
        kind: "collection",
        risk: "caution",
        confidence: "high",
        institution: Some("icbc".to_owned()),
        institution_name: Some("工商银行".to_owned()),
        findings: "collection-third-party".to_owned(),
        is_for_case: true,
        ..Verdict::default()
    }
}

fn notice() -> Verdict {
    Verdict { kind: "notice", risk: "low", confidence: "low", ..Verdict::default() }
}

fn take(inbox: &mut Inbox, digest: &str, messages: &[(Incoming<'_>, Verdict)]) -> Vec<Added> {
    let mut import =
        inbox.begin(&source(digest), "knowledge-1", Codes::Covered).expect("it begins").expect("it is new");
    let added = messages.iter().map(|(message, verdict)| import.add(message, verdict).expect("it is taken")).collect();
    import.finish().expect("it ends");
    added
}

fn file(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.clone().into_os_string();
        name.push(suffix);
        let _ = std::fs::remove_file(name);
    }
    path
}

#[test]
fn the_same_source_twice_changes_nothing() {
    let mut inbox = Inbox::in_memory().expect("there is memory");
    assert_eq!(take(&mut inbox, "a", &[(received("账单", TIME), notice())]), [Added::New(1)]);
    assert!(inbox.begin(&source("a"), "knowledge-1", Codes::Covered).expect("it can be asked").is_none());
    assert!(inbox.knows("a").expect("it can be asked") && !inbox.knows("b").expect("it can be asked"));
}

#[test]
fn one_message_from_two_sources_has_two_provenances() {
    let mut inbox = Inbox::in_memory().expect("there is memory");
    take(&mut inbox, "phone", &[(received("账单", TIME), notice())]);
    let other = Incoming { party: Some("95588"), ..received("账单", TIME + 7000) };
    let bare = Incoming { party: None, sender: None, time_ms: None, ..received("账单", 0) };
    assert_eq!(take(&mut inbox, "backup", &[(other, notice()), (bare, notice())]), [Added::Known(1), Added::Known(1)]);
    assert_eq!(inbox.sources(1).expect("it is there").len(), 3);
    let later = received("账单", TIME + 120_000);
    let elsewhere = Incoming { sender: Some("95555"), ..received("账单", TIME) };
    assert_eq!(take(&mut inbox, "third", &[(later, notice()), (elsewhere, notice())]), [Added::New(2), Added::New(3)]);
}

#[test]
fn two_rows_of_one_source_a_second_apart_are_two_messages() {
    let mut inbox = Inbox::in_memory().expect("there is memory");
    let rows = [
        (received("还钱", TIME), notice()),
        (received("还钱", TIME + 1000), notice()),
        (received("还钱", TIME), notice()),
    ];
    assert_eq!(take(&mut inbox, "a", &rows), [Added::New(1), Added::New(2), Added::Again(1)]);
}

#[test]
fn a_phone_that_states_another_second_brings_another_message() {
    let mut inbox = Inbox::in_memory().expect("there is memory");
    let mut bring = |digest: &str, name: &'static str, time_source: &'static str, time_ms: i64| {
        let source = Provenance { name, format: "json", ..source(digest) };
        let mut import = inbox.begin(&source, "knowledge-1", Codes::Covered).expect("it begins").expect("it is new");
        let message = Incoming { time_source: Some(time_source), ..received("还钱", time_ms) };
        let added = import.add(&message, &notice()).expect("it is taken");
        import.finish().expect("it ends");
        added
    };
    assert_eq!(bring("a", "phone #1", "stated", TIME), Added::New(1));
    assert_eq!(bring("b", "phone #1", "stated", TIME + 20_000), Added::New(2), "the same text again, 20 s later");
    assert_eq!(bring("c", "phone #1", "stated", TIME + 400), Added::Known(1), "the same second");
    assert_eq!(bring("d", "phone #1", "forwarder", TIME + 30_000), Added::Known(2), "sent again, perhaps");
    assert_eq!(bring("e", "phone #2", "stated", TIME + 5_000), Added::Known(1), "another phone with the same number");
}

#[test]
fn codes_are_nowhere_in_the_file_unless_they_are_kept() {
    let body = "【某】验证码：482915，请勿告诉他人";
    for (codes, is_found) in [(Codes::Covered, false), (Codes::Kept, true)] {
        let path = file("codes.db");
        let mut inbox = Inbox::open(&path).expect("it can be made");
        let mut import = inbox.begin(&source("a"), "k", codes).expect("it begins").expect("it is new");
        import.add(&received(body, TIME), &notice()).expect("it is taken");
        import.finish().expect("it ends");
        drop(inbox);
        let bytes = std::fs::read(&path).expect("it can be read");
        assert_eq!(bytes.windows(6).any(|window| window == b"482915"), is_found);
    }
}

#[test]
fn chinese_is_found_by_one_character_or_many() {
    let mut inbox = Inbox::in_memory().expect("there is memory");
    let rows = [
        (received("您的借款已逾期，点击 icbc-rz.top 处理", TIME), collection()),
        (received("您的快递到了", TIME), notice()),
        (received("逾时不候，期待光临", TIME), notice()),
    ];
    take(&mut inbox, "a", &rows);
    let found = |text: &str| {
        let filter = Filter { text: Some(text.to_owned()), ..Filter::default() };
        inbox.list(&filter).expect("it can be searched").into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(found("逾期"), [1]);
    assert_eq!(found("逾"), [3, 1]);
    assert_eq!(found("借款已逾期"), [1]);
    assert_eq!(found("ICBC"), [1]);
    assert_eq!(found("快递 到了"), [2]);
    assert!(found("没有的").is_empty() && found("\" OR 1").is_empty());
    let high = Filter { kind: Some("collection".to_owned()), sender: Some("955".to_owned()), ..Filter::default() };
    assert_eq!(inbox.list(&high).expect("it can be listed").len(), 1);
}

#[test]
fn judging_again_shows_what_changed_and_keeps_the_earlier() {
    let mut inbox = Inbox::in_memory().expect("there is memory");
    take(&mut inbox, "a", &[(received("还款", TIME), notice()), (received("验证码：1234", TIME), notice())]);
    let mut bodies = Vec::new();
    let mut changes = Vec::new();
    let mut judge = |again: &inbox::Again| {
        bodies.push(again.body.clone());
        if again.id == 1 { collection() } else { notice() }
    };
    let count = inbox.judge_again("knowledge-2", &mut judge, &mut |change| changes.push(change)).expect("it is judged");
    assert_eq!(count, 2);
    assert_eq!(bodies, ["还款", "验证码：0000"]);
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].after, ["collection", "caution"]);
    assert_eq!(inbox.message(1).expect("it is there").knowledge, "knowledge-2");
    let none = inbox.judge_again("knowledge-2", &mut |_| notice(), &mut |_| {}).expect("it is judged");
    assert_eq!(none, 0, "nothing is left to judge");
}

#[test]
fn judging_again_puts_each_message_where_it_belongs_now() {
    let mut inbox = Inbox::in_memory().expect("there is memory");
    let other = || Verdict {
        institution: Some("ccb".to_owned()),
        institution_name: Some("建设银行".to_owned()),
        ..collection()
    };
    let elsewhere =
        |body, at| Incoming { party: Some("95533"), sender: Some("95533"), ..received(body, TIME + at * HOUR) };
    take(
        &mut inbox,
        "a",
        &[
            (received("您的借款已逾期，请今日还款", TIME), collection()),
            (received("只是一条通知", TIME + HOUR), collection()),
            (elsewhere("现在才看出是催收", 2), notice()),
            (Incoming { direction: "sent", ..elsewhere("我已还清", 3) }, notice()),
            (received("其实是另一家银行的催收短信", TIME + 4 * HOUR), collection()),
        ],
    );
    assert_eq!(inbox.cases().expect("it can be listed").len(), 1);
    let mut judge = |again: &inbox::Again| match again.id {
        1 => collection(),
        2 => notice(),
        3 | 5 => other(),
        id => panic!("{id} was sent and is not judged"),
    };
    let count = inbox.judge_again("knowledge-2", &mut judge, &mut |_| {}).expect("it is judged");
    assert_eq!(count, 4);
    let mut members: Vec<(String, Vec<i64>)> = Vec::new();
    for case in inbox.cases().expect("it can be listed") {
        let ids = inbox.members(case.id).expect("it is there").iter().map(|member| member.id).collect();
        members.push((case.name, ids));
    }
    members.sort();
    assert_eq!(members, [("工商银行".to_owned(), vec![1]), ("建设银行".to_owned(), vec![3, 4, 5])]);
    assert_eq!(inbox.message(2).expect("it is there").case_id, None);
    // What comes next from the same sender and names nobody goes with what is known of the sender today.
    let unnamed = Verdict { institution: None, institution_name: None, ..collection() };
    take(&mut inbox, "b", &[(elsewhere("请今天处理您的欠款", 9), unnamed)]);
    let known = inbox.message(3).expect("it is there").case_id;
    assert_eq!(inbox.message(6).expect("it is there").case_id, known);
}

#[test]
fn judging_again_follows_the_host_where_nobody_is_named() {
    let mut inbox = Inbox::in_memory().expect("there is memory");
    let at =
        |host: &str| Verdict { institution: None, institution_name: None, host: Some(host.to_owned()), ..collection() };
    let by = |body, sender, hours| Incoming {
        party: Some(sender),
        sender: Some(sender),
        ..received(body, TIME + hours * HOUR)
    };
    take(
        &mut inbox,
        "a",
        &[
            (by("请点链接还款，逾期后果自负，尽快处理为好", "10690001", 0), at("a.example")),
            (by("账户将停用，请马上到网页里登记资料核验身份", "10690002", 1), at("a.example")),
        ],
    );
    assert_eq!(inbox.cases().expect("it can be listed").len(), 1);
    let mut judge = |again: &inbox::Again| at(if again.id == 1 { "a.example" } else { "b.example" });
    inbox.judge_again("knowledge-2", &mut judge, &mut |_| {}).expect("it is judged");
    let cases = inbox.cases().expect("it can be listed");
    assert_eq!(cases.iter().map(|case| case.messages).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn a_case_gathers_by_institution_and_its_wordings_and_answers() {
    let mut inbox = Inbox::in_memory().expect("there is memory");
    let long = |name: &str, days: u32| {
        format!("{name}您好，您在我司的借款已逾期{days}天，今日内不处理将上门并联系您的家人，请尽快处理")
    };
    // 2024-07-25 was a Thursday; TIME is 11:10 in Beijing.
    let bodies: Vec<String> = (0..4).map(|day| long("张三", day)).collect();
    let mut rows: Vec<(Incoming<'_>, Verdict)> =
        (0..4).zip(&bodies).map(|(at, body)| (received(body, TIME + at * 60_000), collection())).collect();
    rows.push((received("夜里也催：请立即处理您的借款，谢谢您的配合", TIME + 12 * HOUR), collection()));
    rows.push((Incoming { direction: "sent", ..received("我已还清", TIME + 13 * HOUR) }, notice()));
    rows.push((received("白天还催：请立即处理您的借款，谢谢您的配合", TIME + 24 * HOUR), collection()));
    take(&mut inbox, "a", &rows);
    let cases = inbox.cases().expect("it can be listed");
    assert_eq!((cases.len(), cases[0].name.as_str(), cases[0].messages), (1, "工商银行", 7));
    let members = inbox.members(cases[0].id).expect("it is there");
    assert_eq!(campaigns(&members)[0].1.len(), 4);
    let library = knowledge::Knowledge::built_in().library;
    let found = violations(&members, &library.collection);
    let of =
        |rule: &str, pattern| found.iter().find(|v| v.rule == rule && v.pattern == pattern).map(|v| v.messages.clone());
    assert_eq!(of("c01", Pattern::QuietHours), Some(vec![5]));
    assert_eq!(of("c02", Pattern::ManyADay).map(|messages| messages.len()), Some(5));
    assert_eq!(of("c02", Pattern::ManyAnHour).map(|messages| messages.len()), Some(4));
    assert_eq!(of("c22", Pattern::AfterPaid), Some(vec![7]));
    assert_eq!(of("c05", Pattern::Finding).map(|messages| messages.len()), Some(6));
    assert!(matches!(inbox.members(99), Err(Error::Missing)));
}

#[test]
fn an_answer_goes_to_the_case_of_the_message_before_it() {
    let other =
        Verdict {
            institution: Some("ccb".to_owned()), institution_name: Some("建设银行".to_owned()), ..collection()
        };
    let sent = |body, at| (Incoming { direction: "sent", ..received(body, TIME + at * HOUR) }, notice());
    let rows = [
        sent("你好", -1),
        sent("我已还清", 3),
        sent("拒收请回复R", 1),
        (received("您的借款已逾期", TIME), collection()),
        (received("另一家也说您逾期", TIME + 2 * HOUR), other),
    ];
    for order in [[0, 1, 2, 3, 4], [3, 4, 0, 1, 2], [0, 3, 1, 4, 2]] {
        let mut inbox = Inbox::in_memory().expect("there is memory");
        let rows: Vec<_> = order.iter().map(|at| rows[*at].clone()).collect();
        take(&mut inbox, "a", &rows);
        let id = |at: usize| (1..).zip(&order).find_map(|(id, row)| (*row == at).then_some(id)).unwrap_or(0);
        let case_of = |at| inbox.message(id(at)).expect("it is there").case_id;
        assert_eq!([case_of(0), case_of(2), case_of(1)], [case_of(3), case_of(3), case_of(4)], "{order:?}");
        assert_ne!(case_of(3), case_of(4));
    }
}

#[test]
fn a_file_of_something_else_or_of_the_future_is_refused() {
    let path = file("strange.db");
    std::fs::write(&path, b"this is no database at all, only a text").expect("it can be written");
    assert!(matches!(Inbox::open(&path), Err(Error::NotAnInbox)));
    let path = file("foreign.db");
    let foreign = rusqlite::Connection::open(&path).expect("it can be made");
    foreign.execute_batch("CREATE TABLE notes(text)").expect("it runs");
    drop(foreign);
    assert!(matches!(Inbox::open(&path), Err(Error::NotAnInbox)));
    let path = file("future.db");
    drop(Inbox::open(&path).expect("it can be made"));
    rusqlite::Connection::open(&path).expect("it opens").execute_batch("PRAGMA user_version=99").expect("it runs");
    assert!(matches!(Inbox::open(&path), Err(Error::TooNew { found: 99 })));
    assert!(matches!(Inbox::open_existing(&file("none.db")), Err(Error::Missing)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_taken_and_found_by_its_own_words(body in "[\\PC]{1,60}", search in "(?s).{0,12}") {
        let mut inbox = Inbox::in_memory().expect("there is memory");
        take(&mut inbox, "a", &[(received(&body, TIME), collection())]);
        let filter = Filter { text: Some(search), ..Filter::default() };
        prop_assert!(inbox.list(&filter).is_ok());
        let _ = inbox::mask_codes(&body);
    }
}
