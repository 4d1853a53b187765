//! Passwords: Argon2id hashes and the rules for choosing one.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use parking_lot::Mutex;
use xinju_model::id::Random;
use xinju_model::limits::{NAME_CHARS_MAX, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};
use zeroize::Zeroizing;

use crate::error::ServiceError;

/// Memory of one hash in KiB, passes over it and lanes: the first choice of OWASP's password storage cheat sheet for Argon2id with 19 MiB.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A hash of a password that nobody has: checked when a login is unknown, so that the time an answer takes does not tell.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$ETrvpNxVEiCk4MmUa4kCYIMFnAKbYEg8Cj0jXONVGgI";

/// One hash at a time: each takes 19 MiB, and a flood of sign-ins must not take them all at once.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// What is wrong with a chosen password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    TooShort,
    TooLong,
}

/// Whether a password may be chosen.
pub(crate) fn check(password: &str) -> Result<(), Unfit> {
    match password.chars().take(PASSWORD_CHARS_MAX + 1).count() {
        count if count < PASSWORD_CHARS_MIN => Err(Unfit::TooShort),
        count if count > PASSWORD_CHARS_MAX => Err(Unfit::TooLong),
        _ => Ok(()),
    }
}

/// Whether a login may be chosen: 1 to 100 characters without spaces and control characters.
pub(crate) fn login_fits(login: &str) -> bool {
    let count = login.chars().take(NAME_CHARS_MAX + 1).count();
    (1..=NAME_CHARS_MAX).contains(&count) && !login.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// Whether a name may be shown: 1 to 100 characters, not only spaces, no control characters.
pub(crate) fn name_fits(name: &str) -> bool {
    let count = name.chars().take(NAME_CHARS_MAX + 1).count();
    count <= NAME_CHARS_MAX && !name.trim().is_empty() && !name.chars().any(char::is_control)
}

fn argon2() -> Result<Argon2<'static>, ServiceError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|error| ServiceError::Internal(format!("argon2 parameters: {error}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The password as a PHC string.
pub(crate) fn hash(password: &Zeroizing<String>, random: &dyn Random) -> Result<String, ServiceError> {
    let mut salt = [0; 16];
    random.fill(&mut salt);
    let _one = ONE_AT_A_TIME.lock();
    let hash: PasswordHash = argon2()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|error| ServiceError::Internal(format!("argon2: {error}")))?;
    Ok(hash.to_string())
}

/// Whether a password fits a PHC string. Without one (an unknown login) the same work is done and the answer is no.
pub(crate) fn fits(password: &Zeroizing<String>, phc: Option<&str>) -> bool {
    // A longer one cannot have been chosen; argon2 is given no book to hash.
    if password.chars().count() > PASSWORD_CHARS_MAX {
        return false;
    }
    let Ok(parsed) = PasswordHash::new(phc.unwrap_or(NOBODY)) else { return false };
    let Ok(argon2) = argon2() else { return false };
    let _one = ONE_AT_A_TIME.lock();
    argon2.verify_password(password.as_bytes(), &parsed).is_ok() && phc.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Zero;
    impl Random for Zero {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    #[test]
    fn only_the_password_fits() {
        let password = Zeroizing::new("correct horse".to_owned());
        let phc = hash(&password, &Zero).expect("hash");
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(fits(&password, Some(&phc)));
        assert!(!fits(&Zeroizing::new("wrong horse".into()), Some(&phc)));
        assert!(!fits(&password, None));
        assert!(!fits(&password, Some("not a phc string")));
    }

    #[test]
    fn the_hash_for_unknown_logins_costs_the_same() {
        let parsed = PasswordHash::new(NOBODY).expect("a PHC string");
        let params = Params::try_from(&parsed).expect("parameters");
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (MEMORY_KIB, PASSES, LANES));
        assert!(parsed.hash.is_some());
    }

    #[test]
    fn choices_have_limits() {
        assert_eq!(check("123456789"), Err(Unfit::TooShort));
        assert_eq!(check("1234567890"), Ok(()));
        assert_eq!(check(&"长".repeat(201)), Err(Unfit::TooLong));
        assert!(login_fits("li.lei@corp") && !login_fits("") && !login_fits("li lei") && !login_fits(&"a".repeat(101)));
        assert!(name_fits("李 雷") && !name_fits("  ") && !name_fits("a\nb"));
    }
}
