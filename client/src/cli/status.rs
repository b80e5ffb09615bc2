//! `headcount status`

use headcount_protocol::campaign::{Campaign, CampaignId};
use headcount_protocol::pledge::NO_REGION;
use serde::Serialize;
use serde_json::json;

use super::output::Output;
use super::{Done, Status};
use crate::exit::{Exit, Failure};
use crate::journey::moment;
use crate::wallet::{Store, WalletError};

/// One campaign of the wallet.
#[derive(Serialize)]
struct Standing {
    campaign: CampaignId,
    title: String,
    link: String,
    class: String,
    region: Option<String>,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    redeem_at: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<u64>,
}

/// A campaign whose wallet cannot be used.
#[derive(Serialize)]
struct Damaged {
    campaign: CampaignId,
    path: String,
    reason: String,
}

impl Damaged {
    fn text(&self) -> String {
        format!(
            "DAMAGED: {}\n  campaign  {}\n  Put a copy back if you have one. To begin anew, move the \
             directory\n  {}\n  away and run join; a token that was issued to it is lost.",
            self.reason, self.campaign, self.path
        )
    }
}

pub(super) fn run(args: Status) -> Done {
    let output = Output { json: args.json };
    let store = args.wallet.store()?;
    let ids = match args.campaign {
        Some(id) if !store.campaigns()?.contains(&id) => {
            return Err(Failure::from(WalletError::Absent).of(id));
        }
        Some(id) => vec![id],
        None => store.campaigns()?,
    };
    let (standings, damaged) = survey(&store, ids);
    let report = json!({
        "wallet": store.root().to_string_lossy(),
        "campaigns": standings,
        "damaged": damaged,
    });
    output.result(&report, || {
        if standings.is_empty() && damaged.is_empty() {
            return format!("The wallet in {} is empty.", store.root().display());
        }
        let texts = standings.iter().map(Standing::text).chain(damaged.iter().map(Damaged::text));
        texts.collect::<Vec<_>>().join("\n\n")
    });
    Ok(if damaged.is_empty() { Exit::Done } else { Exit::File })
}

/// Every campaign of the wallet, those apart whose wallet is damaged.
fn survey(store: &Store, ids: Vec<CampaignId>) -> (Vec<Standing>, Vec<Damaged>) {
    let (mut standings, mut damaged) = (Vec::new(), Vec::new());
    for id in ids {
        match standing(store, &id) {
            Ok(standing) => standings.push(standing),
            Err(error) => damaged.push(Damaged {
                campaign: id,
                path: store.directory(&id).to_string_lossy().into_owned(),
                reason: match error {
                    WalletError::Absent => {
                        "the manifest.json beside the wallet is missing".to_owned()
                    }
                    error => error.to_string(),
                },
            }),
        }
    }
    (standings, damaged)
}

/// The English name of a region, if one is named.
pub(super) fn region_name(campaign: &Campaign, id: u16) -> Option<&str> {
    let region = campaign.region(id).filter(|_| id != NO_REGION);
    region.map(|region| region.names.get("en"))
}

fn standing(store: &Store, id: &CampaignId) -> Result<Standing, WalletError> {
    let (campaign, record) = (store.campaign(id)?, store.peek(id)?);
    let class = campaign.class(record.class).ok_or(WalletError::Malformed)?;
    Ok(Standing {
        campaign: *id,
        title: campaign.manifest.title.get("en").to_owned(),
        link: campaign.link(),
        class: class.name.clone(),
        region: region_name(&campaign, record.region).map(str::to_owned),
        state: record.state.name(),
        redeem_at: record.state.redeem_at(),
        batch: record.state.receipt().map(|receipt| receipt.batch),
    })
}

impl Standing {
    fn text(&self) -> String {
        let region = self.region.as_deref().unwrap_or("none named");
        let state = match (self.state, self.redeem_at, self.batch) {
            ("prepared", ..) => "prepared; nothing is asked for yet".to_owned(),
            ("code-sent", ..) => "a code was sent; run join with it".to_owned(),
            ("attested" | "requested", ..) => {
                "vouched for; run join to obtain the token".to_owned()
            }
            ("issued", ..) => "token issued; run join to wait for its publication".to_owned(),
            (_, Some(at), _) => format!("token issued; run join after {} to pledge", moment(at)),
            ("redeemed", _, Some(batch)) => {
                format!("pledged, promised in batch {batch}; run verify")
            }
            ("included", _, Some(batch)) => format!("pledged; stands in the log (batch {batch})"),
            ("included", ..) => "pledged; stands in the log".to_owned(),
            ("withdrawing", ..) => "pledged; withdrawal not finished, run withdraw".to_owned(),
            ("withdrawn", _, Some(batch)) => {
                format!("withdrawn, promised in batch {batch}; run verify")
            }
            ("withdrawal-included", ..) => "withdrawn; stands in the log".to_owned(),
            (state, ..) => state.to_owned(),
        };
        format!(
            "{}\n  campaign  {}\n  class     {}\n  region    {region}\n  state     {state}\n  link      {}",
            self.title, self.campaign, self.class, self.link
        )
    }
}

#[cfg(test)]
mod tests {
    use headcount_protocol::secrets::Seed;

    use super::*;
    use crate::wallet::Record;
    use crate::world::World;

    #[test]
    fn a_damaged_wallet_hides_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path().to_owned());
        let whole = World::new("http://127.0.0.1:1", 0).campaign;
        let other = World::new("http://127.0.0.1:2", 0).campaign;
        for campaign in [&whole, &other] {
            drop(store.create(campaign, Record::new(0, 7, Seed::from([9; 32]))).unwrap());
        }
        std::fs::write(store.directory(&other.id).join("wallet.json"), "{").unwrap();
        let (standings, damaged) = survey(&store, store.campaigns().unwrap());
        assert_eq!(standings.len(), 1);
        assert_eq!(standings[0].campaign, whole.id);
        assert_eq!(standings[0].region.as_deref(), Some("Seven"));
        assert_eq!(damaged.len(), 1);
        assert!(damaged[0].text().contains(&*store.directory(&other.id).to_string_lossy()));
    }
}
