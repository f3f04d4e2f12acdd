//! The whole knowledge folder in memory: reading a folder, laying another over it. Does not judge its contents
//! (see `check`).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::document::{
    Advice, Channel, CollectionRule, DomainList, Group, Institution, KindRule, Law, Lexicon, NumberPlan, Parameter,
    Rule, Scheme,
};
use crate::remedy::{Deadline, Holiday, Letter, LimitationEvent, Notice, Situation};

/// Every document by folder and id; ids are file stems.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Library {
    /// `institution/`
    pub institution: BTreeMap<String, Institution>,
    /// `group/`
    pub group: BTreeMap<String, Group>,
    /// `number-plan/`
    pub number_plan: BTreeMap<String, NumberPlan>,
    /// `domain/`
    pub domain: BTreeMap<String, DomainList>,
    /// `law/`
    pub law: BTreeMap<String, Law>,
    /// `collection/`
    pub collection: BTreeMap<String, CollectionRule>,
    /// `scheme/`
    pub scheme: BTreeMap<String, Scheme>,
    /// `channel/`
    pub channel: BTreeMap<String, Channel>,
    /// `parameter/`
    pub parameter: BTreeMap<String, Parameter>,
    /// `advice/`
    pub advice: BTreeMap<String, Advice>,
    /// `lexicon/`
    pub lexicon: BTreeMap<String, Lexicon>,
    /// `kind/`
    pub kind: BTreeMap<String, KindRule>,
    /// `rule/`
    pub rule: BTreeMap<String, Rule>,
    /// `letter/`
    pub letter: BTreeMap<String, Letter>,
    /// `deadline/`
    pub deadline: BTreeMap<String, Deadline>,
    /// `holiday/`, by year
    pub holiday: BTreeMap<String, Holiday>,
    /// `notice/`
    pub notice: BTreeMap<String, Notice>,
    /// `situation/`
    pub situation: BTreeMap<String, Situation>,
    /// `limitation/`
    pub limitation: BTreeMap<String, LimitationEvent>,
    /// `character/`, the tables as they stand
    pub character: BTreeMap<String, String>,
    /// `model/`, trained weights as they stand
    pub model: BTreeMap<String, Vec<u8>>,
}

/// Why a knowledge folder could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The folder or a file could not be read.
    #[error(
        "无法读取 {path}：{source}。请检查路径和权限。 / cannot read {path}: {source}; check the path and its permissions"
    )]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A file is not what its folder says.
    #[error(
        "{path} 的内容有误：{message}。请按 knowledge/README.md 的格式修改。 / {path} is not as its folder wants: {message}; see knowledge/README.md"
    )]
    Parse {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        message: String,
    },
    /// The folder holds none of the known folders.
    #[error(
        "{path} 里没有任何知识文件夹（institution/、rule/ 等）。 / {path} holds none of the knowledge folders (institution/, rule/, …)"
    )]
    Empty {
        /// The folder.
        path: PathBuf,
    },
}

impl Library {
    /// Reads a folder; a part that is missing stays empty.
    ///
    /// # Errors
    /// Fails on the first file that cannot be read or parsed, naming it.
    pub fn read(root: &Path) -> Result<Self, LoadError> {
        let library = Self {
            institution: folder(root, "institution")?,
            group: folder(root, "group")?,
            number_plan: folder(root, "number-plan")?,
            domain: folder(root, "domain")?,
            law: folder(root, "law")?,
            collection: folder(root, "collection")?,
            scheme: folder(root, "scheme")?,
            channel: folder(root, "channel")?,
            parameter: folder(root, "parameter")?,
            advice: folder(root, "advice")?,
            lexicon: folder(root, "lexicon")?,
            kind: folder(root, "kind")?,
            rule: folder(root, "rule")?,
            letter: letters(root)?,
            deadline: folder(root, "deadline")?,
            holiday: folder(root, "holiday")?,
            notice: folder(root, "notice")?,
            situation: folder(root, "situation")?,
            limitation: folder(root, "limitation")?,
            character: tables(root)?,
            model: models(root)?,
        };
        if library == Self::default() {
            return Err(LoadError::Empty { path: root.to_owned() });
        }
        Ok(library)
    }

    /// Returns this library with another laid over it: files of the same id are replaced, others added.
    #[must_use]
    pub fn overlaid(mut self, other: Self) -> Self {
        self.institution.extend(other.institution);
        self.group.extend(other.group);
        self.number_plan.extend(other.number_plan);
        self.domain.extend(other.domain);
        self.law.extend(other.law);
        self.collection.extend(other.collection);
        self.scheme.extend(other.scheme);
        self.channel.extend(other.channel);
        self.parameter.extend(other.parameter);
        self.advice.extend(other.advice);
        self.lexicon.extend(other.lexicon);
        self.kind.extend(other.kind);
        self.rule.extend(other.rule);
        self.letter.extend(other.letter);
        self.deadline.extend(other.deadline);
        self.holiday.extend(other.holiday);
        self.notice.extend(other.notice);
        self.situation.extend(other.situation);
        self.limitation.extend(other.limitation);
        self.character.extend(other.character);
        self.model.extend(other.model);
        self
    }
}

fn sorted_files(dir: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>, LoadError> {
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let read_error = |source| LoadError::Read { path: dir.to_owned(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(read_error)? {
        let path = entry.map_err(read_error)?.path();
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if extensions.contains(&extension) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn read_text(path: &Path) -> Result<String, LoadError> {
    fs::read_to_string(path).map_err(|source| LoadError::Read { path: path.to_owned(), source })
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

fn folder<T: DeserializeOwned>(root: &Path, name: &str) -> Result<BTreeMap<String, T>, LoadError> {
    let mut documents = BTreeMap::new();
    for path in sorted_files(&root.join(name), &["toml"])? {
        let document = toml::from_str(&read_text(&path)?)
            .map_err(|error| LoadError::Parse { path: path.clone(), message: error.to_string() })?;
        documents.insert(stem(&path), document);
    }
    Ok(documents)
}

/// Letters; each has beside it the text that its own examples must give.
fn letters(root: &Path) -> Result<BTreeMap<String, Letter>, LoadError> {
    let letters: BTreeMap<String, Letter> = folder(root, "letter")?;
    for id in letters.keys() {
        let path = root.join("letter").join(format!("{id}.txt"));
        if !path.is_file() {
            let message = "the letter's golden text is missing".to_owned();
            return Err(LoadError::Parse { path, message });
        }
    }
    Ok(letters)
}

fn models(root: &Path) -> Result<BTreeMap<String, Vec<u8>>, LoadError> {
    let mut documents = BTreeMap::new();
    for path in sorted_files(&root.join("model"), &["bin"])? {
        let bytes = fs::read(&path).map_err(|source| LoadError::Read { path: path.clone(), source })?;
        documents.insert(stem(&path), bytes);
    }
    Ok(documents)
}

fn tables(root: &Path) -> Result<BTreeMap<String, String>, LoadError> {
    let mut documents = BTreeMap::new();
    for path in sorted_files(&root.join("character"), &["tsv", "txt"])? {
        documents.insert(stem(&path), read_text(&path)?);
    }
    Ok(documents)
}
