//! Pictures on pages: scaled to what is left of a page, a long one in pieces from page to page.

use krilla::geom::{PathBuilder, Rect, Size, Transform};
use krilla::paint::FillRule;
use krilla::surface::Surface;

use super::{HEIGHT, MARGIN, Mark, Picture, Press, SMALL, Unprintable, WIDTH};

/// Points of a pixel: some 110 pixels an inch, so that a small picture stays small.
const PIXEL: f32 = 0.65;
/// How narrow a picture may become to fit on one page; a longer one goes on over the page.
const NARROWEST: f32 = 200.0;
/// How wide an upright picture may be: larger than a phone, and half of a page.
const UPRIGHT: f32 = 300.0;
/// How wide one that goes over pages is: somewhat larger than a phone.
const LONG: f32 = 250.0;
/// What a piece repeats of the one before, so that no line is cut in both.
const OVERLAP: f32 = 16.0;
/// A picture may become so much smaller to share a page with what is before it.
const LEAST_SCALE: f32 = 0.75;

/// A picture, or a piece of one, at a place on a page.
pub(super) struct Placed {
    picture: Picture,
    /// The place that is seen.
    x: f32,
    y: f32,
    width: f32,
    seen: f32,
    /// How high the whole picture is, and how much of it lies above what is seen.
    height: f32,
    above: f32,
}

impl Placed {
    pub(super) fn draw(&self, surface: &mut Surface<'_>) -> Result<(), Unprintable> {
        let image = self.picture.to_image().map_err(Unprintable)?;
        let mut window = PathBuilder::new();
        let seen = Rect::from_xywh(self.x, self.y, self.width, self.seen);
        let (Some(seen), Some(size)) = (seen, Size::from_wh(self.width, self.height)) else { return Ok(()) };
        window.push_rect(seen);
        let Some(window) = window.finish() else { return Ok(()) };
        surface.push_clip_path(&window, &FillRule::NonZero);
        surface.push_transform(&Transform::from_translate(self.x, self.y - self.above));
        surface.draw_image(image, size);
        surface.pop();
        surface.pop();
        Ok(())
    }
}

/// Where the text of a page ends.
const BOTTOM: f32 = HEIGHT - MARGIN - 12.0;

impl Press {
    /// A picture under lines that say what it is, on the same page with them.
    pub(super) fn picture(&mut self, about: &str, picture: &Picture) {
        let room = WIDTH - 2.0 * MARGIN;
        let (wide, high) = (picture.width() as f32, picture.height() as f32);
        let head = self.head_height(about);
        let whole_page = (BOTTOM - MARGIN - head - 8.0).max(100.0);
        let widest = if high >= wide { UPRIGHT } else { room };
        let natural = (wide * PIXEL).min(widest).max(1.0);
        let scaled = natural.min(whole_page * wide / high);
        self.y += 6.0;
        if scaled < NARROWEST.min(natural) {
            let width = natural.min(LONG);
            self.room(head + 120.0);
            self.head(about);
            self.pieces(picture, width, width * high / wide);
            return;
        }
        let left = BOTTOM - self.y - head - 8.0;
        let shared = scaled.min(left.max(0.0) * wide / high);
        let width = if shared >= scaled * LEAST_SCALE { shared } else { scaled };
        let height = width * high / wide;
        self.room(head + height.min(whole_page) + 4.0);
        self.head(about);
        // Lines that fill a page by themselves leave no room for a picture under them.
        self.room(height + 4.0);
        self.piece(picture, (width, height), (0.0, height));
        self.y += 8.0;
    }

    /// A long picture from page to page.
    fn pieces(&mut self, picture: &Picture, width: f32, height: f32) {
        let mut above = 0.0;
        self.room(100.0);
        loop {
            let left = BOTTOM - self.y - 8.0;
            let seen = (height - above).min(left);
            self.piece(picture, (width, height), (above, seen));
            self.y += 8.0;
            if above + seen >= height - 1.0 {
                return;
            }
            above += seen - OVERLAP;
            self.pages.push(Vec::new());
            self.y = MARGIN;
            self.text("（接上页）", SMALL, 0.0);
        }
    }

    /// What is seen of a picture, in a thin frame.
    fn piece(&mut self, picture: &Picture, (width, height): (f32, f32), (above, seen): (f32, f32)) {
        const FRAME: f32 = 0.5;
        let (x, y) = (MARGIN, self.y + 3.0);
        let (outer, ink) = (2.0 * FRAME, 150);
        self.mark(Mark::Box { x: x - FRAME, y: y - FRAME, width: width + outer, height: seen + outer, ink });
        let picture = picture.clone();
        self.mark(Mark::Picture(Placed { picture, x, y, width, seen, height, above }));
        self.y = y + seen;
    }
}
