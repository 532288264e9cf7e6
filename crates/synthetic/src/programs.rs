//! The course catalog, the programs, and which courses belong to which program.

use std::collections::BTreeSet;

use crate::{
    calendar::Calendar,
    catalog::{Course, GENERAL, Offered, PROGRAMS},
    rows::{self, Hundredths},
    write::{Bundle, SyntheticError, World},
};

/// Clock hours of a Carnegie unit.
const HOURS: u32 = 120;

pub(crate) fn write(world: &World<'_>, bundle: &mut Bundle) -> Result<(), SyntheticError> {
    let mut written = BTreeSet::new();
    let of_programs = PROGRAMS.iter().flat_map(|program| program.steps).flat_map(|step| step.courses);
    for course in GENERAL.iter().chain(of_programs) {
        // A course that two programs share is one course.
        if written.insert(course.id) {
            write_course(course, bundle)?;
        }
    }
    for program in PROGRAMS {
        let (begin_year, end_year) = years(program.offered, &world.calendar);
        bundle.write(&rows::Program {
            program_id: program.id,
            title: program.title,
            cip_code: program.codes.cip_code,
            cluster_16: program.codes.cluster_16,
            cluster_14: program.codes.cluster_14,
            pathway: program.codes.pathway,
            nontraditional_for: program.nontraditional_for,
            begin_year,
            end_year,
        })?;
        for step in program.steps {
            for course in step.courses {
                let (begin_year, end_year) = years(course.offered, &world.calendar);
                bundle.write(&rows::ProgramCourse {
                    program_id: program.id,
                    course_id: course.id,
                    level: step.level,
                    begin_year,
                    end_year,
                })?;
            }
        }
    }
    write_approvals(world, bundle)
}

/// The program that the State approves district by district; the others are approved everywhere.
const APPROVED_BY_DISTRICT: &str = "COSM";

fn write_approvals(world: &World<'_>, bundle: &mut Bundle) -> Result<(), SyntheticError> {
    for district in &world.organizations.districts {
        bundle.write(&rows::ProgramApproval {
            program_id: APPROVED_BY_DISTRICT,
            organization_id: &district.id,
            begin_year: Some(&world.calendar.years[0].label),
            end_year: None,
        })?;
    }
    Ok(())
}

fn write_course(course: &Course, bundle: &mut Bundle) -> Result<(), SyntheticError> {
    bundle.write(&rows::Course {
        course_id: course.id,
        title: course.title,
        sced_code: course.sced_code,
        credits: Hundredths(course.credits),
        hours: Hundredths(course.credits * HOURS),
        dual_credit: course.dual_credit,
        sequence_part: course.part,
        sequence_of: course.part.map(|_| 2),
    })
}

/// The first and the last school year, where they lie in the calendar.
fn years(offered: Offered, calendar: &Calendar) -> (Option<&str>, Option<&str>) {
    let year = |back| calendar.last().checked_sub(back).map(|place| calendar.years[place].label.as_str());
    match offered {
        Offered::Always => (None, None),
        Offered::Until(back) => (None, year(back)),
        Offered::Since(back) => (year(back), None),
    }
}
