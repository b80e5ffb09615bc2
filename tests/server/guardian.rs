//! What a guardian answers.

use headcount_protocol::campaign::CampaignId;
use headcount_protocol::guardians::{Commitments, EvaluationRequest, KeyShare};
use headcount_protocol::oprf::Batch;
use headcount_server::guardian::{EvaluateError, Guardian};
use headcount_server::keys::Held;
use headcount_server::store::guardian::GuardianStore;
use headcount_tests::campaign::SeededRng;

/// [TAG-19]
#[test]
fn a_guardian_serves_one_campaign_and_epoch() {
    let dir = tempfile::tempdir().unwrap();
    let store = || GuardianStore::open(&dir.path().join("guardian.sqlite")).unwrap();
    let share = KeyShare::generate(&mut SeededRng::new(1));
    let elements = Batch::from(share.public_key());
    let id = CampaignId::from([7; 32]);
    let guardian = || Guardian::new(id, Held::new(Some(share.clone()), Vec::new()), store());
    let request = |campaign_id, epoch| {
        EvaluationRequest { campaign_id, epoch, elements: elements.clone() }.encode()
    };

    let refusing = guardian();
    let other = CampaignId::from([8; 32]);
    let refused = refusing.evaluate(&request(other, 0)).unwrap_err();
    assert!(matches!(refused, EvaluateError::UnknownCampaign), "{refused}");
    let refused = refusing.evaluate(&request(id, 1)).unwrap_err();
    assert!(matches!(refused, EvaluateError::WrongEpoch), "{refused}");
    let refused = refusing.evaluate(&request(id, 0)[1..]).unwrap_err();
    assert!(matches!(refused, EvaluateError::Malformed(_)), "{refused}");
    drop(refusing);
    assert_eq!([0, 1].map(|epoch| store().counted(epoch).unwrap()), [0, 0]);

    let answer = guardian().evaluate(&request(id, 0)).unwrap();
    let commitments = Commitments::parse(1, 1, &[*share.public_key().as_bytes()]).unwrap();
    assert_eq!(commitments.verify(0, &elements, &answer), Ok(()));
    assert_eq!(store().counted(0).unwrap(), 1);
}
