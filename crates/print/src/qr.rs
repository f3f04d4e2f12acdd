//! QR codes.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

/// Returns a QR code made of half blocks, for a terminal or a fixed-width font; none when the text is too long.
pub fn to_text(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    Some(code.render::<Dense1x2>().dark_color(Dense1x2::Dark).light_color(Dense1x2::Light).build())
}
