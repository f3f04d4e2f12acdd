//! Periods: the worked cases of the data, and cases counted by hand.

use knowledge::date::Date;
use knowledge::remedy::Way;
use remedy::calendar;
use remedy::deadline::{Received, Running, Uncounted, run};

use super::shared::{LIBRARY, TODAY};

fn day(text: &str) -> Date {
    calendar::read(text).expect("the day exists")
}

fn counted(id: &str, received: &str, way: Option<Way>) -> Running {
    let received = Received { day: day(received), way };
    run(&LIBRARY, id, received, TODAY).unwrap_or_else(|error| panic!("{id}: {error:?}"))
}

fn last(id: &str, received: &str, way: Way) -> String {
    counted(id, received, Some(way)).last.expect("it has a length").to_string()
}

#[test]
fn the_worked_cases_of_the_data_hold() {
    let mut cases = 0;
    for (id, deadline) in &LIBRARY.deadline {
        for case in &deadline.case {
            let way = deadline.service.iter().any(|service| service.way == case.way).then_some(case.way);
            let running = counted(id, &case.received.to_string(), way);
            assert_eq!(running.last, Some(case.last), "{id}: {} {}", case.received, case.why);
            cases += 1;
        }
    }
    assert!(cases >= 13, "{cases}");
}

#[test]
fn cases_counted_by_hand() {
    // Friday 2026-11-13; day 1 is Saturday the 14th, day 15 is Saturday the 28th, a day off; Monday the 30th.
    assert_eq!(last("answer-to-suit", "2026-11-13", Way::InPerson), "2026-11-30");
    // Thursday 2026-09-17; day 15 is Friday 2 October, National Day (1st to 7th); Thursday the 8th is the first working day.
    assert_eq!(last("payment-order", "2026-09-17", Way::Post), "2026-10-08");
    // Wednesday 2026-09-23; day 15 is Thursday 8 October, a working day.
    assert_eq!(last("payment-order", "2026-09-23", Way::Post), "2026-10-08");
    // Friday 2026-09-25, Mid-Autumn, all the same: day 1 is the 26th; day 15 is Saturday 10 October, on which people work.
    assert_eq!(last("payment-order", "2026-09-25", Way::InPerson), "2026-10-10");
    // 31 December 2026; day 15 is Friday 15 January 2027.
    assert_eq!(last("answer-to-suit", "2026-12-31", Way::Electronic), "2027-01-15");
    // 31 August 2026, ten days: 10 September, a Thursday.
    assert_eq!(last("appeal-ruling", "2026-08-31", Way::Post), "2026-09-10");
    // Leap day: received 14 February 2028, a Monday; day 15 is Tuesday the 29th.
    assert_eq!(last("answer-to-suit", "2028-02-14", Way::InPerson), "2028-02-29");
    // Received on leap day, a Tuesday; day 15 is Wednesday 15 March 2028.
    assert_eq!(last("answer-to-suit", "2028-02-29", Way::InPerson), "2028-03-15");
    // Six months from 31 August 2026: there is no 31 February, so 28 February 2027, a Sunday; Monday 1 March.
    assert_eq!(last_without_way("retrial", "2026-08-31"), "2027-03-01");
    // Three years from leap day 2024: 28 February 2027, a Sunday; Monday 1 March.
    assert_eq!(last_without_way("limitation-general", "2024-02-29"), "2027-03-01");
    // Public notice of 16 October 2026: served when 30 days have passed, 15 November; 15 days more is Monday the 30th.
    assert_eq!(last("answer-to-suit", "2026-10-16", Way::PublicNotice), "2026-11-30");
    // Spring Festival 2026 is 15 to 23 February: received Friday the 6th, day 15 is the 21st, so Tuesday the 24th.
    assert_eq!(last("answer-to-suit", "2026-02-06", Way::Electronic), "2026-02-24");
    // The notice itself runs 30 days and does not move: from 16 October to Sunday 15 November.
    assert_eq!(last_without_way("public-notice-service", "2026-10-16"), "2026-11-15");
}

fn last_without_way(id: &str, received: &str) -> String {
    counted(id, received, None).last.expect("it has a length").to_string()
}

#[test]
fn who_does_not_say_how_it_was_served_gets_the_earliest_end() {
    let running = counted("answer-to-suit", "2026-10-16", None);
    assert_eq!(running.last, Some(day("2026-11-02")), "15 days end on Saturday 31 October; Monday 2 November");
    assert!(running.remarks.iter().any(|remark| remark.zh.contains("没有说明怎样送达")));
}

#[test]
fn the_gap_of_a_year_without_a_notice_is_said() {
    let is_said = |received: &str| {
        let running = counted("answer-to-suit", received, Some(Way::Post));
        running.remarks.iter().any(|remark| remark.zh.contains("只按周六、周日算"))
    };
    assert!(!is_said("2026-11-02") && is_said("2026-12-31") && is_said("2030-05-06"));
}

#[test]
fn every_step_of_the_counting_is_told() {
    let running = counted("payment-order", "2026-09-17", Some(Way::Post));
    let steps: Vec<&str> = running.steps.iter().map(|step| step.zh.as_str()).collect();
    assert_eq!(steps[0], "收到或发生：2026-09-17（星期四）");
    assert!(steps[2].contains("2026-09-18（星期五）是第1天") && steps[2].contains("第15天是2026-10-02"));
    assert_eq!(steps[3], "最后一天是休息日（国庆节），顺延到2026-10-08（星期四）");
    assert_eq!(running.days_left, Some(-47));
}

#[test]
fn the_traps_are_said() {
    let trap = |id: &str| counted(id, "2026-11-02", None).trap.map(|trap| trap.zh).unwrap_or_default();
    assert!(trap("payment-order").contains("必须书面") && trap("payment-order").contains("无效"));
    assert!(!trap("small-claims").is_empty());
    assert_eq!(counted("payment-order", "2026-11-02", None).file[0].id, "payment-order-objection");
}

#[test]
fn what_cannot_be_counted_is_refused() {
    let at = |id: &str, day: Date, way| run(&LIBRARY, id, Received { day, way }, TODAY).err();
    assert_eq!(at("no-such", TODAY, None), Some(Uncounted::NoSuchDeadline));
    assert_eq!(at("payment-order", Date::new(2026, 2, 30), None), Some(Uncounted::NoSuchDay));
    assert!(
        matches!(at("payment-order", TODAY, Some(Way::PublicNotice)), Some(Uncounted::NotServedSo(ways)) if ways.len() == 3)
    );
}

#[test]
fn a_period_that_the_paper_states_has_no_last_day() {
    let running = counted("evidence-period", "2026-11-02", None);
    assert!(running.last.is_none() && running.on_paper.is_some());
}

#[test]
fn a_calendar_file_has_one_event_for_each_last_day() {
    let periods = [counted("payment-order", "2026-11-14", Some(Way::InPerson)), counted("hearing", "2026-11-14", None)];
    let ics = remedy::ics::write(&periods, TODAY, knowledge::Lang::Zh);
    assert_eq!(ics, remedy::ics::write(&periods, TODAY, knowledge::Lang::Zh));
    assert_eq!(ics.matches("BEGIN:VEVENT").count(), 1);
    assert!(ics.contains("DTSTART;VALUE=DATE:20261130\r\nDTEND;VALUE=DATE:20261201\r\n"));
    assert!(ics.lines().all(|line| line.len() <= 75) && ics.split("\r\n").all(|line| !line.contains('\n')));
}
