//! What a package says of how to check it, without us: words for people and small programs that anybody can read.

/// Files outside the payload.
pub(crate) const TAG_FILES: &[(&str, &str)] =
    &[("VERIFY.txt", include_str!("guide/VERIFY.txt")), ("验证说明.txt", include_str!("guide/验证说明.txt"))];

/// Files of the payload.
pub(crate) const PAYLOAD_FILES: &[(&str, &str)] = &[
    ("data/verify/verify.py", include_str!("guide/verify.py")),
    ("data/verify/verify.sh", include_str!("guide/verify.sh")),
    ("data/verify/verify.ps1", include_str!("guide/verify.ps1")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_as_short_as_people_are_told() {
        let lines =
            PAYLOAD_FILES.iter().find(|(path, _)| path.ends_with("/verify.py")).map(|(_, text)| text.lines().count());
        assert!(lines.is_some_and(|lines| lines < 400), "{lines:?}");
        assert!(TAG_FILES.iter().all(|(_, text)| text.contains("400")));
    }
}
