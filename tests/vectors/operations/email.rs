//! E-mail addresses ([spec: tag §1.2]).

use headcount_protocol::identifier::email::{Address, EmailError, Version};
use serde_json::{Value, json};

use super::{Bases, broken};
use crate::vectors::input::text;

/// `email`: the mailbox and the identifier of an address as it is typed.
pub(crate) fn email(_: &Bases, input: &Value) -> Result<Value, Value> {
    let address = Address::parse(Version::V1, text(input, "text"));
    let address = address.map_err(|error| broken(step(error)))?;
    Ok(json!({
        "identifier": address.identifier.expose(),
        "mailbox": address.mailbox.expose(),
    }))
}

const fn step(error: EmailError) -> &'static str {
    match error {
        EmailError::TooLong => "tag §1.2 step 1",
        EmailError::At => "tag §1.2 step 2",
        EmailError::Domain | EmailError::NoDot | EmailError::IpAddress => "tag §1.2 step 3",
        EmailError::Character => "tag §1.2 step 4",
        EmailError::LocalTooLong => "tag §1.2 step 6",
        EmailError::EmptyLocal | EmailError::Dot => "tag §1.2 step 8",
        EmailError::NothingLeft => "tag §1.2 step 9",
    }
}
