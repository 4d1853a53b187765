//! `xinju role`: what users may do, for the operator of the machine.

use clap::{Args, Subcommand};
use serde_json::Value;

use super::operate::{Command, execute};
use super::status::Status;
use super::{Archive, print};

/// Roles, which say what users may do and with whose records.
#[derive(Debug, Args)]
pub(crate) struct Role {
    #[command(subcommand)]
    act: Act,
    /// Print JSON lines for scripts
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    archive: Archive,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// List roles: the built-in ones, then the company's own
    List,
    /// Change what using a role takes: a second factor, and networks
    Require {
        /// A name of `xinju role list`
        name: String,
        /// Whether its holders must have a second factor
        #[arg(long, value_name = "BOOL")]
        second_factor: Option<bool>,
        /// An address or a range such as 10.0.0.0/8 from which it may be used; more than one may be given
        #[arg(long = "network", value_name = "RANGE", conflicts_with = "any_network")]
        networks: Vec<String>,
        /// Let it be used from anywhere
        #[arg(long)]
        any_network: bool,
    },
    /// Show one role
    Show {
        /// Its name
        name: String,
    },
    /// Make a role of the company's own by copying another
    Copy {
        /// The name of the one that is copied
        from: String,
        /// What the copy is called
        name: String,
    },
    /// Change a role of the company's own; what is not given stays
    Change {
        /// Its name
        role: String,
        /// Another name
        #[arg(long)]
        name: Option<String>,
        /// What its holders may do, all of it; more than one may be given
        #[arg(long = "action", value_name = "ACTION")]
        actions: Option<Vec<String>>,
        /// With whose records: `own_customers`, `department`, `department_and_below` or `everything`
        #[arg(long)]
        scope: Option<String>,
    },
    /// Delete a role of the company's own that nobody holds
    Delete {
        /// Its name
        role: String,
    },
}

impl Role {
    /// Runs one of the acts.
    pub(crate) fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        let command = match self.act {
            Act::List => Command::RoleList,
            Act::Require { name, second_factor, networks, any_network } => {
                let networks = (any_network || !networks.is_empty()).then_some(networks);
                Command::RoleRequire { name, second_factor, networks }
            }
            Act::Show { name } => return show_one(&self.archive, &name, self.json),
            Act::Copy { from, name } => Command::RoleCopy { from, name },
            Act::Change { role, name, actions, scope } => Command::RoleChange { role, name, actions, scope },
            Act::Delete { role } => Command::RoleDelete { role },
        };
        let json = self.json;
        execute(&self.archive, &command, Box::new(std::io::empty()), &mut |value| {
            if json {
                print::line(&value.to_string());
            } else {
                show(&value);
            }
            Ok(())
        })
    }
}

/// Prints the one role of this name.
fn show_one(archive: &Archive, name: &str, json: bool) -> Result<Status, Box<dyn std::error::Error>> {
    let mut found = false;
    let status = execute(archive, &Command::RoleList, Box::new(std::io::empty()), &mut |value| {
        let is_it = |role: &Value| role.as_str().is_some_and(|role| role.to_lowercase() == name.to_lowercase());
        if value.get("error").is_none() && !value.get("role").is_some_and(is_it) {
            return Ok(());
        }
        found = true;
        if json {
            print::line(&value.to_string());
        } else {
            show(&value);
        }
        Ok(())
    })?;
    if found {
        return Ok(status);
    }
    print::note(&format!("xinju: there is no role {name}; see `xinju role list`"));
    Ok(Status::Failed)
}

fn show(value: &Value) {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    if let Some(error) = value.get("error").and_then(Value::as_str) {
        print::note(&format!("xinju: {error}"));
    } else if value.get("deleted").is_some() {
        print::line(&format!("the role {} is deleted", text("deleted")));
    } else {
        let actions = value.get("actions").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let actions = actions.collect::<Vec<_>>().join(" ");
        print::line(&format!("{:<24} {:<22} {actions}", text("role"), text("scope")));
    }
}
