//! Keys for programs.

use xinju_model::access::{Action, Credential, Permit, Viewer};
use xinju_model::approval::SensitiveKind;
use xinju_model::id::{TokenId, UserId};
use xinju_model::limits::TOKEN_DAYS_MAX;
use xinju_model::user::{Token, TokenScope};
use zeroize::Zeroizing;

use crate::approval::leave::Leave;
use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::password;
use crate::service::{Core, Service};
use crate::session::{Principal, Secret, is_stale, no_rights, own_user, rights};

/// What every token's secret begins with, so that scanners for leaked secrets can know it.
const PREFIX: &str = "xjt_";
/// Characters of a secret with its prefix.
const SECRET_CHARS: usize = PREFIX.len() + 43;
/// A day in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// A token to be made.
#[derive(Clone, Debug)]
pub struct CreateToken {
    /// What it is for.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<TokenScope>,
    /// How many days it lives.
    pub days: u32,
}

/// A new token and its secret.
#[derive(Debug)]
pub struct NewToken {
    /// The token.
    pub token: Token,
    /// The secret, `xjt_...`; shown once and kept nowhere.
    pub secret: Zeroizing<String>,
}

/// Why a token was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRefusal {
    /// The name is empty or too long.
    NameInvalid,
    /// No scope is asked for.
    NoScope,
    /// Not between a day and [`TOKEN_DAYS_MAX`].
    DaysInvalid,
    /// The token is for another person: people make their own.
    NotService,
    /// The service account is suspended.
    Suspended,
}

fn check(new: &CreateToken) -> Result<(), TokenRefusal> {
    if !password::name_fits(&new.name) {
        return Err(TokenRefusal::NameInvalid);
    }
    if new.scopes.is_empty() {
        return Err(TokenRefusal::NoScope);
    }
    if !(1..=TOKEN_DAYS_MAX).contains(&new.days) {
        return Err(TokenRefusal::DaysInvalid);
    }
    Ok(())
}

impl Core {
    /// Makes and writes a token of `user`.
    pub(crate) fn put_new_token(
        &self,
        permit: &Permit,
        user: UserId,
        new: CreateToken,
        leave: &Leave,
    ) -> Result<Result<NewToken, TokenRefusal>, ServiceError> {
        if let Err(refusal) = check(&new) {
            return Ok(Err(refusal));
        }
        let mut scopes = new.scopes;
        scopes.sort_unstable();
        scopes.dedup();
        let now = self.clock.now();
        let token = Token {
            id: TokenId::random(&*self.random),
            user,
            name: new.name.trim().to_owned(),
            scopes,
            created_at: now,
            expires_at: now.plus_millis(i64::from(new.days) * DAY_MS),
            used_at: None,
        };
        let secret = Zeroizing::new(format!("{PREFIX}{}", *self.new_secret()));
        let hash = self.secret_hash(Secret::Token, &secret);
        let names: Vec<&str> = token.scopes.iter().map(|scope| scope_name(*scope)).collect();
        let act = Act::audit("token.create").with("user", user).with("name", &token.name);
        let act = act.with("scopes", names.join(" ")).with("days", new.days);
        let kept = token.clone();
        self.sensitive(permit, leave, act, move |tx, act| {
            tx.put_token(hash, &kept)?;
            record(tx, now, &act.clone().on(kept.id).with("expires_at", kept.expires_at))
        })?;
        Ok(Ok(NewToken { token, secret }))
    }
}

impl Service {
    /// The viewer's own tokens, newest first.
    pub fn tokens(&self, viewer: &Viewer) -> Result<Vec<Token>, ServiceError> {
        self.core.allow(viewer, Action::ManageOwnTokens)?;
        Ok(self.core.store.read()?.tokens(own_user(viewer)?)?)
    }

    /// Makes a token for the viewer.
    pub fn create_token(
        &self,
        viewer: &Viewer,
        new: CreateToken,
    ) -> Result<Result<NewToken, TokenRefusal>, ServiceError> {
        self.create_token_with(viewer, new, &self.core.leave(viewer, SensitiveKind::TokenCreate)?)
    }

    pub(crate) fn create_token_with(
        &self,
        viewer: &Viewer,
        new: CreateToken,
        leave: &Leave,
    ) -> Result<Result<NewToken, TokenRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageOwnTokens)?;
        let user = own_user(viewer)?;
        core.fresh(viewer)?;
        core.put_new_token(&permit, user, new, leave)
    }

    /// Revokes one of the viewer's own tokens; false where it is not one of them.
    pub fn revoke_token(&self, viewer: &Viewer, id: TokenId) -> Result<bool, ServiceError> {
        let permit = self.core.allow(viewer, Action::ManageOwnTokens)?;
        let own = self.core.store.read()?.tokens(own_user(viewer)?)?;
        if !own.iter().any(|own| own.id == id) {
            return Ok(false);
        }
        let (act, now) = (Act::audit("token.revoke").on(id), self.core.clock.now());
        Ok(self.core.store.write(&permit, move |tx| {
            record(tx, now, &act)?;
            tx.remove_token(id)
        })?)
    }

    /// Who an API token's secret belongs to; none when it is unknown, expired, or its user suspended. Notes when it was used, to the minute.
    pub fn authenticate_token(&self, secret: &str, address: &str) -> Result<Option<Principal>, ServiceError> {
        if secret.len() != SECRET_CHARS || !secret.starts_with(PREFIX) {
            return Ok(None);
        }
        let core = &self.core;
        let hash = core.secret_hash(Secret::Token, secret);
        let tx = core.store.read()?;
        let Some(mut token) = tx.token(&hash)? else { return Ok(None) };
        let now = core.clock.now();
        if token.expires_at <= now {
            return Ok(None);
        }
        let Some(row) = tx.user(token.user)?.filter(|row| row.user.active) else { return Ok(None) };
        let (id, scopes) = (token.id, token.scopes.clone());
        if token.used_at.is_none_or(|used| is_stale(used, now)) {
            token.used_at = Some(now);
            // Put only where it still is: a token that was revoked meanwhile must not come back.
            let alive = core.store.write(&system(address)?, move |tx| {
                let alive = tx.remove_token(id)?;
                if alive {
                    tx.put_token(hash, &token)?;
                }
                Ok(alive)
            })?;
            if !alive {
                return Ok(None);
            }
        }
        let rights = rights(&tx, &row.user, address)?;
        let viewer = Viewer {
            user: Some(row.user.id),
            name: row.user.name.clone(),
            rights: rights.clone().unwrap_or_else(no_rights),
            credential: Credential::Token(id, scopes),
            place: address.to_owned(),
            session: None,
            vouched: false,
        };
        if rights.is_none() {
            return Err(core.off_network(&viewer));
        }
        Ok(Some(Principal { viewer, user: row.user, session: None }))
    }
}

/// The name of a scope in events.
fn scope_name(scope: TokenScope) -> &'static str {
    match scope {
        TokenScope::Read => "read",
        TokenScope::Import => "import",
        TokenScope::Ledger => "ledger",
    }
}

#[cfg(test)]
mod tests {
    use xinju_model::role::BuiltIn;

    use super::*;
    use crate::error::Code;
    use crate::world::World;

    fn new(name: &str, scopes: &[TokenScope], days: u32) -> CreateToken {
        CreateToken { name: name.into(), scopes: scopes.to_vec(), days }
    }

    #[test]
    fn tokens_open_what_their_scopes_say_until_they_end() {
        let world = World::new();
        let admin = world.administrator().principal.viewer;
        let scopes = [TokenScope::Import, TokenScope::Read, TokenScope::Read];
        let made = world.service.create_token(&admin, new("robot", &scopes, 2)).expect("answered").expect("made");
        assert!(made.secret.starts_with("xjt_"));
        assert_eq!(made.token.scopes, [TokenScope::Read, TokenScope::Import]);
        let known = |secret: &str| world.service.authenticate_token(secret, "192.0.2.9").expect("answered");
        let principal = known(&made.secret).expect("known");
        assert!(principal.session.is_none());
        assert_eq!(world.service.tokens(&admin).expect("tokens")[0].used_at, Some(world.service.clock().now()));
        let error = world.service.tokens(&principal.viewer).expect_err("no business of programs");
        assert_eq!(error.code(), Code::Forbidden);
        assert_eq!(world.last_event("access.deny").expect("an event").detail("token"), made.token.id.to_string());
        world.clock.pass(2 * DAY_MS - 1);
        assert!(known(&made.secret).is_some());
        world.clock.pass(1);
        assert!(known(&made.secret).is_none());
        assert!(known("xjt_").is_none() && known(&format!("xjt_{}", "A".repeat(43))).is_none());
    }

    #[test]
    fn revoked_tokens_are_over_and_others_cannot_revoke() {
        let world = World::new();
        let admin = world.administrator().principal.viewer;
        let ken = world.user("ken", BuiltIn::Staff).principal.viewer;
        let made = world.service.create_token(&ken, new("t", &[TokenScope::Read], 1)).expect("answered").expect("made");
        assert!(!world.service.revoke_token(&admin, made.token.id).expect("answered"));
        assert!(world.service.revoke_token(&ken, made.token.id).expect("answered"));
        assert!(!world.service.revoke_token(&ken, made.token.id).expect("answered"));
        assert!(world.service.authenticate_token(&made.secret, "").expect("answered").is_none());
        assert_eq!((world.count_events("token.create"), world.count_events("token.revoke")), (1, 1));
    }

    #[test]
    fn tokens_need_a_name_a_scope_and_an_end() {
        let world = World::new();
        let admin = world.administrator().principal.viewer;
        let refusal = |new| world.service.create_token(&admin, new).expect("answered").err();
        assert_eq!(refusal(new(" ", &[TokenScope::Read], 1)), Some(TokenRefusal::NameInvalid));
        assert_eq!(refusal(new("t", &[], 1)), Some(TokenRefusal::NoScope));
        assert_eq!(refusal(new("t", &[TokenScope::Read], 0)), Some(TokenRefusal::DaysInvalid));
        assert_eq!(refusal(new("t", &[TokenScope::Read], TOKEN_DAYS_MAX + 1)), Some(TokenRefusal::DaysInvalid));
    }
}
