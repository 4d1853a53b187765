//! The model clause of evidence: its text, and what was issued of it.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use xinju_model::clause as model;
use xinju_service::clause as service;
use xinju_service::service::Service;

use crate::graphql::context::call;
use crate::graphql::scalars::DateTime;

/// The model clause as it reads now.
pub(crate) struct Clause(service::Clause);

/// The model clause as it reads now.
#[Object]
impl Clause {
    /// In Chinese: the text that counts.
    async fn chinese(&self) -> &str {
        &self.0.chinese
    }
    /// In English, for readers.
    async fn english(&self) -> &str {
        &self.0.english
    }
    /// Both, as they would be issued.
    async fn whole(&self) -> String {
        self.0.whole()
    }
    /// SHA-256 of `whole` (UTF-8), in hexadecimal.
    async fn sha256(&self) -> &str {
        &self.0.sha256
    }
}

/// A text of the clause that was written into the ledger.
pub(crate) struct IssuedClause(model::IssuedClause);

/// A text of the clause that was written into the ledger.
#[Object]
impl IssuedClause {
    /// The event that holds the text.
    async fn event(&self) -> ID {
        self.0.entry.to_string().into()
    }
    async fn issued_at(&self) -> DateTime {
        self.0.at.into()
    }
    /// By whom, by the name of then.
    async fn issued_by(&self) -> &str {
        &self.0.by
    }
    /// SHA-256 of the text (UTF-8), in hexadecimal.
    async fn sha256(&self) -> &str {
        &self.0.sha256
    }
}

/// What was issued.
#[derive(SimpleObject)]
pub(crate) struct IssueClausePayload {
    issued: IssuedClause,
}

/// Questions about the clause.
#[derive(Default)]
pub(crate) struct ClauseQuery;

#[Object]
impl ClauseQuery {
    /// The model clause with the fingerprints of now.
    async fn clause(&self, context: &Context<'_>) -> Result<Clause> {
        Ok(Clause(call(context, Service::clause).await?))
    }

    /// Texts of it that were written into the ledger, the newest first.
    async fn issued_clauses(&self, context: &Context<'_>) -> Result<Vec<IssuedClause>> {
        Ok(call(context, Service::issued_clauses).await?.into_iter().map(IssuedClause).collect())
    }
}

/// The verb of the clause.
#[derive(Default)]
pub(crate) struct ClauseMutation;

#[Object]
impl ClauseMutation {
    /// Writes the clause as it reads now into the ledger. Sensitive: see `confirmIdentity`.
    async fn issue_clause(&self, context: &Context<'_>) -> Result<IssueClausePayload> {
        let issued = IssuedClause(call(context, Service::issue_clause).await?);
        Ok(IssueClausePayload { issued })
    }
}
