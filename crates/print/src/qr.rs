//! QR codes.

use std::fmt::Write as _;

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

/// Returns a QR code as a picture, dark on white with its quiet zone; none when the text is too long.
pub fn to_svg(text: &str) -> Option<String> {
    /// Modules of white around a code, as ISO/IEC 18004 asks for.
    const QUIET: usize = 4;
    let rows = modules(text)?;
    let side = rows.len() + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in rows.iter().enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, is_dark)| **is_dark) {
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    ))
}
