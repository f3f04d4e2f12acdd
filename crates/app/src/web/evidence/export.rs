//! Handing evidence on: which records, whole or masked, written, packed, and fetched.

use std::io::Write as _;

use axum::extract::{Path, Query};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use evidence::Kind;
use serde::{Deserialize, Serialize};

use super::{MOST_TOGETHER, Packed, listed, no_store};
use crate::args::ExportArgs;
use crate::command::evidence::{Context, export as exporting, open};
use crate::command::import::Scratch;
use crate::web::answer::{Input, Problem, Reply, Trouble, Visit, aside};
use crate::web::import::evidence_place;
use crate::web::server::random_token;
use crate::web::typed::{Number, Several};

#[derive(Debug, Serialize)]
struct Choice {
    seq: u64,
    title: String,
    r#type: String,
    at: String,
    text: Option<String>,
    is_chosen: bool,
}

#[derive(Debug, Serialize)]
struct Exported {
    records: usize,
    name: String,
    size: String,
    fingerprint: String,
    is_masked: bool,
    download: String,
}

#[derive(Debug, Default, Serialize)]
struct Wizard {
    error: Option<Trouble<'static>>,
    done: Option<Exported>,
    records: Vec<Choice>,
    purpose: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    case: Option<Number>,
}

const EXPORT: [&str; 2] = ["导出证据", "Export evidence"];

/// `GET /evidence/export`.
pub async fn wizard(visit: Visit, Query(chosen): Query<Chosen>) -> Reply {
    let worker = visit.clone();
    let records = aside(move || choices(&worker, &chosen)).await?;
    visit.show("page/export.html", EXPORT, &Wizard { records, ..Wizard::default() })
}

fn choices(visit: &Visit, chosen: &Chosen) -> Result<Vec<Choice>, Problem> {
    let place = evidence_place(&visit.server);
    let context = Context { evidence: &place, lang: visit.lang() };
    if !open::exists(&context) {
        return Ok(Vec::new());
    }
    let store = open::store(&context)?;
    let mut numbers = store.numbers(&[Kind::Original]);
    numbers.retain(|number| !store.is_hidden(*number));
    let of_case: Option<Vec<i64>> = match (&chosen.case, crate::web::inbox::open(&visit.server)?) {
        (Some(case), Some(inbox)) => {
            let filter =
                inbox::Filter { case: Some(case.get()?), limit: Some(MOST_TOGETHER), ..inbox::Filter::default() };
            Some(inbox.list(&filter)?.into_iter().filter_map(|row| row.evidence).collect())
        }
        _ => None,
    };
    let listed = listed(visit, &store, &numbers, 0)?;
    Ok(listed
        .into_iter()
        .map(|record| Choice {
            is_chosen: of_case.as_ref().is_none_or(|numbers| numbers.contains(&record.seq.cast_signed())),
            seq: record.seq,
            title: record.title,
            r#type: record.source.r#type,
            at: record.at,
            text: record.text,
        })
        .collect())
}

#[derive(Debug, Deserialize)]
pub struct Export {
    seq: Option<Several>,
    #[serde(default)]
    form: String,
    #[serde(default)]
    cover: String,
    #[serde(default)]
    recipient: String,
    #[serde(default)]
    purpose: String,
}

/// `POST /evidence/export`: writes the export, packs it, and hands out an address to fetch it from, once.
pub async fn export(visit: Visit, Input(export, _): Input<Export>) -> Reply {
    let worker = visit.clone();
    let done = aside(move || exported(&worker, &export)).await?;
    visit.show("page/export.html", EXPORT, &Wizard { done: Some(done), ..Wizard::default() })
}

fn exported(visit: &Visit, export: &Export) -> Result<Exported, Problem> {
    let place = evidence_place(&visit.server);
    let context = Context { evidence: &place, lang: visit.lang() };
    if !open::exists(&context) {
        return Err(no_store());
    }
    let numbers = match &export.seq {
        None => return Err(Problem::unusable("请至少选一条。", "choose at least one record")),
        Some(Several::One(one)) => vec![one.get()?],
        Some(Several::Many(many)) => many.iter().map(Number::get).collect::<Result<_, _>>()?,
    };
    let list: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    let scratch = Scratch::new()?;
    let day = open::now().to_text().get(..10).unwrap_or_default().to_owned();
    let is_masked = export.form == "masked";
    let name = format!("zhenxin-evidence-{day}{}", if is_masked { "-masked" } else { "" });
    let purpose = [export.recipient.trim(), export.purpose.trim()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("；");
    let arguments = ExportArgs {
        output: scratch.path().join(&name),
        numbers: Some(list.join(",")),
        masked: is_masked,
        cover: export.cover.lines().map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        purpose: Some(purpose).filter(|purpose| !purpose.is_empty()),
    };
    let written = exporting::write(&context, &arguments)?;
    let archive = scratch.path().join(format!("{name}.zip"));
    pack(&arguments.output, &archive)?;
    let size = std::fs::metadata(&archive)?.len();
    let token = random_token()?;
    let mut kept = visit.server.kept();
    // An export that nobody fetches does not stay: only the last few wait.
    if kept.exports.len() >= 4 {
        kept.exports.remove(0);
    }
    kept.exports.push(Packed { token: token.clone(), name: format!("{name}.zip"), scratch });
    Ok(Exported {
        records: written.count,
        name: format!("{name}.zip"),
        size: format!("{} KiB", size.div_ceil(1024)),
        fingerprint: written.print,
        is_masked,
        download: format!("/evidence/fetch/{token}"),
    })
}

/// Packs a folder; what is in it is not compressed, so that anybody's tool reads it quickly.
fn pack(folder: &std::path::Path, archive: &std::path::Path) -> Result<(), Problem> {
    let mut writer = zip::ZipWriter::new(std::fs::File::create_new(archive)?);
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated).large_file(true);
    let root = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut waiting = vec![(folder.to_owned(), root)];
    while let Some((path, name)) = waiting.pop() {
        if path.is_dir() {
            let mut inside: Vec<_> = std::fs::read_dir(&path)?.collect::<Result<_, _>>()?;
            inside.sort_by_key(std::fs::DirEntry::file_name);
            for entry in inside {
                waiting.push((entry.path(), format!("{name}/{}", entry.file_name().to_string_lossy())));
            }
        } else {
            writer.start_file(name, options).map_err(|error| Problem::inside(&error))?;
            std::io::copy(&mut std::fs::File::open(&path)?, &mut writer)?;
        }
    }
    writer.finish().map_err(|error| Problem::inside(&error))?.flush()?;
    Ok(())
}

/// `GET /evidence/fetch/TOKEN`.
pub async fn fetch(visit: Visit, Path(token): Path<String>) -> Reply {
    let (name, path) = {
        let kept = visit.server.kept();
        let packed = kept.exports.iter().find(|packed| packed.token == token).ok_or_else(Problem::missing)?;
        (packed.name.clone(), packed.scratch.path().join(&packed.name))
    };
    let file = tokio::fs::File::open(&path).await?;
    let stream = futures_util::stream::unfold(file, |mut file| async move {
        use tokio::io::AsyncReadExt as _;
        let mut chunk = vec![0; 1 << 16];
        match file.read(&mut chunk).await {
            Ok(0) => None,
            Ok(read) => {
                chunk.truncate(read);
                Some((Ok::<_, std::io::Error>(axum::body::Bytes::from(chunk)), file))
            }
            Err(error) => Some((Err(error), file)),
        }
    });
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(CONTENT_TYPE, "application/zip".to_owned()), (CONTENT_DISPOSITION, disposition)];
    Ok((headers, axum::body::Body::from_stream(stream)).into_response())
}
