//! From tokens to a receipt ([spec: http §5], [spec: pledge §2]).

use headcount_protocol::entry::Entry;
use headcount_protocol::pledge::Pledge;
use headcount_protocol::receipt::Receipt;
use headcount_protocol::token::Token;
use zeroize::Zeroizing;

use super::{Journey, JourneyError, News};
use crate::transport::TransportError;
use crate::wallet::State;

/// Most bytes of a receipt in JSON.
const MAX_RECEIPT: usize = 4_096;

impl Journey<'_> {
    /// Delivers the pledge when its time has come; delivered twice, it gets the same receipt.
    pub(super) fn redeem(
        &mut self,
        tokens: Vec<Token>,
        redeem_at: u64,
    ) -> Result<(), JourneyError> {
        self.await_delay(redeem_at)?;
        let pledge = Pledge { opening: self.opening(), tokens };
        let first = pledge.tokens.first().ok_or(JourneyError::Token)?;
        let first = first.to_text();
        let authorization = Zeroizing::new(format!("PrivateToken token=\"{}\"", *first));
        let answer = self.channels.redemption.post(
            &self.campaign.manifest.counter.url.join("pledge"),
            "application/octet-stream",
            Some(("authorization", authorization.as_str())),
            &pledge.redemption_body(),
            MAX_RECEIPT,
        )?;
        let receipt = Receipt::from_json(&answer).map_err(|_| TransportError::Answer)?;
        let entry = Entry::Pledge(pledge.clone()).encode();
        // Kept only if it is signed, and for this entry [PLG-17].
        receipt.check(self.campaign, &entry).map_err(|_| JourneyError::Receipt)?;
        self.wallet.advance(State::Redeemed { tokens: pledge.tokens, receipt })?;
        self.person.tell(News::Redeemed(receipt.batch));
        Ok(())
    }
}
