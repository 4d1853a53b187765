//! Names of files in a package: one rule for the writer and for the reader.

use xinju_model::limits::EVIDENCE_PATH_BYTES_MAX;

/// Characters that some system reads as something else than a part of a name.
const FORBIDDEN: &[char] = &['\\', ':', '*', '?', '"', '<', '>', '|'];

/// Why a path can't stand in a package; none where it can: relative, with plain parts, the same file on every system.
pub(crate) fn fault(path: &str) -> Option<&'static str> {
    if path.is_empty() || path.len() > EVIDENCE_PATH_BYTES_MAX {
        return Some("its name is empty or too long");
    }
    if path.starts_with('/') {
        return Some("its name begins at the root of a disk");
    }
    if path.chars().any(|character| character.is_control() || FORBIDDEN.contains(&character)) {
        return Some("its name holds a character that names of files do not have everywhere");
    }
    let plain = |part: &str| !part.is_empty() && !part.ends_with(['.', ' ']) && !part.starts_with(' ');
    if path.split('/').all(plain) { None } else { Some("its name leads out of its folder or is not plain") }
}

/// The form under which two names are one file on a system that does not distinguish case.
pub(crate) fn folded(path: &str) -> String {
    path.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_pass_and_others_do_not() {
        for good in ["a", "data/records/000001.json", "验证说明.txt", ".hidden"] {
            assert_eq!(fault(good), None, "{good}");
        }
        let long = "x".repeat(EVIDENCE_PATH_BYTES_MAX + 1);
        for bad in ["", "/a", "..", "a/../b", "a//b", "a/", "./a", "a\\b", "c:a", "a\nb", "a\0", "a ", "a.", &long] {
            assert!(fault(bad).is_some(), "{bad:?}");
        }
    }
}
