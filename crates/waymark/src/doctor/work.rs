//! The work on a case, each piece of it in the background.

use std::sync::Arc;

use chrono::{Local, Utc};
use waymark_intake::{Limits, Look, Mapping, is_known_source, look as look_at, propose};

use super::{
    Shared,
    case::{Case, State},
    told,
};
use crate::{
    data_folder::staged,
    failure::Failure,
    import::{self, Imported, Occasion, Source},
    mappings,
};

/// Tells what the files are; checks them where they tell what their columns mean, and asks where they do not.
pub(super) fn look(shared: Arc<Shared>, id: String) {
    let Some(path) = shared.with(&id, |case| {
        case.work("Looking at the files");
        case.source()
    }) else {
        return;
    };
    tokio::spawn(async move {
        let data = shared.lake.dir().to_owned();
        let found = tokio::task::spawn_blocking(move || -> Result<Option<(Look, Mapping, bool)>, Failure> {
            if is_known_source(&path, &Limits::default())? {
                return Ok(None);
            }
            let look = look_at(&path, &Limits::default())?;
            if look.is_refused() {
                return Err(Failure::unreadable(look.said));
            }
            let saved = mappings::kept(&data);
            let mapping = propose(&look, &saved);
            let known = look.sheets.iter().all(|sheet| saved.iter().any(|mapping| mapping.knows(&sheet.headers)));
            let nothing_to_ask = known && mapping.problems().is_empty();
            Ok(Some((look, mapping, nothing_to_ask)))
        });
        let found = found.await.unwrap_or_else(|error| Err(Failure::bug(error.to_string())));
        let ready = shared.with(&id, |case| match found {
            Ok(None) => true,
            Ok(Some((look, mapping, nothing_to_ask))) => {
                if mapping.sources.is_empty() {
                    refuse(case, &Failure::unreadable(look.said));
                    return false;
                }
                case.look = Some(Arc::new(look));
                case.mapping = Some(mapping);
                case.state = State::Asking;
                nothing_to_ask
            }
            Err(failure) => {
                refuse(case, &failure);
                false
            }
        });
        if ready == Some(true) {
            check(shared, id);
        }
    });
}

/// Reads and checks the files, and stores nothing.
pub(super) fn check(shared: Arc<Shared>, id: String) {
    let Some((path, mapping, progress, folder)) = shared.with(&id, |case| {
        case.work("Checking the files");
        (case.source(), case.mapping.clone(), Arc::clone(&case.progress), Arc::clone(&case.folder))
    }) else {
        return;
    };
    tokio::spawn(async move {
        let source = Source { path: &path, mapping: mapping.as_ref() };
        let checked = import::check(&shared.lake, source, Local::now().date_naive(), progress).await;
        shared.with(&id, |case| match checked {
            Ok(told) => case.state = State::Checked(told::report(&told, mapping.is_some())),
            Err(failure) => refuse(case, &failure),
        });
        drop(folder);
    });
}

/// Stores what the files hold, but for the rows that are set aside.
pub(super) fn store(shared: Arc<Shared>, id: String, by: String) {
    let Some((path, mapping, progress, name)) = shared.with(&id, |case| {
        case.work("Storing the files");
        let files: Vec<String> = case.files().into_iter().map(|(name, _)| name).collect();
        (case.source(), case.mapping.clone(), Arc::clone(&case.progress), files.join(", "))
    }) else {
        return;
    };
    tokio::spawn(async move {
        let stored = async {
            let _one_at_a_time = shared.importing.lock().await;
            staged(&shared.lake)?;
            let now = Utc::now();
            let occasion = Occasion { by, at: now, today: now.with_timezone(&Local).date_naive() };
            let source = Source { path: &path, mapping: mapping.as_ref() };
            let imported = import::import_as(&shared.lake, source, name, occasion, progress).await?;
            if let Some(mapping) = &mapping {
                mappings::keep(shared.lake.dir(), mapping)?;
            }
            Ok::<_, Failure>(imported)
        };
        let stored = stored.await;
        shared.with(&id, |case| match stored {
            Ok(Imported { batch, told }) => {
                case.state = State::Stored(batch.number, told::report(&told, mapping.is_some()));
            }
            Err(failure) => refuse(case, &failure),
        });
    });
}

fn refuse(case: &mut Case, failure: &Failure) {
    case.state = State::Refused(failure.message().to_owned(), failure.diagnostics().to_vec());
}
