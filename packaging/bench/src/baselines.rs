//! What we measure against: each engine alone, given the messages in memory, with nothing else to do.

use std::path::Path;
use std::time::{Duration, Instant};

use redb::{Database, TableDefinition};
use rusqlite::Connection;
use tantivy::schema::{FAST, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};
use tantivy::{Index, TantivyDocument};

use crate::Outcome;
use crate::corpus::{Corpus, Line};
use crate::machine::bytes_of;

/// Memory of Tantivy's writer, in bytes.
const WRITER_BYTES: usize = 128 * 1024 * 1024;
/// Messages a block, and a transaction.
const BLOCK: usize = 1_000;
/// Level of zstd for blocks.
const LEVEL: i32 = 3;
const BLOCKS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("blocks");

/// What an engine did.
pub(crate) struct Baseline {
    /// Its name and what it was asked to do.
    pub(crate) name: String,
    /// How long it took until everything was durable.
    pub(crate) took: Duration,
    /// What it left on the disk.
    pub(crate) bytes: u64,
}

/// All engines, one after the other.
pub(crate) fn all(corpus: &Corpus, folder: &Path, threads: usize) -> Outcome<Vec<Baseline>> {
    let lines = corpus.lines()?;
    let mut measured = Vec::new();
    let threads_name = if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") };
    let runs: [(String, &str, &dyn Fn(&Path) -> Outcome<()>); 3] = [
        (format!("Tantivy, same analyzer, {threads_name}: text, time, id; one commit"), "tantivy", &|path| {
            tantivy(&lines, path, threads)
        }),
        (format!("redb, zstd blocks of {BLOCK}: a durable transaction each; not searchable"), "redb", &|path| {
            redb(&lines, path)
        }),
        (format!("SQLite FTS5 trigram, WAL, synchronous=FULL: a transaction for {BLOCK}"), "sqlite", &|path| {
            sqlite(&lines, path)
        }),
    ];
    for (name, room, engine) in runs {
        let path = folder.join(room);
        std::fs::create_dir(&path)?;
        let began = Instant::now();
        engine(&path)?;
        let took = began.elapsed();
        measured.push(Baseline { name, took, bytes: bytes_of(&path) });
        std::fs::remove_dir_all(&path)?;
    }
    Ok(measured)
}

fn tantivy(lines: &[Line], folder: &Path, threads: usize) -> Outcome<()> {
    let mut schema = Schema::builder();
    let words =
        TextFieldIndexing::default().set_tokenizer("xinju").set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(words));
    let column = NumericOptions::default() | FAST;
    let at = schema.add_i64_field("at", column.clone());
    let entry = schema.add_u64_field("entry", column);
    let tokenizers = TokenizerManager::default();
    tokenizers.register("xinju", TextAnalyzer::from(xinju_search::analyzer::Analyzer::default()));
    let index = Index::builder().schema(schema.build()).tokenizers(tokenizers).create_in_dir(folder)?;
    let mut writer = index.writer_with_num_threads(threads, WRITER_BYTES)?;
    for (place, line) in (0_u64..).zip(lines) {
        let mut document = TantivyDocument::default();
        document.add_text(text, &line.text);
        document.add_i64(at, line.at);
        document.add_u64(entry, place);
        writer.add_document(document)?;
    }
    writer.commit()?;
    Ok(())
}

fn redb(lines: &[Line], folder: &Path) -> Outcome<()> {
    let database = Database::create(folder.join("blocks.redb"))?;
    for (number, block) in (0_u64..).zip(lines.chunks(BLOCK)) {
        let mut plain = Vec::new();
        for line in block {
            plain.extend_from_slice(line.original.as_bytes());
            plain.push(b'\n');
        }
        let sealed = zstd::bulk::compress(&plain, LEVEL)?;
        let write = database.begin_write()?;
        write.open_table(BLOCKS)?.insert(number, sealed.as_slice())?;
        write.commit()?;
    }
    Ok(())
}

fn sqlite(lines: &[Line], folder: &Path) -> Outcome<()> {
    let mut database = Connection::open(folder.join("messages.sqlite"))?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    database.pragma_update(None, "synchronous", "FULL")?;
    database.execute_batch(
        "CREATE TABLE messages (entry INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, original TEXT NOT NULL);
         CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='trigram');",
    )?;
    let mut place = 0_i64;
    for block in lines.chunks(BLOCK) {
        let write = database.transaction()?;
        {
            let mut message = write.prepare_cached("INSERT INTO messages VALUES (?1, ?2, ?3, ?4)")?;
            let mut words = write.prepare_cached("INSERT INTO words (rowid, text) VALUES (?1, ?2)")?;
            for line in block {
                place += 1;
                message.execute((place, &line.id, line.at, &line.original))?;
                words.execute((place, &line.text))?;
            }
        }
        write.commit()?;
    }
    database.pragma_update(None, "wal_checkpoint", "TRUNCATE")?;
    Ok(())
}
