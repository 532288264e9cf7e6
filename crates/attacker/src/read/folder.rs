//! A release folder, as `docs/release-format.md` has it.

use std::{fs, path::Path};

use serde::Deserialize;

use super::{Organization, Program, Publication, ReadError, Row, Scheme, Share, Sheet, Texts, Told};

#[derive(Deserialize)]
struct About {
    name: String,
}

pub(super) fn read(folder: &Path) -> Result<Publication, ReadError> {
    let scheme: Scheme = json(&folder.join("scheme.json"))?;
    if scheme.format != 1 {
        let what = format!("format `{}`, and only 1 is known", scheme.format);
        return Err(ReadError::content(&folder.join("scheme.json"), None, what));
    }
    let about: About = json(&folder.join("release.json"))?;
    let mut publication = Publication {
        name: about.name,
        organizations: organizations(&folder.join("organizations.csv"))?,
        programs: programs(&folder.join("programs.csv"))?,
        scheme,
        texts: Texts::default(),
        rows: Vec::new(),
        sorted: Vec::new(),
        symbols: Vec::new(),
        notes: Vec::new(),
    };
    measures(&folder.join("measures.csv"), &mut publication)?;
    Ok(publication)
}

fn json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, ReadError> {
    let text = fs::read_to_string(path).map_err(|error| ReadError::File { path: path.to_owned(), error })?;
    serde_json::from_str(&text).map_err(|error| ReadError::content(path, None, error.to_string()))
}

fn organizations(path: &Path) -> Result<Vec<Organization>, ReadError> {
    let mut sheet = Sheet::open(path)?;
    let [id, parent, name, kind] = ["organization_id", "parent_organization_id", "name", "kind"];
    let [id, parent, name, kind] = [sheet.column(id)?, sheet.column(parent)?, sheet.column(name)?, sheet.column(kind)?];
    let mut found = Vec::new();
    while sheet.next()? {
        let [id, parent, name, kind] = [id, parent, name, kind].map(|column| sheet.cell(column).to_owned());
        found.push(Organization { id, parent, name, kind });
    }
    Ok(found)
}

fn programs(path: &Path) -> Result<Vec<Program>, ReadError> {
    let mut sheet = Sheet::open(path)?;
    let (id, cluster) = (sheet.column("program_id")?, sheet.column("cluster_16")?);
    let mut found = Vec::new();
    while sheet.next()? {
        found.push(Program { id: sheet.cell(id).to_owned(), cluster: sheet.cell(cluster).to_owned() });
    }
    Ok(found)
}

const KEYS: [&str; 6] = ["report_year", "measure", "variant", "organization_id", "program_id", "subgroup"];

fn measures(path: &Path, publication: &mut Publication) -> Result<(), ReadError> {
    let mut sheet = Sheet::open(path)?;
    let mut keys = [0; 6];
    for (place, name) in keys.iter_mut().zip(KEYS) {
        *place = sheet.column(name)?;
    }
    let [denominator, numerator, rate] =
        [sheet.column("denominator")?, sheet.column("numerator")?, sheet.column("rate")?];
    let [disclosure, rate_low, rate_high] =
        [sheet.column("disclosure")?, sheet.column("rate_low")?, sheet.column("rate_high")?];
    let rounding = publication.scheme.policy.rounding;
    let mut symbols = std::collections::BTreeMap::<String, usize>::new();
    while sheet.next()? {
        let word = sheet.cell(disclosure).to_owned();
        let told = |text: &str| -> Result<Told, ReadError> {
            if text.is_empty() {
                return Ok(Told::Hidden);
            }
            let count = text.parse::<u32>().map_err(|_| sheet.wrong(format!("`{text}` is not a count")))?;
            Ok(match rounding {
                Some(rounding) if word == "rounded" => {
                    let (low, high) = rounding.counts(i64::from(count));
                    Told::Between(low, high)
                }
                _ => Told::Exactly(i64::from(count)),
            })
        };
        let (denominator, numerator) = (told(sheet.cell(denominator))?, told(sheet.cell(numerator))?);
        let counted = matches!((denominator, numerator), (Told::Exactly(_), Told::Exactly(_)));
        let (low, high) = (sheet.cell(rate_low), sheet.cell(rate_high));
        let share = match sheet.cell(rate) {
            "" if low.is_empty() && high.is_empty() => None,
            "" => Some(Share::between(low, high, 1)),
            _ if counted => None,
            text => Some(Share::rounded(text, 1, true)),
        };
        let share = match share {
            Some(None) => return Err(sheet.wrong("a rate that is not a decimal number")),
            Some(share) => share,
            None => None,
        };
        if !matches!(word.as_str(), "shown" | "rounded") {
            *symbols.entry(word.clone()).or_default() += 1;
        }
        let at = keys.map(|column| publication.texts.number(sheet.cell(column)));
        publication.rows.push(Row { at, denominator, numerator, share });
    }
    publication.symbols = symbols.into_iter().collect();
    Ok(())
}
