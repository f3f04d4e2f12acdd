//! Why a picture was not opened. What to do about it says whoever wanted it.

/// What stops a picture from being opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No picture by its first bytes.
    #[error("not a picture")]
    NotAPicture,
    /// A kind of picture that is not opened here.
    #[error("{kind} pictures are not opened")]
    Unsupported {
        /// Its usual name.
        kind: &'static str,
    },
    /// A file that is too large to be taken.
    #[error("larger than {limit} bytes")]
    TooManyBytes {
        /// The limit.
        limit: usize,
    },
    /// Too wide, too high or with too many pixels.
    #[error("{width} x {height} pixels are too many")]
    TooManyPixels {
        /// As the file states it.
        width: u32,
        /// As the file states it.
        height: u32,
    },
    /// Cut off or broken.
    #[error("the picture is damaged: {0}")]
    Damaged(String),
}
