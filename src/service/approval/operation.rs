//! From an operation as it is stored to the use case that does it: the only place where the two meet.

use std::fmt::Debug;

use xinju_model::access::Viewer;
use xinju_model::approval::{AuditExportWanted, SensitiveOperation};
use xinju_model::package::Package;

use crate::approval::leave::Leave;
use crate::error::ServiceError;
use crate::reveal::{Reveal, Revealed};
use crate::role::RoleChange;
use crate::seal_key::{ImportSealKey, SealKeyRefusal};
use crate::service::Service;
use crate::token::{CreateToken, NewToken};
use crate::trail::{AuditExport, AuditFilter, ExportForm};
use crate::user::{CreateUser, ReadyUser};

/// What somebody wants approval for.
pub enum Wanted {
    /// An operation whose parameters say everything.
    Operation(SensitiveOperation),
    /// A user whose password has yet to be hashed.
    User(CreateUser),
    /// A sealing key whose file has yet to be opened.
    SealKey(ImportSealKey),
}

/// What came of an operation besides being done.
pub enum Done {
    /// Nothing.
    Plainly,
    /// A token with its secret, to be shown once.
    Token(Box<NewToken>),
    /// An export that may be written.
    Export(Box<AuditExport>),
    /// A value that was masked, to be shown once.
    Revealed(Revealed),
    /// A package that will be built.
    Package(Box<Package>),
}

/// Why the use case itself refused, by its stable name.
pub(crate) type Refused = String;

fn because(refusal: impl Debug) -> Refused {
    format!("{refusal:?}")
}

fn plainly<T, E: Debug>(outcome: Result<T, E>) -> Result<Done, Refused> {
    outcome.map(|_| Done::Plainly).map_err(because)
}

fn sealing<T>(outcome: Result<T, SealKeyRefusal>) -> Result<Done, Refused> {
    outcome.map(|_| Done::Plainly).map_err(|refusal| refusal.name().to_owned())
}

impl Wanted {
    /// An export of events.
    pub fn export(filter: AuditFilter, form: ExportForm) -> Self {
        let AuditFilter { actor, actions, subject, place, after, before, words } = filter;
        let form = form.name().to_owned();
        let wanted = AuditExportWanted { actor, actions, subject, place, after, before, words, form };
        Self::Operation(SensitiveOperation::ExportAuditEvents(wanted))
    }
}

fn filter_of(wanted: &AuditExportWanted) -> Result<(AuditFilter, ExportForm), ServiceError> {
    let AuditExportWanted { actor, actions, subject, place, after, before, words, form } = wanted.clone();
    let form =
        ExportForm::from_name(&form).ok_or_else(|| ServiceError::Internal("an unknown form of export".into()))?;
    Ok((AuditFilter { actor, actions, subject, place, after, before, words }, form))
}

impl Service {
    /// The operation as it is stored. A password is hashed, a key is sealed: nobody who reads the approval learns either.
    pub(super) fn operation_of(
        &self,
        viewer: &Viewer,
        wanted: Wanted,
    ) -> Result<Result<SensitiveOperation, Refused>, ServiceError> {
        let new = match wanted {
            Wanted::Operation(operation) => return Ok(Ok(operation)),
            Wanted::User(new) => new,
            Wanted::SealKey(import) => {
                let sealed = self.seal_key_operation(viewer, &import)?;
                let operation = sealed.map(|sealed| SensitiveOperation::ImportSealKey { sealed });
                return Ok(operation.map_err(|refusal| refusal.name().to_owned()));
            }
        };
        let ready = self.ready_user(viewer, new)?.map(|ready| {
            let ReadyUser { login, name, roles, staff, password } = ready;
            SensitiveOperation::CreateUser { login, name, roles, staff, password }
        });
        Ok(ready.map_err(because))
    }

    /// Does an operation as far as the leave goes.
    pub(super) fn run_operation(
        &self,
        viewer: &Viewer,
        operation: &SensitiveOperation,
        leave: &Leave,
    ) -> Result<Result<Done, Refused>, ServiceError> {
        use SensitiveOperation as Op;
        Ok(match operation.clone() {
            Op::ExportAuditEvents(wanted) => {
                let (filter, form) = filter_of(&wanted)?;
                Ok(Done::Export(Box::new(self.export_audit_events_with(viewer, &filter, form, leave)?)))
            }
            Op::ChangeCustomerOwner { customer, owner } => {
                plainly(self.change_customer_owner_with(viewer, customer, owner, leave)?)
            }
            Op::CarryOutHandover { handover, digest } => {
                plainly(self.carry_out_handover_with(viewer, handover, &digest, leave)?)
            }
            Op::SetUserRoles { user, roles, staff } => {
                plainly(self.set_user_roles_with(viewer, user, &roles, staff, leave)?)
            }
            Op::CopyRole { from, name } => plainly(self.copy_role_with(viewer, from, &name, leave)?),
            Op::UpdateRole { role, name, actions, scope, masks, second_factor, networks, lock_out } => {
                let change = RoleChange { name, actions, scope, masks, second_factor, networks, lock_out };
                plainly(self.update_role_with(viewer, role, change, leave)?)
            }
            Op::DeleteRole { role } => plainly(self.delete_role_with(viewer, role, leave)?),
            Op::CreateToken { name, scopes, days } => {
                let made = self.create_token_with(viewer, CreateToken { name, scopes, days }, leave)?;
                made.map(|made| Done::Token(Box::new(made))).map_err(because)
            }
            Op::CreateServiceToken { account, name, scopes, days } => {
                let made =
                    self.create_service_token_with(viewer, account, CreateToken { name, scopes, days }, leave)?;
                made.map(|made| Done::Token(Box::new(made))).map_err(because)
            }
            Op::CreateServiceAccount { login, name, roles } => {
                plainly(self.create_service_account_with(viewer, &login, &name, &roles, leave)?)
            }
            Op::SetSignInPolicy(policy) => plainly(self.set_sign_in_policy_with(viewer, policy, leave)?),
            Op::SetApprovalPolicy(policy) => plainly(self.set_approval_policy_with(viewer, &policy, leave)?),
            Op::CreateUser { login, name, roles, staff, password } => {
                plainly(self.create_user_with(viewer, ReadyUser { login, name, roles, staff, password }, leave)?)
            }
            Op::SetUserActive { user, active } => plainly(self.set_user_active_with(viewer, user, active, leave)?),
            Op::ResetSecondFactor { user } => plainly(self.reset_factor_with(viewer, user, leave)?),
            Op::RevealPersonal { subject, index, reason } => {
                let reveal = Reveal { subject, index, reason };
                Ok(Done::Revealed(self.reveal_personal_with(viewer, &reveal, leave)?))
            }
            Op::ExportEvidence(wanted) => {
                let asked = self.ask_package_with(viewer, wanted, leave)?;
                asked.map(|package| Done::Package(Box::new(package))).map_err(because)
            }
            Op::SetSuccessorSeesHistory { sees } => {
                self.set_successor_sees_history_with(viewer, sees, leave)?;
                Ok(Done::Plainly)
            }
            Op::ImportSealKey { sealed } => sealing(self.import_seal_key_with(viewer, &sealed, leave)?),
            Op::MakeSealKey { organisation } => sealing(self.make_seal_key_with(viewer, &organisation, leave)?),
            Op::RetireSm2Key => sealing(self.retire_sm2_key_with(viewer, leave)?),
        })
    }
}
