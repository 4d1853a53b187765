//! Asks the company's directory and its identity provider who somebody is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use xinju_model::limits::SIGN_ON_QUESTIONS_MAX;
use xinju_model::sign_on::{Directory, Provider};
use xinju_model::time::Timestamp;
use xinju_service::sign_on::{Identify, IdentifyError, Person, Question};

use crate::oidc::Providers;
use crate::{ldap, oidc};

/// Certificates of one setting.
const CERTIFICATES_MAX: usize = 32;

/// Asks other systems over the network.
#[derive(Default)]
pub struct Identities {
    providers: Providers,
    /// Questions that wait for an answer.
    open: AtomicUsize,
}

impl Identities {
    /// Asks, unless too many others wait for an answer.
    fn ask<T>(&self, question: impl FnOnce() -> Result<T, IdentifyError>) -> Result<T, IdentifyError> {
        let before = self.open.fetch_add(1, Ordering::SeqCst);
        let answer = if before < SIGN_ON_QUESTIONS_MAX {
            question()
        } else {
            Err(IdentifyError::Unreachable("too many others wait for an answer".into()))
        };
        self.open.fetch_sub(1, Ordering::SeqCst);
        answer
    }
}

impl Identify for Identities {
    fn password(
        &self,
        directory: &Directory,
        secret: &str,
        login: &str,
        password: &str,
    ) -> Result<Option<Person>, IdentifyError> {
        self.ask(|| ldap::password(directory, secret, login, password))
    }

    fn try_directory(&self, directory: &Directory, secret: &str) -> Result<(), IdentifyError> {
        self.ask(|| ldap::try_out(directory, secret))
    }

    fn begin(&self, provider: &Provider, question: &Question) -> Result<String, IdentifyError> {
        self.ask(|| self.providers.begin(provider, question))
    }

    fn finish(
        &self,
        provider: &Provider,
        secret: &str,
        question: &Question,
        code: &str,
        now: Timestamp,
    ) -> Result<Person, IdentifyError> {
        self.ask(|| oidc::finish(provider, secret, question, code, now))
    }

    fn try_provider(&self, provider: &Provider) -> Result<(), IdentifyError> {
        self.ask(|| oidc::fetch(provider).map(|_| ()))
    }
}

/// Who may sign another system's certificate: those of a setting, or those that the machine trusts.
pub(crate) fn authorities(pem: &str) -> Result<Vec<CertificateDer<'static>>, IdentifyError> {
    if pem.trim().is_empty() {
        return Ok(rustls_native_certs::load_native_certs().certs);
    }
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).take(CERTIFICATES_MAX).collect();
    match read {
        Ok(all) if !all.is_empty() => Ok(all),
        Ok(_) => Err(IdentifyError::Untrusted("the settings hold no certificate in PEM form".into())),
        Err(error) => Err(IdentifyError::Untrusted(format!("the certificates of the settings do not read: {error}"))),
    }
}

/// The one implementation of cryptography that the program has.
pub(crate) fn cryptography() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_questions_is_not_asked() {
        fn nested(all: &Identities, depth: usize) -> Result<usize, IdentifyError> {
            all.ask(|| if depth == 0 { Ok(0) } else { nested(all, depth - 1).map(|below| below + 1) })
        }
        let all = Identities::default();
        assert_eq!(nested(&all, SIGN_ON_QUESTIONS_MAX - 1), Ok(SIGN_ON_QUESTIONS_MAX - 1));
        assert!(matches!(nested(&all, SIGN_ON_QUESTIONS_MAX), Err(IdentifyError::Unreachable(_))));
        assert_eq!(nested(&all, 0), Ok(0), "those that were refused wait no longer");
    }

    #[test]
    fn certificates_that_do_not_read_are_no_trust_at_all() {
        assert!(matches!(authorities("nonsense"), Err(IdentifyError::Untrusted(_))));
        let bad = "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
        assert!(matches!(authorities(bad), Err(IdentifyError::Untrusted(_))));
    }
}
