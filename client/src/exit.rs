//! Exit codes, and the only map from errors to them.
//!
//! A manifest that is not the one of the id ends `audit` with 5, as it speaks against what is
//! audited, be it a server or a directory, and `join` with 3, which goes no further.

use headcount_protocol::campaign::CampaignId;

use crate::archive::ArchiveError;
use crate::audit::{AuditError, EarlierError, TargetError};
use crate::certificate::MakeError;
use crate::complaint::ConfirmError;
use crate::crowd::CrowdError;
use crate::delivery::DeliveryError;
use crate::journey::{ChoiceError, JourneyError};
use crate::link::{FetchError, LinkError};
use crate::log::{InclusionError, LogError, ReadError};
use crate::problem::Word;
use crate::transport::TransportError;
use crate::wallet::WalletError;
use crate::watch::WatchError;
use crate::witness::WitnessError;

/// The exit codes, as `--help` shows them.
pub const TABLE: &str = "\
Exit codes:
  0  done
  2  usage: an option is missing or wrong
  3  the server or the campaign's rules refused
  4  not reachable or overloaded: try again
  5  a log or certificate was refused: it breaks a rule or a promise
  6  a wallet or file cannot be used
  7  not finished yet: run the command again later";

/// How the program ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// An option is missing or wrong.
    Usage = 2,
    /// The server or the rules refused.
    Refused = 3,
    /// Not reachable or overloaded.
    TryAgain = 4,
    /// A log breaks a rule or a promise.
    LogRefused = 5,
    /// A wallet or file cannot be used.
    File = 6,
    /// Something has to be waited for.
    NotFinished = 7,
}

impl Exit {
    /// The number the shell sees.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

/// Why a command failed, in words for people, and how the program ends.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{reason}")]
pub struct Failure {
    /// How the program ends.
    pub exit: Exit,
    /// The server's problem word, if it sent one.
    pub word: Option<Word>,
    /// The campaign, if it is known.
    pub campaign: Option<CampaignId>,
    /// The reason.
    pub reason: String,
}

impl Failure {
    /// A failure for this reason.
    #[must_use]
    pub fn new(exit: Exit, reason: impl ToString) -> Self {
        Self { exit, word: None, campaign: None, reason: reason.to_string() }
    }

    /// The same failure, of this campaign.
    #[must_use]
    pub fn of(self, campaign: CampaignId) -> Self {
        Self { campaign: Some(campaign), ..self }
    }
}

const fn of_transport(error: TransportError) -> Exit {
    match error {
        error if error.is_temporary() => Exit::TryAgain,
        TransportError::Proxy => Exit::Usage,
        _ => Exit::Refused,
    }
}

const fn of_read(error: ReadError) -> Exit {
    match error {
        ReadError::Transport(error) => of_transport(error),
        ReadError::File(_) => Exit::File,
        ReadError::Missing | ReadError::Malformed => Exit::LogRefused,
    }
}

const fn of_log(error: &LogError) -> Exit {
    match error {
        LogError::Read(error) => of_read(*error),
        LogError::Checkpoint(_) | LogError::Unwitnessed | LogError::Shrank | LogError::Root => {
            Exit::LogRefused
        }
    }
}

const fn of_fetch(error: &FetchError) -> Exit {
    match error {
        FetchError::Transport(error) => of_transport(*error),
        FetchError::AnotherCampaign | FetchError::Manifest(_) => Exit::Refused,
    }
}

impl From<TransportError> for Failure {
    fn from(error: TransportError) -> Self {
        let word = match error {
            TransportError::Refused(word) => Some(word),
            _ => None,
        };
        Self { word, ..Self::new(of_transport(error), error) }
    }
}

impl From<LinkError> for Failure {
    fn from(error: LinkError) -> Self {
        Self::new(Exit::Usage, error)
    }
}

impl From<ChoiceError> for Failure {
    fn from(error: ChoiceError) -> Self {
        Self::new(Exit::Usage, error)
    }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self::new(of_fetch(&error), error)
    }
}

impl From<WalletError> for Failure {
    fn from(error: WalletError) -> Self {
        Self::new(Exit::File, error)
    }
}

impl From<EarlierError> for Failure {
    fn from(error: EarlierError) -> Self {
        Self::new(Exit::File, error)
    }
}

impl From<JourneyError> for Failure {
    fn from(error: JourneyError) -> Self {
        let exit = match &error {
            JourneyError::Transport(error) => of_transport(*error),
            JourneyError::Wallet(_) => Exit::File,
            JourneyError::Log(error) => of_log(error),
            JourneyError::Choice(_)
            | JourneyError::AddressMissing
            | JourneyError::InvitationMissing => Exit::Usage,
            JourneyError::NotOpen(_) | JourneyError::NotIncluded | JourneyError::Paused(_) => {
                Exit::NotFinished
            }
            JourneyError::Over(_)
            | JourneyError::Login
            | JourneyError::InvitationUnknown
            | JourneyError::Used(_)
            | JourneyError::Blind(_)
            | JourneyError::Attestation(_)
            | JourneyError::Token
            | JourneyError::Receipt => Exit::Refused,
        };
        Self { word: error.word(), ..Self::new(exit, error) }
    }
}

impl From<DeliveryError> for Failure {
    fn from(error: DeliveryError) -> Self {
        JourneyError::from(error).into()
    }
}

impl From<InclusionError> for Failure {
    fn from(error: InclusionError) -> Self {
        let exit = match &error {
            InclusionError::Log(error) => of_log(error),
            InclusionError::NoCheckpoint => Exit::TryAgain,
            InclusionError::Unsealed => Exit::LogRefused,
        };
        Self::new(exit, error)
    }
}

impl From<TargetError> for Failure {
    fn from(error: TargetError) -> Self {
        let exit = match &error {
            TargetError::Link(_) | TargetError::TwoCampaigns => Exit::Usage,
            // A manifest that is none speaks against what is audited, like a log that is none.
            TargetError::Manifest(FetchError::Transport(error)) => of_transport(*error),
            TargetError::Manifest(_) => Exit::LogRefused,
            TargetError::NoMirror(_) | TargetError::File { .. } => Exit::File,
        };
        Self::new(exit, error)
    }
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        let exit = match &error {
            AuditError::Refused(_) => Exit::LogRefused,
            AuditError::Read { error, .. } => of_read(*error),
            AuditError::NoCheckpoint(_) => Exit::TryAgain,
            AuditError::Lacks { .. } | AuditError::Earlier(_) | AuditError::Mirror(_) => Exit::File,
        };
        Self::new(exit, error)
    }
}

impl From<ConfirmError> for Failure {
    fn from(error: ConfirmError) -> Self {
        let exit = match &error {
            ConfirmError::File(_) => Exit::File,
            ConfirmError::Log(error) => of_log(error),
            ConfirmError::Complaint(_) | ConfirmError::Promise(_) | ConfirmError::Issuance(_) => {
                Exit::Refused
            }
        };
        Self::new(exit, error)
    }
}

impl From<MakeError> for Failure {
    fn from(error: MakeError) -> Self {
        let exit = match &error {
            MakeError::Log(error) => of_log(error),
            MakeError::Lacks(_) => Exit::File,
            MakeError::NoCheckpoint => Exit::TryAgain,
            MakeError::NoPledges => Exit::NotFinished,
            MakeError::Refused(_) => Exit::LogRefused,
        };
        Self::new(exit, error)
    }
}

impl From<WitnessError> for Failure {
    fn from(error: WitnessError) -> Self {
        Self::new(Exit::File, error)
    }
}

impl From<ArchiveError> for Failure {
    fn from(error: ArchiveError) -> Self {
        let exit = match &error {
            ArchiveError::Checkpoint { .. } => Exit::LogRefused,
            _ => Exit::File,
        };
        Self::new(exit, error)
    }
}

impl From<WatchError> for Failure {
    fn from(error: WatchError) -> Self {
        let exit = match &error {
            WatchError::Log(error) => of_log(error),
            WatchError::NoCheckpoint => Exit::TryAgain,
            WatchError::Entry { .. } => Exit::LogRefused,
            WatchError::State | WatchError::File(_) => Exit::File,
        };
        Self::new(exit, error)
    }
}

impl From<CrowdError> for Failure {
    fn from(error: CrowdError) -> Self {
        let exit = match &error {
            CrowdError::File { .. } => Exit::File,
            CrowdError::Class(_) => Exit::Usage,
            CrowdError::Failed { .. } => Exit::Refused,
        };
        Self::new(exit, error)
    }
}
