//! From figures as they were counted to figures as they may be published.

use crate::{
    cells::{Cells, Sides},
    certificate::Certificate,
    equations,
    figures::{Figure, Organization, Program, ReleasedFigure, Why},
    policy::Policy,
    protect::protect,
    scheme::{PublicPolicy, Scheme, Zeros},
    system::{CellId, Role, System, SystemError},
};

pub use crate::cells::FiguresError;

/// Figures, and what anybody knows of how they hang together.
#[derive(Clone, Debug)]
pub struct Figures<'a> {
    /// The figures as they were counted. Those that no table of the scheme covers are left out.
    pub figures: &'a [Figure],
    /// The organizations.
    pub organizations: &'a [Organization],
    /// The programs.
    pub programs: &'a [Program],
    /// How they hang together. Its `policy` and whether its sums are complete are worked out.
    pub scheme: Scheme,
    /// Counts that are known already, by figure: denominator, numerator.
    pub known: &'a [(usize, bool, bool)],
}

/// Figures as they may be published.
#[derive(Clone, Debug)]
pub struct Release {
    /// Those that the scheme covers, in the order in which they were given.
    pub figures: Vec<ReleasedFigure>,
    /// How they hang together, as the public is told.
    pub scheme: Scheme,
    /// What is certain of them.
    pub certificate: Certificate,
    /// Figures with a count that is not certain to be protected.
    pub uncertain: Vec<usize>,
}

/// Why there is no release.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// The figures contradict each other or name what is not there.
    #[error(transparent)]
    Figures(#[from] FiguresError),
    /// The equations do not hold of the figures.
    #[error(transparent)]
    System(#[from] SystemError),
    /// More pairs of dimensions than can be certified.
    #[error(
        "pairs of {0} cannot be certified together: what three pairs tell about one another is in no table; release fewer pairs"
    )]
    PairsInACircle(String),
}

/// Decides what of figures is hidden under a policy, and certifies it.
///
/// # Errors
/// Figures that contradict each other or the scheme.
pub fn release(from: &Figures, policy: &Policy) -> Result<Release, ReleaseError> {
    no_circle_of_pairs(&from.scheme)?;
    let mut cells = Cells::new(from.figures, from.organizations, from.programs, &from.scheme, policy)?;
    let incomplete = equations::write(&mut cells)?;
    for (figure, denominator, numerator) in from.known {
        if let Some(sides) = cells.sides.iter().find(|sides| sides.figure == *figure) {
            let sides = *sides;
            let known = [(sides.denominator, *denominator), (sides.numerator, *numerator)];
            for (cell, _) in known.into_iter().filter(|(_, known)| *known) {
                cells.variables[cell as usize].role = Role::Fixed;
            }
        }
    }
    let merged = System::merged(&cells.variables, &cells.equations)?;
    let protection = protect(&merged.system, policy.width(), &mut |_, _| {});
    let certificate = Certificate::of(&protection);
    let variable = |cell: u32| merged.variable[cell as usize];
    let hidden = |cell: u32| protection.pattern().is_hidden(variable(cell));
    let released = |sides: &Sides| {
        let Figure { denominator, numerator, .. } = from.figures[sides.figure];
        let side = |cell: u32, count: u64, why: Option<Why>| {
            if hidden(cell) { Err(why.unwrap_or(Why::ProtectsOthers)) } else { Ok(count) }
        };
        let denominator = side(sides.denominator, denominator, sides.denominator_why);
        let numerator = side(sides.numerator, numerator, sides.numerator_why);
        let told = denominator.is_ok() && numerator.is_err();
        let rate_percent = sides.rate_percent.filter(|_| told);
        ReleasedFigure { figure: sides.figure, denominator, numerator, rate_percent }
    };
    let figures: Vec<ReleasedFigure> = cells.sides.iter().map(released).collect();
    let uncertain = |sides: &&Sides| {
        let of = [sides.denominator, sides.numerator].map(variable);
        let Certificate { unproven, narrow, known_to_one, .. } = &certificate;
        let lists: [&[CellId]; 3] = [unproven, narrow, known_to_one];
        lists.iter().any(|list| of.iter().any(|cell| list.contains(cell)))
    };
    let uncertain = cells.sides.iter().filter(uncertain).map(|sides| sides.figure).collect();
    let mut scheme = from.scheme.clone();
    scheme.organizations.complete = true;
    let name = |number: &u32| from.organizations[*number as usize].organization_id.clone();
    scheme.organizations.incomplete_in = incomplete.organizations.iter().map(name).collect();
    for (number, dimension) in scheme.dimensions.iter_mut().enumerate() {
        dimension.complete = !dimension.overlap && !incomplete.dimensions.contains(&crate::system::id(number));
    }
    scheme.policy = public(policy, &from.scheme);
    Ok(Release { figures, scheme, certificate, uncertain })
}

/// What the public is told of a policy.
pub fn public(policy: &Policy, scheme: &Scheme) -> PublicPolicy {
    let released = scheme
        .measures
        .iter()
        .filter(|measure| scheme.tables.iter().any(|table| table.measures.contains(&measure.measure)));
    let of_programs = |name: &str| scheme.counts.iter().find(|count| count.name == name).map(|count| count.programs);
    let outcomes =
        released.into_iter().any(|measure| of_programs(&measure.denominator) != Some(crate::scheme::Programs::Same));
    PublicPolicy {
        minimum: policy.minimum,
        zero_denominators: Zeros::Absent,
        zero_numerators: if outcomes { Zeros::Hidden } else { Zeros::Shown },
        complements: policy.complements,
        rate_decimals: None,
        rounding: None,
    }
}

/// Tables of pairs tell about each other where they close a circle: sex by race, race by population and population by
/// sex are the margins of a table of all three, which limits them further than any equation of theirs.
fn no_circle_of_pairs(scheme: &Scheme) -> Result<(), ReleaseError> {
    let mut nodes: Vec<(String, usize)> = Vec::new();
    for dimension in &scheme.dimensions {
        nodes.push((dimension.name.clone(), nodes.len()));
    }
    let mut seen: Vec<[usize; 2]> = Vec::new();
    for pair in scheme.tables.iter().flat_map(|table| &table.subgroups) {
        let [a, b] = &pair[..] else { continue };
        let place = |name: &String| nodes.iter().position(|node| node.0 == *name);
        let (Some(a), Some(b)) = (place(a), place(b)) else { continue };
        if seen.contains(&[a.min(b), a.max(b)]) {
            continue;
        }
        seen.push([a.min(b), a.max(b)]);
        let (one, other) = (nodes[a].1, nodes[b].1);
        if one == other {
            return Err(ReleaseError::PairsInACircle(format!("`{}` and `{}`", nodes[a].0, nodes[b].0)));
        }
        nodes.iter_mut().filter(|node| node.1 == other).for_each(|node| node.1 = one);
    }
    Ok(())
}
