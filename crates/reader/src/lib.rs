//! A picture of messages in, messages with their places and doubts out. Opens no file, reads no clock, uses no network,
//! judges nothing: the models are part of the program, and what they read is a proposal beside the picture.

mod capture;
mod check;
mod column;
mod detect;
mod error;
mod join;
mod layout;
mod model;
mod page;
mod panel;
mod picture;
mod read;
mod recognise;
mod rectangle;
mod scene;
mod time;

pub use ::picture::{Kind, MOST_BYTES, kind};
pub use capture::named_moment;
pub use error::Error;
pub use page::{
    CaptureSource, Captured, Direction, Doubt, Line, Message, ModelName, Other, Page, Reason, Repair, RepairReason,
    Role, Sender, Stamp,
};
pub use panel::Panel;
pub use picture::Picture;
pub use read::{Origin, Reader, lay_out};
pub use recognise::Glyph;
pub use rectangle::Rectangle;
pub use scene::{Read, Scene};
