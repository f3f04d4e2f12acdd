//! What can go wrong for a user: what happened and what to do next, in both languages, with its exit code.

use std::path::Path;
use std::process::ExitCode;

use knowledge::Lang;

/// Returns text that may hold foreign parts without what could steer a terminal.
pub fn harmless(text: &str) -> String {
    text.chars().filter(|&c| c == '\n' || !is_steering(c)).collect()
}

/// Returns whether a character is a control, or turns or hides text on a screen.
pub fn is_steering(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A failure that ends a command.
#[derive(Debug)]
pub enum Failure {
    /// The input cannot be used; exit code 2.
    Input {
        /// Chinese.
        zh: String,
        /// English.
        en: String,
    },
    /// Another process has what is needed, for now; exit code 2.
    Busy {
        /// Chinese.
        zh: String,
        /// English.
        en: String,
    },
    /// Something else failed; exit code 1.
    Other(anyhow::Error),
}

impl Failure {
    /// Returns a failure of input.
    pub fn input(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Input { zh: zh.into(), en: en.into() }
    }

    /// Returns a failure to read a file the user named.
    pub fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        let path = path.display();
        Self::input(
            format!("打不开 {path}：{error}。请检查路径和权限。"),
            format!("cannot read {path}: {error}. Check the path and its permissions."),
        )
    }

    /// A file that cannot be written.
    pub fn unwritable(path: &Path, error: &std::io::Error) -> Self {
        let path = path.display();
        Self::input(
            format!("无法写入 {path}：{error}。请检查文件夹和权限。"),
            format!("cannot write {path}: {error}. Check the folder and its permissions."),
        )
    }

    /// A time that the user states and that cannot be read; `name` says in Chinese which.
    pub fn unreadable_time(name: &str, text: &str) -> Self {
        Self::input(
            format!("看不懂{name}“{text}”。请写成 2026-05-06T21:10:00+08:00。"),
            format!("cannot read the time \"{text}\"; write it as 2026-05-06T21:10:00+08:00"),
        )
    }

    /// Returns what to tell the user.
    pub fn message(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Input { zh, .. } | Self::Busy { zh, .. }, Lang::Zh) => harmless(zh),
            (Self::Input { en, .. } | Self::Busy { en, .. }, Lang::En) => harmless(en),
            (Self::Other(error), Lang::Zh) => format!("出错了：{error:#}"),
            (Self::Other(error), Lang::En) => format!("failed: {error:#}"),
        }
    }

    /// Returns the exit code of the contract.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Input { .. } | Self::Busy { .. } => ExitCode::from(2),
            Self::Other(_) => ExitCode::from(1),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Other(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Other(error.into())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Other(error.into())
    }
}
