//! 知识: what the judgements rest on, entry by entry, with source and date; and whose a number is.

use axum::extract::{Path, Query};
use judge::{Message, Scratch};
use knowledge::{Lang, Library};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::{Problem, Reply, Visit, aside};
use super::inbox::Pager;
use super::server::Server;
use crate::command::knowledge::{folder, folders, headline, plain};
use crate::report;

const EACH_PAGE: usize = 50;
const MOST_FOUND: usize = 60;
/// Days after which what was checked should be checked again.
const STALE_DAYS: i64 = 180;

/// Returns the page of a citation.
pub fn href(library: &Library, id: &str) -> Option<String> {
    if library.collection.contains_key(id) {
        return Some(format!("/knowledge/collection/{id}"));
    }
    if library.scheme.contains_key(id) {
        return Some(format!("/knowledge/scheme/{id}"));
    }
    let (law, number) = report::article(library, id)?;
    Some(format!("/knowledge/law/{law}#a{number}"))
}

/// Folder, its name, what is in it.
type Named = (&'static str, [&'static str; 2], [&'static str; 2]);

const FOLDERS: [Named; 13] = [
    (
        "institution",
        ["机构", "Institutions"],
        [
            "银行、消费金融、平台、政府，它们的热线、号码、网址",
            "banks, lenders, platforms, authorities: hotlines, numbers, sites",
        ],
    ),
    (
        "law",
        ["法律", "Laws"],
        ["引用到的法律、司法解释和规定，每条的大意", "laws, interpretations and rules that are cited, in our words"],
    ),
    (
        "collection",
        ["催收规范", "Collection rules"],
        ["催收能做什么、不能做什么，约束力多大", "what collectors may do, and how far each rule binds"],
    ),
    (
        "scheme",
        ["骗局类型", "Schemes"],
        ["常见骗法、怎么认、怎么办", "how common frauds work, how to tell, what to do"],
    ),
    (
        "channel",
        ["求助和举报渠道", "Channels"],
        ["该找谁、打什么电话、先后顺序、期限", "whom to turn to, numbers, order, deadlines"],
    ),
    (
        "parameter",
        ["利率和上限", "Rates and caps"],
        ["LPR、各类贷款的上限，按日期", "LPR and caps by kind of lender and date"],
    ),
    (
        "number-plan",
        ["号码规则", "Number plan"],
        ["106、95、12、400等号段是谁的", "whose the ranges 106, 95, 12, 400 are"],
    ),
    ("domain", ["网址", "Hosts"], ["短链接、公共网站、官方网址", "shorteners, public hosts, official domains"]),
    ("group", ["同一集团", "Groups"], ["共用号码、名称、网址的机构", "institutions that share numbers, names, sites"]),
    (
        "rule",
        ["判断规则", "Rules"],
        ["看到什么就说什么，每条都有正例和反例", "what is said on seeing what, each with examples"],
    ),
    ("advice", ["建议", "Advice"], ["现在该做什么、不该做什么", "what to do and what not"]),
    ("kind", ["短信类别", "Kinds"], ["一条短信可以是哪一类", "what a message can be"]),
    ("lexicon", ["词语", "Lexicons"], ["同一个意思的各种说法", "words for one concept"]),
];

/// Keys of entries, as readers call them; what is not here is shown nowhere.
const LABELS: [(&str, [&str; 2]); 32] = [
    ("kind", ["类型", "Type"]),
    ("issuer", ["制定机关", "Issuer"]),
    ("in_force", ["施行日期", "In force"]),
    ("hotlines", ["热线", "Hotlines"]),
    ("senders", ["发短信的号码", "Senders"]),
    ("domains", ["官方网址", "Official domains"]),
    ("apps", ["官方App", "Apps"]),
    ("products", ["产品", "Products"]),
    ("aliases", ["别名", "Aliases"]),
    ("licence", ["牌照", "Licence"]),
    ("lenders", ["背后的出借机构", "Lenders behind it"]),
    ("numbers", ["电话", "Numbers"]),
    ("sites", ["网址", "Sites"]),
    ("competent", ["管什么", "Competent for"]),
    ("how", ["怎么做", "How"]),
    ("first", ["先做什么", "First"]),
    ("deadline_days", ["期限（天）", "Days"]),
    ("deadline_note", ["期限说明", "Deadline"]),
    ("pattern", ["套路", "Pattern"]),
    ("telltale", ["怎么认出来", "How to tell"]),
    ("reaction", ["怎么办", "What to do"]),
    ("channels", ["找谁", "Channels"]),
    ("facts", ["要看的事实", "Facts to look at"]),
    ("cites", ["依据", "Rests on"]),
    ("scope", ["适用", "Applies to"]),
    ("unit", ["单位", "Unit"]),
    ("members", ["成员", "Members"]),
    ("severity", ["严重程度", "Severity"]),
    ("why", ["为什么", "Why"]),
    ("advice", ["建议", "Advice"]),
    ("terms", ["词语", "Words"]),
    ("host", ["网址", "Hosts"]),
];

/// Keys whose text leads an entry.
const LEADS: [&str; 3] = ["rule", "text", "note"];

#[derive(Clone, Debug, Serialize)]
struct Folder {
    folder: &'static str,
    name: &'static str,
    about: &'static str,
    count: usize,
}

#[derive(Debug, Serialize)]
struct Found {
    folder_name: &'static str,
    #[serde(flatten)]
    listed: Listed,
}

#[derive(Debug, Serialize)]
struct Overview {
    q: String,
    found: Vec<Found>,
    folders: Vec<Folder>,
    digest: String,
    oldest_checked: String,
    stale: usize,
    gaps: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Listed {
    id: String,
    title: String,
    text: String,
    href: String,
    checked: Option<String>,
    confidence: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    q: String,
    page: Option<usize>,
}

fn named(visit: &Visit, folder: &str, count: usize) -> Result<Folder, Problem> {
    let known = FOLDERS.iter().find(|(known, _, _)| *known == folder).ok_or_else(Problem::missing)?;
    let say = |[zh, en]: [&'static str; 2]| if visit.lang() == Lang::Zh { zh } else { en };
    Ok(Folder { folder: known.0, name: say(known.1), about: say(known.2), count })
}

fn text_of(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn listed(folder: &str, id: &str, value: &Value, lang: Lang) -> Listed {
    let list = |key: &str| value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let facts = ["hotlines", "numbers", "domains"].iter().flat_map(|key| list(key));
    let facts: Vec<String> = facts.take(5).map(|value| plain(value, lang)).collect();
    let text = if facts.is_empty() {
        let told = ["about", "pattern", "rule", "competent", "scope", "why"].iter().find_map(|key| value.get(*key));
        told.map(|value| plain(value, lang)).unwrap_or_default()
    } else {
        facts.join(" · ")
    };
    Listed {
        id: id.to_owned(),
        title: headline(value, lang),
        text: text.chars().take(120).collect(),
        href: format!("/knowledge/{folder}/{id}"),
        checked: text_of(value, "checked"),
        confidence: text_of(value, "confidence"),
    }
}

/// `GET /knowledge?q=`.
pub async fn overview(visit: Visit, Query(wanted): Query<Wanted>) -> Reply {
    let worker = visit.clone();
    let overview = aside(move || {
        let knowledge = &worker.server.judge.index().knowledge;
        let all = folders(&knowledge.library);
        let mut shown = Vec::new();
        for (name, _, _) in &FOLDERS {
            let count = all.iter().find(|(folder, _)| folder == name).map_or(0, |(_, entries)| entries.len());
            shown.push(named(&worker, name, count)?);
        }
        let q = wanted.q.trim().to_owned();
        let found = if q.is_empty() { Vec::new() } else { found(&worker, &all, &q) };
        let dates: Vec<String> =
            all.iter().flat_map(|(_, entries)| entries).filter_map(|(_, value)| text_of(value, "checked")).collect();
        let today = jiff::Timestamp::now().as_second().div_euclid(86_400);
        let is_stale = |date: &&String| {
            date.parse::<jiff::civil::Date>().is_ok_and(|date| {
                let since = jiff::civil::date(1970, 1, 1);
                since.until(date).is_ok_and(|span| today - i64::from(span.get_days()) > STALE_DAYS)
            })
        };
        let gaps = knowledge.library.parameter.values().filter_map(|parameter| parameter.gap.as_ref());
        Ok(Overview {
            found,
            q,
            folders: shown,
            digest: knowledge.digest.clone(),
            oldest_checked: dates.iter().min().cloned().unwrap_or_default(),
            stale: dates.iter().filter(is_stale).count(),
            gaps: gaps.map(|gap| gap.note.get(worker.lang()).to_owned()).collect(),
        })
    })
    .await?;
    visit.show("page/knowledge.html", ["知识", "Knowledge"], &overview)
}

fn found(visit: &Visit, all: &[crate::command::knowledge::Folder], q: &str) -> Vec<Found> {
    let folded = q.to_lowercase();
    let lang = visit.lang();
    let mut found = Vec::new();
    for (name, _, _) in &FOLDERS {
        let Some((_, entries)) = all.iter().find(|(folder, _)| folder == name) else { continue };
        // Rules, words and kinds are how the program works; who searches looks for the world.
        if matches!(*name, "rule" | "lexicon" | "kind" | "advice") {
            continue;
        }
        for (id, value) in
            entries.iter().filter(|(id, value)| *id == folded || value.to_string().to_lowercase().contains(&folded))
        {
            if let Ok(folder) = named(visit, name, 0) {
                found.push(Found { folder_name: folder.name, listed: listed(name, id, value, lang) });
            }
        }
    }
    found.sort_by_key(|found| !found.listed.title.to_lowercase().contains(&folded));
    found.truncate(MOST_FOUND);
    found
}

#[derive(Debug, Serialize)]
struct Entries {
    folder: Folder,
    q: String,
    entries: Vec<Listed>,
    pages: Pager,
}

/// `GET /knowledge/FOLDER`.
pub async fn list(visit: Visit, Path(name): Path<String>, Query(wanted): Query<Wanted>) -> Reply {
    let worker = visit.clone();
    let shown = aside(move || {
        let library = &worker.server.judge.index().knowledge.library;
        let entries = folder(library, &name).ok_or_else(Problem::missing)?;
        let folder = named(&worker, &name, entries.len())?;
        let q = wanted.q.trim().to_lowercase();
        let fits = |(id, value): &&(String, Value)| {
            q.is_empty() || id.contains(&q) || value.to_string().to_lowercase().contains(&q)
        };
        let fitting: Vec<&(String, Value)> = entries.iter().filter(fits).collect();
        let query = serde_urlencoded::to_string([("q", wanted.q.trim())]).unwrap_or_default();
        let address = if q.is_empty() { format!("/knowledge/{name}?") } else { format!("/knowledge/{name}?{query}&") };
        let pages = Pager::new(wanted.page.unwrap_or(1), EACH_PAGE, fitting.len(), &address);
        let entries = fitting
            .into_iter()
            .skip(pages.offset(EACH_PAGE))
            .take(EACH_PAGE)
            .map(|(id, value)| listed(&name, id, value, worker.lang()))
            .collect();
        Ok(Entries { folder, q: wanted.q, entries, pages })
    })
    .await?;
    visit.show("page/knowledge_list.html", ["知识", "Knowledge"], &shown)
}

#[derive(Debug, Serialize)]
struct Single {
    entry: Entry,
}

#[derive(Debug, Serialize)]
struct Entry {
    folder: &'static str,
    folder_name: &'static str,
    id: String,
    title: String,
    lead: Option<String>,
    level: Vec<String>,
    fields: Vec<Field>,
    articles: Vec<Article>,
    values: Vec<Dated>,
    origin: Option<Origin>,
}

#[derive(Debug, Serialize)]
struct Field {
    name: &'static str,
    label: &'static str,
    values: Vec<Linked>,
}

#[derive(Debug, Serialize)]
struct Linked {
    text: String,
    href: Option<String>,
}

#[derive(Debug, Serialize)]
struct Article {
    number: String,
    heading: String,
    summary: String,
    note: Option<String>,
    in_force: String,
    until: Option<String>,
}

#[derive(Debug, Serialize)]
struct Dated {
    from: String,
    until: Option<String>,
    text: String,
    source: Option<String>,
}

#[derive(Debug, Serialize)]
struct Origin {
    source: String,
    checked: String,
    confidence: String,
}

/// `GET /knowledge/FOLDER/ID`.
pub async fn entry(visit: Visit, Path((name, id)): Path<(String, String)>) -> Reply {
    let worker = visit.clone();
    let single = aside(move || {
        let library = &worker.server.judge.index().knowledge.library;
        let entries = folder(library, &name).ok_or_else(Problem::missing)?;
        let (id, value) = entries.into_iter().find(|(known, _)| *known == id).ok_or_else(Problem::missing)?;
        let folder = named(&worker, &name, 0)?;
        let lang = worker.lang();
        let lead = LEADS
            .iter()
            .find_map(|key| value.get(*key))
            .map(|value| plain(value, lang))
            .filter(|text| !text.is_empty());
        let level = value.get("level").and_then(Value::as_array).cloned().unwrap_or_default();
        Ok(Single {
            entry: Entry {
                folder: folder.folder,
                folder_name: folder.name,
                title: headline(&value, lang),
                lead,
                level: level.iter().filter_map(|level| level.as_str().map(str::to_owned)).collect(),
                fields: fields(library, &value, lang),
                articles: articles(library, &id, &name, lang),
                values: values(&value),
                origin: origin(&value),
                id,
            },
        })
    })
    .await?;
    visit.show("page/knowledge_entry.html", ["知识", "Knowledge"], &single)
}

fn origin(value: &Value) -> Option<Origin> {
    Some(Origin {
        source: text_of(value, "source")?,
        checked: text_of(value, "checked")?,
        confidence: text_of(value, "confidence")?,
    })
}

fn fields(library: &Library, value: &Value, lang: Lang) -> Vec<Field> {
    let mut fields = Vec::new();
    for (name, [zh, en]) in LABELS {
        let Some(given) = value.get(name) else { continue };
        let items: Vec<&Value> = match given {
            Value::Array(list) => list.iter().collect(),
            Value::Null => Vec::new(),
            one => vec![one],
        };
        let values: Vec<Linked> = items
            .into_iter()
            .map(|item| linked(library, name, item, lang))
            .filter(|linked| !linked.text.is_empty())
            .collect();
        if !values.is_empty() {
            fields.push(Field { name, label: if lang == Lang::Zh { zh } else { en }, values });
        }
    }
    fields
}

fn linked(library: &Library, name: &str, item: &Value, lang: Lang) -> Linked {
    let text = plain(item, lang);
    match name {
        "hotlines" | "numbers" => Linked {
            href: Some(format!("/number?q={text}")).filter(|_| text.chars().all(|c| c.is_ascii_digit())),
            text,
        },
        "cites" => Linked { href: href(library, &text), text: report::citation(library, &text, lang).unwrap_or(text) },
        "channels" => {
            let named = library.channel.get(&text).map(|channel| channel.name.get(lang).to_owned());
            Linked { href: named.as_ref().map(|_| format!("/knowledge/channel/{text}")), text: named.unwrap_or(text) }
        }
        "members" | "lenders" => {
            let named = library.institution.get(&text).map(|known| known.name.clone());
            Linked {
                href: named.as_ref().map(|_| format!("/knowledge/institution/{text}")),
                text: named.unwrap_or(text),
            }
        }
        "advice" => {
            let told = library.advice.get(&text).map(|advice| advice.text.get(lang).to_owned());
            Linked { href: None, text: told.unwrap_or(text) }
        }
        _ => Linked { href: None, text },
    }
}

fn articles(library: &Library, id: &str, folder: &str, lang: Lang) -> Vec<Article> {
    let Some(law) = library.law.get(id).filter(|_| folder == "law") else { return Vec::new() };
    let heading = |number: &str| match (number, lang) {
        ("whole", Lang::Zh) => "整部".to_owned(),
        ("whole", Lang::En) => "As a whole".to_owned(),
        (number, Lang::Zh) => match number.split_once('-') {
            Some((article, item)) => format!("第{article}条之{item}"),
            None => format!("第{number}条"),
        },
        (number, Lang::En) => format!("Article {number}"),
    };
    let articles = law.article.iter().map(|article| Article {
        heading: heading(&article.number),
        number: article.number.clone(),
        summary: article.summary.get(lang).to_owned(),
        note: article.note.as_ref().map(|note| note.get(lang).to_owned()),
        in_force: article.in_force.unwrap_or(law.in_force).to_string(),
        until: article.until.map(|until| until.to_string()),
    });
    articles.collect()
}

fn values(value: &Value) -> Vec<Dated> {
    let list = value.get("value").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let dated = list.iter().map(|value| Dated {
        from: text_of(value, "from").unwrap_or_default(),
        until: text_of(value, "until"),
        text: ["value", "formula"]
            .iter()
            .filter_map(|key| value.get(*key))
            .map(|value| plain(value, Lang::Zh))
            .find(|text| !text.is_empty())
            .unwrap_or_default(),
        source: text_of(value, "source"),
    });
    dated.collect()
}

#[derive(Debug, Serialize)]
struct Looked {
    q: String,
    answer: Option<Answer>,
}

#[derive(Debug, Serialize)]
struct Answer {
    number: String,
    class: &'static str,
    text: String,
    range: Option<Range>,
    owners: Vec<Owner>,
    messages: usize,
    origin: Option<Origin>,
}

#[derive(Debug, Serialize)]
struct Range {
    prefix: String,
    title: String,
    holder: Option<String>,
    note: Option<String>,
}

#[derive(Debug, Serialize)]
struct Owner {
    id: String,
    name: String,
    how: String,
    href: String,
}

/// `GET /number?q=`.
pub async fn number(visit: Visit, Query(wanted): Query<Wanted>) -> Reply {
    let worker = visit.clone();
    let looked = aside(move || {
        let q = wanted.q.trim().to_owned();
        if q.chars().count() > 64 {
            return Err(Problem::unusable("号码太长。", "the number is too long"));
        }
        let answer = if q.is_empty() { None } else { Some(answer(&worker, &q)?) };
        Ok(Looked { q, answer })
    })
    .await?;
    visit.show("page/number.html", ["这是谁的号码", "Whose number is this"], &looked)
}

fn answer(visit: &Visit, q: &str) -> Result<Answer, Problem> {
    let server: &Server = &visit.server;
    let lang = visit.lang();
    let index = server.judge.index();
    let library = &index.knowledge.library;
    let message = Message { body: "-", sender: Some(q), received: None };
    let class = server.judge.judge(&message, &mut Scratch::default()).sender.class;
    let number = intake::normalise_sender(q);
    let holders = index.numbers.get(&number).cloned().unwrap_or_default();
    let mut owners = Vec::new();
    let mut origin = None;
    for at in holders {
        let id = &index.institutions[usize::from(at)].id;
        let Some(document) = library.institution.get(id) else { continue };
        let how = match (document.hotlines.contains(&number), lang) {
            (true, Lang::Zh) => "热线",
            (true, Lang::En) => "hotline",
            (false, Lang::Zh) => "发短信的号码",
            (false, Lang::En) => "sends messages",
        };
        let value = serde_json::to_value(document)?;
        origin = origin.or_else(|| self::origin(&value));
        owners.push(Owner {
            id: id.clone(),
            name: document.name.clone(),
            how: how.to_owned(),
            href: format!("/knowledge/institution/{id}"),
        });
    }
    let plans = library.number_plan.values();
    let ranges = plans.flat_map(|plan| plan.range.iter().map(move |range| (plan, range)));
    let range =
        ranges.filter(|(_, range)| number.starts_with(&range.prefix)).max_by_key(|(_, range)| range.prefix.len());
    let shown = range.map(|(plan, range)| Range {
        prefix: range.prefix.clone(),
        title: plan.title.get(lang).to_owned(),
        holder: range.holder.as_ref().map(|holder| plain(&serde_json::to_value(holder).unwrap_or_default(), lang)),
        note: range.note.as_ref().map(|note| plain(&serde_json::to_value(note).unwrap_or_default(), lang)),
    });
    if origin.is_none()
        && let Some((plan, _)) = range
    {
        origin = self::origin(&serde_json::to_value(plan)?);
    }
    let filter = inbox::Filter { sender: Some(number.clone()), ..inbox::Filter::default() };
    let messages = super::inbox::open(server)?.map(|inbox| inbox.count(&filter)).transpose()?.unwrap_or_default();
    let text = if owners.is_empty() {
        visit.say("从号码本身看不出是谁。", "The number itself does not tell who it is.")
    } else {
        visit.say(
            "名单里登记着这个号码。短信显示这个号码，只算一条支持。",
            "The number is listed. That a message shows it is only some support.",
        )
    };
    Ok(Answer { number, class: class.id(), text: text.to_owned(), range: shown, owners, messages, origin })
}
