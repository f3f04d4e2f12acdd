//! Texts: pasted, tables, JSON, forms, print-outs, VMSG and PDUs.

use intake::{Direction, Format, Reason, Service, TimeSource, Warning, Zone};

use crate::{bodies, read_text};

#[test]
fn one_pasted_message_stays_one() {
    let text = "【某银行】您尾号0000的卡本期应还100元，\n还款日3月25日。详见 https://example.com/a【b】";
    let (format, sink) = read_text(text.as_bytes());
    assert_eq!(format, Format::Text);
    assert_eq!(bodies(&sink), [text]);
}

#[test]
fn pasted_messages_are_split_where_a_new_one_begins() {
    let text = "【甲银行】账单已出。\n【乙贷款】最高可借20万，拒收请回复R\n您好，明天见\n\n另一条\n106900001111\n【丙】退订回T【丁】你好";
    let (_, sink) = read_text(text.as_bytes());
    let expected = [
        "【甲银行】账单已出。",
        "【乙贷款】最高可借20万，拒收请回复R",
        "您好，明天见",
        "另一条",
        "【丙】退订回T",
        "【丁】你好",
    ];
    assert_eq!(bodies(&sink), expected);
    assert_eq!(sink.records[4].message.party.as_deref(), Some("106900001111"));
}

#[test]
fn forwarders_layouts_are_taken_apart() {
    let six = "106900001111\n【某银行】账单已出，\n请按时还款。\nSIM1_主卡\nSubId：1\n2024-07-25 11:10:10\n小米 14\n95588\n第二条\n\nSubId：2\n2024-07-25 12:10:10\n小米 14";
    let (_, sink) = read_text(six.as_bytes());
    assert_eq!(bodies(&sink), ["【某银行】账单已出，\n请按时还款。", "第二条"]);
    let first = &sink.records[0].message;
    assert_eq!(first.party.as_deref(), Some("106900001111"));
    assert_eq!(first.sim.as_deref(), Some("SIM1_主卡"));
    assert_eq!(first.device.as_deref(), Some("小米 14"));
    assert_eq!(first.time.map(|time| (time.unix_ms, time.zone)), Some((1_721_877_010_000, Zone::Assumed(480))));

    // As a forwarder sends it, in a field: the first line is the sender, whatever it is, and the text may begin like another.
    for sender in ["张三", "com.tencent.mm", "106900001111"] {
        let content =
            format!("{sender}\n【某银行】账单已出，\n\n请按时还款。\n\nSubId：2\n2024-07-25 12:10:10\n小米 14");
        let posted = serde_json::json!({ "from": sender, "content": content, "timestamp": "1721877012345" });
        let (_, sink) = read_text(posted.to_string().as_bytes());
        assert_eq!(bodies(&sink), ["【某银行】账单已出，\n\n请按时还款。"], "{sender}");
        assert_eq!(sink.records[0].message.party.as_deref(), Some(sender));
    }

    let transpond = "95588\n账单已出\n来自 Mi 14 卡： SIM1\n2024-07-25 11:10:10";
    let (_, sink) = read_text(transpond.as_bytes());
    assert_eq!(bodies(&sink), ["账单已出"]);
    assert_eq!(sink.records[0].message.sim.as_deref(), Some("SIM1"));

    let labelled = "📱短信通知\n发送者: 95588\n内容: 账单已出\n时间: 2024-07-25 11:10:10\n📱短信通知\n发送者: 10086\n内容: 话费\n时间: 2024-07-25 11:11:10";
    let (_, sink) = read_text(labelled.as_bytes());
    assert_eq!(bodies(&sink), ["账单已出", "话费"]);
    assert_eq!(sink.records[1].message.party.as_deref(), Some("10086"));

    let behind = "账单已出\n\n发件号码: 95588\n发件时间: 2024-07-25 11:10:10\n#SMS\n话费\n\n发件号码: 10086\n发件时间: 2024-07-25 11:10:10\n#SMS";
    let (_, sink) = read_text(behind.as_bytes());
    assert_eq!(bodies(&sink), ["账单已出", "话费"]);
    assert_eq!(sink.records[0].message.party.as_deref(), Some("95588"));
}

#[test]
fn a_quotation_mark_in_a_name_does_not_break_the_template() {
    let posted = |from: &str, text: &str| {
        format!(
            r#"{{"v":1,"from":"{from}","org_content":"{text}","receive_time":"2024-07-25T11:10:10+0800","timestamp":"1721877012345","sign":"","card_slot":"SIM1_","device_mark":"小米"}}"#
        )
    };
    let (format, sink) = read_text(posted(r#"老"王"#, r#"还\"钱\"，\n\",\"sign\":\"不是"#).as_bytes());
    assert_eq!(format, Format::Json);
    let message = &sink.records[0].message;
    assert_eq!((message.party.as_deref(), message.device.as_deref()), (Some(r#"老"王"#), Some("小米")));
    assert_eq!(message.body, "还\"钱\"，\n\",\"sign\":\"不是");
    assert_eq!(message.time.map(|time| time.unix_ms), Some(1_721_877_010_000));
    let (_, sink) = read_text(br#"{"v":1,"from":"a"b","x":1}"#);
    assert_eq!((sink.records.len(), sink.skipped.len()), (0, 1), "anything else stays damaged");
}

#[test]
fn a_number_without_a_text_is_told() {
    let (_, sink) = read_text("106900001111\n".as_bytes());
    assert_eq!(sink.records.len(), 0);
    assert_eq!(sink.skipped[0].reason, Reason::Empty);
}

#[test]
fn tables_are_known_by_their_headings() {
    let csv = "发件人,时间,短信内容,类型\n1.06903E+13,2024-07-25 11:10:10,\"第一行\n第二行\",接收\n95588,45498.465,好,发送\n95588,,,接收\n";
    let (format, sink) = read_text(csv.as_bytes());
    assert_eq!(format, Format::Table);
    assert_eq!(bodies(&sink), ["第一行\n第二行", "好"]);
    assert_eq!(sink.records[1].message.direction, Direction::Sent);
    assert_eq!(sink.records[1].message.time.map(|time| time.unix_ms), Some(1_721_876_976_000));
    assert_eq!(sink.skipped[0].reason, Reason::Empty);
    assert!(sink.warnings.contains(&Warning::DamagedNumbers { count: 1 }));
    assert!(sink.warnings.contains(&Warning::AssumedZone { offset_minutes: 480 }));

    let (format, sink) =
        read_text("Date\tFrom\tTo\tText\n2024-07-25T03:10:10Z\t95588\t13800000000\t有\"引号\n".as_bytes());
    assert_eq!((format, bodies(&sink)), (Format::Table, vec!["有\"引号"]));
    assert_eq!(sink.records[0].message.party.as_deref(), Some("95588"));
}

#[test]
fn a_quote_that_nobody_closes_is_told() {
    let mut csv = String::from("sender,body\n95588,好\n95588,\"开始");
    csv.push_str(&"很长的内容\n".repeat(200_000));
    let (_, sink) = read_text(csv.as_bytes());
    assert_eq!(bodies(&sink), ["好"]);
    assert_eq!(sink.skipped.len(), 1);
}

#[test]
fn every_forwarder_means_the_same() {
    let requests = [
        r#"{"v":1,"from":"95588","org_content":"账单已出","receive_time":"2024-07-25T11:10:10+0800","timestamp":"1721877011000","sign":"x","card_slot":"SIM1_","device_mark":"m"}"#,
        r#"{"id":"1","webhookId":"2","event":"sms:received","deviceId":"d","payload":{"messageId":"3","sender":"95588","message":"账单已出","simNumber":1,"receivedAt":"2024-07-25T11:10:10.000+08:00"}}"#,
        r#"{"specversion":"1.0","type":"message.phone.received","data":{"message_id":"1","contact":"95588","timestamp":"2024-07-25T03:10:10Z","content":"账单已出","sim":"SIM1"}}"#,
        r#"{"from":"95588","text":"账单已出","sentStamp":1721877009000,"receivedStamp":1721877010000,"sim":"sim1"}"#,
        r#"{"sender":"95588","message":"账单已出","timestamp":"24/07/25,11:10:10+32"}"#,
        r#"{"code":200,"msg":"success","data":[{"name":"","number":"95588","content":"账单已出","date":1721877010000,"type":1,"sim_id":0}]}"#,
        "from=95588&content=%E8%B4%A6%E5%8D%95%E5%B7%B2%E5%87%BA&timestamp=1721877010000",
    ];
    for request in requests {
        let (_, sink) = read_text(request.as_bytes());
        assert_eq!(bodies(&sink), ["账单已出"], "{request}");
        let message = &sink.records[0].message;
        assert_eq!(message.party.as_deref(), Some("95588"), "{request}");
        assert_eq!(message.time.map(|time| time.unix_ms), Some(1_721_877_010_000), "{request}");
    }
    let query = r#"{"_version":1,"query":{"sender":"14085550001","message":{"text":"This is a message"}},"app":{"version":"1.1"}}"#;
    let (_, sink) = read_text(query.as_bytes());
    assert_eq!(bodies(&sink), ["This is a message"]);
    let rendered = r#"{"from":"95588","content":"95588\n账单已出\nSIM1_\nSubId：1\n2024-07-25 11:10:10\n手机"}"#;
    let (_, sink) = read_text(rendered.as_bytes());
    assert_eq!(bodies(&sink), ["账单已出"]);
    let (_, sink) = read_text(br#"{"event":"system:ping","payload":{}}"#);
    assert_eq!((sink.records.len(), sink.skipped.len()), (0, 1));
}

#[test]
fn json_lines_keep_their_place() {
    let lines = "{\"sender\":\"95588\",\"body\":\"好\"}\n{\"sender\":\"95588\"}\nnonsense\n{\"body\":\"行\",\"received_at\":\"2024-07-25T11:10:10+08:00\"}\n";
    let (format, sink) = read_text(lines.as_bytes());
    assert_eq!(format, Format::JsonLines);
    assert_eq!(bodies(&sink), ["好", "行"]);
    assert_eq!(sink.skipped.iter().map(|skipped| skipped.position.number).collect::<Vec<_>>(), [2, 3]);
    let (format, sink) =
        read_text("[{\"address\":\"95588\",\"body\":\"好\",\"date\":\"1721877010000\",\"type\":\"2\"}".as_bytes());
    assert_eq!(format, Format::Json);
    assert_eq!(sink.skipped[0].reason, Reason::Truncated);
}

#[test]
fn a_print_out_of_the_provider_is_read() {
    let text = "Row: 0 _id=1, address=106900001111, body=您好, date=明天\nRow: 第二行, date=1721877010000, type=1, sub_id=1\nRow: 1 _id=2, address=95588, date=1721877010000, type=2, body=a, b=c\n";
    let (format, sink) = read_text(text.as_bytes());
    assert_eq!(format, Format::ContentQuery);
    assert_eq!(bodies(&sink)[1], "a, b=c");
    assert_eq!(sink.records[1].message.direction, Direction::Sent);
    assert_eq!(sink.records[1].message.time.map(|time| time.source), Some(TimeSource::Device));
    let (_, sink) = read_text("Row: 0 _id=1, address=95588\n".as_bytes());
    assert_eq!((sink.records.len(), sink.skipped.len()), (0, 1));
}

#[test]
fn both_dialects_of_vmsg_are_read() {
    let android = "BEGIN:VMSG\nVERSION:1.1\nBEGIN:VCARD\nTEL:95588\nEND:VCARD\nBEGIN:VBODY\nX-BOX:INBOX\nX-SIMID:0\nX-TYPE:SMS\nDate:2024/07/25 11:10:10\nSubject;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E8=B4=A6=E5=8D=\n=95\nEND:VBODY\nEND:VMSG\n";
    let (format, sink) = read_text(android.as_bytes());
    assert_eq!((format, bodies(&sink)), (Format::Vmsg, vec!["账单"]));
    assert_eq!(sink.records[0].message.time.map(|time| time.zone), Some(Zone::Assumed(480)));
    let nokia = "BEGIN:VMSG\r\nVERSION:1.1\r\nX-IRMC-STATUS:READ\r\nX-IRMC-BOX:INBOX\r\nX-NOK-DT:20240725T031010Z\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nTEL:95588\r\nEND:VCARD\r\nBEGIN:VENV\r\nBEGIN:VCARD\r\nTEL:\r\nEND:VCARD\r\nBEGIN:VENV\r\nBEGIN:VBODY\r\n账单已出\r\n请还款\r\nEND:VBODY\r\nEND:VENV\r\nEND:VENV\r\nEND:VMSG\r\n";
    let wide: Vec<u8> = [0xFEFF].into_iter().chain(nokia.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let (format, sink) = read_text(&wide);
    assert_eq!((format, bodies(&sink)), (Format::Vmsg, vec!["账单已出\n请还款"]));
    assert_eq!(sink.records[0].message.party.as_deref(), Some("95588"));
    assert_eq!(sink.records[0].message.time.map(|time| time.unix_ms), Some(1_721_877_010_000));
    let (_, sink) = read_text(b"BEGIN:VMSG\nVERSION:1.1\nBEGIN:VBODY\n");
    assert_eq!(sink.skipped[0].reason, Reason::Truncated);
}

#[test]
fn parts_of_a_long_message_are_joined() {
    let head = "0891683108200105F044";
    let address = "05A15955F5";
    let rest = "0008427052110101230A0500031F02";
    let text = format!("{head}{address}{rest}01597D70E6\n{head}{address}{rest}028D2653\n");
    let (format, sink) = read_text(text.as_bytes());
    assert_eq!(format, Format::Pdu);
    assert_eq!(sink.records.len(), 1, "{:?}", sink.skipped);
    assert!(sink.records[0].message.body.starts_with("好烦"));
    assert_eq!(sink.records[0].message.party.as_deref(), Some("95555"));
    let (_, sink) = read_text(b"0891683108200105F04405A15955F50008\n");
    assert_eq!((sink.records.len(), &sink.skipped[0].reason), (0, &Reason::Truncated));
}

#[test]
fn xml_mends_what_old_writers_broke() {
    let xml = "<?xml version='1.0' encoding='UTF-8'?>\n<!DOCTYPE smses [<!ENTITY a \"aaaa\">]>\n<smses count=\"9\"><sms address=\"95588\" date=\"1721877010000\" type=\"1\" body=\"好&#55357;&#56842;&#10;&a;\"/></smses>";
    let (format, sink) = read_text(xml.as_bytes());
    assert_eq!(format, Format::SyncTechXml);
    assert_eq!(bodies(&sink), ["好😊\n&a;"], "entities of the file are not expanded");
    assert!(sink.warnings.contains(&Warning::Repaired { count: 1 }));
    assert_eq!(sink.records[0].message.service, Service::Sms);
}
