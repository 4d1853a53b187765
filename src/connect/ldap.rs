//! A directory by LDAP (RFC 4511): looks for the person's entry, then binds as it with the password.

use std::sync::Arc;
use std::time::Duration;

use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapError, Scope, SearchEntry, SearchOptions, ldap_escape};
use xinju_model::limits::SIGN_ON_ANSWER_MS_MAX;
use xinju_model::sign_on::{Directory, LOGIN_MARK};
use xinju_service::sign_on::{IdentifyError, Person};

use crate::identify::{authorities, cryptography};

/// Result codes of RFC 4511 (appendix A) that say no to a password: inappropriate authentication, invalid credentials, unwilling to perform.
const NOT_THE_PASSWORD: [u32; 3] = [48, 49, 53];
/// More entries than were asked for.
const SIZE_LIMIT_EXCEEDED: u32 = 4;
/// Who is looked for when settings are tried: nobody is called so.
const NOBODY: &str = "xinju-connection-test";

/// Whose login and password these are; none where they are nobody's.
pub(crate) fn password(
    directory: &Directory,
    secret: &str,
    login: &str,
    password: &str,
) -> Result<Option<Person>, IdentifyError> {
    // A bind without a password is an anonymous one, which directories grant (RFC 4513 5.1.2).
    if password.is_empty() {
        return Ok(None);
    }
    in_time(async {
        let mut ldap = connect(directory).await?;
        bind_as_ourselves(&mut ldap, directory, secret).await?;
        let Some((dn, person)) = find(&mut ldap, directory, login).await? else { return Ok(None) };
        let answer = ldap.simple_bind(&dn, password).await.map_err(|error| failed(&error))?;
        let _ = ldap.unbind().await;
        match answer.rc {
            0 => Ok(Some(person)),
            code if NOT_THE_PASSWORD.contains(&code) => Ok(None),
            code => Err(IdentifyError::Refused(format!("signing in as the person: result code {code}"))),
        }
    })
}

/// Whether people can be looked for.
pub(crate) fn try_out(directory: &Directory, secret: &str) -> Result<(), IdentifyError> {
    in_time(async {
        let mut ldap = connect(directory).await?;
        bind_as_ourselves(&mut ldap, directory, secret).await?;
        find(&mut ldap, directory, NOBODY).await?;
        let _ = ldap.unbind().await;
        Ok(())
    })
}

/// Runs one conversation with the directory, which has as long as [`SIGN_ON_ANSWER_MS_MAX`] for all of it.
fn in_time<T>(conversation: impl Future<Output = Result<T, IdentifyError>>) -> Result<T, IdentifyError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| IdentifyError::Unreachable(error.to_string()))?;
    let limit = Duration::from_millis(SIGN_ON_ANSWER_MS_MAX);
    let outcome = runtime.block_on(async { tokio::time::timeout(limit, conversation).await });
    // A name that is still being looked up must not keep the caller waiting.
    runtime.shutdown_background();
    outcome.unwrap_or_else(|_| Err(IdentifyError::Unreachable("no answer in time".into())))
}

async fn connect(directory: &Directory) -> Result<Ldap, IdentifyError> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(authorities(&directory.authorities)?);
    let config = rustls::ClientConfig::builder_with_provider(cryptography())
        .with_safe_default_protocol_versions()
        .map_err(|error| IdentifyError::Unexpected(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let settings = LdapConnSettings::new().set_starttls(directory.start_tls).set_config(Arc::new(config));
    let (connection, ldap) =
        LdapConnAsync::with_settings(settings, &directory.url).await.map_err(|error| failed(&error))?;
    tokio::spawn(async move {
        // What goes wrong here is told to whoever waits for an answer.
        let _ = connection.drive().await;
    });
    Ok(ldap)
}

async fn bind_as_ourselves(ldap: &mut Ldap, directory: &Directory, secret: &str) -> Result<(), IdentifyError> {
    if directory.bind_dn.is_empty() {
        return Ok(());
    }
    let answer = ldap.simple_bind(&directory.bind_dn, secret).await.map_err(|error| failed(&error))?;
    match answer.rc {
        // Without a secret the answer would be yes, and we would be nobody.
        0 if !secret.is_empty() => Ok(()),
        0 => Err(IdentifyError::Refused("there is a name to bind as, but no secret".into())),
        code => Err(IdentifyError::Refused(format!("signing in as {}: result code {code}", directory.bind_dn))),
    }
}

/// The one entry that a login is of, and who that is.
async fn find(ldap: &mut Ldap, directory: &Directory, login: &str) -> Result<Option<(String, Person)>, IdentifyError> {
    let filter = directory.filter.replace(LOGIN_MARK, &ldap_escape(login));
    let attributes = [directory.login_attribute.as_str(), directory.name_attribute.as_str()];
    ldap.with_search_options(SearchOptions::new().sizelimit(2));
    let answer = ldap.search(&directory.base, Scope::Subtree, &filter, attributes).await;
    let ldap3::SearchResult(entries, result) = answer.map_err(|error| failed(&error))?;
    let entries: Vec<SearchEntry> = entries
        .into_iter()
        .filter(|entry| !entry.is_ref() && !entry.is_intermediate())
        .map(SearchEntry::construct)
        .collect();
    match result.rc {
        0 | SIZE_LIMIT_EXCEEDED if entries.len() > 1 => {
            Err(IdentifyError::Unexpected("the filter fits several people".into()))
        }
        0 => Ok(entries.first().and_then(|entry| person(entry, directory))),
        code => Err(IdentifyError::Refused(format!("looking for people: result code {code}"))),
    }
}

/// Who an entry is; nobody where it has no login or several.
fn person(entry: &SearchEntry, directory: &Directory) -> Option<(String, Person)> {
    let values = |name: &str| {
        // Attributes come back as the directory spells them.
        entry.attrs.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, values)| values.as_slice())
    };
    let Some([login]) = values(&directory.login_attribute) else { return None };
    let name = values(&directory.name_attribute).and_then(<[String]>::first).cloned().unwrap_or_default();
    let person = Person { subject: String::new(), login: login.clone(), name, authenticated_at: None };
    Some((entry.dn.clone(), person)).filter(|(dn, _)| !dn.is_empty())
}

fn failed(error: &LdapError) -> IdentifyError {
    let text = error.to_string();
    match error {
        LdapError::FilterParsing => IdentifyError::Unexpected("the filter of the settings does not read".into()),
        // TLS says what it holds against a certificate in an error of input.
        LdapError::Io { source } if is_of_tls(source) => IdentifyError::Untrusted(text),
        LdapError::Io { .. } | LdapError::EndOfStream | LdapError::Timeout { .. } | LdapError::ResultRecv { .. } => {
            IdentifyError::Unreachable(text)
        }
        LdapError::LdapResult { result } => IdentifyError::Refused(format!("result code {}", result.rc)),
        _ => IdentifyError::Unexpected(text),
    }
}

fn is_of_tls(error: &std::io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(<dyn std::error::Error + std::marker::Send + std::marker::Sync + 'static>::is::<rustls::Error>)
}
