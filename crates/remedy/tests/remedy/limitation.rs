//! Limitation: starts, interruptions, expiry, what is not known.

use knowledge::date::Date;
use remedy::Outcome;
use remedy::limitation::{Answer, Finding, History, judge, questions, read};

use super::shared::{LIBRARY, TODAY};

fn on(text: &str) -> Answer {
    Answer::On(remedy::calendar::read(text).expect("the day exists"))
}

fn only(text: &str) -> Answer {
    Answer::OnlyOn(remedy::calendar::read(text).expect("the day exists"))
}

/// Judges with every question answered "never" but these.
fn judged(is_card: bool, answers: &[(&str, Answer)]) -> Finding {
    let mut history = History { is_card, ..History::default() };
    for question in questions(&LIBRARY, is_card) {
        history.answers.insert(question.id, Answer::Never);
    }
    for (id, answer) in answers {
        history.answers.insert((*id).to_owned(), *answer);
    }
    judge(&LIBRARY, &history, TODAY)
}

#[test]
fn three_years_without_anything_have_run_out() {
    // 2020-05-01 and three years: 2023-05-01, Labour Day; without that year's notice only weekends count, and it is a Monday.
    let finding = judged(false, &[("due-date", on("2020-05-01"))]);
    assert_eq!((finding.outcome, finding.ends), (Outcome::Expired, Some(Date::new(2023, 5, 1))));
    assert!(finding.open.is_empty() && !finding.would_revive.is_empty());
}

#[test]
fn an_interruption_in_time_begins_anew_and_one_too_late_does_not() {
    let demanded = |day: &str| judged(false, &[("due-date", on("2020-05-01")), ("demand", on(day))]);
    let in_time = demanded("2023-05-01");
    assert_eq!(in_time.outcome, Outcome::Expired, "2026-05-01 is over as well");
    assert_eq!(in_time.interrupted_by[0].id, "demand");
    assert_eq!(demanded("2023-05-02").interrupted_by, []);
    let chained = judged(
        false,
        &[("due-date", on("2020-05-01")), ("demand", on("2022-06-01")), ("part-payment", on("2024-06-03"))],
    );
    assert_eq!((chained.outcome, chained.ends), (Outcome::Running, Some(Date::new(2027, 6, 3))));
}

#[test]
fn the_last_demand_says_nothing_of_earlier_ones() {
    // 2022 and 2025 in truth: the one of 2022 was in time, and the user remembers the last one.
    let demanded =
        |typed: &str| judged(false, &[("due-date", on("2020-05-01")), ("demand", read(typed).expect("an answer"))]);
    let last = demanded("2025-01-01");
    assert_eq!(last.outcome, Outcome::Unknown);
    assert!(last.open.iter().any(|open| open.id == "demand"));
    assert_eq!(demanded("only 2025-01-01").outcome, Outcome::Expired);
    assert_eq!(demanded("只有2025-01-01").outcome, Outcome::Expired);
    assert_eq!(demanded("2022-01-01").outcome, Outcome::Expired, "the last one was in time, and three years are over");
    assert_eq!(read("2025-13-01"), None);
}

#[test]
fn of_instalments_the_last_one_counts() {
    let finding = judged(false, &[("due-date", on("2020-05-01")), ("last-instalment", on("2024-05-01"))]);
    assert_eq!(
        (finding.outcome, finding.ends),
        (Outcome::Running, Some(Date::new(2027, 5, 3))),
        "1 May 2027 is a Saturday"
    );
}

#[test]
fn an_open_question_keeps_it_unknown() {
    let mut history = History::default();
    history.answers.insert("due-date".to_owned(), on("2020-05-01"));
    let finding = judge(&LIBRARY, &history, TODAY);
    assert_eq!(finding.outcome, Outcome::Unknown);
    assert!(
        finding.open.iter().any(|open| open.id == "demand") && finding.open.iter().all(|open| open.id != "card-demand")
    );
    assert_eq!(judge(&LIBRARY, &History::default(), TODAY).outcome, Outcome::Unknown);
    let sometime = judged(false, &[("due-date", on("2020-05-01")), ("demand", Answer::Sometime)]);
    assert_eq!(sometime.outcome, Outcome::Unknown);
}

#[test]
fn what_gives_the_defence_up_makes_it_unknown_never_running() {
    for (id, expected) in
        [("part-payment", 1), ("promise-or-plan", 1), ("demand-note-signed", 1), ("new-agreement", 1), ("demand", 0)]
    {
        let finding = judged(false, &[("due-date", on("2020-05-01")), (id, only("2025-01-01"))]);
        assert_eq!(finding.given_up_by.len(), expected, "{id}");
        assert_eq!(finding.outcome, if expected == 1 { Outcome::Unknown } else { Outcome::Expired }, "{id}");
    }
}

#[test]
fn acceleration_is_disputed_and_days_to_come_are_not_believed() {
    let both = [("due-date", on("2020-05-01")), ("declared-due", on("2020-06-01"))];
    assert_eq!(judged(false, &both).outcome, Outcome::Unknown);
    assert_eq!(
        judged(false, &[("due-date", on("2020-05-01")), ("demand", on("2030-01-01"))]).outcome,
        Outcome::Unknown
    );
}

#[test]
fn what_holds_for_cards_only_is_asked_of_cards_only() {
    let answers = [("due-date", on("2020-05-01")), ("card-demand", on("2023-04-03"))];
    assert_eq!(judged(true, &answers).ends, Some(Date::new(2026, 4, 3)));
    assert_eq!(judged(false, &answers).ends, Some(Date::new(2023, 5, 1)));
}

#[test]
fn an_obstacle_stops_time_for_six_months_after_it() {
    let finding = judged(false, &[("due-date", on("2020-05-01")), ("court-obstacle", on("2023-03-01"))]);
    assert_eq!(finding.ends, Some(Date::new(2023, 9, 1)));
}
