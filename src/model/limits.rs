//! Every limit of the product on one page. Each is asserted at the door it belongs to.

/// Largest original that one record may hold, in bytes. WeCom messages are a few KB; a forwarded chat record may reach 1 MB.
pub const RECORD_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Longest line that an NDJSON import accepts, in bytes (the record and its line feed).
pub const IMPORT_LINE_BYTES_MAX: usize = RECORD_BYTES_MAX + 1;
/// Largest directory file (departments, staff, contacts) that an import accepts, in bytes.
pub const DIRECTORY_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Bytes of lines after which a batch of an import is full, however few they are.
pub const IMPORT_BATCH_BYTES: usize = 4 * 1024 * 1024;
/// What is kept of a line that is too long to be a record, in bytes from its beginning.
pub const IMPORT_REFUSED_BYTES_MAX: usize = 64 * 1024;
/// Entries of a directory file that one import describes as unreadable; those beyond are only left out.
pub const DIRECTORY_PROBLEMS_MAX: usize = 1_000;
/// Largest window of a compressed file, as a power of two: 128 MiB of memory, what `zstd -d` takes without asking.
pub const IMPORT_ZSTD_WINDOW_LOG_MAX: u32 = 27;
/// How much larger than its compressed form a file may be; one that unpacks to more is a bomb. Chat packs 10 to 100 times smaller.
pub const IMPORT_UNPACK_RATIO_MAX: u64 = 1_000;
/// Bytes of a picture of which a report prints a thumbnail.
pub const REPORT_PICTURE_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// Bytes of the pictures of one message of which a report prints thumbnails; of those beyond it prints the digests alone.
pub const REPORT_PICTURES_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// Files in an import that is a zip.
pub const IMPORT_ZIP_FILES_MAX: usize = 200_000;
/// Bytes of the name of a file in such a zip that are kept where the file is refused.
pub const IMPORT_ZIP_NAME_BYTES_MAX: usize = 1_024;
/// Bytes of one file that belongs to a message.
pub const MEDIA_FILE_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;
/// Unpacked bytes before [`IMPORT_UNPACK_RATIO_MAX`] counts, so that small files of repetitions pass.
pub const IMPORT_UNPACK_FREE_BYTES: u64 = 256 * 1024 * 1024;
/// Rejected lines that one import keeps a detail row for; those beyond are counted and kept in the rejects file only.
pub const IMPORT_REJECT_ROWS_MAX: usize = 1_000;
/// Bytes of refused lines that one import keeps whole; those beyond are counted only.
pub const IMPORT_REJECTS_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Largest file that may be uploaded for an import, in bytes.
pub const UPLOAD_BYTES_MAX: u64 = 16 * 1024 * 1024 * 1024;
/// Receivers and group members that one message or conversation may name; later ones are dropped from the normalised view only.
pub const PARTIES_MAX: usize = 5_000;
/// Depth to which forwarded chat records are unfolded; deeper ones are shown as a line.
pub const NESTING_DEPTH_MAX: usize = 8;
/// Parts of one forwarded, mixed, news or note message that are unfolded, at all depths together, and fields of one list.
pub const MESSAGE_ITEMS_MAX: usize = 1_000;
/// Characters that are shown of a message of a kind that this version does not know.
pub const UNKNOWN_BODY_CHARS_MAX: usize = 20_000;
/// Characters of one message's text that are indexed; the original keeps all.
pub const INDEXED_TEXT_CHARS_MAX: usize = 200_000;

/// Characters of a search query.
pub const QUERY_CHARS_MAX: usize = 1_000;
/// Terms and filters in one search query.
pub const QUERY_CLAUSES_MAX: usize = 64;
/// Depth of parentheses in a search query.
pub const QUERY_DEPTH_MAX: usize = 16;

/// Items on one page of any connection.
pub const PAGE_SIZE_MAX: usize = 200;
/// Items on a page when the caller names no number.
pub const PAGE_SIZE_DEFAULT: usize = 50;

/// Characters of the reason for which a masked value is revealed.
pub const REVEAL_REASON_CHARS_MAX: usize = 300;
/// Masked values that one viewer may have revealed within [`REVEAL_WINDOW_MS`].
pub const REVEALS_MAX: usize = 60;
/// The time within which [`REVEALS_MAX`] counts, in milliseconds.
pub const REVEAL_WINDOW_MS: i64 = 3_600_000;

/// Customers that one event names; those beyond are counted in it only.
pub const EVENT_CUSTOMERS_MAX: usize = 200;
/// Characters of a place, an id or an action's name that a filter of events holds.
pub const EVENT_FILTER_CHARS_MAX: usize = 200;
/// Actions that a filter of events holds.
pub const EVENT_FILTER_ACTIONS_MAX: usize = 100;
/// Different denied attempts of one viewer within a minute that get an event each; those beyond are counted in one.
pub const DENIALS_WRITTEN_MAX: usize = 20;

/// Depth of a GraphQL document. 20 lets the standard introspection query through.
pub const GRAPHQL_DEPTH_MAX: usize = 20;
/// Complexity of a GraphQL document (a field costs 1, a list its page size).
pub const GRAPHQL_COMPLEXITY_MAX: usize = 20_000;
/// Operations in one GraphQL batch.
pub const GRAPHQL_BATCH_MAX: usize = 10;
/// Size of a GraphQL request body, in bytes.
pub const GRAPHQL_BODY_BYTES_MAX: usize = 1024 * 1024;
/// Time one GraphQL operation may take, in milliseconds.
pub const GRAPHQL_TIME_MS_MAX: u64 = 30_000;

/// Characters of a login name, a display name, a token's name.
pub const NAME_CHARS_MAX: usize = 100;
/// Characters of a password; at least, and at most (argon2 is given no book to hash).
pub const PASSWORD_CHARS_MIN: u32 = 10;
/// See [`PASSWORD_CHARS_MIN`].
pub const PASSWORD_CHARS_MAX: usize = 200;
/// Failed sign-ins of one login before waiting times begin.
pub const SIGN_IN_FREE_FAILURES: u32 = 5;
/// Failed sign-ins from one address before waiting times begin: a whole office may stand behind it.
pub const SIGN_IN_FREE_FAILURES_OF_ADDRESS: u32 = 40;
/// Longest waiting time after failed sign-ins, in seconds.
pub const SIGN_IN_WAIT_SECONDS_MAX: u64 = 900;
/// The longest minimum that a policy may set for passwords, in characters.
pub const POLICY_PASSWORD_CHARS_MAX: u32 = 64;
/// A session ends after this long without a request, in minutes; a policy may only shorten it.
pub const SESSION_IDLE_MINUTES_MAX: u32 = 12 * 60;
/// The shortest that a policy may make it, in minutes: less would end a session while somebody reads.
pub const SESSION_IDLE_MINUTES_MIN: u32 = 5;
/// A session ends this long after sign-in whatever happens, in hours; a policy may only shorten it.
pub const SESSION_AGE_HOURS_MAX: u32 = 7 * 24;
/// Time for the second step of signing in, in milliseconds.
pub const CHALLENGE_MS_MAX: i64 = 5 * 60_000;
/// Wrong codes after which the second step of signing in begins anew with the password.
pub const CHALLENGE_TRIES_MAX: u32 = 5;
/// Sign-ins that wait for their second step at once; beyond that the oldest are forgotten.
pub const CHALLENGES_MAX: usize = 10_000;
/// Time for signing in at the identity provider, in milliseconds.
pub const SIGN_ON_MS_MAX: i64 = 10 * 60_000;
/// Sign-ins that wait for the identity provider at once; beyond that the oldest are forgotten.
pub const SIGN_ONS_MAX: usize = 10_000;
/// Sign-ins of one address that wait for the identity provider at once: a whole office may stand behind it.
pub const SIGN_ONS_OF_ADDRESS_MAX: usize = 200;
/// Characters of an address, name, filter or claim of the settings for signing in with other systems.
pub const SIGN_ON_TEXT_CHARS_MAX: usize = 500;
/// Bytes of certificates in these settings.
pub const SIGN_ON_CA_BYTES_MAX: usize = 64 * 1024;
/// Characters of a secret in these settings.
pub const SIGN_ON_SECRET_CHARS_MAX: usize = 1_000;
/// Time that a directory or an identity provider has for an answer, in milliseconds.
pub const SIGN_ON_ANSWER_MS_MAX: u64 = 10_000;
/// Questions to a directory or an identity provider at once; a slow one must not keep the threads that everything else needs.
pub const SIGN_ON_QUESTIONS_MAX: usize = 16;
/// Bytes of one answer of an identity provider.
pub const SIGN_ON_ANSWER_BYTES_MAX: u64 = 1024 * 1024;
/// How far the clock of an identity provider may differ from ours, in seconds.
pub const SIGN_ON_SKEW_SECONDS_MAX: i64 = 60;
/// Characters of what the browser brings back from an identity provider.
pub const SIGN_ON_CODE_CHARS_MAX: usize = 4_096;
/// Time to confirm a new authenticator app with its first code, in milliseconds.
pub const ENROLMENT_MS_MAX: i64 = 10 * 60_000;
/// Sensitive operations ask for a password or code that is at most this old, in milliseconds.
pub const FRESH_MS_MAX: i64 = 10 * 60_000;
/// Passkeys of one user.
pub const PASSKEYS_MAX: usize = 10;
/// Time from asking a device for a passkey to its answer, in milliseconds.
pub const CEREMONY_MS_MAX: i64 = 5 * 60_000;
/// Requests to devices that wait for their answer at once; beyond that the oldest are forgotten.
pub const CEREMONIES_MAX: usize = 10_000;
/// Requests to devices that wait for their answer, of one network address.
pub const CEREMONIES_OF_ADDRESS_MAX: usize = 200;
/// Largest answer of a device, in bytes: an id of 1,023 bytes, a key of RSA and a signature stand in it more than once.
pub const PASSKEY_ANSWER_BYTES_MAX: usize = 32 * 1024;
/// Network ranges that one role names.
pub const ROLE_NETWORKS_MAX: usize = 100;
/// Recovery codes that are made at once.
pub const RECOVERY_CODES: usize = 10;
/// Characters of a code that is typed, with whatever separates its groups.
pub const CODE_CHARS_MAX: usize = 40;
/// A set-up link lives this long, in milliseconds.
pub const SETUP_LINK_MS_MAX: i64 = 24 * 3_600_000;
/// How long the link of an administrator invited at set-up lives, in milliseconds.
pub const INVITATION_MS_MAX: i64 = 7 * 24 * 3_600_000;
/// API tokens live at most this long, in days.
pub const TOKEN_DAYS_MAX: u32 = 366;

/// Roles that one user may hold.
pub const USER_ROLES_MAX: usize = 8;
/// Roles of the company's own, beside the built-in ones.
pub const OWN_ROLES_MAX: usize = 200;
/// Staff, departments or customers that one role names, of each.
pub const SCOPE_NAMED_MAX: usize = 1_000;
/// Departments above each other, when they are put by hand. WeCom allows as many.
pub const DEPARTMENT_DEPTH_MAX: usize = 15;
/// Departments, when they are put by hand.
pub const DEPARTMENTS_MAX: usize = 20_000;
/// Departments that one member of staff works in, when put by hand.
pub const STAFF_DEPARTMENTS_MAX: usize = 100;
/// Rows of a table of staff that are put at once.
pub const STAFF_ROWS_MAX: usize = 1_000;
/// Hours that an approval is good for, when nobody said otherwise.
pub const APPROVAL_HOURS_DEFAULT: u32 = 24;
/// The longest that a policy may let an approval be good, in hours.
pub const APPROVAL_HOURS_MAX: u32 = 7 * 24;
/// Characters of why somebody asks for approval, or refuses it.
pub const APPROVAL_WORDS_MAX: usize = 500;
/// Approvals that one person may have open at once.
pub const APPROVALS_OPEN_MAX: usize = 100;
/// Owners that a customer's history keeps; the oldest between the first and the last go first.
pub const OWNERS_KEPT_MAX: usize = 1_000;

/// Days before a leaver's suspension that a review may cover.
pub const REVIEW_DAYS_MAX: u32 = 365;
/// Events of a leaver that a review names; those beyond are counted only.
pub const REVIEW_EVENTS_MAX: usize = 50_000;
/// Rules of one handover.
pub const HANDOVER_RULES_MAX: usize = 50;
/// Successors that one rule of a handover names.
pub const HANDOVER_SUCCESSORS_MAX: usize = 100;
/// Customers that one rule of a handover names.
pub const HANDOVER_NAMED_MAX: usize = 1_000;
/// Customers that one handover gives away; whoever has more is relieved of the others singly first. WeCom allows as many contacts.
pub const HANDOVER_CUSTOMERS_MAX: usize = 20_000;
/// Promises and tasks on one form.
pub const FORM_ITEMS_MAX: usize = 500;
/// Characters of a promise or task, and of the remarks of a form.
pub const FORM_TEXT_CHARS_MAX: usize = 2_000;

/// Entries in one sealed segment: a perfect subtree of the ledger.
pub const SEGMENT_ENTRIES: u64 = 65_536;
/// Largest proof of one record as a document, in bytes: its text stands in it as JSON in base64.
pub const RECORD_PROOF_BYTES_MAX: usize = 3 * RECORD_BYTES_MAX;
/// Entries in one hash tile (C2SP tlog-tiles).
pub const TILE_ENTRIES: u64 = 256;
/// Entries in one block of a segment at most.
pub const BLOCK_ENTRIES_MAX: usize = 1_024;

/// Records in one evidence package. Their files are numbered with six digits.
pub const EVIDENCE_RECORDS_MAX: u32 = 500_000;
/// Records of a package up to which each proof is a file of its own; more stand in one file, a line each.
pub const EVIDENCE_PROOF_FILES_MAX: u32 = 50_000;
/// Files in one evidence package.
pub const EVIDENCE_FILES_MAX: u64 = 2_000_000;
/// Bytes of a file's path in a package, the package's own folder included.
pub const EVIDENCE_PATH_BYTES_MAX: usize = 240;
/// Unpacked bytes of one evidence package.
pub const EVIDENCE_BYTES_MAX: u64 = 256 * 1024 * 1024 * 1024;
/// Largest file of a package that is read whole (a record, a proof, a checkpoint, a signature), in bytes.
pub const EVIDENCE_DOCUMENT_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Largest manifest of a package, in bytes: some 200 for each file.
pub const EVIDENCE_MANIFEST_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// How much larger than the package its files may be together, beyond [`EVIDENCE_UNPACK_FREE_BYTES`].
pub const EVIDENCE_UNPACK_RATIO_MAX: u64 = 100;
/// Unpacked bytes before [`EVIDENCE_UNPACK_RATIO_MAX`] counts.
pub const EVIDENCE_UNPACK_FREE_BYTES: u64 = 256 * 1024 * 1024;
/// Files of a package that a verdict names one by one for one reason; those beyond are counted.
pub const EVIDENCE_FAULTS_NAMED_MAX: usize = 100;
/// Characters of the note beside a withheld field.
pub const EVIDENCE_NOTE_CHARS_MAX: usize = 500;
/// Certificates that a seal or a timestamp carries.
pub const EVIDENCE_CERTIFICATES_MAX: usize = 16;
/// Issued texts of the model clause that are listed; older ones are in the ledger.
pub const CLAUSES_LISTED_MAX: usize = 200;
/// People that a volume of a report lists one by one; more are counted.
pub const REPORT_PEOPLE_MAX: usize = 200;
/// Cases that one archive keeps.
pub const CASES_MAX: usize = 100_000;
/// Items that one case collects.
pub const CASE_ITEMS_MAX: usize = 1_000;
/// Messages that one case holds, with their context; a package of more would be read by nobody.
pub const CASE_MESSAGES_MAX: usize = 200_000;
/// Parties of one case.
pub const CASE_PARTIES_MAX: usize = 50;
/// People in charge of one case.
pub const CASE_PEOPLE_MAX: usize = 20;
/// Characters of a case's purpose and of a comment.
pub const CASE_TEXT_CHARS_MAX: usize = 4_000;
/// Messages before and after one, as its context.
pub const CASE_CONTEXT_MESSAGES_MAX: u32 = 1_000;
/// Largest file of a sealing key, in bytes: a PKCS#12 or PEM with its chain has some 10,000.
pub const SEAL_KEY_BYTES_MAX: usize = 256 * 1024;
/// Sealing keys that one archive has had.
pub const SEAL_KEYS_MAX: u32 = 1_000;
/// Characters of a pass phrase of a key's file.
pub const SEAL_KEY_PHRASE_CHARS_MAX: usize = 500;
/// Days that a self-signed certificate is valid.
pub const SEAL_SELF_SIGNED_DAYS: u16 = 3_650;
/// Timestamp authorities that are asked.
pub const STAMP_AUTHORITIES_MAX: usize = 2;
/// Characters of the name of an authority.
pub const STAMP_NAME_CHARS_MAX: usize = 100;
/// Characters of the address of an authority, a witness, a webhook or a proxy.
pub const STAMP_URL_CHARS_MAX: usize = 500;
/// Bytes of the root certificates of an authority.
pub const STAMP_ROOT_BYTES_MAX: usize = 64 * 1024;
/// Minutes between two heads that are stamped, at least.
pub const STAMP_INTERVAL_MINUTES_MIN: u32 = 5;
/// The same, where nothing is set.
pub const STAMP_INTERVAL_MINUTES_DEFAULT: u32 = 60;
/// The same, at most.
pub const STAMP_INTERVAL_MINUTES_MAX: u32 = 24 * 60;
/// How long an authority, witness or webhook may take to answer, in milliseconds.
pub const STAMP_ANSWER_MS_MAX: u64 = 10_000;
/// Heads that wait for one of them; the oldest are given up first, as a newer head covers them.
pub const STAMP_QUEUE_MAX: usize = 24;
/// Longest wait before another try, in milliseconds.
pub const STAMP_BACKOFF_MS_MAX: i64 = 60 * 60 * 1_000;
/// Characters of a webhook's secret, at least.
pub const STAMP_SECRET_CHARS_MIN: usize = 16;
/// The same, at most.
pub const STAMP_SECRET_CHARS_MAX: usize = 200;
/// Stamped heads in one package.
pub const STAMP_ANCHORS_MAX: usize = 500;
/// Conversations of one case that are listed; its messages are read all the same.
pub const CASE_CONVERSATIONS_MAX: usize = 500;
/// Links of one case's chain.
pub const CHAIN_LINKS_MAX: usize = 200;
/// Records that show one link.
pub const CHAIN_LINK_RECORDS_MAX: usize = 50;
/// Files that show one link.
pub const CHAIN_LINK_FILES_MAX: usize = 20;
/// Largest file of a chain, in bytes.
pub const CHAIN_FILE_BYTES_MAX: u64 = 200 * 1024 * 1024;

/// Characters of a reason, a purpose, a recipient of a package.
pub const PACKAGE_TEXT_CHARS_MAX: usize = 2_000;
/// Parts of one package that are withheld one by one.
pub const PACKAGE_REDACTIONS_MAX: usize = 2_000;
/// Words that are blacked out in one message.
pub const PACKAGE_WORDS_MAX: usize = 100;
/// Packages that wait to be built at once.
pub const PACKAGES_WAITING_MAX: usize = 20;
/// Events that a package tells of who saw its records, and of the archive's settings, each; the oldest are told.
pub const PACKAGE_EVENTS_MAX: usize = 10_000;
/// Older heads that a package shows to be continued.
pub const PACKAGE_HEADS_MAX: usize = 64;
/// A finished package is kept this long, in milliseconds.
pub const PACKAGE_KEPT_MS: i64 = 30 * 24 * 3_600_000;
/// The longest that a link to a package may live, in hours.
pub const PACKAGE_LINK_HOURS_MAX: u32 = 14 * 24;
/// Wrong pass phrases that a link bears.
pub const PACKAGE_LINK_TRIES: u32 = 5;
/// Characters of a link's pass phrase, at least.
pub const PACKAGE_PHRASE_CHARS_MIN: usize = 8;
