//! Credentials, and postsecondary credits earned in high school.

use chrono::{Days, NaiveDate};

use crate::{
    catalog::Course,
    dice::{Dice, Subject},
    outcomes::{Outcome, Track, Transcript},
    people::Person,
    rows::{CatalogCredential, Credential, Hundredths, PostsecondaryCredit},
    schooling::Schooling,
    write::{Bundle, SyntheticError, World},
};

/// A credential of the State's list.
struct Recognized {
    id: &'static str,
    title: &'static str,
    issuer: &'static str,
    /// School years before the last in which recognition begins and ends; `None` is before and after all.
    from: Option<usize>,
    to: Option<usize>,
    high_value: bool,
}

const fn recognized(id: &'static str, title: &'static str, issuer: &'static str, high_value: bool) -> Recognized {
    Recognized { id, title, issuer, from: None, to: None, high_value }
}

/// The list. Recognition of two begins late, and of one ends early.
const CATALOG: [Recognized; 25] = [
    recognized("ACAD", "Autodesk Certified User: AutoCAD", "Autodesk", false),
    recognized("ACP", "Adobe Certified Professional", "Adobe", false),
    recognized("ASE", "ASE Entry-Level Certification", "National Institute for Automotive Service Excellence", true),
    recognized("AWS-SENSE", "SENSE Entry Welder", "American Welding Society", true),
    recognized("BLS", "Basic Life Support Provider", "American Heart Association", false),
    recognized("BQA", "Beef Quality Assurance", "National Cattlemen's Beef Association", false),
    recognized("CCMA", "Certified Clinical Medical Assistant", "National Healthcareer Association", true),
    recognized("CDA", "Child Development Associate", "Council for Professional Recognition", true),
    recognized("CNA", "Certified Nursing Assistant", "State Board of Nursing", true),
    recognized("COSLIC", "Cosmetology License", "State Board of Cosmetology", true),
    Recognized {
        from: Some(2),
        ..recognized("CPHT", "Certified Pharmacy Technician", "Pharmacy Technician Certification Board", true)
    },
    recognized("EMD", "Emergency Telecommunicator", "International Academies of Emergency Dispatch", false),
    recognized("ESB", "Entrepreneurship and Small Business", "Certiport", false),
    recognized("FF1", "Fire Fighter I", "State Fire Marshal", true),
    recognized("ITF", "CompTIA IT Fundamentals", "CompTIA", false),
    recognized("MOS", "Microsoft Office Specialist", "Microsoft", false),
    recognized("NCCER", "NCCER Core", "National Center for Construction Education and Research", true),
    recognized("NIMS", "NIMS Machining Level I", "National Institute for Metalworking Skills", true),
    Recognized {
        to: Some(2),
        ..recognized("OSHA10", "OSHA 10-Hour", "Occupational Safety and Health Administration", false)
    },
    recognized("PARAPRO", "ParaPro Assessment", "Educational Testing Service", false),
    Recognized {
        from: Some(3),
        ..recognized("PCEP", "Certified Entry-Level Python Programmer", "Python Institute", true)
    },
    recognized("PESTAPP", "Pesticide Applicator License", "State Department of Agriculture", false),
    recognized("QBCU", "QuickBooks Certified User", "Intuit", false),
    recognized("SECPLUS", "CompTIA Security+", "CompTIA", true),
    recognized("SERVSAFE", "ServSafe Manager", "National Restaurant Association", false),
];

/// Postsecondary credit hours of a dual-credit course.
const DUAL: Hundredths = Hundredths(300);

pub(crate) fn write_catalog(world: &World<'_>, bundle: &mut Bundle) -> Result<(), SyntheticError> {
    let calendar = &world.calendar;
    let year = |back: usize| calendar.last().checked_sub(back).map(|place| &calendar.years[place].school_year);
    for credential in &CATALOG {
        bundle.write(&CatalogCredential {
            credential_id: credential.id,
            title: credential.title,
            issuer: credential.issuer,
            recognized_from: credential.from.and_then(year).map(|year| year.begin()),
            recognized_to: credential.to.and_then(year).map(|year| year.end()),
            high_value: credential.high_value,
        })?;
    }
    Ok(())
}

pub(crate) fn write(
    world: &World<'_>,
    person: &Person,
    schooling: &Schooling,
    transcript: &Transcript,
    bundle: &mut Bundle,
) -> Result<(), SyntheticError> {
    let mut dice = world.dice(Subject::Credentials, person.index);
    for track in &transcript.tracks {
        let mut earned: Vec<&str> = Vec::new();
        for (number, (day, _)) in track.steps.iter().enumerate() {
            if !dice.chance(if number == 0 { 0.04 } else { 0.27 }) {
                continue;
            }
            let credential = credential(track, &mut dice);
            let earned_on = earned_on(*day, schooling, &mut dice);
            if earned.contains(&credential) || earned_on > world.calendar.exported_on {
                continue;
            }
            earned.push(credential);
            bundle.write(&Credential {
                student_id: &person.student_id,
                credential_id: credential,
                earned_on,
                program_id: dice.chance(0.93).then_some(track.program().id),
            })?;
        }
    }
    write_credits(person, transcript, &mut dice, bundle)
}

/// The usual credential of the program, or any of its others.
fn credential(track: &Track, dice: &mut Dice) -> &'static str {
    let credentials = track.program().credentials;
    if dice.chance(0.6) { credentials[0] } else { dice.pick(credentials) }
}

/// In the weeks before the end of the course; of those who graduate with it, one in twenty in the summer after.
fn earned_on(completed_on: NaiveDate, schooling: &Schooling, dice: &mut Dice) -> NaiveDate {
    if schooling.graduated_on() == Some(completed_on) && dice.chance(0.05) {
        completed_on + Days::new(20 + u64::from(dice.below(40)))
    } else {
        dice.day(completed_on - Days::new(50), completed_on)
    }
}

fn write_credits(
    person: &Person,
    transcript: &Transcript,
    dice: &mut Dice,
    bundle: &mut Bundle,
) -> Result<(), SyntheticError> {
    let student_id = person.student_id.as_str();
    for attempt in &transcript.attempts {
        let Outcome::Completed(earned_on, _) = attempt.result else { continue };
        let program_id = program_of(attempt.course, transcript);
        let (kind, credits) = if attempt.course.dual_credit && dice.chance(0.75) {
            ("dual", DUAL)
        } else if program_id.is_none() && person.ease > 0.6 && dice.chance(0.04) {
            ("exam", DUAL)
        } else {
            continue;
        };
        bundle.write(&PostsecondaryCredit { student_id, program_id, credits, kind, earned_on })?;
    }
    for track in transcript.tracks.iter().filter(|track| track.steps.len() >= 3) {
        if dice.chance(0.25) {
            let (credits, earned_on) = (Hundredths(100 + 50 * dice.below(7)), track.steps[2].0);
            let program_id = Some(track.program().id);
            bundle.write(&PostsecondaryCredit { student_id, program_id, credits, kind: "articulated", earned_on })?;
        }
    }
    Ok(())
}

/// The program of the student's that the course belongs to.
fn program_of(course: &Course, transcript: &Transcript) -> Option<&'static str> {
    let has = |track: &&Track| track.program().steps.iter().flat_map(|step| step.courses).any(|of| of.id == course.id);
    transcript.tracks.iter().find(has).map(|track| track.program().id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::PROGRAMS;

    #[test]
    fn programs_lead_to_credentials_of_the_catalog() {
        for credential in PROGRAMS.iter().flat_map(|program| program.credentials) {
            assert!(CATALOG.iter().any(|known| known.id == *credential), "{credential}");
        }
    }
}
