//! `headcount forget`

use clap::Args;
use headcount_protocol::campaign::CampaignId;
use serde_json::json;

use super::hint::Hint;
use super::output::Output;
use super::{Done, WalletArgs, campaign_id, terminal};
use crate::exit::{self, Exit, Failure};
use crate::wallet::{State, WalletError};

/// What erasing cannot promise.
const REMAINS: &str = "\
What may remain: journals, snapshots, backups and file systems that copy what they change may hold
older copies, and flash memory keeps what was overwritten for a time. Only a device that is
encrypted as a whole keeps that from who takes it apart. Look also for the command in your shell's
history, the message in your mailbox, sealed pledges, receipts and recovery phrases that you put
elsewhere.";

/// Erase everything about a campaign from this device.
///
/// Files are overwritten with zeros before they are removed. Afterwards nobody, you included, can
/// withdraw the pledge or prove with this device that you took part.
#[derive(Args, Debug)]
#[command(after_help = exit::TABLE)]
pub(super) struct Forget {
    /// The campaign, by link or id
    #[arg(value_name = "LINK|ID", value_parser = campaign_id)]
    campaign: CampaignId,
    /// Forget it although the pledge was not seen in the public log
    #[arg(long)]
    even_unverified: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    wallet: WalletArgs,
    /// Print the result as JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// One sentence for who is done.
pub(super) fn offer(state: &State, hint: &Hint) -> String {
    let unless = if state.is_withdrawn() { "E" } else { "Unless you may want to withdraw, e" };
    format!(
        "This device is evidence that you took part. {unless}rase what it holds: {}",
        hint.command("forget")
    )
}

pub(super) fn run(args: &Forget) -> Done {
    forget(args).map_err(|failure| failure.of(args.campaign))
}

fn forget(args: &Forget) -> Done {
    let remains = args.wallet.store()?.remains(&args.campaign)?;
    let lost = match remains.record() {
        // What was begun is finished.
        Ok(None) => None,
        Ok(Some(record)) => Some(lost(&record.state)),
        Err(WalletError::Malformed) => Some((false, "whatever the damaged wallet held is lost")),
        Err(error) => return Err(error.into()),
    };
    if let Some((verified, lost)) = lost {
        if !verified && !args.even_unverified {
            let reason = format!("{lost}; --even-unverified forgets the campaign all the same");
            return Err(Failure::new(Exit::NotFinished, reason));
        }
        let question = format!("When you forget this campaign: {lost}.");
        terminal::confirm(args.yes, "forget", &question)?;
    }
    remains.erase()?;
    let report = json!({ "campaign": args.campaign, "forgotten": true });
    Output { json: args.json }.result(&report, || {
        format!("Forgotten: the files about this campaign are overwritten and removed.\n{REMAINS}")
    });
    Ok(Exit::Done)
}

/// Whether the pledge was seen in the log, and what is lost with the wallet.
const fn lost(state: &State) -> (bool, &'static str) {
    match state {
        State::Collecting { .. } => (
            false,
            "nothing is pledged yet: if a token was asked for, it cannot be had again, and your \
             voice is lost",
        ),
        State::Issued { .. } | State::Waiting { .. } => (
            false,
            "the token was issued and the pledge not seen in the log: if nobody else delivers it, \
             your voice is lost",
        ),
        State::Redeemed { .. } => (
            false,
            "the pledge was not seen in the log yet: run `headcount verify` first, as the receipt \
             that shows a broken promise is lost",
        ),
        State::Included { .. } => (
            true,
            "the pledge counts and stays; it can no longer be withdrawn, nor proved to be yours \
             with this device",
        ),
        State::Withdrawing { .. } => {
            (false, "the withdrawal may not have arrived: run `headcount withdraw` once more")
        }
        State::Withdrawn { .. } => (
            false,
            "the withdrawal was not seen in the log yet: run `headcount verify` first, as the \
             receipt that shows a broken promise is lost",
        ),
        State::WithdrawalIncluded { .. } => {
            (true, "the pledge stays withdrawn; nothing else can be done with this wallet")
        }
    }
}

#[cfg(test)]
mod tests {
    use headcount_protocol::receipt::{EntryHash, Receipt};
    use headcount_protocol::secrets::Seed;

    use super::*;
    use crate::wallet::{Record, Store};
    use crate::world::World;

    #[test]
    fn only_what_stands_in_the_log_is_forgotten_unless_one_insists() {
        let world = World::new("http://127.0.0.1:1", 0);
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path().to_owned());
        let id = world.campaign.id;
        let receipt = Receipt::sign(id, EntryHash::from([3; 32]), 4, &world.receipts);
        let (_, pledge) = world.pledge(&Seed::from([9; 32]), 1);
        let end = |even_unverified, yes| {
            let wallet = WalletArgs { wallet: Some(dir.path().to_owned()) };
            run(&Forget { campaign: id, even_unverified, yes, wallet, json: true })
        };
        let states = [
            (
                State::Collecting { collected: Vec::new(), step: crate::wallet::Step::Prepared },
                false,
            ),
            (State::Waiting { tokens: pledge.tokens.clone(), redeem_at: 9 }, false),
            (State::Redeemed { tokens: pledge.tokens, receipt }, false),
            (State::Included { receipt: Some(receipt) }, true),
        ];
        for (state, verified) in states {
            assert_eq!(end(true, true).unwrap_err().exit, Exit::File, "nothing is there");
            let record = Record { state, ..Record::new(0, 0, Seed::from([9; 32])) };
            drop(store.create(&world.campaign, record).unwrap());
            // Nobody is there to be asked.
            assert_eq!(end(true, false).unwrap_err().exit, Exit::Usage);
            if !verified {
                assert_eq!(end(false, true).unwrap_err().exit, Exit::NotFinished);
                assert!(store.directory(&id).join("wallet.json").exists());
            }
            assert_eq!(end(!verified, true), Ok(Exit::Done));
            assert!(!store.directory(&id).exists());
        }
    }

    #[test]
    fn a_damaged_wallet_is_forgotten_and_a_begun_one_finished() {
        let world = World::new("http://127.0.0.1:1", 0);
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path().to_owned());
        let path = store.directory(&world.campaign.id);
        let end = |even_unverified, yes| {
            let wallet = WalletArgs { wallet: Some(dir.path().to_owned()) };
            let campaign = world.campaign.id;
            run(&Forget { campaign, even_unverified, yes, wallet, json: false })
        };
        let create = || drop(store.create(&world.campaign, Record::new(0, 0, Seed::from([9; 32]))));
        create();
        std::fs::write(path.join("wallet.json"), "{").unwrap();
        assert_eq!(end(false, true).unwrap_err().exit, Exit::NotFinished);
        assert_eq!(end(true, true), Ok(Exit::Done));
        create();
        std::fs::rename(path.join("wallet.json"), path.join("forgotten")).unwrap();
        assert_eq!(end(false, false), Ok(Exit::Done));
        assert!(!path.exists());
    }
}
