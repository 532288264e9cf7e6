-- Who is signed in. The token itself is only in the browser.
CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts,
    begun_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    reason TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_of_account ON sessions (account_id);
