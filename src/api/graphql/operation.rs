//! Sensitive operations as approval for them is asked: each with the input of the mutation that does it.

use async_graphql::{Enum, InputObject, OneofObject, Result};
use xinju_model::approval::SensitiveOperation;
use xinju_service::approval::Wanted;
use xinju_service::reveal::Reveal;
use xinju_service::role::RoleChange;

use crate::graphql::approval::SetApprovalPolicyInput;
use crate::graphql::error::bad_input;
use crate::graphql::factor::ResetSecondFactorInput;
use crate::graphql::handover::CarryOutHandoverInput;
use crate::graphql::package::AskPackageInput;
use crate::graphql::people::{ChangeCustomerOwnerInput, SetSuccessorSeesHistoryInput};
use crate::graphql::personal::RevealPersonalInput;
use crate::graphql::policy::SetSignInPolicyInput;
use crate::graphql::role::{CopyRoleInput, DeleteRoleInput, UpdateRoleInput};
use crate::graphql::seal_key::{ImportSealKeyInput, MakeSealKeyInput, RetireSealKeyInput};
use crate::graphql::service_account::{CreateServiceAccountInput, CreateServiceTokenInput};
use crate::graphql::token::CreateTokenInput;
use crate::graphql::trail::AuditFilter;
use crate::graphql::user::{CreateUserInput, SetUserActiveInput, SetUserRolesInput, user_id};

/// The form of a file of events.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::trail::ExportForm")]
pub(crate) enum AuditExportForm {
    /// For spreadsheets.
    Csv,
    /// For programs: a JSON object a line.
    Ndjson,
}

/// An export of events.
#[derive(InputObject)]
pub(crate) struct ExportAuditEventsInput {
    filter: Option<AuditFilter>,
    form: AuditExportForm,
}

/// A sensitive operation: exactly one, with the input of the mutation of the same name.
#[derive(OneofObject)]
pub(crate) enum SensitiveOperationInput {
    ExportAuditEvents(ExportAuditEventsInput),
    ChangeCustomerOwner(ChangeCustomerOwnerInput),
    CarryOutHandover(CarryOutHandoverInput),
    SetUserRoles(SetUserRolesInput),
    CopyRole(CopyRoleInput),
    UpdateRole(UpdateRoleInput),
    DeleteRole(DeleteRoleInput),
    CreateToken(CreateTokenInput),
    SetSignInPolicy(SetSignInPolicyInput),
    SetApprovalPolicy(SetApprovalPolicyInput),
    CreateServiceToken(CreateServiceTokenInput),
    CreateServiceAccount(CreateServiceAccountInput),
    CreateUser(CreateUserInput),
    SetUserActive(SetUserActiveInput),
    ResetSecondFactor(ResetSecondFactorInput),
    SetSuccessorSeesHistory(SetSuccessorSeesHistoryInput),
    ImportSealKey(ImportSealKeyInput),
    MakeSealKey(MakeSealKeyInput),
    RetireSealKey(RetireSealKeyInput),
    RevealPersonal(RevealPersonalInput),
    AskPackage(AskPackageInput),
}

impl SensitiveOperationInput {
    /// What is wanted.
    pub(crate) fn read(self) -> Result<Wanted> {
        let nobody = || bad_input("there is no such member of staff");
        Ok(Wanted::Operation(match self {
            Self::ExportAuditEvents(input) => {
                return Ok(Wanted::export(input.filter.unwrap_or_default().into(), input.form.into()));
            }
            Self::CreateUser(input) => return Ok(Wanted::User(input.read().ok_or_else(nobody)?)),
            Self::ChangeCustomerOwner(input) => {
                let (customer, owner) = input.read()?;
                SensitiveOperation::ChangeCustomerOwner { customer, owner: owner.ok_or_else(nobody)? }
            }
            Self::CarryOutHandover(input) => {
                let (handover, digest) = input.read()?;
                SensitiveOperation::CarryOutHandover { handover, digest }
            }
            Self::SetUserRoles(input) => {
                let (user, roles, staff) = input.read()?;
                SensitiveOperation::SetUserRoles { user, roles, staff: staff.ok_or_else(nobody)? }
            }
            Self::CopyRole(input) => {
                let (from, name) = input.read()?;
                SensitiveOperation::CopyRole { from, name }
            }
            Self::UpdateRole(input) => {
                let (role, change) = input.read()?;
                let RoleChange { name, actions, scope, masks, second_factor, networks, lock_out } = change;
                SensitiveOperation::UpdateRole { role, name, actions, scope, masks, second_factor, networks, lock_out }
            }
            Self::DeleteRole(input) => SensitiveOperation::DeleteRole { role: input.read()? },
            Self::CreateToken(input) => {
                let xinju_service::token::CreateToken { name, scopes, days } = input.read();
                SensitiveOperation::CreateToken { name, scopes, days }
            }
            Self::CreateServiceToken(input) => {
                let (account, new) = input.read()?;
                let xinju_service::token::CreateToken { name, scopes, days } = new;
                SensitiveOperation::CreateServiceToken { account, name, scopes, days }
            }
            Self::CreateServiceAccount(input) => {
                let (login, name, roles) = input.read();
                SensitiveOperation::CreateServiceAccount { login, name, roles }
            }
            Self::SetSignInPolicy(input) => SensitiveOperation::SetSignInPolicy(input.read()),
            Self::SetApprovalPolicy(input) => SensitiveOperation::SetApprovalPolicy(input.read()),
            Self::SetUserActive(input) => {
                let (user, active) = input.read()?;
                SensitiveOperation::SetUserActive { user, active }
            }
            Self::ResetSecondFactor(input) => SensitiveOperation::ResetSecondFactor { user: user_id(&input.id)? },
            Self::RevealPersonal(input) => {
                let Reveal { subject, index, reason } = input.read()?;
                SensitiveOperation::RevealPersonal { subject, index, reason }
            }
            Self::AskPackage(input) => SensitiveOperation::ExportEvidence(input.read()?),
            Self::SetSuccessorSeesHistory(input) => SensitiveOperation::SetSuccessorSeesHistory { sees: input.sees },
            Self::ImportSealKey(input) => return Ok(Wanted::SealKey(input.read()?)),
            Self::MakeSealKey(input) => SensitiveOperation::MakeSealKey { organisation: input.read() },
            Self::RetireSealKey(input) => {
                input.read()?;
                SensitiveOperation::RetireSm2Key
            }
        }))
    }
}
