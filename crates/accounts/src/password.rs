use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use crate::{Accounts, AccountsError};

/// The least characters of a password that is the only factor (NIST SP 800-63B-4, 3.1.1.2).
pub const SHORTEST: usize = 15;

/// The most bytes: more is no password, but an attempt to keep the machine busy.
pub const LONGEST: usize = 256;

/// Why a password is refused. There is no rule about kinds of characters (NIST SP 800-63B-4, 3.1.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// Fewer than [`SHORTEST`] characters.
    #[error("a password needs at least {SHORTEST} characters; a few words are good")]
    Short,
    /// More than [`LONGEST`] bytes.
    #[error("a password has at most {LONGEST} bytes")]
    Long,
    /// The same again and again, or rows of the keyboard.
    #[error("this password is a pattern that is guessed first")]
    Pattern,
    /// Made of words that are in every list, of the name of the account, of years.
    #[error("this password is made of what is guessed first: common words, years, or the name of the account")]
    Common,
}

/// Words that passwords are made of when nobody thinks about it, and those that this place suggests.
const COMMON: [&str; 44] = [
    "password",
    "passwort",
    "passcode",
    "letmein",
    "welcome",
    "qwerty",
    "azerty",
    "iloveyou",
    "monkey",
    "dragon",
    "football",
    "baseball",
    "basketball",
    "soccer",
    "princess",
    "sunshine",
    "shadow",
    "master",
    "superman",
    "batman",
    "trustno",
    "whatever",
    "freedom",
    "secret",
    "changeme",
    "default",
    "login",
    "admin",
    "administrator",
    "root",
    "test",
    "guest",
    "correcthorsebatterystaple",
    "school",
    "district",
    "teacher",
    "student",
    "principal",
    "education",
    "waymark",
    "spring",
    "summer",
    "autumn",
    "winter",
];

/// Characters that stand for letters in passwords.
const DISGUISES: [(char, char); 9] =
    [('0', 'o'), ('1', 'l'), ('3', 'e'), ('4', 'a'), ('5', 's'), ('7', 't'), ('@', 'a'), ('$', 's'), ('!', 'i')];

const ROWS: [&str; 5] = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz"];

/// How many characters must be left when what is guessed first is taken away.
const OWN: usize = 6;

/// Refuses what others would guess.
pub(crate) fn check(password: &str, name: &str) -> Result<(), Weakness> {
    let lower: Vec<char> = password.to_lowercase().chars().collect();
    if lower.len() < SHORTEST {
        return Err(Weakness::Short);
    }
    if password.len() > LONGEST {
        return Err(Weakness::Long);
    }
    if surprises(&lower) < OWN {
        return Err(Weakness::Pattern);
    }
    let is_common = |text: String| {
        let mut left = text;
        let parts = name.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).filter(|part| part.len() > 2);
        for word in COMMON.into_iter().map(str::to_owned).chain(parts) {
            left = left.replace(&word, "");
        }
        left.chars().filter(|c| c.is_alphabetic()).count() < OWN
    };
    let letters = |text: &[char]| text.iter().filter(|c| c.is_alphanumeric()).collect::<String>();
    let plain: Vec<char> = lower
        .iter()
        .map(|c| DISGUISES.iter().find(|(disguise, _)| disguise == c).map_or(*c, |(_, letter)| *letter))
        .collect();
    let spoken = letters(&plain);
    // Digits alone are a year, a day or a telephone number, whatever letters they could stand for.
    if is_common(letters(&lower)) || is_common(spoken) {
        return Err(Weakness::Common);
    }
    Ok(())
}

/// How many characters cannot be told from those before: no neighbour in a row, and not part of what stood there already.
fn surprises(characters: &[char]) -> usize {
    let follows = |before: char, c: char| {
        before == c
            || ROWS.iter().any(|row| {
                let place = |c: char| row.chars().position(|other| other == c);
                matches!((place(before), place(c)), (Some(a), Some(b)) if a.abs_diff(b) == 1)
            })
    };
    let repeats = |at: usize| at >= 2 && characters[..at].windows(2).any(|pair| pair == &characters[at - 1..=at]);
    let surprising = |at: &usize| *at == 0 || !(follows(characters[at - 1], characters[*at]) || repeats(*at));
    (0..characters.len()).filter(surprising).count()
}

impl Accounts {
    /// A password as the database keeps it: argon2id with its salt and cost (RFC 9106).
    pub(crate) async fn hashed(&self, password: &str) -> Result<String, AccountsError> {
        let mut salt = [0; 16];
        (self.randomness)(&mut salt).map_err(AccountsError::Randomness)?;
        let password = password.to_owned();
        self.with_a_password(move || {
            let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
            hash.map(|hash| hash.to_string())
        })
        .await?
        .map_err(|error| AccountsError::Stopped(error.to_string()))
    }

    /// Whether that is the password; without a hash, it takes as long and is not.
    pub(crate) async fn verified(&self, password: &str, hash: Option<String>) -> Result<bool, AccountsError> {
        let password = password.to_owned();
        self.with_a_password(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
            let parsed = PasswordHash::new(&hash);
            let fits = parsed.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
            known && fits
        })
        .await
    }

    async fn with_a_password<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AccountsError> {
        let stopped = |error: &dyn std::error::Error| AccountsError::Stopped(error.to_string());
        let _one_of_few = self.passwords.acquire().await.map_err(|error| stopped(&error))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| stopped(&error))
    }
}

/// The hash of nobody's password, with the cost of everybody's.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_refused() {
        let refused = [
            ("short", Weakness::Short),
            ("fourteen chars", Weakness::Short),
            ("aaaaaaaaaaaaaaaaaaaa", Weakness::Pattern),
            ("1234567890123456", Weakness::Pattern),
            ("abcabcabcabcabcabc", Weakness::Pattern),
            ("qwertyuiopasdfghjkl", Weakness::Pattern),
            ("zyxwvutsrqponmlkj", Weakness::Pattern),
            ("Password2024!Welcome", Weakness::Common),
            ("P@$$w0rd-P@$$w0rd2025", Weakness::Common),
            ("WelcomeSummer2026", Weakness::Common),
            ("correct horse battery staple", Weakness::Common),
            ("ana.ortega-19850617", Weakness::Common),
            ("Waymark-Teacher-1985", Weakness::Common),
            ("31415926535897932384", Weakness::Common),
        ];
        for (password, weakness) in refused {
            assert_eq!(check(password, "ana.ortega@district.example"), Err(weakness), "{password}");
        }
        assert_eq!(check(&"a5€k".repeat(100), "ana"), Err(Weakness::Long));
    }

    #[test]
    fn a_few_words_will_do() {
        for password in ["four lamps under gravel", "zinc-ferry-cobalt-9", "Ein Wagen voller Möwen", "tm8!kQ2x#vL0pRz"]
        {
            assert_eq!(check(password, "ana.ortega@district.example"), Ok(()), "{password}");
        }
    }
}
