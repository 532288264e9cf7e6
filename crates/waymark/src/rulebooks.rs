//! Rulebooks by name or file.

use std::path::Path;

use waymark_rulebook::{BUILT_IN, Rulebook, SourceFile, built_in, load};

use crate::failure::Failure;

/// The text of the rulebook that is meant: the name of a built-in one, or the path of a file.
///
/// # Errors
/// If there is none of that name, or the file cannot be read.
pub(crate) fn source(name: &str) -> Result<SourceFile, Failure> {
    if let Some((_, text)) = BUILT_IN.iter().find(|(own, _)| *own == name) {
        return Ok(SourceFile { name: format!("rulebooks/{name}.toml"), text: (*text).to_owned() });
    }
    if !is_path(name) {
        let known: Vec<_> = BUILT_IN.iter().map(|(name, _)| format!("`{name}`")).collect();
        let hint = format!("there are {}; or give the path of a `.toml` file", known.join(", "));
        return Err(Failure::user(format!("no rulebook `{name}`")).hint(hint));
    }
    let text = std::fs::read_to_string(name).map_err(|error| Failure::file(Path::new(name), &error))?;
    Ok(SourceFile { name: name.to_owned(), text })
}

/// The rulebook that is meant.
///
/// # Errors
/// As [`source`], and if it does not check out.
pub(crate) fn open(name: &str) -> Result<Rulebook, Failure> {
    let loaded = match source(name)? {
        _ if BUILT_IN.iter().any(|(own, _)| *own == name) => built_in(name),
        file => load(file),
    };
    loaded.map_err(|diagnostics| Failure::rulebook(name, diagnostics))
}

fn is_path(name: &str) -> bool {
    name.contains(['/', '\\']) || Path::new(name).extension().is_some_and(|extension| extension == "toml")
}
