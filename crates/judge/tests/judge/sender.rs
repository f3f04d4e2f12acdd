//! Classes of senders, and how they stand to the claim.

use super::case::verdict;

#[test]
fn senders_are_classed_by_the_number_plan() {
    let table = [
        (Some("95588"), "bank_hotline"),
        (Some("95000"), "hotline_other"),
        (Some("106980095533"), "channel_106"),
        (Some("12368"), "gov_12xxx"),
        (Some("10086"), "carrier"),
        (Some("10099999"), "hotline_other"),
        (Some("400-669-5568"), "corporate_400_800"),
        (Some("0571-87000000"), "landline"),
        (Some("13800138000"), "mobile"),
        (Some("+86 138 0013 8000"), "mobile"),
        (Some("17100000000"), "virtual_operator"),
        (Some("+12025550101"), "overseas"),
        (Some("0085212345678"), "overseas"),
        (Some("ICBC"), "alphanumeric"),
        (Some("kf@example.com"), "email"),
        (None, "missing"),
        (Some(""), "missing"),
        (Some("12"), "malformed"),
        (Some("+"), "malformed"),
        (Some("1380013800099999999999999999999999999999"), "malformed"),
    ];
    for (sender, class) in table {
        assert_eq!(verdict(sender, None, "您好").sender.class.id(), class, "{sender:?}");
    }
}

#[test]
fn a_sender_is_held_against_the_claim() {
    let bill = "【工商银行】您尾号0000的信用卡本期应还100.00元，还款日3月25日。";
    let table = [
        ("95588", "official"),
        ("106900000095588", "consistent"),
        ("10690000001234", "unknown"),
        ("95555", "mismatch"),
        ("1069000095555", "mismatch"),
        ("13800138000", "implausible"),
        ("+12025550101", "implausible"),
    ];
    for (sender, matching) in table {
        assert_eq!(verdict(Some(sender), None, bill).sender.matching.id(), matching, "{sender}");
    }
    assert_eq!(verdict(Some("13800138000"), None, "晚上一起吃饭吗").sender.matching.id(), "no_claim");
    assert_eq!(verdict(None, None, bill).sender.matching.id(), "unknown");
}
