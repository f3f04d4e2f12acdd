//! Why a picture was not read, with what to do about it, in Chinese and English.

/// What stops a picture from being read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No picture by its first bytes.
    #[error("not a picture")]
    NotAPicture,
    /// A kind of picture that is not read here.
    #[error("{kind} pictures are not read")]
    Unsupported {
        /// Its usual name.
        kind: &'static str,
    },
    /// More than one frame.
    #[error("the picture is animated")]
    Animated,
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
    /// Too small to hold text.
    #[error("{width} x {height} pixels are too few")]
    TooFewPixels {
        /// As the file states it.
        width: u32,
        /// As the file states it.
        height: u32,
    },
    /// Cut off or broken.
    #[error("the picture is damaged")]
    Damaged,
    /// No text was found, or none that could be read with any certainty.
    #[error("no text can be read")]
    NoText,
    /// The models do not run here.
    #[error("the models do not run: {0}")]
    Model(String),
}

impl From<picture::Error> for Error {
    fn from(error: picture::Error) -> Self {
        match error {
            picture::Error::NotAPicture => Self::NotAPicture,
            picture::Error::Unsupported { kind } => Self::Unsupported { kind },
            picture::Error::TooManyBytes { limit } => Self::TooManyBytes { limit },
            picture::Error::TooManyPixels { width, height } => Self::TooManyPixels { width, height },
            _ => Self::Damaged,
        }
    }
}

impl Error {
    /// Returns what happened and what to do next, in Chinese and English.
    pub fn text(&self) -> [String; 2] {
        let both = |zh: &str, en: &str| [zh.to_owned(), en.to_owned()];
        match self {
            Self::NotAPicture => both(
                "这不是图片。请选择截图或照片（PNG、JPEG、WebP）。",
                "this is no picture; choose a PNG, JPEG or WebP",
            ),
            Self::Unsupported { kind } => [
                format!("读不了 {kind} 图片。请在手机上重新截图，或另存为 PNG、JPEG 再试。"),
                format!("{kind} pictures are not read; take a screenshot or save it as PNG or JPEG"),
            ],
            Self::Animated => both(
                "这是动图，读不了。请截取其中一帧，存为 PNG 再试。",
                "the picture is animated; save one frame as PNG and try again",
            ),
            Self::TooManyBytes { limit } => [
                format!("图片超过 {} MB，太大了。请裁成几张再试。", limit >> 20),
                format!("the picture is larger than {} MB; cut it into several", limit >> 20),
            ],
            Self::TooManyPixels { width, height } => [
                format!("图片有 {width}×{height} 像素，太大了。请裁成几张再试。"),
                format!("{width} x {height} pixels are too many; cut the picture into several"),
            ],
            Self::TooFewPixels { width, height } => [
                format!("图片只有 {width}×{height} 像素，看不清字。请用原图，不要用缩略图。"),
                format!("{width} x {height} pixels are too few; use the original, not a thumbnail"),
            ],
            Self::Damaged => both(
                "图片不完整或已损坏。请从手机重新传一次原图。",
                "the picture is cut off or damaged; copy it from the phone again",
            ),
            Self::NoText => both(
                "图里没有读出能信的文字。请正对屏幕、拍清楚一点，最好直接截图；也可以把文字打出来。",
                "no text can be read with any certainty; take a screenshot, or a sharper photo from straight ahead, or type the text",
            ),
            Self::Model(reason) => [
                format!("识字模型在这台电脑上运行失败：{reason}。请把文字打出来。"),
                format!("the models do not run on this computer: {reason}; type the text"),
            ],
        }
    }
}
