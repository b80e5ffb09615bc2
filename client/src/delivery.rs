//! Delivering a pledge, one's own or another's ([spec: http §5], [spec: pledge §2]), or its
//! withdrawal ([spec: pledge §5]).

use headcount_protocol::campaign::Campaign;
use headcount_protocol::entry::Entry;
use headcount_protocol::pledge::Pledge;
use headcount_protocol::receipt::Receipt;
use headcount_protocol::withdrawal::Withdrawal;
use zeroize::Zeroizing;

use crate::transport::{Transport, TransportError};

/// Most bytes of a receipt in JSON.
const MAX_RECEIPT: usize = 4_096;

/// Why there is no receipt.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DeliveryError {
    /// The counter refused, or cannot be reached.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The receipt does not verify, or is for something else [PLG-17].
    #[error(
        "the counter's receipt is refused: it is not signed for what was sent; try again, and tell others if it stays so"
    )]
    Receipt,
}

/// Sends a pledge to the counter. Delivered twice, it gets the same receipt.
///
/// # Errors
/// [`DeliveryError`].
pub fn deliver(
    campaign: &Campaign,
    transport: &Transport,
    pledge: &Pledge,
) -> Result<Receipt, DeliveryError> {
    let Some(first) = pledge.tokens.first() else { return Err(TransportError::Answer.into()) };
    let first = first.to_text();
    let authorization = Zeroizing::new(format!("PrivateToken token=\"{}\"", *first));
    let answer = transport.post(
        &campaign.manifest.counter.url.join("pledge"),
        "application/octet-stream",
        Some(("authorization", authorization.as_str())),
        &pledge.redemption_body(),
        MAX_RECEIPT,
    )?;
    promised(campaign, &Entry::Pledge(pledge.clone()), &answer)
}

/// Sends a withdrawal to the counter. Delivered twice, it gets the same receipt.
///
/// # Errors
/// [`DeliveryError`].
pub fn withdraw(
    campaign: &Campaign,
    transport: &Transport,
    withdrawal: &Withdrawal,
) -> Result<Receipt, DeliveryError> {
    let answer = transport.post(
        &campaign.manifest.counter.url.join("withdrawal"),
        "application/octet-stream",
        None,
        &withdrawal.encode(),
        MAX_RECEIPT,
    )?;
    promised(campaign, &Entry::Withdrawal(withdrawal.clone()), &answer)
}

/// The receipt in an answer, if it is signed, and for this entry [PLG-17].
fn promised(campaign: &Campaign, entry: &Entry, answer: &[u8]) -> Result<Receipt, DeliveryError> {
    let receipt = Receipt::from_json(answer).map_err(|_| TransportError::Answer)?;
    receipt.check(campaign, &entry.encode()).map_err(|_| DeliveryError::Receipt)?;
    Ok(receipt)
}
