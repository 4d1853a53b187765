//! Signing in with what another system knows: the company's directory (LDAP) and its identity provider (OpenID Connect).

use serde::{Deserialize, Serialize};

use crate::id::{RoleId, UserId};
use crate::limits::{SIGN_ON_CA_BYTES_MAX, SIGN_ON_TEXT_CHARS_MAX};
use crate::role::BuiltIn;
use crate::time::Timestamp;

/// Where a directory's filter has what was typed as the login.
pub const LOGIN_MARK: &str = "{login}";

/// A directory that knows logins and passwords. The secret of its `bind_dn` is kept apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directory {
    /// `ldaps://host` or `ldap://host`, with a port where it is not the usual one.
    pub url: String,
    /// Whether a connection to `ldap://` is encrypted before anything is said (RFC 4511 4.14). Without it `ldap://` goes to this machine only.
    pub start_tls: bool,
    /// Certificates (PEM) of who signs the directory's; those that the machine trusts where it is empty.
    pub authorities: String,
    /// Below which entry people are looked for.
    pub base: String,
    /// Whose entry it is (RFC 4515), with [`LOGIN_MARK`] for what was typed.
    pub filter: String,
    /// As whom the directory is searched; nobody in particular where it is empty.
    pub bind_dn: String,
    /// The attribute that is the login here.
    pub login_attribute: String,
    /// The attribute that is the name to show.
    pub name_attribute: String,
    /// What a person is given who is not a user yet; none where only users come in.
    pub new_users: Option<RoleId>,
}

/// An identity provider that people are sent to. The secret of this client is kept apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// What its tokens say who made them; its configuration is found below this address.
    pub issuer: String,
    /// As what this archive is known there.
    pub client_id: String,
    /// What is asked for besides `openid`, separated by spaces.
    pub scopes: String,
    /// The claim that is the login here.
    pub login_claim: String,
    /// Certificates (PEM) of who signs the provider's; those that the machine trusts where it is empty.
    pub authorities: String,
    /// What the button on the sign-in page says the provider is called.
    pub label: String,
    /// Whether the provider asks for a second factor, so that none is asked for here.
    pub checks_factor: bool,
    /// What a person is given who is not a user yet; none where only users come in.
    pub new_users: Option<RoleId>,
}

/// A person of an identity provider who is a user here: known by what never changes there, not by a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The user.
    pub user: UserId,
    /// Whose identity provider.
    pub issuer: String,
    /// The person, as the provider numbers people.
    pub subject: String,
    /// Since when.
    pub since: Timestamp,
}

/// What is wrong with settings before anything was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOnFault {
    /// The address is none, or one that would send secrets in the open.
    Address,
    /// The filter has no place for the login, or is too long.
    Filter,
    /// A name, attribute, claim or scope is missing or too long.
    Text,
    /// The certificates are too long.
    Authorities,
    /// New users cannot be given this role: it is not there, or it is the owner's.
    Role,
    /// The secret has to be given anew: the one that is kept was for another address or name.
    Secret,
}

/// Whether a host means this machine.
fn is_here(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The host of `scheme://host[:port][/path]`; none where there is a user, a space or a control character.
fn host_of<'a>(url: &'a str, scheme: &str) -> Option<&'a str> {
    let rest = url.strip_prefix(scheme)?;
    let authority = rest.split(['/', '?', '#']).next()?;
    if authority.is_empty() || url.contains('@') || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return None;
    }
    match authority.strip_prefix('[').and_then(|rest| rest.find(']')) {
        Some(end) => authority.get(..end + 2),
        None => authority.split(':').next(),
    }
}

/// Whether secrets may be sent to an address: over TLS, or to this machine.
pub fn is_private(url: &str, over_tls: &str, plain: &str) -> bool {
    host_of(url, over_tls).is_some_and(|host| !host.is_empty()) || host_of(url, plain).is_some_and(is_here)
}

fn fits(text: &str, needed: bool) -> bool {
    let count = text.chars().take(SIGN_ON_TEXT_CHARS_MAX + 1).count();
    count <= SIGN_ON_TEXT_CHARS_MAX && !text.chars().any(char::is_control) && (!needed || !text.trim().is_empty())
}

fn role_fits(role: Option<RoleId>) -> bool {
    role != Some(BuiltIn::Owner.id())
}

impl Directory {
    /// Whether these settings can be tried at all.
    pub fn check(&self) -> Result<(), SignOnFault> {
        let encrypted = self.start_tls && host_of(&self.url, "ldap://").is_some_and(|host| !host.is_empty());
        if !fits(&self.url, true) || !(encrypted || is_private(&self.url, "ldaps://", "ldap://")) {
            return Err(SignOnFault::Address);
        }
        if !fits(&self.filter, true) || !self.filter.contains(LOGIN_MARK) {
            return Err(SignOnFault::Filter);
        }
        let needed = [&self.base, &self.login_attribute, &self.name_attribute];
        if !fits(&self.bind_dn, false) || !needed.into_iter().all(|text| fits(text, true)) {
            return Err(SignOnFault::Text);
        }
        if self.authorities.len() > SIGN_ON_CA_BYTES_MAX {
            return Err(SignOnFault::Authorities);
        }
        if role_fits(self.new_users) { Ok(()) } else { Err(SignOnFault::Role) }
    }
}

impl Provider {
    /// Whether these settings can be tried at all.
    pub fn check(&self) -> Result<(), SignOnFault> {
        if !fits(&self.issuer, true) || !is_private(&self.issuer, "https://", "http://") {
            return Err(SignOnFault::Address);
        }
        let needed = [&self.client_id, &self.login_claim, &self.label];
        if !fits(&self.scopes, false) || !needed.into_iter().all(|text| fits(text, true)) {
            return Err(SignOnFault::Text);
        }
        if self.authorities.len() > SIGN_ON_CA_BYTES_MAX {
            return Err(SignOnFault::Authorities);
        }
        if role_fits(self.new_users) { Ok(()) } else { Err(SignOnFault::Role) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(url: &str, start_tls: bool) -> Directory {
        Directory {
            url: url.into(),
            start_tls,
            authorities: String::new(),
            base: "ou=people,dc=example,dc=org".into(),
            filter: "(uid={login})".into(),
            bind_dn: String::new(),
            login_attribute: "uid".into(),
            name_attribute: "cn".into(),
            new_users: None,
        }
    }

    fn provider(issuer: &str) -> Provider {
        Provider {
            issuer: issuer.into(),
            client_id: "xinju".into(),
            scopes: "profile".into(),
            login_claim: "preferred_username".into(),
            authorities: String::new(),
            label: "Example".into(),
            checks_factor: false,
            new_users: None,
        }
    }

    #[test]
    fn passwords_are_sent_encrypted_or_not_beyond_this_machine() {
        let good = [("ldaps://a.example", false), ("ldap://a.example:389", true), ("ldap://127.0.0.1:3890", false)];
        for (url, start_tls) in good {
            assert_eq!(directory(url, start_tls).check(), Ok(()), "{url}");
        }
        let bad = [
            ("ldap://a.example", false),
            ("ldap://127.0.0.1.evil.example", false),
            ("ldap://localhost@evil.example", false),
            ("ldap://127.0.0.1@evil.example", true),
            ("http://a.example", true),
            ("ldaps://", false),
            ("ldaps://:636", false),
            ("", true),
        ];
        for (url, start_tls) in bad {
            assert_eq!(directory(url, start_tls).check(), Err(SignOnFault::Address), "{url}");
        }
        assert_eq!(provider("https://id.example/realms/one").check(), Ok(()));
        assert_eq!(provider("http://[::1]:8080").check(), Ok(()));
        for issuer in ["http://id.example", "https://a@id.example", "javascript:alert(1)", "https://"] {
            assert_eq!(provider(issuer).check(), Err(SignOnFault::Address), "{issuer}");
        }
    }

    #[test]
    fn settings_that_cannot_work_or_give_too_much_are_refused() {
        let good = directory("ldaps://a.example", false);
        let filter = |filter: &str| Directory { filter: filter.into(), ..good.clone() }.check();
        assert_eq!((filter("(uid=ken)"), filter("")), (Err(SignOnFault::Filter), Err(SignOnFault::Filter)));
        let base = Directory { base: " ".into(), ..good.clone() };
        assert_eq!(base.check(), Err(SignOnFault::Text));
        let large = Directory { authorities: "x".repeat(SIGN_ON_CA_BYTES_MAX + 1), ..good.clone() };
        assert_eq!(large.check(), Err(SignOnFault::Authorities));
        let owner = Directory { new_users: Some(BuiltIn::Owner.id()), ..good };
        assert_eq!(owner.check(), Err(SignOnFault::Role));
        let owner = Provider { new_users: Some(BuiltIn::Owner.id()), ..provider("https://id.example") };
        assert_eq!(owner.check(), Err(SignOnFault::Role));
        let nameless = Provider { label: String::new(), ..provider("https://id.example") };
        assert_eq!(nameless.check(), Err(SignOnFault::Text));
    }
}
