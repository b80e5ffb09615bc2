//! From tokens to a receipt ([spec: http §5], [spec: pledge §2]).

use headcount_protocol::pledge::Pledge;
use headcount_protocol::token::Token;

use super::{Journey, JourneyError, News};
use crate::delivery::deliver;
use crate::wallet::State;

impl Journey<'_> {
    /// Delivers the pledge when its time has come; delivered twice, it gets the same receipt.
    pub(super) fn redeem(
        &mut self,
        tokens: Vec<Token>,
        redeem_at: u64,
    ) -> Result<(), JourneyError> {
        self.await_delay(redeem_at)?;
        let pledge = Pledge { opening: self.opening(), tokens };
        let receipt = deliver(self.campaign, &self.channels.redemption, &pledge)?;
        self.wallet.advance(State::Redeemed { tokens: pledge.tokens, receipt })?;
        self.person.tell(News::Redeemed(receipt.batch));
        Ok(())
    }
}
