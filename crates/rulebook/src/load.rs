//! Reading rulebooks: the built-in ones, and files of the user's own.

use waymark_diagnostics::{Diagnostic, Severity};

use crate::{
    check::{Rulebook, SourceFile, check, place},
    definition::Definition,
};

/// The rulebooks that are part of the program: name and text.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("federal", include_str!("../../../rulebooks/federal.toml")),
    ("texas", include_str!("../../../rulebooks/texas.toml")),
    ("clearinghouse", include_str!("../../../rulebooks/clearinghouse.toml")),
];

/// The built-in rulebook of that name.
///
/// # Errors
/// There is none of that name.
///
/// # Panics
/// Never: every built-in rulebook checks out, which a test shows.
pub fn built_in(name: &str) -> Result<Rulebook, Vec<Diagnostic>> {
    if let Some((_, text)) = BUILT_IN.iter().find(|(own, _)| *own == name) {
        return load(SourceFile { name: format!("rulebooks/{name}.toml"), text: (*text).to_owned() });
    }
    let known = BUILT_IN.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
    let place = waymark_diagnostics::Place::file(name);
    let diagnostic = Diagnostic::new("unknown_rulebook", Severity::Fatal, place, format!("no rulebook `{name}`"));
    Err(vec![diagnostic.expected(format!("{known}, or the path of a `.toml` file"))])
}

/// Reads and checks a rulebook, with what it extends.
///
/// # Errors
/// Every reason why it is none: no TOML, an unknown field, a base that is not there, and all that [`check`] finds.
pub fn load(file: SourceFile) -> Result<Rulebook, Vec<Diagnostic>> {
    let mut sources = vec![file];
    let mut definition = parse(&sources[0])?;
    while let Some(base) = definition.rulebook.extends.take() {
        let Some((_, text)) = BUILT_IN.iter().find(|(name, _)| *name == base) else {
            let place = waymark_diagnostics::Place::file(&sources[0].name);
            let message = format!("it extends `{base}`, which is no built-in rulebook");
            return Err(vec![Diagnostic::new("unknown_rulebook", Severity::Fatal, place, message)]);
        };
        let file = SourceFile { name: format!("rulebooks/{base}.toml"), text: (*text).to_owned() };
        let parsed = parse(&file)?;
        sources.push(file);
        if sources.len() > BUILT_IN.len() + 1 {
            let place = waymark_diagnostics::Place::file(&sources[0].name);
            let message = format!("`{base}` extends itself");
            return Err(vec![Diagnostic::new("endless_extends", Severity::Fatal, place, message)]);
        }
        let next = parsed.rulebook.extends.clone();
        definition = definition.extending(parsed);
        definition.rulebook.extends = next;
    }
    check(&definition, &sources)
}

fn parse(file: &SourceFile) -> Result<Definition, Vec<Diagnostic>> {
    toml::from_str(&file.text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        let place = place(file, span.start);
        vec![
            Diagnostic::new("not_a_rulebook", Severity::Fatal, place, error.message().to_owned())
                .marking(&file.text, span),
        ]
    })
}

/// The JSON Schema of a rulebook, for editors.
///
/// # Panics
/// Never: a schema has a JSON form.
pub fn schema() -> String {
    let schema = schemars::schema_for!(Definition);
    serde_json::to_string_pretty(&schema).expect("a schema has a JSON form") + "\n"
}
