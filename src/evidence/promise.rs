//! What a package's seal is to hold, as `bag-info.txt` says it: the seal is over that file, but no manifest lists the files of the seal.

use xinju_model::package::SealPromise;

const TIMESTAMPS: &str = "Seal-Timestamps";
const SM2: &str = "Seal-SM2";

/// The lines of `bag-info.txt`.
pub(crate) fn lines(promise: &SealPromise) -> [(&'static str, String); 2] {
    let sm2 = if promise.sm2 { "yes" } else { "no" };
    [(TIMESTAMPS, promise.timestamps.to_string()), (SM2, sm2.to_owned())]
}

/// Reads [`lines`]; `field` gives the value of a label. None where they are not all there, or say something else.
pub(crate) fn read<'a>(field: impl Fn(&str) -> Option<&'a str>) -> Option<SealPromise> {
    let timestamps = field(TIMESTAMPS)?.parse().ok()?;
    let sm2 = match field(SM2)? {
        "yes" => true,
        "no" => false,
        _ => return None,
    };
    Some(SealPromise { timestamps, sm2 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_and_nothing_else_does() {
        for promise in [SealPromise::default(), SealPromise { timestamps: 2, sm2: true }] {
            let lines = lines(&promise);
            let field = |label: &str| lines.iter().find(|(name, _)| *name == label).map(|(_, value)| value.as_str());
            assert_eq!(read(field), Some(promise));
        }
        assert_eq!(read(|label| (label == TIMESTAMPS).then_some("1")), None);
        assert_eq!(read(|label| Some(if label == SM2 { "maybe" } else { "1" })), None);
        assert_eq!(read(|label| Some(if label == SM2 { "no" } else { "-1" })), None);
    }
}
