use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::{AccountsError, Randomness};

/// Bytes of chance in a secret.
const BYTES: usize = 32;

/// Something that only its bearer has: of it, the database knows a hash. It does not show in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn new(randomness: &Randomness) -> Result<Self, AccountsError> {
        let mut bytes = [0; BYTES];
        randomness(&mut bytes).map_err(AccountsError::Randomness)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// What somebody says is one.
    pub fn given(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret as text: letters, digits, `-` and `_`.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the database knows of it. A secret is as good as random, so that a plain hash cannot be searched.
    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }

    /// Another secret that can be made of this one, but not the other way round.
    pub(crate) fn derived(&self, purpose: &str) -> Self {
        let digest = Sha256::new().chain_update(purpose).chain_update([0]).chain_update(self.0.as_bytes()).finalize();
        Self(URL_SAFE_NO_PAD.encode(digest))
    }

    /// Whether they are the same, in a time that does not tell how nearly.
    pub fn is(&self, other: &str) -> bool {
        subtle::ConstantTimeEq::ct_eq(self.0.as_bytes(), other.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
