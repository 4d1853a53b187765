//! Codes that are typed: six digits of an authenticator app (RFC 6238), and recovery codes.

use data_encoding::BASE32_NOPAD;
use totp_rs::{Builder, Secret, Totp};
use xinju_model::id::Random;
use xinju_model::limits::CODE_CHARS_MAX;
use xinju_model::time::Timestamp;
use zeroize::Zeroizing;

use crate::error::ServiceError;

/// Digits of an app's code.
const DIGITS: u8 = 6;
/// Steps before and after the present one whose codes are accepted: for clocks that differ and fingers that are slow.
const SKEW: u16 = 1;
/// Characters of a recovery code: 60 bits of base32.
const RECOVERY_CHARS: usize = 12;
/// Characters between the hyphens of a recovery code.
const RECOVERY_GROUP: usize = 4;
/// Who made the secret, as the app shows it.
const ISSUER: &str = "Xinju";

/// What somebody typed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// Six digits.
    App(Zeroizing<String>),
    /// A recovery code without its hyphens.
    Recovery(Zeroizing<String>),
}

impl Typed {
    /// Reads a code as people type it: with spaces or hyphens, in small letters, with full-width digits, with 0 for O. None where it can't be one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.chars().take(CODE_CHARS_MAX + 1).count() > CODE_CHARS_MAX {
            return None;
        }
        let plain = text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(half_width);
        let plain = Zeroizing::new(plain.collect::<String>().to_ascii_uppercase());
        if plain.len() == usize::from(DIGITS) && plain.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Self::App(plain));
        }
        let read = Zeroizing::new(plain.chars().map(letter).collect::<String>());
        let fits = read.len() == RECOVERY_CHARS && read.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'7'));
        fits.then_some(Self::Recovery(read))
    }
}

/// A full-width character of a Chinese keyboard as the plain one.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xff01 - 0x21).and_then(char::from_u32).unwrap_or(c),
        _ => c,
    }
}

/// Digits that base32 does not have are letters that look like them.
fn letter(c: char) -> char {
    match c {
        '0' => 'O',
        '1' => 'I',
        '8' => 'B',
        _ => c,
    }
}

fn totp(secret: &[u8; 20]) -> Result<Totp, ServiceError> {
    let builder = Builder::new().with_digits(DIGITS).with_skew(SKEW).with_secret(Secret::new_stack(*secret));
    builder.build().map_err(|error| ServiceError::Internal(format!("a second factor: {error}")))
}

/// The step whose code this is, at a moment; compared in constant time.
pub(crate) fn step_of(secret: &[u8; 20], code: &str, now: Timestamp) -> Result<Option<u64>, ServiceError> {
    // No app has a code of a time before 1970.
    let Ok(seconds) = u64::try_from(now.millis().div_euclid(1_000)) else { return Ok(None) };
    Ok(totp(secret)?.check(code, seconds))
}

/// The code of a moment, for tests.
#[cfg(test)]
pub(crate) fn code_at(secret: &[u8; 20], at: Timestamp) -> String {
    let seconds = u64::try_from(at.millis() / 1_000).expect("after 1970");
    totp(secret).expect("a factor").generate(seconds).to_string()
}

/// A secret as it is typed into an app.
pub(crate) fn secret_text(secret: &[u8; 20]) -> Zeroizing<String> {
    Zeroizing::new(BASE32_NOPAD.encode(secret))
}

/// What the QR code of a secret says (the key URI format that authenticator apps agree on).
pub(crate) fn uri(secret: &[u8; 20], login: &str) -> Zeroizing<String> {
    let text = secret_text(secret);
    let login = escaped(login);
    Zeroizing::new(format!("otpauth://totp/{ISSUER}:{login}?secret={}&issuer={ISSUER}", *text))
}

/// Everything but letters, digits and `-._~` as %XX (RFC 3986).
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
        }
    }
    out
}

/// A new recovery code without hyphens.
pub(crate) fn new_recovery_code(random: &dyn Random) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; 8]);
    random.fill(&mut *bytes);
    let text = Zeroizing::new(BASE32_NOPAD.encode(&*bytes));
    Zeroizing::new(text.chars().take(RECOVERY_CHARS).collect())
}

/// A recovery code as it is shown: in groups of four.
pub(crate) fn shown(code: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(RECOVERY_CHARS + RECOVERY_CHARS / RECOVERY_GROUP));
    for (at, c) in code.chars().enumerate() {
        if at > 0 && at.is_multiple_of(RECOVERY_GROUP) {
            out.push('-');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    const RFC: &[u8; 20] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // The last six of the eight digits that the RFC prints for SHA-1.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let now = Timestamp(seconds * 1_000);
            let step = u64::try_from(seconds / 30).expect("positive");
            assert_eq!(step_of(RFC, code, now).expect("checked"), Some(step), "{seconds}");
            assert_eq!(code_at(RFC, now), code);
        }
    }

    #[test]
    fn a_code_is_good_for_a_step_before_and_after_its_own() {
        let code = code_at(RFC, Timestamp(1_000_000_000_000));
        let at = |seconds: i64| step_of(RFC, &code, Timestamp(1_000_000_000_000 + seconds * 1_000)).expect("checked");
        // 1,000,000,000 s is 10 s into its step.
        let step = Some(33_333_333);
        assert_eq!([at(-41), at(-40), at(0), at(49), at(50)], [None, step, step, step, None]);
        assert_eq!(step_of(RFC, &code, Timestamp(-1)).expect("checked"), None);
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        let app = |text: &str| Some(Typed::App(Zeroizing::new(text.to_owned())));
        assert_eq!(Typed::read(" 123 456 "), app("123456"));
        assert_eq!(Typed::read("１２３４５６"), app("123456"));
        let recovery = Some(Typed::Recovery(Zeroizing::new("ABCDEFGH2O7I".into())));
        assert_eq!(Typed::read("abcd-efgh-2071"), recovery);
        for nothing in ["", "12345", "1234567", "abcd-efgh-9999", "严严严严严严", &"1".repeat(1_000_000)] {
            assert_eq!(Typed::read(nothing), None);
        }
    }

    #[test]
    fn the_uri_says_who_and_with_what() {
        let uri = uri(RFC, "李@corp");
        let expected = "otpauth://totp/Xinju:%E6%9D%8E%40corp?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Xinju";
        assert_eq!(uri.as_str(), expected);
    }

    #[test]
    fn recovery_codes_read_back() {
        struct Sevens;
        impl Random for Sevens {
            fn fill(&self, bytes: &mut [u8]) {
                bytes.fill(0x77);
            }
        }
        let code = new_recovery_code(&Sevens);
        assert_eq!(shown(&code).as_str(), "O53X-O53X-O53X");
        assert_eq!(Typed::read(&shown(&code)), Some(Typed::Recovery(code)));
    }
}
