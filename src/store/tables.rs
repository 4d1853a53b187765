//! Every table of the database: key, value, version of the value, and what keeps it up to date.
//!
//! Keys that sort by time hold it big-endian; "newest first" means that it is inverted. Rows are written by [`crate::row`].

use redb::TableDefinition;

/// Small facts of the store itself.
/// Key: name. Value: `format`: u32 big-endian; `totals`: see [`crate::totals`]. Version 1.
pub(crate) const META: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("meta-1");

/// Blocks of the tail: what is newer than the last segment.
/// Key: index of the first entry. Value: a block ([`crate::block`]) sealed for its first index. Version: in the block.
pub(crate) const TAIL_BLOCKS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("tail-blocks-1");

/// Leaves and dedupe keys of the tail, a row beside each block.
/// Key: index of the first entry. Value: for each entry leaf 32 and dedupe key 12, zeros where it has none. Version 1.
pub(crate) const TAIL_LEDGER: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("tail-ledger-1");

/// Sealed segments.
/// Key: number. Value: row of [`crate::segments`]. Version: in the row.
pub(crate) const SEGMENTS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("segments-1");

/// Signed checkpoints.
/// Key: size of the tree. Value: row of [`crate::checkpoint`]. Version: in the row.
pub(crate) const CHECKPOINTS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("checkpoints-1");

/// Messages that were recalled. Kept as records arrive.
/// Key: index of the recalled record. Value: index of the recall. Version 1.
pub(crate) const RECALLED: TableDefinition<'_, u64, u64> = TableDefinition::new("recalled-1");

/// Recalls whose message has not been archived yet. Kept as records arrive.
/// Key: dedupe key of the message. Value: index of the recall. Version 1.
pub(crate) const PENDING_RECALLS: TableDefinition<'_, [u8; 12], u64> = TableDefinition::new("pending-recalls-1");

/// How far each source was read.
/// Key: name of the source. Value: its cursor. Version 1.
pub(crate) const CURSORS: TableDefinition<'_, &str, u64> = TableDefinition::new("cursors-1");

/// Conversations without their parties. Kept as records arrive.
/// Key: id. Value: row of [`crate::conversation`]. Version: in the row.
pub(crate) const CONVERSATIONS: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("conversations-1");

/// Parties of a conversation, apart because they seldom change. Kept as records arrive.
/// Key: id. Value: row: list of parties. Version: in the row.
pub(crate) const CONVERSATION_PARTIES: TableDefinition<'_, [u8; 16], &[u8]> =
    TableDefinition::new("conversation-parties-1");

/// Conversations, newest activity first. Kept as records arrive.
/// Key: inverted time 8, id 16. Value: 0 single, 1 group. Version 1.
pub(crate) const CONVERSATION_ORDER: TableDefinition<'_, [u8; 24], u8> = TableDefinition::new("conversation-order-1");

/// The conversations that somebody takes or took part in. Kept as records arrive.
/// Key: hash of channel and the party's id 16 ([`crate::directory::identity_key`]), conversation 16. Value: none. Version 1.
pub(crate) const PARTY_CONVERSATIONS: TableDefinition<'_, [u8; 32], ()> = TableDefinition::new("party-conversations-1");

/// Who has a channel's id.
/// Key: hash of channel and id 16. Value: 1 customer or 2 staff, then the id 16. Version 1.
pub(crate) const IDENTITIES: TableDefinition<'_, [u8; 16], [u8; 17]> = TableDefinition::new("identities-1");

/// Customers.
/// Key: id. Value: row of [`crate::customer`]. Version: in the row.
pub(crate) const CUSTOMERS: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("customers-1");

/// Customers by name. Kept with their rows.
/// Key: folded name and id ([`crate::customer`]). Value: what a search looks through. Version 1.
pub(crate) const CUSTOMER_NAMES: TableDefinition<'_, &[u8], &str> = TableDefinition::new("customer-names-1");

/// Staff.
/// Key: id. Value: row of [`crate::staff`]. Version: in the row.
pub(crate) const STAFF: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("staff-1");

/// Departments.
/// Key: the channel's number, or one below zero. Value: row of [`crate::staff`]. Version: in the row.
pub(crate) const DEPARTMENTS: TableDefinition<'_, i64, &[u8]> = TableDefinition::new("departments-1");

/// Whose each customer is and was; customers that were never anybody's have none.
/// Key: customer's id. Value: row of [`crate::ownership`]. Version: in the row.
pub(crate) const OWNERSHIPS: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("ownerships-1");

/// The customers that a member of staff owns now. Kept with [`OWNERSHIPS`].
/// Key: member of staff 16, customer 16. Value: none. Version 1.
pub(crate) const OWNED: TableDefinition<'_, [u8; 32], ()> = TableDefinition::new("owned-1");

/// Handovers of leavers.
/// Key: id. Value: row of [`crate::handover`]. Version: in the row.
pub(crate) const HANDOVERS: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("handovers-1");

/// What leavers had done, frozen.
/// Key: id of the handover. Value: row of [`crate::handover`]. Version: in the row.
pub(crate) const HANDOVER_REVIEWS: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("handover-reviews-1");

/// Forms of handovers without what stands on them.
/// Key: id. Value: row of [`crate::handover_form`]. Version: in the row.
pub(crate) const FORMS: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("handover-forms-1");

/// What stands on forms.
/// Key: id of the form. Value: row of [`crate::handover_form`]. Version: in the row.
pub(crate) const FORM_CONTENTS: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("handover-form-contents-1");

/// The forms of a handover, and of whoever gives or takes on them. Kept with [`FORMS`].
/// Key: handover or member of staff 16, form 16. Value: none. Version 1.
pub(crate) const FORM_PLACES: TableDefinition<'_, [u8; 32], ()> = TableDefinition::new("handover-form-places-1");

/// The company's own roles, and built-in ones whose conditions were changed.
/// Key: id. Value: row of [`crate::role`]. Version: in the row.
pub(crate) const ROLES: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("roles-1");

/// Users.
/// Key: id. Value: row of [`crate::user`]. Version: in the row.
pub(crate) const USERS: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("users-1");

/// Users by login. Kept with their rows.
/// Key: login in lower case. Value: id. Version 1.
pub(crate) const LOGINS: TableDefinition<'_, &str, [u8; 16]> = TableDefinition::new("logins-1");

/// Sessions.
/// Key: keyed hash of the secret. Value: row of [`crate::session`]. Version: in the row.
pub(crate) const SESSIONS: TableDefinition<'_, [u8; 32], &[u8]> = TableDefinition::new("sessions-1");

/// API tokens.
/// Key: keyed hash of the secret. Value: row of [`crate::token`]. Version: in the row.
pub(crate) const TOKENS: TableDefinition<'_, [u8; 32], &[u8]> = TableDefinition::new("tokens-1");

/// Second factors, apart from users because most have none.
/// Key: id of the user. Value: row of [`crate::factor`]. Version: in the row.
pub(crate) const FACTORS: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("factors-1");

/// Who gave an account its keys and roles. Accounts from before format 4 have none.
/// Key: id of the user. Value: row of [`crate::user`]. Version: in the row.
pub(crate) const USER_SETTERS: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("user-setters-1");

/// Approvals.
/// Key: id. Value: row of [`crate::approval`]. Version: in the row.
pub(crate) const APPROVALS: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("approvals-1");

/// Approvals, newest first. Kept with their rows.
/// Key: inverted time 8, id 16. Value: none. Version 1.
pub(crate) const APPROVAL_ORDER: TableDefinition<'_, [u8; 24], ()> = TableDefinition::new("approval-order-1");

/// Approvals of which anything may still follow. Kept with their rows.
/// Key: id. Value: none. Version 1.
pub(crate) const OPEN_APPROVALS: TableDefinition<'_, [u8; 16], ()> = TableDefinition::new("open-approvals-1");
/// Passkeys.
/// Key: id of the user 16, id 16. Value: row of [`crate::passkey`]. Version: in the row.
pub(crate) const PASSKEYS: TableDefinition<'_, [u8; 32], &[u8]> = TableDefinition::new("passkeys-1");
/// Who of an identity provider is which user.
/// Key: hash of issuer and subject. Value: row of [`crate::sign_on`]. Version: in the row.
pub(crate) const LINKS: TableDefinition<'_, [u8; 32], &[u8]> = TableDefinition::new("links-1");

/// Imports.
/// Key: id. Value: row of [`crate::import`]. Version: in the row.
pub(crate) const IMPORTS: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("imports-1");

/// Imports, newest first. Kept with their rows.
/// Key: inverted time 8, id 16. Value: none. Version 1.
pub(crate) const IMPORT_ORDER: TableDefinition<'_, [u8; 24], ()> = TableDefinition::new("import-order-1");

/// Refused lines of imports.
/// Key: import 16, line 8. Value: row of [`crate::import`]. Version: in the row.
pub(crate) const REJECTS: TableDefinition<'_, [u8; 24], &[u8]> = TableDefinition::new("rejects-1");

/// Cases.
/// Key: id. Value: row of [`crate::case`]. Version: in the row.
pub(crate) const CASES: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("cases-1");

/// Cases, newest first. Kept with their rows.
/// Key: inverted time 8, id 16. Value: none. Version 1.
pub(crate) const CASE_ORDER: TableDefinition<'_, [u8; 24], ()> = TableDefinition::new("case-order-1");

/// What a case collects.
/// Key: case 16, number 4. Value: row of [`crate::case`]. Version: in the row.
pub(crate) const CASE_ITEMS: TableDefinition<'_, [u8; 20], &[u8]> = TableDefinition::new("case-items-1");

/// Keys that seal packages, without their private halves. Rows stay for ever.
/// Key: number. Value: row of [`crate::seal_key`]. Version: in the row.
pub(crate) const SEAL_KEYS: TableDefinition<'_, u32, &[u8]> = TableDefinition::new("seal-keys-1");

/// Private halves of the keys that seal now.
/// Key: number. Value: sealed by the service for its number. Version 1.
pub(crate) const SEAL_SECRETS: TableDefinition<'_, u32, &[u8]> = TableDefinition::new("seal-secrets-1");

/// Stamps over heads, as they came.
/// Key: entries under the head 8, index of the entry that names the stamp 8. Value: row of [`crate::stamp`]. Version: in the row.
pub(crate) const STAMPS: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("stamps-1");

/// Heads that wait to be stamped.
/// Key: whom for 1, entries under the head 8. Value: row of [`crate::stamp`]. Version: in the row.
pub(crate) const STAMP_QUEUE: TableDefinition<'_, [u8; 9], &[u8]> = TableDefinition::new("stamp-queue-1");
/// The chain of a case; none while it has no link.
/// Key: case. Value: row of [`crate::case`]. Version: in the row.
pub(crate) const CASE_CHAINS: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("case-chains-1");
/// Evidence packages.
/// Key: id. Value: row of [`crate::package`]. Version: in the row.
pub(crate) const PACKAGES: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("packages-1");

/// Packages, newest first. Kept with their rows.
/// Key: inverted time 8, id 16. Value: none. Version 1.
pub(crate) const PACKAGE_ORDER: TableDefinition<'_, [u8; 24], ()> = TableDefinition::new("package-order-1");

/// The records of a package, which never change once they were worked out.
/// Key: id. Value: places in the ledger in order, each as its distance from the one before, as varints. Version 1.
pub(crate) const PACKAGE_RECORDS: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("package-records-1");

/// Files of messages by what messages call them.
/// Key: MD5 16, bytes 8. Value: row of [`crate::message_media`]. Version: in the row.
pub(crate) const MESSAGE_MEDIA: TableDefinition<'_, [u8; 24], &[u8]> = TableDefinition::new("message-media-1");

/// Small named values.
/// Key: name. Value: the service's own. Version: the service's own.
pub(crate) const SETTINGS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("settings-1");

/// Calls `$each!(TABLE)` for every table: for making them all at first start, and for reading them all in a check.
macro_rules! for_every_table {
    ($each:ident) => {
        $each!(META);
        $each!(TAIL_BLOCKS);
        $each!(TAIL_LEDGER);
        $each!(SEGMENTS);
        $each!(CHECKPOINTS);
        $each!(RECALLED);
        $each!(PENDING_RECALLS);
        $each!(CURSORS);
        $each!(CONVERSATIONS);
        $each!(CONVERSATION_PARTIES);
        $each!(CONVERSATION_ORDER);
        $each!(PARTY_CONVERSATIONS);
        $each!(IDENTITIES);
        $each!(CUSTOMERS);
        $each!(CUSTOMER_NAMES);
        $each!(STAFF);
        $each!(DEPARTMENTS);
        $each!(OWNERSHIPS);
        $each!(OWNED);
        $each!(HANDOVERS);
        $each!(HANDOVER_REVIEWS);
        $each!(FORMS);
        $each!(FORM_CONTENTS);
        $each!(FORM_PLACES);
        $each!(ROLES);
        $each!(USERS);
        $each!(LOGINS);
        $each!(SESSIONS);
        $each!(TOKENS);
        $each!(FACTORS);
        $each!(USER_SETTERS);
        $each!(APPROVALS);
        $each!(APPROVAL_ORDER);
        $each!(OPEN_APPROVALS);
        $each!(PASSKEYS);
        $each!(LINKS);
        $each!(IMPORTS);
        $each!(IMPORT_ORDER);
        $each!(REJECTS);
        $each!(CASES);
        $each!(CASE_ORDER);
        $each!(CASE_ITEMS);
        $each!(SEAL_KEYS);
        $each!(SEAL_SECRETS);
        $each!(STAMPS);
        $each!(STAMP_QUEUE);
        $each!(CASE_CHAINS);
        $each!(PACKAGES);
        $each!(PACKAGE_ORDER);
        $each!(PACKAGE_RECORDS);
        $each!(MESSAGE_MEDIA);
        $each!(SETTINGS);
    };
}
pub(crate) use for_every_table;
