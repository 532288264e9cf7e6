//! Conditions and values: SQL expressions, checked against the columns that are there to be named.

use std::collections::{BTreeMap, BTreeSet};

use sqlparser::{
    ast::{Expr, Ident, ObjectNamePart, Query, Visit, VisitMut, Visitor, VisitorMut},
    dialect::GenericDialect,
    parser::{Parser, ParserError},
    tokenizer::{Span, Token},
};
use std::ops::ControlFlow;

/// A column that an expression may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnReference {
    /// The SQL that takes its place in the plan.
    pub sql: String,
    /// What it means.
    pub doc: String,
}

/// The columns that expressions in one place may name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns(BTreeMap<String, ColumnReference>);

impl Columns {
    /// Adds a column; one of the same name gives way.
    pub fn add(&mut self, name: impl Into<String>, sql: impl Into<String>, doc: impl Into<String>) {
        self.0.insert(name.into(), ColumnReference { sql: sql.into(), doc: doc.into() });
    }

    /// These columns, and `others` where they have no column of that name.
    #[must_use]
    pub fn or(mut self, others: &Self) -> Self {
        for (name, column) in &others.0 {
            self.0.entry(name.clone()).or_insert_with(|| column.clone());
        }
        self
    }

    /// The same columns, each standing for itself as `{name}` until its value is known.
    #[must_use]
    pub(crate) fn placeholders(mut self) -> Self {
        for (name, column) in &mut self.0 {
            column.sql = format!("{{{name}}}");
        }
        self
    }

    /// Every column with what it means, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ColumnReference)> {
        self.0.iter().map(|(name, column)| (name.as_str(), column))
    }

    /// Whether there is a column of that name.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The name most like `name`, if one is nearly it.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.0.keys().map(String::as_str))
    }
}

/// The word most like `name`, if one is nearly it.
pub(crate) fn nearest<'a>(name: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    words
        .map(|word| (strsim::damerau_levenshtein(&name.to_lowercase(), word), word))
        .filter(|(distance, word)| *distance <= 1 + word.len() / 4)
        .min()
        .map(|(_, word)| word)
}

/// Functions that expressions may call: those of the engine that are exact and the same on every machine.
pub const FUNCTIONS: &[&str] = &[
    "bool_and",
    "bool_or",
    "char_length",
    "coalesce",
    "count",
    "date_part",
    "date_trunc",
    "greatest",
    "least",
    "left",
    "lower",
    "max",
    "min",
    "nullif",
    "right",
    "starts_with",
    "strpos",
    "substr",
    "sum",
    "trim",
    "upper",
];

/// An expression that names only what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// As its author wrote it, white space made single.
    pub text: String,
    /// As the engine reads it, constants still standing as `{name}`.
    pub sql: String,
    /// The columns that it names.
    pub names: BTreeSet<String>,
    parsed: Expr,
}

/// Why a text is not an expression over the columns.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// What is wrong.
    pub message: String,
    /// Line and column in the text, both from 1, where known.
    pub at: Option<(u64, u64)>,
    /// The word that is wrong, where it is one.
    pub word: Option<String>,
    /// A likely correction.
    pub help: Option<String>,
}

impl Expression {
    /// Reads `text` as one SQL expression over `columns`.
    ///
    /// # Errors
    /// A text that is no expression, a column or function that is not there, a query within the expression.
    pub fn parse(text: &str, columns: &Columns) -> Result<Self, ExpressionError> {
        let mut parser = Parser::new(&GenericDialect {}).try_with_sql(text).map_err(syntax)?;
        let parsed = parser.parse_expr().map_err(syntax)?;
        let rest = parser.next_token();
        if rest.token != Token::EOF {
            return Err(ExpressionError {
                message: format!("`{}` does not belong to the expression before it", rest.token),
                at: place(rest.span),
                word: Some(rest.token.to_string()),
                help: Some("join conditions with AND or OR".to_owned()),
            });
        }
        let mut check = Check { columns, names: BTreeSet::new() };
        if let ControlFlow::Break(error) = Visit::visit(&parsed, &mut check) {
            return Err(error);
        }
        let mut planned = parsed.clone();
        let _ = VisitMut::visit(&mut planned, &mut Rewrite { columns });
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Self { text, sql: planned.to_string(), names: check.names, parsed })
    }

    /// The conditions that are joined by AND at its top, each by itself.
    ///
    /// # Errors
    /// Never for an expression that was parsed with the same columns.
    pub fn conjuncts(&self, columns: &Columns) -> Result<Vec<Self>, ExpressionError> {
        fn split<'a>(expr: &'a Expr, parts: &mut Vec<&'a Expr>) {
            match expr {
                Expr::BinaryOp { left, op: sqlparser::ast::BinaryOperator::And, right } => {
                    split(left, parts);
                    split(right, parts);
                }
                Expr::Nested(inner) => split(inner, parts),
                other => parts.push(other),
            }
        }
        let mut parts = Vec::new();
        split(&self.parsed, &mut parts);
        parts.into_iter().map(|part| Self::parse(&part.to_string(), columns)).collect()
    }

    /// For `name >= number` (or `>`): the name and the least whole number that meets it.
    pub fn threshold(&self) -> Option<(String, f64)> {
        use sqlparser::ast::{BinaryOperator, Value};
        let Expr::BinaryOp { left, op, right } = &self.parsed else { return None };
        let (Expr::Identifier(name), Expr::Value(value)) = (left.as_ref(), right.as_ref()) else { return None };
        let Value::Number(number, _) = &value.value else { return None };
        let number: f64 = number.parse().ok()?;
        match op {
            BinaryOperator::GtEq => Some((name.value.clone(), number)),
            BinaryOperator::Gt => Some((name.value.clone(), number + 1.0)),
            _ => None,
        }
    }
}

impl Expression {
    /// Its SQL with the constants' values in their places.
    pub(crate) fn with_constants(&self, constants: &Columns) -> String {
        let present = constants.iter().filter(|(name, _)| self.names.contains(*name));
        present.fold(self.sql.clone(), |sql, (name, column)| sql.replace(&format!("{{{name}}}"), &column.sql))
    }
}

struct Check<'a> {
    columns: &'a Columns,
    names: BTreeSet<String>,
}

impl Visitor for Check<'_> {
    type Break = ExpressionError;

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<ExpressionError> {
        ControlFlow::Break(ExpressionError {
            message: "an expression holds no query of its own".to_owned(),
            at: None,
            word: None,
            help: Some("work the value out as a fact, and name the fact".to_owned()),
        })
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<ExpressionError> {
        match expr {
            Expr::Identifier(name) => {
                if !self.columns.contains(&name.value) {
                    return ControlFlow::Break(unknown(
                        "column",
                        &name.value,
                        name.span,
                        self.columns.nearest(&name.value),
                    ));
                }
                self.names.insert(name.value.clone());
            }
            Expr::CompoundIdentifier(parts) => {
                let name = parts.iter().map(|part| part.value.as_str()).collect::<Vec<_>>().join(".");
                return ControlFlow::Break(unknown("column", &name, parts[0].span, None));
            }
            // The parser takes all that follows for the right side, which nobody means.
            Expr::IsDistinctFrom(_, right) | Expr::IsNotDistinctFrom(_, right)
                if matches!(right.as_ref(), Expr::BinaryOp { .. }) =>
            {
                return ControlFlow::Break(ExpressionError {
                    message: format!("`DISTINCT FROM` would take all of `{right}` for its right side"),
                    at: None,
                    word: None,
                    help: Some("put it into parentheses, or last".to_owned()),
                });
            }
            Expr::Function(function) => {
                let (name, span) = match function.name.0.as_slice() {
                    [ObjectNamePart::Identifier(name)] => (name.value.to_lowercase(), name.span),
                    _ => (function.name.to_string(), Span::empty()),
                };
                if !FUNCTIONS.contains(&name.as_str()) {
                    let near = nearest(&name, FUNCTIONS.iter().copied());
                    return ControlFlow::Break(unknown("function", &name, span, near));
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

struct Rewrite<'a> {
    columns: &'a Columns,
}

impl VisitorMut for Rewrite<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Identifier(name) = expr
            && let Some(column) = self.columns.0.get(&name.value)
        {
            // An unquoted identifier is written as it stands, so that it can carry any SQL.
            *name = Ident::new(column.sql.clone());
        }
        ControlFlow::Continue(())
    }
}

fn unknown(what: &str, name: &str, span: Span, near: Option<&str>) -> ExpressionError {
    ExpressionError {
        message: format!("no {what} `{name}`"),
        at: place(span),
        word: Some(name.to_owned()),
        help: near.map(|near| format!("did you mean `{near}`?")),
    }
}

fn place(span: Span) -> Option<(u64, u64)> {
    (span.start.line > 0).then_some((span.start.line, span.start.column))
}

fn syntax(error: ParserError) -> ExpressionError {
    let text = match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text,
        ParserError::RecursionLimitExceeded => "it is nested too deeply".to_owned(),
    };
    let number = |label: &str| {
        let rest = &text[text.find(label)? + label.len()..];
        rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
    };
    let at = number("Line: ").zip(number("Column: "));
    let what = text.split(" at Line").next().unwrap_or(&text);
    ExpressionError { message: format!("not an SQL expression: {what}"), at, word: None, help: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Columns {
        let mut columns = Columns::default();
        columns.add("credits_earned", "r.\"credits_earned\"", "");
        columns.add("status", "r.\"status\"", "");
        columns.add("courses", "t.courses", "");
        columns
    }

    #[test]
    fn names_are_replaced_by_what_the_plan_calls_them() {
        let expression =
            Expression::parse("status = 'completed' AND coalesce(credits_earned, 0) > 0", &columns()).unwrap();
        assert_eq!(expression.sql, "r.\"status\" = 'completed' AND coalesce(r.\"credits_earned\", 0) > 0");
        assert_eq!(expression.names.iter().map(String::as_str).collect::<Vec<_>>(), ["credits_earned", "status"]);
    }

    #[test]
    fn a_misspelled_column_is_found_and_corrected() {
        let error = Expression::parse("status = 'completed'\n  AND credts_earned > 0", &columns()).unwrap_err();
        assert_eq!(error.message, "no column `credts_earned`");
        assert_eq!(error.help.as_deref(), Some("did you mean `credits_earned`?"));
        assert_eq!(error.at, Some((2, 7)));
    }

    #[test]
    fn what_is_not_an_expression_is_refused() {
        for (text, message) in [
            ("status = ", "not an SQL expression"),
            ("status status", "does not belong"),
            ("(SELECT 1) > 0", "no query"),
            ("status IS DISTINCT FROM 'a' AND courses > 1", "would take all of"),
            ("random() > 0.5", "no function `random`"),
            ("other.status = 'a'", "no column `other.status`"),
            ("", "not an SQL expression"),
        ] {
            let error = Expression::parse(text, &columns()).unwrap_err();
            assert!(error.message.contains(message), "{text}: {error}");
        }
    }

    #[test]
    fn clauses_come_apart_and_thresholds_are_read() {
        let expression =
            Expression::parse("courses >= 2 AND (status = 'a' OR status = 'b') AND courses > 3", &columns()).unwrap();
        let clauses = expression.conjuncts(&columns()).unwrap();
        assert_eq!(
            clauses.iter().map(|clause| clause.text.as_str()).collect::<Vec<_>>(),
            ["courses >= 2", "status = 'a' OR status = 'b'", "courses > 3"]
        );
        assert_eq!(clauses[0].threshold(), Some(("courses".to_owned(), 2.0)));
        assert_eq!(clauses[1].threshold(), None);
        assert_eq!(clauses[2].threshold(), Some(("courses".to_owned(), 4.0)));
    }
}
