//! Measurements, run by hand: `XINJU_MEASURE=FILE[,REPEATS] cargo test -p xinju-search measure -- --ignored --nocapture`.
//! FILE is plain NDJSON of decrypted WeCom messages. Figures are ratios within one run; nothing is asserted.

use std::collections::HashMap;
use std::time::Instant;

use tantivy::Directory;
use tantivy::directory::RamDirectory;
use xinju_model::facts::facts;
use xinju_model::message::MessageKind;
use xinju_model::record::Format;

use super::tests::NoNames;
use super::*;
use crate::query::{Filter, parse};

/// A message, ready to be indexed again and again.
struct Sample {
    at: i64,
    conversation: Option<ConversationId>,
    from: Option<String>,
    to: Vec<String>,
    text: String,
}

fn samples(path: &str) -> Vec<Sample> {
    let file = fs::read_to_string(path).expect("the file of XINJU_MEASURE");
    let read = |line: &str| {
        let facts = facts(Format::WecomJson, "corp", line.as_bytes());
        Sample {
            at: facts.sent_at.map_or(0, |at| at.0),
            conversation: facts.conversation.map(|conversation| conversation.id),
            from: facts.from,
            to: facts.to,
            text: facts.text.unwrap_or_default(),
        }
    };
    file.split('\n').filter(|line| !line.is_empty()).map(read).collect()
}

fn documents(samples: &[Sample], repeats: usize) -> impl Iterator<Item = Document> + '_ {
    let span = samples.iter().map(|sample| sample.at).max().unwrap_or(0)
        - samples.iter().map(|sample| sample.at).min().unwrap_or(0);
    let all = (0..repeats).flat_map(move |repeat| samples.iter().map(move |sample| (repeat, sample)));
    all.zip(0..).map(move |((repeat, sample), entry)| {
        let repeat = i64::try_from(repeat).expect("few");
        let mut conversation = sample.conversation;
        if let Some(id) = &mut conversation {
            id.0[..8].iter_mut().zip(repeat.to_be_bytes()).for_each(|(to, from)| *to ^= from);
        }
        Document {
            entry: EntryIndex(entry),
            at: Timestamp(sample.at + repeat * (span + 1)),
            conversation,
            from: sample.from.clone(),
            to: sample.to.clone(),
            kind: MessageKind::Text,
            channel: Channel::Wecom,
            has_attachment: false,
            files: Vec::new(),
            text: sample.text.clone(),
        }
    })
}

/// Seconds of processor time of all threads; steadier than the clock on a busy machine.
fn processor_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn fill(opened: &mut Opened, samples: &[Sample], repeats: usize) -> String {
    let (begin, processor) = (Instant::now(), processor_seconds());
    let mut documents = documents(samples, repeats).peekable();
    let commit_every = env("COMMIT_EVERY", usize::MAX);
    let mut added = 0;
    while documents.peek().is_some() {
        opened.0.add(documents.by_ref().take(1_000).map(Indexable::from)).expect("add");
        added += 1_000;
        if added >= commit_every {
            opened.0.commit(1).expect("commit");
            opened.1.reload().expect("reload");
            added = 0;
        }
    }
    opened.0.commit(1).expect("commit");
    let seconds = begin.elapsed().as_secs_f64();
    opened.1.reload().expect("reload");
    #[allow(clippy::cast_precision_loss, reason = "a figure for people")]
    let count = (samples.len() * repeats) as f64;
    format!(
        "{:.0} messages/s, {:.0} messages a processor second",
        count / seconds,
        count / (processor_seconds() - processor)
    )
}

fn env(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let lines = status.lines().filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM"));
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join(", ")
}

fn time_queries(reader: &Reader, conversation: &ConversationId) {
    let conversation = Query::Filter(Filter::Conversation(conversation.to_string()));
    let named = [("conversation", conversation)];
    let texts = std::env::var("XINJU_MEASURE_QUERIES").unwrap_or_else(|_| {
        "酒店;推荐一家;人均消费100-150元的餐馆;的;5元;50元;好;ct;a*;*;kind:text 酒店;酒店 -推荐;酒店 OR 餐馆;没有这个词组".to_owned()
    });
    let texts: Vec<String> = texts.split(';').map(str::to_owned).collect();
    let queries: HashMap<usize, (String, Query)> = texts
        .into_iter()
        .map(|text| (text.clone(), parse(&text, 0).expect("query")))
        .chain(named.into_iter().map(|(name, query)| (name.to_owned(), query)))
        .enumerate()
        .collect();
    for number in 0..queries.len() {
        let (name, query) = &queries[&number];
        for (order, count) in
            [(Order::Newest, false), (Order::Newest, true), (Order::Oldest, true), (Order::Relevance, true)]
        {
            let mut times = Vec::new();
            let mut total = None;
            for _ in 0..11 {
                let request = Request {
                    query,
                    scope: &Scope::Everything,
                    masked: false,
                    order,
                    after: None,
                    offset: 0,
                    limit: 20,
                    count,
                };
                let begin = Instant::now();
                total = reader.search(&request, &NoNames).expect("search").total;
                times.push(begin.elapsed().as_micros());
            }
            let first = times[0];
            times.sort_unstable();
            println!(
                "{name:<24} {order:?} count={count} first {first} us, median {} us, max {} us, hits {total:?}",
                times[5], times[10]
            );
        }
    }
}

#[test]
#[ignore = "a measurement"]
fn measure() {
    let setting = std::env::var("XINJU_MEASURE").expect("XINJU_MEASURE=FILE[,REPEATS]");
    let (path, repeats) = setting.split_once(',').unwrap_or((&setting, "1"));
    let repeats: usize = repeats.parse().expect("a number");
    let samples = samples(path);
    println!("{} messages, {}", samples.len() * repeats, memory());
    let options = IndexOptions {
        threads: env("THREADS", IndexOptions::default().threads),
        writer_bytes: env("WRITER_MB", 100) * 1_000_000,
        ..IndexOptions::default()
    };
    if std::env::var("RAW").is_ok() {
        let mut raw = open_on(Box::new(RamDirectory::create()) as Box<dyn Directory>, options).expect("open");
        println!("raw, in memory: {}, {}", fill(&mut raw, &samples, repeats), memory());
    }
    let folder = tempfile::TempDir::new().expect("folder");
    let sealer = Sealer::new(&[7; 32]).expect("a key");
    let mut sealed = super::open(folder.path(), &sealer, options).expect("open");
    println!("sealed, on disk: {}, {}", fill(&mut sealed, &samples, repeats), memory());
    let mut bytes: HashMap<String, u64> = HashMap::new();
    for entry in fs::read_dir(folder.path()).expect("folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        *bytes.entry(name.rsplit('.').next().unwrap_or_default().to_owned()).or_default() +=
            entry.metadata().expect("file").len();
    }
    println!("bytes {bytes:?}, {} a message", bytes.values().sum::<u64>() / (samples.len() * repeats) as u64);
    let conversation = samples.iter().find_map(|sample| sample.conversation).expect("a conversation");
    time_queries(&sealed.1, &conversation);
    println!("{}", memory());
}
