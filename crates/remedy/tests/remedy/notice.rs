//! Court papers: form, kind, what to do.

use remedy::notice::{Look, Marks, Reading, read};

use super::shared::LIBRARY;

fn reading(text: &str, numbers: &[(&str, bool)]) -> Reading {
    let case_numbers = numbers.iter().map(|(number, is_good)| ((*number).to_owned(), *is_good)).collect();
    read(&LIBRARY, text, Marks { case_numbers, against: Vec::new() })
}

#[test]
fn a_paper_in_a_courts_form_is_told_to_be_verified_not_called_real() {
    let text = "兰溪市人民法院 传票 案号（2026）浙0781民初1024号 案由：金融借款合同纠纷 被传唤人张三 应到时间2026年12月1日9时 应到处所第三法庭";
    let reading = reading(text, &[("（2026）浙0781民初1024号", true)]);
    assert_eq!((reading.look, reading.court.as_deref()), (Look::LikeACourts, Some("兰溪市人民法院")));
    assert_eq!(reading.papers[0].id, "summons");
    assert!(reading.papers[0].verify.zh.contains("12368") && reading.verify[0].id == "court-12368");
    assert!(reading.papers[0].deadlines.iter().any(|period| period.id == "hearing"));
}

#[test]
fn a_payment_order_leads_to_its_trap() {
    let reading = reading(
        "示例市示例区人民法院支付令（2026）浙0781民督12号：自收到之日起十五日内清偿债务，或者提出书面异议",
        &[("（2026）浙0781民督12号", true)],
    );
    assert_eq!((reading.look, reading.papers[0].id.as_str()), (Look::LikeACourts, "payment-order"));
    assert_eq!(reading.papers[0].letters[0].id, "payment-order-objection");
}

#[test]
fn what_courts_do_not_write_is_said() {
    let text = "【诉讼中心】您的案件（诉催字第0871号）已刑事立案，今日18点前还款可撤案";
    let fake = reading(text, &[("诉催字第0871号", false)]);
    assert_eq!((fake.look, fake.papers[0].id.as_str()), (Look::NotACourts, "fake-court-notice"));
    assert_eq!(reading("您有传票待领取，请联系我们", &[]).look, Look::Incomplete);
    assert_eq!(reading("您的快递到了", &[]).look, Look::NoCourtPaper);
}

#[test]
fn each_paper_is_known_by_its_own_words() {
    for (id, notice) in LIBRARY.notice.iter().filter(|(_, notice)| notice.is_court) {
        let reading = reading(&format!("示例市人民法院{}", notice.words.join("，")), &[]);
        assert_eq!(reading.papers[0].id, *id);
        assert!(!reading.papers[0].steps.is_empty() && !reading.papers[0].dont.is_empty());
    }
}
