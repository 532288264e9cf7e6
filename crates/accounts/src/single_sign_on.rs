//! Signing in by an identity provider: `OpenID` Connect Core 1.0, authorization code flow, with state, nonce and PKCE
//! (RFC 7636).
//!
//! Nobody gets an account by being known elsewhere. An identity is tied to an account once, by the invitation that the
//! account's owner has; later it opens that account and no other. Names and addresses of mail decide nothing.

use std::{collections::HashMap, sync::Arc};

use openidconnect::{
    AdditionalClaims, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdTokenFields, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, StandardErrorResponse, StandardTokenResponse, TokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType,
        CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};

use crate::{Account, Accounts, AccountsError, Event, Kind, Provider, Secret, store::stamp};

/// How long somebody may take at the provider.
const PATIENCE: chrono::TimeDelta = chrono::TimeDelta::minutes(10);

/// Why somebody is not let in who was sent to a provider.
#[derive(Debug, thiserror::Error)]
pub enum SignOnError {
    /// There is no such provider here.
    #[error("there is no provider `{0}` here")]
    NoProvider(String),
    /// The answer belongs to no sign-in that was begun in this browser, or came too late.
    #[error("this sign-in was not begun here, or took too long; begin again")]
    NotBegun,
    /// The provider says no.
    #[error("{title} did not let you in: {reason}")]
    Refused {
        /// The provider.
        title: String,
        /// In its words.
        reason: String,
    },
    /// The provider cannot be reached, or says what cannot be trusted.
    #[error("{title} cannot be asked: {reason}")]
    Provider {
        /// The provider.
        title: String,
        /// What was wrong.
        reason: String,
    },
    /// Somebody of another district, or whose identity is tied to no account.
    #[error("nobody here is known as who {title} says you are; an administrator can send you a link")]
    Unknown {
        /// The provider.
        title: String,
    },
    /// The accounts cannot be used.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
}

impl From<sqlx::Error> for SignOnError {
    fn from(error: sqlx::Error) -> Self {
        Self::Accounts(error.into())
    }
}

/// All claims of an identity token beside the standard ones.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Claims {
    #[serde(flatten)]
    more: HashMap<String, serde_json::Value>,
}

impl AdditionalClaims for Claims {}

type Fields = IdTokenFields<
    Claims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type Client = openidconnect::Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The providers that are set up here, and the way to them.
#[derive(Clone, Debug)]
pub struct SingleSignOn {
    providers: Arc<Vec<Provider>>,
    http: reqwest::Client,
    origin: String,
}

/// What a provider answered, by way of the browser.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The provider, as the address names it.
    pub provider: &'a str,
    /// The code.
    pub code: &'a str,
    /// What the sign-in was begun with.
    pub state: &'a str,
}

impl SingleSignOn {
    /// Providers for pages at `origin`.
    ///
    /// # Errors
    /// No connection to a provider could be made safe.
    pub fn new(providers: Vec<Provider>, origin: impl Into<String>) -> Result<Self, SignOnError> {
        // Whoever was first has installed the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            // A provider that leads elsewhere would have us ask for anything.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(10))
            .build()
            .map_err(|error| SignOnError::Provider { title: "the provider".to_owned(), reason: chain(&error) })?;
        Ok(Self { providers: Arc::new(providers), http, origin: origin.into() })
    }

    /// The providers, by name.
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    fn provider(&self, name: &str) -> Result<&Provider, SignOnError> {
        let found = self.providers.iter().find(|provider| provider.name == name);
        found.ok_or_else(|| SignOnError::NoProvider(name.to_owned()))
    }

    /// Whether people may come from a page of this provider, with an answer that they did not ask for here. Such an answer
    /// is not used: it could be somebody else's. The sign-in is begun anew, and the provider, who knows them, answers at
    /// once.
    pub fn is_portal(&self, name: &str) -> bool {
        self.providers.iter().any(|provider| provider.name == name && provider.portal)
    }

    /// Begins a sign-in: the address at the provider to which the browser goes. `browser` is a secret that only this
    /// browser has, `invitation` that of somebody who has one, `next` where to go afterwards.
    ///
    /// # Errors
    /// See [`SignOnError`].
    pub async fn begin(
        &self,
        accounts: &Accounts,
        provider: &str,
        browser: &Secret,
        invitation: Option<&Secret>,
        next: &str,
    ) -> Result<String, SignOnError> {
        let provider = self.provider(provider)?;
        let client = self.client(provider).await?;
        let (state, nonce, verifier) = (accounts.secret()?, accounts.secret()?, accounts.secret()?);
        let pkce = PkceCodeVerifier::new(verifier.reveal().to_owned());
        let (csrf, once) = (CsrfToken::new(state.reveal().to_owned()), Nonce::new(nonce.reveal().to_owned()));
        let (url, ..) = client
            .authorize_url(AuthenticationFlow::<CoreResponseType>::AuthorizationCode, move || csrf, move || once)
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&pkce))
            .url();
        let now = accounts.now();
        let mut writing = accounts.writing().await?;
        sqlx::query("DELETE FROM sign_ins WHERE expires_at <= ?").bind(stamp(now)).execute(&mut *writing).await?;
        sqlx::query("INSERT INTO sign_ins VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(state.hash())
            .bind(browser.hash())
            .bind(&provider.name)
            .bind(nonce.reveal())
            .bind(verifier.reveal())
            .bind(invitation.map(Secret::hash))
            .bind(next)
            .bind(stamp(now + PATIENCE))
            .execute(&mut *writing)
            .await?;
        writing.commit().await?;
        Ok(url.to_string())
    }

    /// Ends a sign-in: whose account the answer opens, and where to go.
    ///
    /// # Errors
    /// See [`SignOnError`].
    pub async fn finish(
        &self,
        accounts: &Accounts,
        answer: &Answer<'_>,
        browser: &Secret,
    ) -> Result<(Account, String), SignOnError> {
        let provider = self.provider(answer.provider)?;
        let take = "DELETE FROM sign_ins WHERE state_hash = ? AND provider = ? AND browser_hash = ? AND expires_at > ?
            RETURNING nonce, verifier, invitation_hash, next";
        let begun: Option<(String, String, Option<Vec<u8>>, String)> = sqlx::query_as(take)
            .bind(Secret::given(answer.state).hash())
            .bind(&provider.name)
            .bind(browser.hash())
            .bind(stamp(accounts.now()))
            .fetch_optional(&accounts.pool)
            .await?;
        let (nonce, verifier, invitation, next) = begun.ok_or(SignOnError::NotBegun)?;
        let subject = self.subject(accounts, provider, answer.code, nonce, verifier).await?;
        let account = match known(accounts, provider, &subject).await? {
            Some(account) => account,
            None => tied(accounts, provider, &subject, invitation).await?,
        };
        let event = Event::new(Kind::SignIn, &account.name, format!("by {}", provider.title));
        accounts.record(event, &[]).await?;
        Ok((account, next))
    }

    /// Whom the provider means, once everything about its answer was looked at.
    async fn subject(
        &self,
        accounts: &Accounts,
        provider: &Provider,
        code: &str,
        nonce: String,
        verifier: String,
    ) -> Result<String, SignOnError> {
        let wrong = |reason: String| SignOnError::Provider { title: provider.title.clone(), reason };
        let client = self.client(provider).await?;
        let http = |request| asked(self.http.clone(), request);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| wrong(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&http)
            .await
            .map_err(|error| SignOnError::Refused { title: provider.title.clone(), reason: chain(&error) })?;
        let token = tokens.id_token().ok_or_else(|| wrong("it sent no identity token".to_owned()))?;
        let now = accounts.now();
        let checks = client.id_token_verifier().set_time_fn(move || now);
        let claims = token.claims(&checks, &Nonce::new(nonce)).map_err(|error| wrong(chain(&error)))?;
        let claim = |name: &str| match name {
            "sub" => Some(claims.subject().to_string()),
            name => claims.additional_claims().more.get(name).and_then(|value| value.as_str().map(str::to_owned)),
        };
        let unknown = || SignOnError::Unknown { title: provider.title.clone() };
        if let Some((name, value)) = &provider.organization
            && claim(name).as_ref() != Some(value)
        {
            let what = format!("by {}: the claim `{name}` is not that of this place", provider.title);
            accounts.record(Event::new(Kind::Refused, "nobody", what), &[]).await?;
            return Err(unknown());
        }
        claim(&provider.subject).ok_or_else(unknown)
    }

    /// A client by what the provider says of itself now: its keys change, and sign-ins are rare.
    async fn client(&self, provider: &Provider) -> Result<Client, SignOnError> {
        let wrong = |reason: String| SignOnError::Provider { title: provider.title.clone(), reason };
        let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(|error| wrong(error.to_string()))?;
        let http = |request| asked(self.http.clone(), request);
        let known = CoreProviderMetadata::discover_async(issuer, &http).await.map_err(|error| wrong(chain(&error)))?;
        let back = format!("{}/sign-in/from/{}", self.origin, provider.name);
        let back = RedirectUrl::new(back).map_err(|error| wrong(error.to_string()))?;
        let secret = provider.client_secret.clone().map(ClientSecret::new);
        Ok(Client::from_provider_metadata(known, ClientId::new(provider.client_id.clone()), secret)
            .set_redirect_uri(back))
    }
}

/// The account to which an identity is tied.
async fn known(accounts: &Accounts, provider: &Provider, subject: &str) -> Result<Option<Account>, SignOnError> {
    let find = "SELECT account_id FROM identities JOIN accounts USING (account_id)
        WHERE issuer = ? AND subject = ? AND NOT disabled";
    let id: Option<i64> =
        sqlx::query_scalar(find).bind(&provider.issuer).bind(subject).fetch_optional(&accounts.pool).await?;
    match id {
        Some(id) => Ok(Some(accounts.by_id(id).await?)),
        None => Ok(None),
    }
}

/// Ties an identity to the account of the invitation.
async fn tied(
    accounts: &Accounts,
    provider: &Provider,
    subject: &str,
    invitation: Option<Vec<u8>>,
) -> Result<Account, SignOnError> {
    let unknown = || SignOnError::Unknown { title: provider.title.clone() };
    let mut writing = accounts.writing().await?;
    let whose =
        "SELECT account_id FROM invitations JOIN accounts USING (account_id) WHERE code_hash = ? AND NOT disabled";
    let id: Option<i64> = match &invitation {
        Some(hash) => sqlx::query_scalar(whose).bind(hash).fetch_optional(&mut *writing).await?,
        None => None,
    };
    let (Some(id), Some(hash)) = (id, invitation) else {
        drop(writing);
        let what = format!("by {}: the identity is tied to no account", provider.title);
        accounts.record(Event::new(Kind::Refused, "nobody", what), &[]).await?;
        return Err(unknown());
    };
    accounts.used(&mut writing, &hash, id).await?;
    let tie = "INSERT INTO identities VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let tied = sqlx::query(tie)
        .bind(&provider.issuer)
        .bind(subject)
        .bind(id)
        .bind(stamp(accounts.now()))
        .execute(&mut *writing)
        .await?;
    // It is tied to a disabled account already.
    if tied.rows_affected() == 0 {
        return Err(unknown());
    }
    let name: String =
        sqlx::query_scalar("SELECT name FROM accounts WHERE account_id = ?").bind(id).fetch_one(&mut *writing).await?;
    let event = Event::new(Kind::Account, name, format!("tied an identity of {}", provider.title));
    accounts.append(&mut writing, event, &[]).await?;
    writing.commit().await?;
    Ok(accounts.by_id(id).await?)
}

/// Asks a provider.
async fn asked(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let answer = http.execute(request.try_into()?).await?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut response = HttpResponse::new(answer.bytes().await?.to_vec());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// An error with what is behind it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut behind = error.source();
    while let Some(source) = behind {
        text = format!("{text}: {source}");
        behind = source.source();
    }
    text
}
