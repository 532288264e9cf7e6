//! The counting kernel: from booleans per student to a count for every organization, program, subgroup and pair.
//!
//! A student's subgroups are a bit mask. The row `''` of a student says how the student stands where no program's courses
//! or credits set the student apart: it is added to every program once for all ([`Kernel::everywhere`]), and where a
//! student has a row of his or her own in a program, the difference is added there. So the work grows with the rows that
//! there are, not with students times programs.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use datafusion::{arrow::array::BooleanArray, prelude::SessionContext};
use waymark_rulebook::{Plan, Rulebook, definition::Attribution};

use crate::{
    EngineError, MeasureRow, Selection,
    text::{is_true, optional, strings},
};

/// How a student stands in a row: which denominators, numerators and subgroups.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Standing {
    denominators: u64,
    numerators: u64,
    subgroups: u64,
    /// By attribution: places in [`Organizations`], none where the student belongs nowhere.
    belonging: Option<u32>,
    last: Option<u32>,
    delivering: Option<u32>,
}

/// Organizations and what is above them.
pub(crate) struct Organizations {
    pub(crate) names: Vec<String>,
    above: Vec<Vec<u32>>,
}

impl Organizations {
    pub(crate) async fn read(session: &SessionContext) -> Result<Self, EngineError> {
        let rows = session.sql("SELECT organization_id, parent_organization_id FROM organizations").await?;
        let mut parents = BTreeMap::new();
        for batch in rows.collect().await? {
            let (own, parent) = (strings(&batch, "organization_id")?, strings(&batch, "parent_organization_id")?);
            for row in 0..batch.num_rows() {
                if let Some(own) = optional(&own, row) {
                    parents.insert(own.to_owned(), optional(&parent, row).map(str::to_owned));
                }
            }
        }
        let names: Vec<String> = parents.keys().cloned().collect();
        let place = |name: &str| names.binary_search_by(|other| other.as_str().cmp(name)).ok();
        let mut above = Vec::with_capacity(names.len());
        for name in &names {
            let mut chain = BTreeSet::new();
            let mut next = place(name);
            while let Some(at) = next {
                // A cycle ends where it began; import refuses one, but a snapshot may be older than the rule.
                if !chain
                    .insert(u32::try_from(at).map_err(|_| EngineError::Impossible("too many organizations".into()))?)
                {
                    break;
                }
                next = parents[&names[at]].as_deref().and_then(place);
            }
            above.push(chain.into_iter().collect());
        }
        Ok(Self { names, above })
    }

    pub(crate) fn place(&self, name: &str) -> Option<u32> {
        self.names.binary_search_by(|other| other.as_str().cmp(name)).ok().and_then(|at| u32::try_from(at).ok())
    }

    /// The organization and all above it.
    pub(crate) fn with_above(&self, place: u32) -> &[u32] {
        &self.above[place as usize]
    }
}

/// The counts of one measure in one organization and program: a denominator and a numerator per subgroup and pair.
#[derive(Clone)]
struct Tallied {
    denominators: Box<[i64]>,
    numerators: Box<[i64]>,
}

struct Kernel<'a> {
    plan: &'a Plan,
    organizations: &'a Organizations,
    slots: Slots,
    /// By organization and measure, the counts of everybody's row `''`.
    everywhere: Vec<Option<Tallied>>,
    /// By program, then organization and measure, what differs there.
    differences: BTreeMap<String, Vec<Option<Tallied>>>,
}

/// Where the count of `all`, of each subgroup and of each pair stands.
struct Slots {
    names: Vec<String>,
    pairs: Vec<Vec<Option<usize>>>,
}

impl Slots {
    fn new(book: &Rulebook, with_pairs: bool) -> Self {
        let groups = &book.subgroups;
        let mut names: Vec<String> =
            std::iter::once("all".to_owned()).chain(groups.iter().map(|group| group.name.clone())).collect();
        let mut pairs = vec![vec![None; groups.len()]; groups.len()];
        for (i, a) in groups.iter().enumerate().filter(|_| with_pairs) {
            for (j, b) in groups.iter().enumerate().skip(i + 1) {
                if a.dimension != b.dimension || a.overlapping {
                    pairs[i][j] = Some(names.len());
                    names.push(format!("{}+{}", a.name, b.name));
                }
            }
        }
        Self { names, pairs }
    }

    fn add(&self, counts: &mut [i64], mask: u64, sign: i64) {
        counts[0] += sign;
        let mut rest = mask;
        while rest != 0 {
            let i = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            counts[i + 1] += sign;
            let mut others = rest;
            while others != 0 {
                let j = others.trailing_zeros() as usize;
                others &= others - 1;
                if let Some(slot) = self.pairs[i][j] {
                    counts[slot] += sign;
                }
            }
        }
    }
}

impl Kernel<'_> {
    fn add(&mut self, program: Option<&str>, standing: Standing, sign: i64) {
        let cells = match program {
            None => &mut self.everywhere,
            Some(program) => {
                let size = self.everywhere.len();
                if !self.differences.contains_key(program) {
                    self.differences.insert(program.to_owned(), vec![None; size]);
                }
                match self.differences.get_mut(program) {
                    Some(cells) => cells,
                    None => return,
                }
            }
        };
        let measures = self.plan.measures.len();
        for (place, measure) in self.plan.measures.iter().enumerate() {
            let bit = 1 << place;
            if standing.denominators & bit == 0 {
                continue;
            }
            let at = match measure.attribution {
                Attribution::Belonging => standing.belonging,
                Attribution::LastEnrollment => standing.last,
                Attribution::Delivery => standing.delivering,
            };
            for organization in at.into_iter().flat_map(|at| self.organizations.with_above(at)) {
                let size = self.slots.names.len();
                let cell = cells[*organization as usize * measures + place].get_or_insert_with(|| Tallied {
                    denominators: vec![0; size].into(),
                    numerators: vec![0; size].into(),
                });
                self.slots.add(&mut cell.denominators, standing.subgroups, sign);
                if standing.numerators & bit != 0 {
                    self.slots.add(&mut cell.numerators, standing.subgroups, sign);
                }
            }
        }
    }

    fn rows(&self, programs: &BTreeSet<String>, selection: &Selection) -> Result<Vec<MeasureRow>, EngineError> {
        let mut rows = Vec::new();
        let measures = self.plan.measures.len();
        let none = vec![None; self.everywhere.len()];
        for program in programs.iter().filter(|program| Selection::takes(selection.program.as_ref(), program)) {
            let differences = self.differences.get(program).unwrap_or(&none);
            for (place, (everywhere, difference)) in self.everywhere.iter().zip(differences).enumerate() {
                if everywhere.is_none() && difference.is_none() {
                    continue;
                }
                let organization = &self.organizations.names[place / measures];
                if !Selection::takes(selection.organization.as_ref(), organization) {
                    continue;
                }
                let measure = &self.plan.measures[place % measures];
                for (slot, subgroup) in self.slots.names.iter().enumerate() {
                    if !Selection::takes(selection.subgroup.as_ref(), subgroup) {
                        continue;
                    }
                    let both = [everywhere, difference].into_iter().flatten();
                    let (denominator, numerator) =
                        both.fold((0, 0), |sum, cell| (sum.0 + cell.denominators[slot], sum.1 + cell.numerators[slot]));
                    if denominator == 0 && numerator == 0 {
                        continue;
                    }
                    let count = |count: i64| {
                        u64::try_from(count).map_err(|_| {
                            EngineError::Impossible(format!(
                                "{count} students in {organization}, {program}, {subgroup}"
                            ))
                        })
                    };
                    rows.push(MeasureRow {
                        report_year: self.plan.report_year,
                        measure: measure.measure.clone(),
                        variant: measure.variant.clone(),
                        organization_id: organization.clone(),
                        program_id: program.clone(),
                        subgroup: subgroup.clone(),
                        denominator: count(denominator)?,
                        numerator: count(numerator)?,
                    });
                }
            }
        }
        Ok(rows)
    }
}

/// Adds up the cells of a plan that was run in `session`.
pub(crate) async fn count(
    session: &SessionContext,
    plan: &Plan,
    book: &Rulebook,
    selection: &Selection,
) -> Result<Vec<MeasureRow>, EngineError> {
    if plan.measures.len() > 64 {
        return Err(EngineError::Impossible(format!("{} measures in one plan of 64 bits", plan.measures.len())));
    }
    let organizations = Organizations::read(session).await?;
    let mut kernel = Kernel {
        plan,
        organizations: &organizations,
        slots: Slots::new(book, selection.with_pairs()),
        everywhere: vec![None; organizations.names.len() * plan.measures.len()],
        differences: BTreeMap::new(),
    };
    let mut elsewhere: HashMap<String, Standing> = HashMap::new();
    for batch in session.sql(&format!("SELECT * FROM {} WHERE scope = ''", Plan::CELLS)).await?.collect().await? {
        let students = strings(&batch, "student_id")?;
        for (row, standing) in standings(&batch, plan, &organizations)?.into_iter().enumerate() {
            kernel.add(None, standing, 1);
            elsewhere.insert(students.value(row).to_owned(), standing);
        }
    }
    for batch in session.sql(&format!("SELECT * FROM {} WHERE scope <> ''", Plan::CELLS)).await?.collect().await? {
        let (students, programs) = (strings(&batch, "student_id")?, strings(&batch, "scope")?);
        for (row, standing) in standings(&batch, plan, &organizations)?.into_iter().enumerate() {
            let usual = elsewhere.get(students.value(row)).copied().unwrap_or_default();
            if standing != usual {
                let program = Some(programs.value(row));
                kernel.add(program, standing, 1);
                kernel.add(program, usual, -1);
            }
        }
    }
    let mut programs = BTreeSet::from(["*".to_owned()]);
    for batch in session.sql("SELECT DISTINCT scope FROM program_scopes").await?.collect().await? {
        let names = strings(&batch, "scope")?;
        programs.extend((0..batch.num_rows()).filter_map(|row| optional(&names, row)).map(str::to_owned));
    }
    kernel.rows(&programs, selection)
}

/// The column of the cells that says where a student counts.
pub(crate) fn place_column(attribution: Attribution) -> &'static str {
    match attribution {
        Attribution::Belonging => "organization_id",
        Attribution::LastEnrollment => "last_organization_id",
        Attribution::Delivery => "delivering_organization_id",
    }
}

fn standings(
    batch: &datafusion::arrow::record_batch::RecordBatch,
    plan: &Plan,
    organizations: &Organizations,
) -> Result<Vec<Standing>, EngineError> {
    let flags = |names: &mut dyn Iterator<Item = &String>| -> Result<Vec<BooleanArray>, EngineError> {
        names.map(|name| crate::text::booleans(batch, name).cloned()).collect()
    };
    let denominators = flags(&mut plan.measures.iter().map(|measure| &measure.denominator))?;
    let numerators = flags(&mut plan.measures.iter().map(|measure| &measure.numerator))?;
    let subgroups = flags(&mut plan.subgroups.iter().map(|(_, column)| column))?;
    let place = |attribution| strings(batch, place_column(attribution));
    let (belonging, last) = (place(Attribution::Belonging)?, place(Attribution::LastEnrollment)?);
    let delivering = place(Attribution::Delivery)?;
    let mask = |flags: &[BooleanArray], row: usize| {
        flags.iter().enumerate().fold(0u64, |mask, (bit, flag)| mask | (u64::from(is_true(flag, row)) << bit))
    };
    Ok((0..batch.num_rows())
        .map(|row| {
            let denominators = mask(&denominators, row);
            Standing {
                denominators,
                numerators: mask(&numerators, row) & denominators,
                subgroups: mask(&subgroups, row),
                belonging: optional(&belonging, row).and_then(|name| organizations.place(name)),
                last: optional(&last, row).and_then(|name| organizations.place(name)),
                delivering: optional(&delivering, row).and_then(|name| organizations.place(name)),
            }
        })
        .collect())
}
