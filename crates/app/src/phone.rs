//! History from a phone in the same network: `SmsForwarder`'s server is asked for its messages, page by page. It is only
//! read; nothing is ever sent through it.

use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::web::signature::of_time;

/// Messages of one answer.
const EACH_PAGE: usize = 200;
/// Nobody's phone holds more.
const MOST_PAGES: usize = 5_000;
/// For one page.
const LIMIT: Duration = Duration::from_secs(20);
const LARGEST_PAGE: u64 = 16 << 20;

#[derive(Deserialize)]
struct Page<'a> {
    code: i64,
    #[serde(default)]
    msg: String,
    #[serde(borrow, default)]
    data: Option<Vec<&'a RawValue>>,
}

/// Returns all received messages of a phone as one JSON document; `address` is `http://192.168.1.23:5000`.
pub fn history(address: &str, secret: Option<&str>, now_ms: &dyn Fn() -> i64) -> Result<Vec<u8>, Failure> {
    let url = format!("{}/sms/query", checked(address)?);
    let config = ureq::Agent::config_builder().timeout_global(Some(LIMIT)).max_redirects(0).proxy(None).build();
    let agent = ureq::Agent::new_with_config(config);
    let mut all = b"{\"data\":[".to_vec();
    for number in 1..=MOST_PAGES {
        let text = asked(&agent, &url, &question(number, secret, now_ms()))?;
        let page: Page<'_> = serde_json::from_str(&text).map_err(|_| strange())?;
        if page.code != 200 {
            return Err(refused(&page.msg));
        }
        let rows = page.data.unwrap_or_default();
        for row in &rows {
            if all.last() != Some(&b'[') {
                all.push(b',');
            }
            all.extend_from_slice(row.get().as_bytes());
        }
        if rows.len() < EACH_PAGE {
            break;
        }
    }
    all.extend_from_slice(b"]}");
    Ok(all)
}

fn question(number: usize, secret: Option<&str>, now_ms: i64) -> String {
    let sign = secret.map(|secret| {
        let encoded = serde_urlencoded::to_string([("s", of_time(secret, &now_ms.to_string()))]).unwrap_or_default();
        encoded.trim_start_matches("s=").to_owned()
    });
    let data = serde_json::json!({ "type": 1, "page_num": number, "page_size": EACH_PAGE, "keyword": "" });
    serde_json::json!({ "data": data, "timestamp": now_ms, "sign": sign.unwrap_or_default() }).to_string()
}

fn asked(agent: &ureq::Agent, url: &str, question: &str) -> Result<String, Failure> {
    let unreached = |error: &dyn std::fmt::Display| {
        Failure::input(
            format!("连不上手机：{error}。请确认手机和电脑在同一个 Wi-Fi，转发程序的服务端已打开。"),
            format!("the phone cannot be reached: {error}; both must be in one network and the forwarder's server on"),
        )
    };
    let sent = agent.post(url).header("content-type", "application/json; charset=utf-8").send(question.as_bytes());
    let mut answer = sent.map_err(|error| unreached(&error))?;
    answer.body_mut().with_config().limit(LARGEST_PAGE).read_to_string().map_err(|error| unreached(&error))
}

fn strange() -> Failure {
    Failure::input(
        "手机的回答看不懂。请确认地址是短信转发器的服务端，安全措施选“不需要”或“签名”。",
        "the phone's answer cannot be read; the address must be SmsForwarder's server, with no security or with signing",
    )
}

fn refused(message: &str) -> Failure {
    let message: String = message.chars().take(200).collect();
    Failure::input(
        format!("手机拒绝了：{message}。请核对签名密钥，并打开“远程查短信”。"),
        format!("the phone refused: {message}; compare the secret, and switch the query of messages on"),
    )
}

/// Only addresses of one's own network: what is typed here is asked by this computer.
fn checked(address: &str) -> Result<&str, Failure> {
    let address = address.trim().trim_end_matches('/');
    let rest = address.strip_prefix("http://").or_else(|| address.strip_prefix("https://"));
    let host = rest.and_then(|rest| {
        rest.rsplit_once(':').map_or(Some(rest), |(host, port)| port.parse::<u16>().ok().map(|_| host))
    });
    let is_near = host.and_then(|host| host.parse::<IpAddr>().ok()).is_some_and(|ip| match ip {
        IpAddr::V4(ip) => ip.is_private() || ip.is_link_local() || ip.is_loopback(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    });
    if is_near {
        return Ok(address);
    }
    Err(Failure::input(
        "请写手机在家里网络的地址，例如 http://192.168.1.23:5000。",
        "give the phone's address in your own network, such as http://192.168.1.23:5000",
    ))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::*;

    #[test]
    fn only_addresses_of_the_own_network_are_asked() {
        for near in ["http://192.168.1.23:5000", "http://10.0.0.2:5000/", "http://127.0.0.1:1"] {
            assert!(checked(near).is_ok(), "{near}");
        }
        for far in
            ["http://8.8.8.8:5000", "http://phone.example:5000", "file:///etc/passwd", "http://192.168.1.23:5000/x"]
        {
            assert!(checked(far).is_err(), "{far}");
        }
    }

    #[test]
    fn the_sign_is_that_of_the_vector() {
        let question = question(1, Some("SECtest"), 1_700_000_000_009);
        assert!(question.contains("FvDCDDDMfv6gJfgJNCnxDNCuvNqAap5m7s%2FDIF15w50%3D"), "{question}");
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the phone of the test is a thread")]
    fn pages_become_one_document() {
        let phone = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback");
        let address = format!("http://{}", phone.local_addr().expect("bound"));
        let answering = std::thread::spawn(move || {
            let (mut stream, _) = phone.accept().expect("asked");
            let mut asked = vec![0; 4096];
            let _ = stream.read(&mut asked);
            let body = r#"{"code":200,"msg":"success","data":[{"number":"95588","content":"a","date":1,"type":1}]}"#;
            let _ =
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
        });
        let all = history(&address, None, &|| 0).expect("read");
        answering.join().expect("answered");
        assert_eq!(all, br#"{"data":[{"number":"95588","content":"a","date":1,"type":1}]}"#);
    }
}
