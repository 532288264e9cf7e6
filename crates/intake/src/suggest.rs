//! Likely corrections. They are only ever shown; nothing is corrected.

/// How alike two names must be for one to be suggested for the other (1 is equal).
const ALIKE: f64 = 0.72;

/// What a text is when case, surrounding space, joining characters and leading zeros are overlooked.
pub(crate) fn normalized(text: &str) -> String {
    let text: String = text.trim().to_lowercase().chars().map(|c| if c == ' ' || c == '-' { '_' } else { c }).collect();
    let stripped = text.trim_start_matches('0');
    if stripped.is_empty() { text } else { stripped.to_owned() }
}

/// The name that `text` was probably meant to be.
pub(crate) fn nearest<'a>(text: &str, names: impl IntoIterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let meant = normalized(text);
    if meant.is_empty() || meant.len() > 80 {
        return None;
    }
    if let Some(name) = names.clone().into_iter().find(|name| normalized(name) == meant) {
        return Some(name);
    }
    let mut best: Option<(f64, &str)> = None;
    for name in names {
        // `C1` is no misspelling of `C2`: who mistypes a number means another thing.
        if !digits(name).eq(digits(&meant)) {
            continue;
        }
        let score = strsim::normalized_damerau_levenshtein(&meant, &normalized(name));
        if score >= ALIKE && best.is_none_or(|(best, _)| score > best) {
            best = Some((score, name));
        }
    }
    best.map(|(_, name)| name)
}

/// The code that `text` was probably meant to be; a word may stand for a code of one letter (`Female` for `F`).
pub(crate) fn code(text: &str, codes: &'static [&'static str]) -> Option<&'static str> {
    nearest(text, codes.iter().copied()).or_else(|| {
        let letter = text.trim().chars().next()?.to_ascii_uppercase();
        let words = text.trim().len() > 2 && codes.iter().all(|code| code.len() == 1);
        codes.iter().copied().find(|code| words && code.starts_with(letter))
    })
}

fn digits(text: &str) -> impl Iterator<Item = char> {
    text.trim_start_matches('0').chars().filter(char::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearly_right_is_suggested() {
        assert_eq!(nearest("Student ID", ["student_id", "sex"]), Some("student_id"));
        assert_eq!(nearest("studnet_id", ["student_id", "sex"]), Some("student_id"));
        assert_eq!(nearest("9", ["09", "10"]), Some("09"));
        assert_eq!(nearest("english_lerner", ["english_learner", "migrant"]), Some("english_learner"));
        assert_eq!(code("Female", &["F", "M", "X"]), Some("F"));
        assert_eq!(code("english learner", &["english_learner", "homeless"]), Some("english_learner"));
    }

    #[test]
    fn what_is_something_else_is_not() {
        assert_eq!(nearest("C1", ["C2", "C3"]), None);
        assert_eq!(nearest("5", ["09", "10"]), None);
        assert_eq!(nearest("", ["a"]), None);
        assert_eq!(code("Q", &["F", "M", "X"]), None);
    }
}
