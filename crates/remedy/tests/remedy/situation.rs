//! The decision table: the right papers, channels and warnings, each row with its law.

use remedy::situation::{Row, find, list};

use super::shared::LIBRARY;

fn row(id: &str) -> Row {
    find(&LIBRARY, id).unwrap_or_else(|| panic!("there is no {id}"))
}

fn has(row: &Row, letters: &[&str], channels: &[&str]) {
    for id in letters {
        assert!(row.letters.iter().any(|entry| entry.id == *id), "{} lacks the paper {id}", row.id);
    }
    for id in channels {
        assert!(row.channels.iter().any(|route| route.id == *id), "{} lacks the channel {id}", row.id);
    }
}

fn says(row: &Row, words: &[&str]) {
    let all: String = row.warnings.iter().map(|warning| warning.zh.as_str()).collect();
    for word in words {
        assert!(all.contains(word), "{} does not say {word}: {all}", row.id);
    }
}

#[test]
fn each_situation_leads_to_its_papers_channels_and_warnings() {
    let fake = row("fake");
    has(
        &fake,
        &["report-12321", "report-china-mobile", "police-statement"],
        &["report-12321", "antifraud-96110", "police-110"],
    );
    says(&fake, &["不点链接", "不转账", "退订"]);
    let wrong_person = row("real-wrong-person");
    has(&wrong_person, &["wrong-person-notice"], &["lender-complaint"]);
    let debtor = row("real-debtor-not-expired");
    has(&debtor, &["restructuring-proposal", "identification-request"], &["lender-complaint"]);
    let expired = row("real-debtor-expired");
    has(&expired, &["identification-request"], &["legal-aid-12348"]);
    says(&expired, &["不要回短信承认", "一审"]);
    let sued = row("sued");
    has(&sued, &["answer-to-suit", "jurisdiction-objection", "evidence-list"], &["court-12368", "legal-aid-12348"]);
    says(&sued, &["按时答辩", "民事案件"]);
    assert!(sued.deadlines.iter().any(|period| period.id == "answer-to-suit"));
    let order = row("payment-order");
    has(&order, &["payment-order-objection"], &["court-12368"]);
    assert!(order.deadlines.iter().any(|period| period.id == "payment-order"));
    let relative = row("relative-of-debtor");
    has(&relative, &["wrong-person-notice", "conduct-complaint-12378"], &["lender-complaint", "nfra-12378"]);
    says(&relative, &["不要替他答应"]);
    let harassed = row("harassed-by-real-lender");
    has(&harassed, &["third-party-contact-notice", "family-notice", "employer-notice"], &[]);
    let paid = row("already-paid");
    has(&paid, &["settlement-confirmation-request"], &[]);
    let lost = row("fraud-paid");
    has(&lost, &["fraud-paid-sheet", "police-statement"], &["bank-stop-payment", "police-110"]);
}

#[test]
fn every_row_has_its_law_and_offers_nothing_that_it_forbids() {
    let rows = list(&LIBRARY);
    assert!(rows.len() >= 14 && rows.is_sorted_by_key(|row| LIBRARY.situation[&row.id].order));
    for row in rows {
        assert!(!row.citations.is_empty() && !row.source.is_empty() && !row.warnings.is_empty(), "{}", row.id);
        assert_eq!(row.citations.len(), LIBRARY.situation[&row.id].cites.len(), "{}", row.id);
        assert!(row.letters.iter().all(|letter| !row.never.iter().any(|never| never.id == letter.id)), "{}", row.id);
    }
}

#[test]
fn only_a_debtor_whose_debt_is_alive_is_offered_an_acknowledgement() {
    for row in list(&LIBRARY) {
        let offers = row.letters.iter().any(|letter| letter.acknowledges);
        assert_eq!(offers, row.id == "real-debtor-not-expired", "{}", row.id);
        let is_doubtful = [
            "real-debtor-expired",
            "limitation-unknown",
            "fake",
            "real-wrong-person",
            "relative-of-debtor",
            "already-paid",
        ];
        if is_doubtful.contains(&row.id.as_str()) {
            assert_eq!(row.never.iter().filter(|letter| letter.acknowledges).count(), 2, "{}", row.id);
        }
    }
}
