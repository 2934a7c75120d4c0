//! The authenticator: its credentials, and the two things it does.

use std::sync::Arc;

use crate::{
    Error, Fault, Settings,
    key::KeyPair,
    options::{CreationOptions, RequestOptions},
    random::Random,
};

mod assertion;
mod choice;
mod credential;
mod registration;
#[cfg(test)]
mod tests;

use assertion::Assertion;
pub use credential::Credential;
use registration::Registration;

/// A software authenticator with the browser around it; a clone is a copy of the device with all its secrets.
///
/// Keys and ids follow from the seed; of a response, only signatures of ECDSA and ML-DSA differ from run to
/// run. The origin is taken as
/// given: whether it fits the RP ID, which a browser would check, is the tested side's to find out.
#[derive(Clone, Debug)]
pub struct Authenticator {
    /// Its properties. They may be changed between two responses.
    pub settings: Settings,
    random: Random,
    credentials: Vec<Credential>,
    fault: Option<Fault>,
}

impl Authenticator {
    /// An empty authenticator with default settings.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self::with_settings(seed, Settings::default())
    }

    /// An empty authenticator.
    #[must_use]
    pub const fn with_settings(seed: u64, settings: Settings) -> Self {
        Self { settings, random: Random::new(seed), credentials: Vec::new(), fault: None }
    }

    /// Its credentials, oldest first.
    #[must_use]
    pub fn credentials(&self) -> &[Credential] {
        &self.credentials
    }

    /// Forgets a credential; whether it was there.
    pub fn remove(&mut self, id: &[u8]) -> bool {
        let before = self.credentials.len();
        self.credentials.retain(|credential| credential.id != id);
        self.credentials.len() < before
    }

    /// Binds a credential to another RP ID, as a broken authenticator might; whether it was there.
    pub fn rebind(&mut self, id: &[u8], rp_id: &str) -> bool {
        let found = self.credentials.iter_mut().find(|credential| credential.id == id);
        found.map(|credential| rp_id.clone_into(&mut credential.rp_id)).is_some()
    }

    /// Plants a fault in the next response, and in no other. A registration with a fault leaves no credential behind.
    pub const fn plant(&mut self, fault: Fault) {
        self.fault = Some(fault);
    }

    /// Answers `navigator.credentials.create`: makes a credential. A discoverable one replaces the one of the same user
    /// and RP ID.
    ///
    /// # Errors
    /// [`Error`].
    pub fn create(&mut self, options_json: &str, origin: &str) -> Result<String, Error> {
        let fault = self.take_fault(Fault::is_of_registration)?;
        let options = CreationOptions::parse(options_json)?;
        let rp_id = options.rp_id(origin);
        self.judge_creation(&options, rp_id)?;
        let algorithm = self.choose_algorithm(&options.algorithms(), fault)?;
        let discoverable = self.makes_discoverable(&options)? && fault != Some(Fault::NotDiscoverable);
        let credential = Credential {
            id: self.random.draw::<32>().to_vec(),
            rp_id: rp_id.to_owned(),
            user_handle: options.user.id.0.clone(),
            discoverable,
            counter: self.settings.counter_step,
            key: Arc::new(KeyPair::generate(algorithm, self.settings.rsa_size, &mut self.random)?),
        };
        let settings = &self.settings;
        let response =
            Registration { settings, credential: &credential, options: &options, origin, fault }.to_json()?;
        if fault.is_none() {
            self.store(credential);
        }
        Ok(response)
    }

    /// Answers `navigator.credentials.create` with mediation `conditional` (§5.1.3), as a password manager does that makes a
    /// passkey by itself: nobody is asked, so flags UP and UV are not set.
    ///
    /// # Errors
    /// [`Error`], also where the options require user verification.
    pub fn create_without_dialog(&mut self, options_json: &str, origin: &str) -> Result<String, Error> {
        let settings = self.settings.clone();
        (self.settings.user_presence, self.settings.user_verification) = (false, false);
        let response = self.create(options_json, origin);
        self.settings = settings;
        response
    }

    /// Answers `navigator.credentials.get`: signs with the preferred, else the newest, of the allowed credentials, or of
    /// the discoverable ones where none is named.
    ///
    /// # Errors
    /// [`Error`].
    pub fn get(&mut self, options_json: &str, origin: &str) -> Result<String, Error> {
        let fault = self.take_fault(Fault::is_of_authentication)?;
        let options = RequestOptions::parse(options_json)?;
        if options.requires_user_verification() && !self.settings.user_verification {
            return Err(Error::NotAllowed("it cannot verify users"));
        }
        let chosen = self.choose_credential(&options, options.rp_id(origin))?;
        let step = self.settings.counter_step;
        let credential = &mut self.credentials[chosen];
        let counter = if let Some(fault @ Fault::CounterRollback) = fault {
            credential.counter.checked_sub(1).ok_or(Error::FaultDoesNotApply(fault))?
        } else {
            credential.counter = credential.counter.saturating_add(step);
            credential.counter
        };
        let settings = &self.settings;
        Assertion { settings, credential, counter, challenge: &options.challenge.0, origin, fault }.to_json()
    }

    fn take_fault(&mut self, applies: fn(Fault) -> bool) -> Result<Option<Fault>, Error> {
        match self.fault.take() {
            Some(fault) if !applies(fault) => Err(Error::FaultDoesNotApply(fault)),
            fault => Ok(fault),
        }
    }

    fn store(&mut self, credential: Credential) {
        let is_replaced = |old: &Credential| {
            credential.discoverable
                && old.discoverable
                && (old.rp_id == credential.rp_id && old.user_handle == credential.user_handle)
        };
        self.credentials.retain(|old| !is_replaced(old));
        self.credentials.push(credential);
    }
}
