//! The GraphQL schema: one file a noun, with its types, inputs, queries and mutations.
//!
//! Types are thin shells around what the service returns. Nothing here decides who may see what: [`context::call`] asks
//! for a signed-in viewer and hands it to the use case, which asks the policy.

mod approval;
mod body;
mod case;
mod clause;
mod context;
mod conversation;
mod customer;
mod error;
mod factor;
mod handover;
mod handover_form;
mod import;
mod invitation;
mod ledger;
mod mark;
mod media;
mod message;
mod node;
mod operation;
mod overview;
mod package;
mod page;
mod party;
mod passkey;
mod people;
mod personal;
mod policy;
mod preview;
mod proof;
mod receipt;
mod role;
mod scalars;
mod seal_key;
mod search;
mod service_account;
mod setup;
mod sign_on;
mod size;
mod staff;
mod stamp;
mod system;
mod token;
mod trail;
mod upload;
mod user;
mod viewer;

use async_graphql::{MergedObject, MergedSubscription, SDLExportOptions, Schema};
use xinju_model::limits::{GRAPHQL_COMPLEXITY_MAX, GRAPHQL_DEPTH_MAX};

pub(crate) use context::Door;
pub(crate) use error::{finish, refusal};
pub(crate) use receipt::Receipts;
pub(crate) use upload::{PLACEHOLDER, Uploaded, Uploads};

/// Recursion of the parser and validator. 32 lets the standard introspection query through.
const RECURSION_MAX: usize = 32;
/// Directives on one field.
const DIRECTIVES_MAX: usize = 8;

/// All questions.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub(crate) struct Query(
    setup::SetupQuery,
    viewer::ViewerQuery,
    node::NodeQuery,
    conversation::ConversationQuery,
    message::MessageQuery,
    search::SearchQuery,
    customer::CustomerQuery,
    staff::StaffQuery,
    overview::OverviewQuery,
    ledger::LedgerQuery,
    import::ImportQuery,
    user::UserQuery,
    policy::PolicyQuery,
    approval::ApprovalQuery,
    sign_on::SignOnQuery,
    role::RoleQuery,
    people::PeopleQuery,
    handover::HandoverQuery,
    handover_form::HandoverFormQuery,
    system::SystemQuery,
    trail::TrailQuery,
    mark::MarkQuery,
    preview::PreviewQuery,
    case::CaseQuery,
    clause::ClauseQuery,
    seal_key::SealKeyQuery,
    stamp::StampQuery,
    package::PackageQuery,
);

/// All verbs.
#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub(crate) struct Mutation(
    setup::SetupMutation,
    viewer::ViewerMutation,
    token::TokenMutation,
    user::UserMutation,
    invitation::InvitationMutation,
    service_account::ServiceAccountMutation,
    factor::FactorMutation,
    passkey::PasskeyMutation,
    policy::PolicyMutation,
    approval::ApprovalMutation,
    sign_on::SignOnMutation,
    role::RoleMutation,
    people::PeopleMutation,
    personal::PersonalMutation,
    handover::HandoverMutation,
    handover_form::HandoverFormMutation,
    import::ImportMutation,
    ledger::LedgerMutation,
    mark::MarkMutation,
    case::CaseMutation,
    clause::ClauseMutation,
    seal_key::SealKeyMutation,
    stamp::StampMutation,
    package::PackageMutation,
);

/// All streams.
#[derive(MergedSubscription, Default)]
#[graphql(name = "Subscription")]
pub(crate) struct Subscription(import::ImportSubscription, ledger::LedgerSubscription);

/// The executable schema.
pub(crate) type ApiSchema = Schema<Query, Mutation, Subscription>;

/// Makes the schema with its limits.
pub(crate) fn schema() -> ApiSchema {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .limit_depth(GRAPHQL_DEPTH_MAX)
        .limit_complexity(GRAPHQL_COMPLEXITY_MAX)
        .limit_recursive_depth(RECURSION_MAX)
        .limit_directives(DIRECTIVES_MAX)
        .disable_suggestions()
        .extension(size::SizeLimit)
        .extension(receipt::DurableFirst)
        .finish()
}

/// The schema in the GraphQL schema definition language, as schema.graphql holds it.
pub fn sdl() -> String {
    schema().sdl_with_options(SDLExportOptions::new().prefer_single_line_descriptions().use_space_ident())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The committed schema is what the console and integrators are built against. `XINJU_BLESS=1` writes it anew.
    #[test]
    fn the_committed_schema_is_the_one_that_is_served() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema.graphql");
        if std::env::var_os("XINJU_BLESS").is_some() {
            std::fs::write(path, sdl()).expect("written");
        }
        let committed = std::fs::read_to_string(path).expect("schema.graphql");
        assert!(committed == sdl(), "schema.graphql is not what `xinju schema` prints; write it anew");
    }
}
