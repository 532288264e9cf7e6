//! The official description of the API, as far as it takes to hold records to it: the schemas of an `OpenAPI` document in
//! YAML, which its makers write in one way only.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

#[derive(Debug, Default)]
struct Schema {
    required: Vec<String>,
    properties: BTreeMap<String, Property>,
}

#[derive(Debug, Default)]
struct Property {
    kind: String,
    longest: Option<usize>,
    /// The schema of the object, or of the items of the list.
    of: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Description(BTreeMap<String, Schema>);

impl Description {
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let (_, schemas) = text.split_once("\n  schemas:\n").expect("a document with schemas");
        let mut description = BTreeMap::new();
        let (mut schema, mut property, mut part) = (String::new(), String::new(), "");
        let mut folded_reference = false;
        for line in schemas.lines() {
            let indent = line.len() - line.trim_start().len();
            let line = line.trim();
            let key = line.trim_end_matches(':');
            match indent {
                0..=2 if !line.is_empty() => break,
                4 if line.ends_with(':') => {
                    key.clone_into(&mut schema);
                    description.insert(schema.clone(), Schema::default());
                    part = "";
                }
                6 if line == "required:" => part = "required",
                6 if line == "properties:" => part = "properties",
                6 | 8 if part == "required" && line.starts_with("- ") => {
                    description.get_mut(&schema).unwrap().required.push(line[2..].to_owned());
                }
                6 => part = "",
                8 if part == "properties" && line.ends_with(':') => {
                    key.clone_into(&mut property);
                    description.get_mut(&schema).unwrap().properties.insert(property.clone(), Property::default());
                }
                _ if part == "properties" => {
                    let entry = description.get_mut(&schema).unwrap().properties.get_mut(&property).unwrap();
                    if folded_reference || (line.starts_with("$ref: ") && line != "$ref: >-") {
                        entry.of = line.rsplit('/').next().map(|name| name.trim_end_matches(['\'', '"']).to_owned());
                    } else if let (10, Some(kind)) = (indent, line.strip_prefix("type: ")) {
                        kind.clone_into(&mut entry.kind);
                    } else if let Some(longest) = line.strip_prefix("maxLength: ") {
                        entry.longest = longest.parse().ok();
                    }
                    folded_reference = line == "$ref: >-";
                }
                _ => {}
            }
        }
        assert!(description.len() > 400, "only {} schemas", description.len());
        Self(description)
    }

    /// Everything in which a value is not of that schema.
    pub(crate) fn faults(&self, schema: &str, value: &Value) -> Vec<String> {
        let Some(described) = self.0.get(schema) else { return vec![format!("no schema `{schema}`")] };
        let Some(object) = value.as_object() else { return vec![format!("{schema}: no object")] };
        let missing = described.required.iter().filter(|name| !object.contains_key(*name));
        let mut faults: Vec<String> = missing.map(|name| format!("{schema}: `{name}` is missing")).collect();
        for (name, value) in object {
            let Some(property) = described.properties.get(name) else {
                faults.push(format!("{schema} has no `{name}`"));
                continue;
            };
            let right = match property.kind.as_str() {
                "string" => value.as_str().is_some_and(|text| property.longest.is_none_or(|most| text.len() <= most)),
                "integer" => value.is_i64() || value.is_u64(),
                "number" => value.is_number(),
                "boolean" => value.is_boolean(),
                "array" => value.is_array(),
                _ => property.of.is_some(),
            };
            if !right {
                faults.push(format!("{schema}.{name} is {value}, not a {property:?}"));
            }
            if let Some(of) = &property.of {
                let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                faults.extend(items.iter().flat_map(|item| self.faults(of, item)));
            }
        }
        faults
    }
}
