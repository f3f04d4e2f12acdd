//! Signatures of forwarders: three ways, each as its program makes it. None covers more than is said beside it.

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use evidence::hex;
use serde_json::{Map, Value};

use super::server::{hmac, is_same};

/// A signed request may be so old, or so far in the future.
const WINDOW_MS: u64 = 10 * 60 * 1000;

/// Why a request of a device that signs is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It carries no signature.
    Unsigned,
    /// The signature is not made with the device's secret.
    Wrong,
    /// It was made too long ago, or the clocks differ.
    Late,
}

impl Refusal {
    /// Returns what happened and what to do, in Chinese and English.
    pub const fn text(self) -> [&'static str; 2] {
        match self {
            Self::Unsigned => [
                "请求没有签名。请在手机的转发程序里填上同一个签名密钥。",
                "the request is not signed; enter the same secret in the phone's forwarder",
            ],
            Self::Wrong => {
                ["签名不对。请核对手机里填的签名密钥。", "the signature is wrong; compare the secret in the phone"]
            }
            Self::Late => [
                "请求超过十分钟，已拒绝。请校准手机和电脑的时间后重发。",
                "the request is more than ten minutes old; set the clocks of phone and computer and send again",
            ],
        }
    }
}

/// What a request brings to be checked.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Its head.
    pub headers: &'a HeaderMap,
    /// The fields of its JSON, form or query.
    pub fields: &'a Map<String, Value>,
    /// Its body as it came.
    pub body: &'a [u8],
}

/// Checks a request of a device that signs.
pub fn check(secret: &str, request: &Request<'_>, now_ms: i64) -> Result<(), Refusal> {
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    let field = |name: &str| request.fields.get(name).map(text);
    if let (Some(time), Some(sign)) = (field("timestamp"), field("sign")) {
        return sms_forwarder(secret, (&time, &sign), now_ms);
    }
    if let (Some(time), Some(sign)) = (header("x-timestamp"), header("x-signature")) {
        return sms_gateway(secret, (time, sign), request.body, now_ms);
    }
    if let Some(token) = header("authorization").and_then(|value| value.strip_prefix("Bearer ")) {
        return http_sms(secret, token, now_ms);
    }
    Err(Refusal::Unsigned)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Returns the signature of a moment, as `SmsForwarder` and `DingTalk` make it: base64 of
/// HMAC-SHA-256(secret, time + "\n" + secret).
pub fn of_time(secret: &str, time: &str) -> String {
    STANDARD.encode(hmac(secret.as_bytes(), &[time.as_bytes(), b"\n", secret.as_bytes()]))
}

/// `SmsForwarder`: the signature of the moment, percent-encoded. It covers the time only.
fn sms_forwarder(secret: &str, (time, sign): (&str, &str), now_ms: i64) -> Result<(), Refusal> {
    if !is_same(&of_time(secret, time), &decoded(sign)) {
        return Err(Refusal::Wrong);
    }
    in_time(time.parse().ok(), now_ms)
}

/// Undoes percent-encoding until none is left: JSON, forms and queries bring one layer more or less. A blank was a plus.
fn decoded(sign: &str) -> String {
    let mut sign = sign.trim().to_owned();
    for _ in 0..3 {
        if !sign.contains('%') {
            break;
        }
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(&format!("s={}", sign.replace('+', "%2B"))).unwrap_or_default();
        let Some((_, value)) = pairs.into_iter().next() else { break };
        sign = value;
    }
    sign.replace(' ', "+")
}

/// SMS Gateway for Android: hexadecimal HMAC-SHA-256(secret, body + seconds). It covers the body.
fn sms_gateway(secret: &str, (time, sign): (&str, &str), body: &[u8], now_ms: i64) -> Result<(), Refusal> {
    if !is_same(&hex(&hmac(secret.as_bytes(), &[body, time.as_bytes()])), &sign.to_lowercase()) {
        return Err(Refusal::Wrong);
    }
    in_time(time.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1000)), now_ms)
}

/// httpSMS: a JSON web token by HS256 (RFC 7515, RFC 7519) with an end. It covers neither body nor address.
fn http_sms(secret: &str, token: &str, now_ms: i64) -> Result<(), Refusal> {
    let (signed, sign) = token.rsplit_once('.').ok_or(Refusal::Unsigned)?;
    let (head, claims) = signed.split_once('.').ok_or(Refusal::Unsigned)?;
    let read = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    if read(head).and_then(|head| head.get("alg").and_then(Value::as_str).map(|alg| alg == "HS256")) != Some(true) {
        return Err(Refusal::Wrong);
    }
    if !is_same(&URL_SAFE_NO_PAD.encode(hmac(secret.as_bytes(), &[signed.as_bytes()])), sign) {
        return Err(Refusal::Wrong);
    }
    let end = read(claims).and_then(|claims| claims.get("exp").and_then(Value::as_i64));
    // Its end lies ten minutes after it was made.
    let made = end.and_then(|seconds| seconds.checked_mul(1000)?.checked_sub(WINDOW_MS.cast_signed()));
    in_time(made, now_ms)
}

fn in_time(made_ms: Option<i64>, now_ms: i64) -> Result<(), Refusal> {
    let made_ms = made_ms.ok_or(Refusal::Wrong)?;
    if made_ms.abs_diff(now_ms) > WINDOW_MS { Err(Refusal::Late) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const SECRET: &str = "SECtest";
    const TIME: i64 = 1_700_000_000_009;

    fn fields(sign: &str) -> Map<String, Value> {
        [("timestamp".to_owned(), Value::from(TIME.to_string())), ("sign".to_owned(), Value::from(sign))]
            .into_iter()
            .collect()
    }

    fn checked(fields: &Map<String, Value>, now_ms: i64) -> Result<(), Refusal> {
        check(SECRET, &Request { headers: &HeaderMap::new(), fields, body: b"" }, now_ms)
    }

    #[test]
    fn the_sign_of_sms_forwarder_is_accepted_in_each_layer_of_encoding() {
        for sign in [
            "FvDCDDDMfv6gJfgJNCnxDNCuvNqAap5m7s/DIF15w50=",
            "FvDCDDDMfv6gJfgJNCnxDNCuvNqAap5m7s%2FDIF15w50%3D",
            "FvDCDDDMfv6gJfgJNCnxDNCuvNqAap5m7s%252FDIF15w50%253D",
        ] {
            assert_eq!(checked(&fields(sign), TIME + 1000), Ok(()), "{sign}");
        }
    }

    #[test]
    fn a_late_unsigned_or_foreign_request_is_refused() {
        let good = "FvDCDDDMfv6gJfgJNCnxDNCuvNqAap5m7s/DIF15w50=";
        assert_eq!(checked(&fields(good), TIME + 600_001), Err(Refusal::Late));
        assert_eq!(checked(&fields(&good.replace('F', "G")), TIME), Err(Refusal::Wrong));
        assert_eq!(checked(&Map::new(), TIME), Err(Refusal::Unsigned));
    }

    #[test]
    fn the_gateway_signs_the_body() {
        let body = br#"{"event":"sms:received"}"#;
        let sign = hex(&hmac(SECRET.as_bytes(), &[body, b"1700000000"]));
        let mut headers = HeaderMap::new();
        headers.insert("x-timestamp", HeaderValue::from_static("1700000000"));
        headers.insert("x-signature", HeaderValue::from_str(&sign).expect("hexadecimal"));
        let fields = Map::new();
        let with = |body| check(SECRET, &Request { headers: &headers, fields: &fields, body }, TIME);
        assert_eq!(with(body), Ok(()));
        assert_eq!(with(b"{}"), Err(Refusal::Wrong));
    }

    #[test]
    fn a_web_token_counts_by_its_secret_and_its_end() {
        let made = |alg: &str, exp: i64| {
            let head = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{alg}"}}"#));
            let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"exp":{exp}}}"#));
            let signed = format!("{head}.{claims}");
            let sign = URL_SAFE_NO_PAD.encode(hmac(SECRET.as_bytes(), &[signed.as_bytes()]));
            http_sms(SECRET, &format!("{signed}.{sign}"), TIME)
        };
        assert_eq!(made("HS256", 1_700_000_300), Ok(()));
        assert_eq!(made("none", 1_700_000_300), Err(Refusal::Wrong));
        assert_eq!(made("HS256", 1_600_000_000), Err(Refusal::Late));
    }
}
