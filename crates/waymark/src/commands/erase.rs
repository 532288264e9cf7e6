use std::{fmt::Write as _, io::Write as _};

use chrono::{TimeDelta, Utc};
use clap::Args;
use waymark_lake::{Erased, ErasureProof, Lake};

use crate::{
    data_folder::{Global, forget_counts, who},
    failure::Failure,
    import::TEXT_COLUMNS,
    output::thousands,
    people,
    report::day_and_time,
};

/// Remove a student from every table, and later from every older snapshot
#[derive(Args, Debug)]
#[command(
    long_about = "Removes every row of a student at once: from the tables, from the rows set aside and from the findings. \
        Snapshots from before keep the rows until the retention period is over. Then they are removed with their files, \
        every file of the data folder is searched for the student, and what was searched is printed as the proof. This \
        happens when the folder is next opened after that day, or with --due. The audit log of accounts forgets at once whose \
        number the student had.\n\n\
        An import of the same exports brings the student back: erase in the source first.",
    after_long_help = "Examples:\n  \
        waymark erase 1234567\n  \
        waymark erase 1234567 --retention-days 0\n  \
        waymark erase --due"
)]
pub(crate) struct Arguments {
    /// The `student_id`
    #[arg(required_unless_present = "due", conflicts_with = "due")]
    student: Option<String>,
    /// How long earlier snapshots keep the rows
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(..=36500))]
    retention_days: u32,
    /// End the erasures whose retention period is over, and prove them
    #[arg(long)]
    due: bool,
}

pub(crate) async fn run(global: &Global, arguments: &Arguments) -> Result<(), Failure> {
    let lake = global.open_for_writing().await?;
    if let Some(student) = &arguments.student {
        erase(&lake, student, arguments.retention_days).await?;
    }
    if arguments.due || arguments.retention_days == 0 {
        let proofs = lake.purge(Utc::now()).await?;
        forget_counts(&lake)?;
        let mut stdout = std::io::stdout().lock();
        for proof in &proofs {
            write!(stdout, "{}", in_words(proof))?;
        }
        if proofs.is_empty() {
            writeln!(stdout, "No erasure is due.")?;
        }
    }
    Ok(())
}

async fn erase(lake: &Lake, student: &str, retention_days: u32) -> Result<(), Failure> {
    let erased = Erased {
        column: "student_id".to_owned(),
        value: student.to_owned(),
        text_columns: TEXT_COLUMNS.iter().map(|(table, column)| ((*table).to_owned(), (*column).to_owned())).collect(),
    };
    let now = Utc::now();
    let retention = TimeDelta::days(i64::from(retention_days));
    let batch = lake.erase(erased, &who(), now, retention).await?;
    forget_counts(lake)?;
    if people::file(lake.dir()).exists() {
        let accounts = people::open(lake.dir()).await?;
        accounts.forget(&who(), student).await?;
        accounts.close().await;
    }
    let mut stdout = std::io::stdout().lock();
    let removed: u64 = batch.counts.values().sum();
    if removed == 0 {
        writeln!(stdout, "No row names this student now. Earlier snapshots are searched all the same.")?;
    }
    writeln!(stdout, "Batch {}: {} rows of the student removed.", batch.number, thousands(removed))?;
    for (table, rows) in &batch.counts {
        writeln!(stdout, "  {:>9} {table}", thousands(*rows))?;
    }
    if retention_days > 0 {
        let due = day_and_time(now + retention);
        writeln!(
            stdout,
            "Snapshots from before keep them until {due}; `waymark erase --due` then removes and proves it."
        )?;
    }
    Ok(())
}

fn in_words(proof: &ErasureProof) -> String {
    let mut text = format!(
        "Proof for the erasure of batch {}, {}: {} files of {} bytes were searched, every one of the data folder; {} \
         places name the student.\n",
        proof.batch,
        day_and_time(proof.at),
        thousands(proof.searched_files),
        thousands(proof.bytes),
        proof.occurrences
    );
    for (table, column) in &proof.elsewhere {
        let _ = writeln!(text, "  `{column}` of `{table}` has the same text for something else, and keeps it");
    }
    text
}
