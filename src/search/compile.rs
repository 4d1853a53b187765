//! A query as written becomes a query of the engine: names resolved, permissions added, times turned into a span.

use std::collections::HashSet;

use tantivy::query::doc_predicate_query::{DocPredicateQuery, FunctionPredicate};
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query as Engine, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, SegmentReader, Term};
use xinju_model::access::Scope;
use xinju_model::channel::Channel;
use xinju_model::facts::wecom_key;
use xinju_model::id::{ConversationId, EntryIndex};

use crate::either::EitherQuery;
use crate::index::Names;
use crate::piece::{Part, PartTerms, Piece};
use crate::query::{Filter, Query};
use crate::schema::{Fields, Mark};
use crate::span::{Columns, Span, SpanQuery};
use crate::spread::SpreadQuery;

/// What the engine is asked.
pub(crate) struct Plan {
    /// Which documents; none where every document of the span is meant.
    pub(crate) engine: Option<Box<dyn Engine>>,
    /// The stretch of time.
    pub(crate) span: Span,
}

/// What compiling needs to know.
pub(crate) struct Compiler<'a> {
    pub(crate) fields: Fields,
    pub(crate) names: &'a dyn Names,
    /// Whether words are looked for outside of personal data only.
    pub(crate) masked: bool,
}

impl Compiler<'_> {
    /// The plan of a query for somebody who may see `scope`.
    pub(crate) fn plan(&self, query: &Query, scope: &Scope) -> Plan {
        let mut span = Span::ALL;
        let mut clauses = Vec::new();
        match scope {
            // Some conversations are not a clause: they are bits that every walk looks at (see `crate::scope`).
            Scope::Everything | Scope::Conversations(_) => {}
            Scope::Nothing => clauses.push((Occur::Must, nothing())),
        }
        self.add_all(std::slice::from_ref(query), &mut span, &mut clauses);
        Plan { engine: (!clauses.is_empty()).then(|| all_of(clauses)), span }
    }

    /// Adds queries that must all hold. Times narrow the span instead of becoming clauses.
    fn add_all(&self, queries: &[Query], span: &mut Span, clauses: &mut Vec<(Occur, Box<dyn Engine>)>) {
        for query in queries {
            match query {
                Query::All => {}
                Query::And(parts) => self.add_all(parts, span, clauses),
                Query::Filter(Filter::Before(moment)) => *span = span.and(Span { until: moment.0, ..Span::ALL }),
                Query::Filter(Filter::After(moment)) => *span = span.and(Span { from: moment.0, ..Span::ALL }),
                Query::Not(inner) => clauses.push((Occur::MustNot, self.engine(inner))),
                Query::Text { .. } | Query::Filter(_) | Query::Or(_) => clauses.push((Occur::Must, self.engine(query))),
            }
        }
    }

    fn engine(&self, query: &Query) -> Box<dyn Engine> {
        match query {
            Query::All => Box::new(AllQuery),
            Query::Text { text, prefix } => self.text(text, *prefix),
            Query::Filter(filter) => unscored(self.filter(filter)),
            Query::And(parts) => {
                let mut span = Span::ALL;
                let mut clauses = Vec::new();
                self.add_all(parts, &mut span, &mut clauses);
                if span != Span::ALL {
                    clauses.push((Occur::Must, Box::new(SpanQuery(span))));
                }
                all_of(clauses)
            }
            Query::Or(parts) => {
                Box::new(BooleanQuery::new(parts.iter().map(|part| (Occur::Should, self.engine(part))).collect()))
            }
            Query::Not(inner) => all_of(vec![(Occur::MustNot, self.engine(inner))]),
        }
    }

    /// Words, in what all may search or else in whole texts. Who may not see personal data asks the former alone, so that neither hits nor scores nor
    /// the time that it takes depend on it; and because this is done for each word, NOT means the same for everybody.
    fn text(&self, text: &str, prefix: bool) -> Box<dyn Engine> {
        let parts = Piece::new(text, prefix).map(|piece| piece.parts()).unwrap_or_default();
        let open = words(self.fields.text, parts.clone());
        if self.masked { open } else { Box::new(EitherQuery::new(open, words(self.fields.whole, parts))) }
    }

    fn filter(&self, filter: &Filter) -> Box<dyn Engine> {
        match filter {
            Filter::From(value) => self.any_of(self.everybody(value).iter().map(|id| Mark::From(id))),
            Filter::To(value) => self.any_of(self.everybody(value).iter().map(|id| Mark::To(id))),
            Filter::Staff(value) => self.either_end(&self.names.staff(value)),
            Filter::Customer(value) => self.either_end(&self.names.customers(value)),
            Filter::Conversation(value) => {
                let id = ConversationId::parse(value).ok();
                self.any_of(id.iter().map(Mark::Conversation))
            }
            Filter::Kind(kind) => self.any_of([Mark::Kind(*kind)].into_iter()),
            Filter::Channel(value) => {
                let channel = (value == Channel::Wecom.name()).then_some(Channel::Wecom);
                self.any_of(channel.into_iter().map(Mark::Channel))
            }
            Filter::HasAttachment => self.any_of([Mark::Attachment].into_iter()),
            Filter::Before(moment) => Box::new(SpanQuery(Span { until: moment.0, ..Span::ALL })),
            Filter::After(moment) => Box::new(SpanQuery(Span { from: moment.0, ..Span::ALL })),
            Filter::Recalled => entries(self.names.recalled()),
            Filter::Marked(marks) => any_term(marks.iter().map(|mark| self.fields.marked(mark))),
        }
    }

    /// Whoever a value names, on either side; and the value itself, for ids that no directory lists.
    fn everybody(&self, value: &str) -> Vec<String> {
        let mut ids = self.names.staff(value);
        ids.extend(self.names.customers(value));
        ids.extend([value.to_owned(), wecom_key(value)]);
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn either_end(&self, ids: &[String]) -> Box<dyn Engine> {
        self.any_of(ids.iter().flat_map(|id| [Mark::From(id), Mark::To(id)]))
    }

    fn any_of<'m>(&self, marks: impl Iterator<Item = Mark<'m>>) -> Box<dyn Engine> {
        any_term(marks.map(|mark| self.fields.mark_term(mark)))
    }
}

/// Documents in a field of which all parts stand at their places.
fn words(field: Field, parts: Vec<Part>) -> Box<dyn Engine> {
    let one = |part: &Part| match &part.terms {
        PartTerms::One(term) => Some((part.place as usize, Term::from_field_text(field, term))),
        PartTerms::Beginning(_) => None,
    };
    match parts.iter().map(one).collect::<Option<Vec<_>>>() {
        None => Box::new(SpreadQuery::new(field, parts)),
        Some(mut terms) if terms.len() < 2 => {
            terms.pop().map_or_else(nothing, |(_, term)| Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)))
        }
        Some(terms) => Box::new(PhraseQuery::new_with_offset(terms)),
    }
}

/// Documents with any of these terms.
fn any_term(terms: impl Iterator<Item = Term>) -> Box<dyn Engine> {
    let mut queries: Vec<Box<dyn Engine>> =
        terms.map(|term| Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Engine>).collect();
    match queries.len() {
        0 => nothing(),
        1 => queries.pop().unwrap_or_else(nothing),
        _ => Box::new(BooleanQuery::union(queries)),
    }
}

fn nothing() -> Box<dyn Engine> {
    Box::new(EmptyQuery)
}

/// Filters choose; they do not make a hit better.
fn unscored(query: Box<dyn Engine>) -> Box<dyn Engine> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

/// All clauses together. Where all of them exclude, they exclude from everything.
fn all_of(mut clauses: Vec<(Occur, Box<dyn Engine>)>) -> Box<dyn Engine> {
    if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
        clauses.push((Occur::Must, unscored(Box::new(AllQuery))));
    }
    match clauses.pop() {
        Some((Occur::Must, only)) if clauses.is_empty() => only,
        Some(last) => {
            clauses.push(last);
            Box::new(BooleanQuery::new(clauses))
        }
        None => nothing(),
    }
}

/// Documents of these entries, found by their column.
fn entries(entries: Vec<EntryIndex>) -> Box<dyn Engine> {
    if entries.is_empty() {
        return nothing();
    }
    let wanted: std::sync::Arc<HashSet<u64>> = std::sync::Arc::new(entries.into_iter().map(|entry| entry.0).collect());
    Box::new(DocPredicateQuery::from(FunctionPredicate::from(move |reader: &SegmentReader| {
        let columns = Columns::open(reader)?;
        let wanted = std::sync::Arc::clone(&wanted);
        Ok(move |doc: DocId| wanted.contains(&columns.entry(doc)))
    })))
}
