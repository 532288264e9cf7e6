-- The audit log. Events and groups are only ever added. A student is a number in them, and only `subjects` knows whose:
-- when a student is erased, that row goes, and the chain of the events still holds.
CREATE TABLE subjects (
    subject INTEGER PRIMARY KEY AUTOINCREMENT,
    student_id TEXT NOT NULL UNIQUE
) STRICT;

-- The same list of students is seen again and again: it is written down once.
CREATE TABLE groups (
    group_id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE group_members (
    group_id INTEGER NOT NULL REFERENCES groups,
    subject INTEGER NOT NULL,
    PRIMARY KEY (group_id, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX groups_of_subject ON group_members (subject);

CREATE TABLE events (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    why TEXT NOT NULL,
    cells INTEGER NOT NULL,
    students INTEGER NOT NULL,
    group_id INTEGER REFERENCES groups,
    hash BLOB NOT NULL
) STRICT;

CREATE INDEX events_of_group ON events (group_id);

CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT raise(ABORT, 'events are only added'); END;
CREATE TRIGGER events_are_kept BEFORE DELETE ON events BEGIN SELECT raise(ABORT, 'events are only added'); END;
CREATE TRIGGER groups_stay BEFORE UPDATE ON groups BEGIN SELECT raise(ABORT, 'groups are only added'); END;
CREATE TRIGGER groups_are_kept BEFORE DELETE ON groups BEGIN SELECT raise(ABORT, 'groups are only added'); END;
CREATE TRIGGER members_stay BEFORE UPDATE ON group_members BEGIN SELECT raise(ABORT, 'groups are only added'); END;
CREATE TRIGGER members_are_kept BEFORE DELETE ON group_members BEGIN SELECT raise(ABORT, 'groups are only added'); END;
CREATE TRIGGER subjects_stay BEFORE UPDATE ON subjects BEGIN SELECT raise(ABORT, 'a number is one student''s'); END;
