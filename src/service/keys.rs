//! Keys: the master key changes, the data keys stay.

use xinju_keys::master::MasterSource;
use xinju_model::access::{Action, Viewer};
use xinju_model::record::EntryKind;

use crate::audit::Act;
use crate::error::ServiceError;
use crate::service::Service;

impl Service {
    /// Wraps the data keys under a new master key. Entries of kind `key` mark the attempt, before anything changes, and its end.
    pub fn rotate_master_key(&self, viewer: &Viewer, new: &MasterSource) -> Result<(), ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::Operate)?;
        let form = match new {
            MasterSource::File(_) => "file",
            MasterSource::Passphrase(_) => "passphrase",
        };
        core.audited(&permit, Act::of(EntryKind::Key, "key.rotate").with("master", form))?;
        core.keys.rotate_master(new, &*core.random)?;
        core.audited(&permit, Act::of(EntryKind::Key, "key.rotated").with("master", form))?;
        Ok(())
    }
}
