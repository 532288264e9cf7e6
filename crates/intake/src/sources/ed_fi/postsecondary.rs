//! The `PostSecondaryEvent` interchange: that a student went to a college, or has a degree of it. Applications and
//! acceptances are neither.

use waymark_diagnostics::{Diagnostic, Place, Severity};

use super::{Package, descriptors::published, organizations::Organizations, student_id, unknown_descriptor};

const CATEGORY: &str = "PostSecondaryEventCategory";

/// Reads the events.
pub(super) fn read(package: &mut Package<'_, '_>, files: &[&str], organizations: &Organizations) {
    for file in files {
        let mut enrollments = package.table("postsecondary_enrollments", file);
        let mut awards = package.table("postsecondary_awards", file);
        let mut others = 0_u64;
        package.read(file, &["PostSecondaryEvent"], &mut |draft, record| {
            let id = record.text_at(&[
                "PostSecondaryInstitutionReference",
                "PostSecondaryInstitutionIdentity",
                "PostSecondaryInstitutionId",
            ]);
            let date = record.text_at(&["EventDate"]);
            let mut values = vec![
                ("student_id", student_id(record)),
                ("institution_id", id),
                ("institution_name", organizations.institution(id).unwrap_or(id)),
            ];
            match published(CATEGORY, record.text_at(&[CATEGORY])) {
                Some("College Enrollment") => {
                    values.push(("begin_date", date));
                    enrollments.push(record.line, &values);
                }
                Some("College Degree Received") => {
                    values.push(("awarded_on", date));
                    awards.push(record.line, &values);
                }
                Some(_) => others += 1,
                None => match record.child(CATEGORY) {
                    Some(category) => draft.note(&unknown_descriptor(CATEGORY, file, category)),
                    None => others += 1,
                },
            }
        });
        package.draft.accept(enrollments);
        package.draft.accept(awards);
        if others > 0 {
            let message = format!("{others} events are neither an enrollment nor a degree; they are not read");
            package.draft.note(&Diagnostic::new("event_not_read", Severity::Note, Place::file(*file), message));
        }
    }
}
