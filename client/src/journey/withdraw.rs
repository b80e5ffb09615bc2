//! Taking a pledge back ([spec: pledge §5]).

use headcount_protocol::campaign::Campaign;
use headcount_protocol::receipt::Receipt;
use headcount_protocol::withdrawal::Withdrawal;

use super::JourneyError;
use crate::chance::Clock;
use crate::delivery::{DeliveryError, withdraw as deliver};
use crate::problem::Word;
use crate::transport::{Transport, TransportError};
use crate::wallet::{State, Wallet};

/// Withdraws the pledge of a wallet. Killed anywhere, the same call goes on, and sends the same
/// bytes. `transport` is the one that redeems; nothing is read [PLG-23]. Gives the receipt of the
/// withdrawal, which a wallet that was restored after it does not have.
///
/// # Errors
/// [`JourneyError::NotIncluded`], [`JourneyError::Over`], [`JourneyError::Transport`],
/// [`JourneyError::Receipt`], [`JourneyError::Wallet`].
pub fn withdraw(
    campaign: &Campaign,
    wallet: &mut Wallet,
    transport: &Transport,
) -> Result<Option<Receipt>, JourneyError> {
    let pledged = match wallet.state() {
        state if state.is_withdrawn() => return Ok(state.receipt().copied()),
        State::Included { receipt } => {
            let receipt = *receipt;
            let closes = campaign.manifest.schedule.redemption_closes;
            if Clock.now() >= closes {
                return Err(JourneyError::Over(closes));
            }
            // On the disk before anything is sent [PLG-23].
            wallet.advance(State::Withdrawing { receipt })?;
            receipt
        }
        State::Withdrawing { receipt } => *receipt,
        _ => return Err(JourneyError::NotIncluded),
    };
    let record = wallet.record();
    let key = record.seed.pledge_key(&campaign.id, record.class);
    let withdrawal = Withdrawal::sign(&campaign.id, record.opening(&campaign.id), &key);
    match deliver(campaign, transport, &withdrawal) {
        Ok(receipt) => {
            wallet.advance(State::Withdrawn { receipt })?;
            Ok(Some(receipt))
        }
        Err(error) => {
            // The counter will take none: the pledge stands as it stood.
            if let DeliveryError::Transport(TransportError::Refused(
                Word::Closed | Word::UnknownPledge | Word::WithdrawalRefused,
            )) = error
            {
                wallet.advance(State::Included { receipt: pledged })?;
            }
            Err(error.into())
        }
    }
}
