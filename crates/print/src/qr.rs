//! QR codes.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

/// Returns a QR code made of half blocks, for a terminal or a fixed-width font; none when the text is too long.
pub fn to_text(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    Some(code.render::<Dense1x2>().dark_color(Dense1x2::Dark).light_color(Dense1x2::Light).build())
}

/// Returns a QR code as rows of modules, `true` for dark ones; none when the text is too long.
pub fn modules(text: &str) -> Option<Vec<Vec<bool>>> {
    let code = QrCode::new(text).ok()?;
    let colours: Vec<bool> = code.to_colors().into_iter().map(|colour| colour == qrcode::Color::Dark).collect();
    Some(colours.chunks(code.width()).map(<[bool]>::to_vec).collect())
}
