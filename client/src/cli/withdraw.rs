//! `headcount withdraw`

use clap::Args;
use headcount_protocol::campaign::CampaignId;
use serde_json::json;

use super::output::Output;
use super::{Done, WalletArgs, campaign_id, terminal};
use crate::exit::{self, Exit};
use crate::journey::withdraw::withdraw;
use crate::transport::Channels;
use crate::wallet::State;

/// What a withdrawal does, and does not do.
const MEANING: &str = "\
When you withdraw, the log says for ever that this pledge was made and taken back; it does not say
by whom. You cannot pledge in this campaign again: the withdrawal never frees what proved that you
are one person. A threshold that was reached stays reached.";

/// Take your pledge back: it counts no more from the next batch on.
///
/// You cannot pledge in the campaign again, and a threshold that was reached stays reached.
#[derive(Args, Debug)]
#[command(after_help = exit::TABLE)]
pub(super) struct Withdraw {
    /// The campaign, by link or id
    #[arg(value_name = "LINK|ID", value_parser = campaign_id)]
    campaign: CampaignId,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    wallet: WalletArgs,
    /// Print the result as JSON
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(args: &Withdraw) -> Done {
    take_back(args).map_err(|failure| failure.of(args.campaign))
}

fn take_back(args: &Withdraw) -> Done {
    let store = args.wallet.store()?;
    let mut wallet = store.open(&args.campaign)?;
    let campaign = store.campaign(&args.campaign)?;
    if matches!(wallet.state(), State::Included { .. }) {
        terminal::confirm(args.yes, "withdraw", MEANING)?;
    }
    let receipt = withdraw(&campaign, &mut wallet, &Channels::new(1)?.redemption)?;
    // The receipt names one's own pledge: it stays in the wallet.
    let report = json!({
        "campaign": campaign.id,
        "state": wallet.state().name(),
        "batch": receipt.map(|receipt| receipt.batch),
    });
    let hint = args.wallet.hint(campaign.link());
    Output { json: args.json }.result(&report, || match receipt {
        Some(receipt) => format!(
            "Withdrawn. The counter has signed that the withdrawal will stand in the public log by \
             the end of batch {}.\nLater: {}",
            receipt.batch,
            hint.command("verify")
        ),
        None => "Withdrawn. The withdrawal stands in the public log.".to_owned(),
    });
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use headcount_protocol::entry::Entry;

    use super::*;
    use crate::cli::{Cli, Command, join, verify};
    use crate::problem::Word;
    use crate::wallet::{Record, Store};
    use crate::world::server::{CODE, Server};

    struct Supporter {
        server: std::sync::Arc<Server>,
        dir: tempfile::TempDir,
    }

    impl Supporter {
        fn pledged() -> Self {
            let supporter = Self { server: Server::start(0), dir: tempfile::tempdir().unwrap() };
            assert_eq!(supporter.run("join", &["--email", "a@b.example"]), Ok(Exit::NotFinished));
            assert_eq!(supporter.run("join", &["--code", CODE]), Ok(Exit::Done));
            supporter
        }

        fn run(&self, name: &str, more: &[&str]) -> Done {
            let link = self.server.world.campaign.link();
            let wallet = self.dir.path().to_str().unwrap();
            let words = ["headcount", name, &link, "--wallet", wallet];
            match Cli::try_parse_from([&words, more].concat()).unwrap().command {
                Command::Join(args) => join::run(args),
                Command::Verify(args) => verify::run(args),
                Command::Withdraw(args) => run(&args),
                _ => unreachable!("no other command is tested here"),
            }
        }

        fn record(&self) -> Record {
            let store = Store::new(self.dir.path().to_owned());
            store.peek(&self.server.world.campaign.id).unwrap()
        }

        fn posted(&self) -> Vec<Vec<u8>> {
            let posted = self.server.state.lock().unwrap().posted.clone();
            let sent = posted.into_iter().filter(|(path, _)| path == "withdrawal");
            sent.map(|(_, body)| body).collect()
        }
    }

    /// [PLG-23]
    #[test]
    fn a_pledge_is_taken_back_once_whatever_breaks() {
        let supporter = Supporter::pledged();
        // Only what was seen in the log, and only by who is sure.
        assert_eq!(supporter.run("withdraw", &["--yes"]).unwrap_err().exit, Exit::NotFinished);
        assert_eq!(supporter.run("verify", &[]), Ok(Exit::Done));
        assert_eq!(supporter.run("withdraw", &[]).unwrap_err().exit, Exit::Usage);
        assert!(supporter.posted().is_empty());

        // The answers are lost; then one is a lie.
        supporter.server.state.lock().unwrap().swallow = usize::MAX;
        supporter.server.state.lock().unwrap().asked.clear();
        assert_eq!(supporter.run("withdraw", &["--yes"]).unwrap_err().exit, Exit::TryAgain);
        assert_eq!(supporter.record().state.name(), "withdrawing");
        assert!(supporter.record().state.receipt().is_some());
        supporter.server.state.lock().unwrap().swallow = 0;
        let asked = supporter.server.state.lock().unwrap().asked.clone();
        assert!(asked.iter().all(|path| path == "withdrawal"), "{asked:?}");
        assert_eq!(supporter.run("withdraw", &[]), Ok(Exit::Done));
        assert_eq!(supporter.run("withdraw", &[]), Ok(Exit::Done));
        let posted = supporter.posted();
        assert!(posted.len() > 1 && posted.iter().all(|body| *body == posted[0]));

        assert_eq!(supporter.record().state.name(), "withdrawn");
        assert_eq!(supporter.run("verify", &[]), Ok(Exit::Done));
        assert_eq!(supporter.record().state.name(), "withdrawal-included");
        assert_eq!(supporter.run("verify", &[]), Ok(Exit::Done));
        assert_eq!(supporter.run("withdraw", &[]), Ok(Exit::Done));
        assert_eq!(supporter.run("join", &[]), Ok(Exit::Done));
        let entries = supporter.server.state.lock().unwrap().logs.pledges.entries.clone();
        let withdrawals = entries.iter().filter_map(|entry| match Entry::decode(entry) {
            Ok(Entry::Withdrawal(withdrawal)) => Some(withdrawal),
            _ => None,
        });
        let id = supporter.server.world.campaign.id;
        let openings: Vec<_> = withdrawals.map(|withdrawal| withdrawal.opening).collect();
        assert_eq!(openings, [supporter.record().opening(&id)]);
        // The counter drops the withdrawal it has promised.
        supporter.server.state.lock().unwrap().logs.pledges.entries[3] = entries[1].clone();
        assert_eq!(supporter.run("verify", &[]), Ok(Exit::LogRefused));
    }

    /// [PLG-17]
    #[test]
    fn a_refused_withdrawal_leaves_the_pledge_and_a_false_receipt_proves_nothing() {
        let supporter = Supporter::pledged();
        assert_eq!(supporter.run("verify", &[]), Ok(Exit::Done));
        let included = supporter.record().state;
        let entries = supporter.server.state.lock().unwrap().logs.pledges.entries.clone();
        supporter.server.state.lock().unwrap().logs.pledges.entries.truncate(1);
        let failure = supporter.run("withdraw", &["--yes"]).unwrap_err();
        assert_eq!((failure.exit, failure.word), (Exit::Refused, Some(Word::UnknownPledge)));
        assert_eq!(supporter.record().state, included);
        supporter.server.state.lock().unwrap().logs.pledges.entries = entries;
        supporter.server.state.lock().unwrap().false_receipts = true;
        assert_eq!(supporter.run("withdraw", &["--yes"]).unwrap_err().exit, Exit::Refused);
        assert_eq!(supporter.record().state.name(), "withdrawing");
        // Until it is accepted, the log says that the pledge stands.
        assert_eq!(supporter.run("verify", &[]), Ok(Exit::Done));
        assert_eq!(supporter.record().state.name(), "withdrawing");
    }
}
