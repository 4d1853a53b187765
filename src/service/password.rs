//! Passwords: Argon2id hashes and the rules for choosing one.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use parking_lot::Mutex;
use xinju_model::id::Random;
use xinju_model::limits::{NAME_CHARS_MAX, PASSWORD_CHARS_MAX};
use zeroize::Zeroizing;
use zxcvbn::Score;
use zxcvbn::feedback::Warning;

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
    /// Among the most common ones, or nearly.
    Common,
    /// Little more than the login or the name.
    Personal,
    /// Guessed soon for another reason.
    Guessable,
}

/// How hard to guess a password has to be: more than 10^8 guesses, out of reach of who has to wait between them.
const SCORE_MIN: Score = Score::Three;

/// Letters and digits that a password has at least besides what its owner is called.
const REST_CHARS_MIN: usize = 6;

/// What Chinese passwords are often made of, and what this product is called: the estimator's own lists are English.
const COMMON: &[&str] = &[
    "woaini",
    "wodemima",
    "mima",
    "zhongguo",
    "beijing",
    "shanghai",
    "nihao",
    "laopo",
    "laogong",
    "baobao",
    "qwerasdf",
    "1314520",
    "5201314",
    "1314",
    "520",
    "147258369",
    "xinju",
    "archive",
    "wecom",
    "weixin",
    "admin",
    "guanliyuan",
    "kefu",
    "gongsi",
    "woshinibaba",
    "zhang",
    "wang",
    "chen",
    "huang",
    "zhao",
];

/// Whether a password may be chosen by somebody of this login and name. The lists of words that it is compared with are part of the program.
pub(crate) fn check(password: &str, chars_min: u32, login: &str, name: &str) -> Result<(), Unfit> {
    let count = password.chars().take(PASSWORD_CHARS_MAX + 1).count();
    if count > PASSWORD_CHARS_MAX {
        return Err(Unfit::TooLong);
    }
    if u32::try_from(count).is_ok_and(|count| count < chars_min) {
        return Err(Unfit::TooShort);
    }
    let mut words: Vec<&str> = COMMON.to_vec();
    let general = zxcvbn::zxcvbn(password, &words);
    if general.score() < SCORE_MIN {
        let warning = general.feedback().and_then(zxcvbn::feedback::Feedback::warning);
        let common = warning.is_some_and(|warning| {
            matches!(
                warning,
                Warning::ThisIsATop10Password
                    | Warning::ThisIsATop100Password
                    | Warning::ThisIsACommonPassword
                    | Warning::ThisIsSimilarToACommonlyUsedPassword
            )
        });
        return Err(if common { Unfit::Common } else { Unfit::Guessable });
    }
    let own: Vec<&str> = own_words(login).chain(own_words(name)).collect();
    words.extend(&own);
    let personal = is_personal(password, &own) || zxcvbn::zxcvbn(password, &words).score() < SCORE_MIN;
    if personal { Err(Unfit::Personal) } else { Ok(()) }
}

/// Whether too little is left of a password without what its owner is called. The estimator counts such words, each joined by a sign, as if they were chosen freely.
fn is_personal(password: &str, own: &[&str]) -> bool {
    let whole = password.to_lowercase();
    let mut own: Vec<String> = own.iter().map(|word| word.to_lowercase()).collect();
    own.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let rest = own.iter().fold(whole.clone(), |rest, word| rest.replace(word.as_str(), ""));
    rest.len() < whole.len() && rest.chars().filter(|c| c.is_alphanumeric()).count() < REST_CHARS_MIN
}

/// What somebody is called, whole and in parts. At most 100 characters, so that the parts are few.
fn own_words(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() >= 2);
    std::iter::once(text).chain(parts).filter(|word| !word.is_empty())
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
    fn what_others_would_guess_is_refused_and_why_is_told() {
        let check = |password: &str| check(password, 10, "li.lei@corp", "Lei Lithgow");
        for common in ["qwertyuiop", "1qaz2wsx3edc", "password123!"] {
            assert_eq!(check(common), Err(Unfit::Common), "{common}");
        }
        for guessable in ["woaini1314520", "1990-01-01", "aaaaaaaaaaaaaaaa", "abcdefghijkl", "P@ssw0rd1234"] {
            assert!(matches!(check(guessable), Err(Unfit::Guessable | Unfit::Common)), "{guessable}");
        }
        for personal in ["lithgow-li.lei", "Lithgow@corp1"] {
            assert_eq!(check(personal), Err(Unfit::Personal), "{personal}");
        }
        for good in ["correct horse", "battery staple", "我爱北京的秋天和烤鸭"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn choices_have_limits() {
        let check = |password: &str| check(password, 10, "li.lei@corp", "李雷");
        assert_eq!(check("123456789"), Err(Unfit::TooShort));
        assert_eq!(check("vK3#qp9!Lw"), Ok(()));
        assert_eq!(check(&"长".repeat(201)), Err(Unfit::TooLong));
        assert!(login_fits("li.lei@corp") && !login_fits("") && !login_fits("li lei") && !login_fits(&"a".repeat(101)));
        assert!(name_fits("李 雷") && !name_fits("  ") && !name_fits("a\nb"));
    }
}
