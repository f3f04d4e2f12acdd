//! Bubbles: areas of one colour that hold text and are narrower than the screen; lines on bare ground where there are none.

use crate::Rectangle;
use crate::page::{Direction, Role};
use crate::scene::{Read, Scene};

/// An area wider than this is a bar or the ground.
const WIDEST: u32 = 965;

/// Lines that stand together.
#[derive(Clone, Debug, PartialEq)]
pub struct Bubble {
    /// Numbers of its lines, in reading order.
    pub lines: Vec<usize>,
    /// Where it is.
    pub rectangle: Rectangle,
    /// Its colour, where it has an area.
    pub colour: Option<[u8; 3]>,
    /// Received until seen otherwise.
    pub direction: Direction,
    /// The name that stands above it.
    pub name: Option<String>,
}

impl Bubble {
    /// Returns whether a line stands where the name of who wrote it does: right above, at its left edge, in smaller type.
    pub fn is_named_by(&self, scene: &Scene, line: &Read) -> bool {
        let place = &line.rectangle;
        let lines: Vec<&Read> = self.lines.iter().filter_map(|at| scene.lines.get(*at)).collect();
        let mean =
            |size: fn(&Read) -> u32| lines.iter().map(|line| size(line)).sum::<u32>() / (lines.len() as u32).max(1);
        // Of a short name neither the box nor the type is measured well, but one of the two.
        let is_small = |size: fn(&Read) -> u32| size(line) * 100 < mean(size) * 90;
        place.middle_y() < self.rectangle.y
            && self.rectangle.y.saturating_sub(place.bottom()) < place.height
            && scene.share(place.x.abs_diff(self.rectangle.x)) < 50
            // The arrow beside a title is higher than any text.
            && place.height * 10 <= mean(|line| line.rectangle.height) * 12
            && (is_small(Read::type_size) || is_small(|line| line.rectangle.height))
    }
}

/// Finds the bubbles of a screen, from top to bottom, among lines that have no role yet.
pub fn find(scene: &Scene, roles: &[Option<Role>]) -> Vec<Bubble> {
    let mut bubbles: Vec<(usize, Bubble)> = Vec::new();
    for (at, line) in scene.lines.iter().enumerate().filter(|(at, _)| roles[*at].is_none()) {
        let Some((number, panel)) = scene.panel_of(line) else { continue };
        if is_drawing(line) || scene.share(panel.rectangle.width) > WIDEST || !holds(&panel.rectangle, line) {
            continue;
        }
        // An area may have been found in part only; it holds at least its lines.
        let inset = line.rectangle.height / 5;
        let inner = Rectangle::between(
            line.rectangle.x + inset,
            line.rectangle.y + inset,
            line.rectangle.right().saturating_sub(inset),
            line.rectangle.bottom().saturating_sub(inset),
        );
        match bubbles.iter_mut().find(|(known, _)| *known == number) {
            Some((_, bubble)) => {
                bubble.lines.push(at);
                bubble.rectangle = bubble.rectangle.union(&inner);
            }
            None => bubbles.push((
                number,
                Bubble {
                    lines: vec![at],
                    rectangle: panel.rectangle,
                    colour: Some(panel.colour),
                    direction: Direction::Received,
                    name: None,
                },
            )),
        }
    }
    let mut bubbles: Vec<Bubble> = bubbles.into_iter().map(|(_, bubble)| bubble).collect();
    add_bare(scene, roles, &mut bubbles);
    for bubble in &mut bubbles {
        sort(scene, &mut bubble.lines);
    }
    bubbles.sort_by_key(|bubble| (bubble.rectangle.y, bubble.rectangle.x));
    bubbles
}

/// A round picture is read as one of these, a stroke as a dash.
fn is_drawing(line: &Read) -> bool {
    let is_square = line.rectangle.width.abs_diff(line.rectangle.height) * 4 < line.rectangle.height;
    let text = line.text.trim();
    (is_square && matches!(text, "O" | "o" | "0" | "Q" | "○" | "口" | "日" | "●"))
        || matches!(text, "一" | "—" | "-" | "_")
}

/// Adds lines whose area was not found: to the bubble around them, or as bubbles of their own.
fn add_bare(scene: &Scene, roles: &[Option<Role>], bubbles: &mut Vec<Bubble>) {
    if bubbles.is_empty() {
        return;
    }
    let mut rest = roles.to_vec();
    for (at, line) in scene.lines.iter().enumerate() {
        let is_name = bubbles.iter().any(|bubble| bubble.is_named_by(scene, line));
        if roles[at].is_some() || line.panel.is_some() || is_drawing(line) || is_name {
            rest[at] = rest[at].or(Some(Role::Other));
            continue;
        }
        let around = bubbles.iter_mut().filter(|bubble| holds(&bubble.rectangle, line));
        if let Some(bubble) = around.min_by_key(|bubble| bubble.rectangle.area()) {
            bubble.lines.push(at);
            rest[at] = Some(Role::Other);
        }
    }
    // What stands above all that is surely a message, near the top, is a title.
    let surely = bubbles.iter().map(|bubble| bubble.rectangle.y).min().unwrap_or(0);
    let top = surely.min(scene.rectangle.y + scene.rectangle.width * 35 / 100);
    bubbles.extend(of_ground(scene, &rest).into_iter().filter(|bubble| bubble.rectangle.y >= top));
}

/// A line's own box, drawn a little large, may stick out; its middle does not.
fn holds(panel: &Rectangle, line: &Read) -> bool {
    let middle = &line.rectangle;
    (panel.x..panel.right()).contains(&middle.middle_x()) && (panel.y..panel.bottom()).contains(&middle.middle_y())
}

/// Puts lines into reading order: rows from top to bottom, from left to right within a row.
pub fn sort(scene: &Scene, lines: &mut Vec<usize>) {
    lines.sort_by_key(|at| (scene.lines[*at].rectangle.middle_y(), scene.lines[*at].rectangle.x));
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for at in lines.iter().copied() {
        let is_beside = |row: &Vec<usize>| {
            row.first().is_some_and(|first| scene.lines[*first].rectangle.is_beside(&scene.lines[at].rectangle))
        };
        match rows.last_mut().filter(|row| is_beside(row)) {
            Some(row) => row.push(at),
            None => rows.push(vec![at]),
        }
    }
    for row in &mut rows {
        row.sort_by_key(|at| scene.lines[*at].rectangle.x);
    }
    *lines = rows.concat();
}

/// Gathers lines that stand on bare ground, close under each other: a photo, or a screen without bubbles.
pub fn of_ground(scene: &Scene, roles: &[Option<Role>]) -> Vec<Bubble> {
    let mut free: Vec<usize> = (0..scene.lines.len()).filter(|at| roles[*at].is_none()).collect();
    sort(scene, &mut free);
    let mut bubbles: Vec<Bubble> = Vec::new();
    for at in free {
        let line = &scene.lines[at].rectangle;
        let is_next = |bubble: &Bubble| {
            let near = bubble.lines.last().map(|last| &scene.lines[*last].rectangle);
            near.is_some_and(|near| {
                let gap = line.y.saturating_sub(near.bottom());
                let overlaps = line.x < bubble.rectangle.right() && bubble.rectangle.x < line.right();
                (gap * 10 < near.height.min(line.height) * 9 && overlaps) || near.is_beside(line)
            })
        };
        if let Some(bubble) = bubbles.last_mut().filter(|bubble| is_next(bubble)) {
            bubble.lines.push(at);
            bubble.rectangle = bubble.rectangle.union(line);
        } else {
            let direction = Direction::Received;
            bubbles.push(Bubble { lines: vec![at], rectangle: *line, colour: None, direction, name: None });
        }
    }
    bubbles
}
