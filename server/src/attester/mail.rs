//! Mail that carries a code: queued in memory, sent by one task, never on disk here.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use headcount_protocol::campaign::values::BaseUrl;
use headcount_protocol::code::Code;
use headcount_protocol::identifier::Identifier;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Body, Mailbox};
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use url::Url;

/// Messages that can wait, in memory.
const QUEUE: usize = 4_096;

/// Times a message is offered to the mail server, and seconds between them.
const ATTEMPTS: u32 = 4;
const PAUSE: Duration = Duration::from_secs(5);

/// Why mail cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// This attester has no way to send mail.
    #[error("this attester is not set up to send mail: it needs smtp or outbox")]
    NotConfigured,
    /// Too many messages wait.
    #[error("too many messages are waiting; try again in a minute")]
    Full,
    /// The configured sender is no address.
    #[error("the sender in the configuration is no mailbox")]
    Sender,
    /// The configured server is no SMTP URL.
    #[error("the mail server in the configuration is no smtp:// or smtps:// URL: {0}")]
    Server(lettre::transport::smtp::Error),
    /// Addresses and codes would cross a network in clear.
    #[error("the mail server must be smtps://HOST or smtp://HOST?tls=required, unless it is local")]
    Cleartext,
    /// An outbox is for trials: it keeps every address on this disk.
    #[error(
        "an outbox keeps every address on the disk: it serves loopback campaigns only; \
         name a mail server"
    )]
    Outbox,
    /// A file with the server's password cannot be read.
    #[error("the mail server's password file cannot be read: {0}")]
    Password(std::io::Error),
}

/// How mail is sent: the `[attester.mail]` table of the configuration.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// The sender, `Name <address>`.
    pub from: String,
    /// An SMTP server: `smtp://host:port?tls=required`, `smtps://host`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smtp: Option<String>,
    /// User name at the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// File with the password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// Instead of a server: a directory that receives each message as a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox: Option<PathBuf>,
}

impl MailConfig {
    /// Checks what can be checked without sending, for an attester at this URL.
    ///
    /// # Errors
    /// [`MailError`] for each rule that is broken.
    pub fn check(&self, attester: &BaseUrl) -> Result<(), MailError> {
        self.from.parse::<Mailbox>().map_err(|_| MailError::Sender)?;
        if self.outbox.is_none() {
            smtp(self)?;
        }
        if let Some(smtp) = &self.smtp {
            let url = Url::parse(smtp).map_err(|_| MailError::Cleartext)?;
            let here = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
            let mut tls = url.query_pairs().filter(|(name, _)| name == "tls");
            let required =
                tls.next().is_some_and(|(_, value)| value == "required") && tls.next().is_none();
            if !here && !required && url.scheme() != "smtps" {
                return Err(MailError::Cleartext);
            }
        }
        if self.outbox.is_some() && !attester.is_loopback() {
            return Err(MailError::Outbox);
        }
        Ok(())
    }
}

/// A message with a code.
pub struct Message {
    /// Where it goes.
    pub to: Identifier,
    /// The code.
    pub code: Code,
    /// Language of the text.
    pub language: String,
}

/// The queue of messages that have not been sent yet.
#[derive(Clone)]
pub struct Outgoing(Sender<Message>);

impl Outgoing {
    /// Starts the task that sends. It ends, after sending what waits, when every clone of the
    /// queue is dropped.
    ///
    /// # Errors
    /// [`MailError`] if the configuration is refused.
    pub fn start(config: &MailConfig) -> Result<(Self, tokio::task::JoinHandle<()>), MailError> {
        let from: Mailbox = config.from.parse().map_err(|_| MailError::Sender)?;
        let transport = Transport::new(config)?;
        let (queue, messages) = channel(QUEUE);
        Ok((Self(queue), tokio::spawn(send_all(from, transport, messages))))
    }

    /// Queues a message.
    ///
    /// # Errors
    /// [`MailError::Full`].
    pub fn queue(&self, message: Message) -> Result<(), MailError> {
        self.0.try_send(message).map_err(|_| MailError::Full)
    }
}

/// The configured mail server; nothing is opened yet.
fn smtp(config: &MailConfig) -> Result<AsyncSmtpTransportBuilder, MailError> {
    let url = config.smtp.as_deref().ok_or(MailError::NotConfigured)?;
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
        .map_err(MailError::Server)?
        .timeout(Some(Duration::from_secs(20)));
    if let (Some(user), Some(file)) = (&config.user, &config.password_file) {
        let password = std::fs::read_to_string(file).map_err(MailError::Password)?;
        let password = password.trim_end().to_owned();
        builder = builder.credentials(Credentials::new(user.clone(), password));
    }
    Ok(builder)
}

enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Outbox(AsyncFileTransport<Tokio1Executor>),
}

impl Transport {
    fn new(config: &MailConfig) -> Result<Self, MailError> {
        if let Some(outbox) = &config.outbox {
            return Ok(Self::Outbox(AsyncFileTransport::new(outbox)));
        }
        Ok(Self::Smtp(smtp(config)?.build()))
    }

    /// Sends; an error carries nothing of the message.
    async fn send(&self, message: lettre::Message) -> Result<(), Option<u16>> {
        match self {
            Self::Smtp(smtp) => match smtp.send(message).await {
                Ok(_) => Ok(()),
                Err(error) => Err(error.status().map(u16::from)),
            },
            Self::Outbox(outbox) => outbox.send(message).await.map(drop).map_err(|_| None),
        }
    }
}

async fn send_all(from: Mailbox, transport: Transport, mut messages: Receiver<Message>) {
    let transport = Arc::new(transport);
    // A few at a time, so that one slow delivery does not hold up the rest.
    let slots = Arc::new(tokio::sync::Semaphore::new(8));
    while let Some(message) = messages.recv().await {
        let Ok(slot) = slots.clone().acquire_owned().await else { return };
        let (from, transport) = (from.clone(), transport.clone());
        tokio::spawn(async move {
            deliver(from, &transport, &message).await;
            drop(slot);
        });
    }
    // Every slot is free when the last delivery has ended.
    let _ = slots.acquire_many(8).await;
}

async fn deliver(from: Mailbox, transport: &Transport, message: &Message) {
    let Some(mail) = compose(from, message) else {
        tracing::warn!("a message could not be composed; its recipient gets none");
        return;
    };
    for attempt in 1..=ATTEMPTS {
        match transport.send(mail.clone()).await {
            Ok(()) => return,
            // 5xx: the server will not take it later either.
            Err(Some(status)) if status >= 500 => {
                tracing::warn!("the mail server refused a message with status {status}");
                return;
            }
            Err(_) if attempt < ATTEMPTS => tokio::time::sleep(PAUSE).await,
            Err(_) => tracing::warn!("a message could not be delivered to the mail server"),
        }
    }
}

/// A neutral message: nothing in it says what the campaign is about [ATT-6].
fn compose(from: Mailbox, message: &Message) -> Option<lettre::Message> {
    let code = message.code.to_text();
    let (subject, body) = match message.language.as_str() {
        "ru" => {
            let text = format!(
                "Ваш код:\n\n    {}\n\nОн действует 15 минут. Если вы его не запрашивали, \
                 просто удалите это письмо.\n",
                *code
            );
            // Every mail server carries it.
            ("Ваш код", Body::new_with_encoding(text, ContentTransferEncoding::Base64).ok()?)
        }
        _ => {
            let text = format!(
                "Your code:\n\n    {}\n\nIt is valid for 15 minutes. If you did not ask for it, \
                 simply delete this message.\n",
                *code
            );
            ("Your code", Body::new(text))
        }
    };
    lettre::Message::builder()
        .from(from)
        .to(message.to.expose().parse().ok()?)
        .subject(subject)
        .header(ContentType::TEXT_PLAIN)
        .body(body)
        .ok()
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;
    use headcount_protocol::identifier::email::{Address, Version};

    use super::*;
    use crate::random;

    fn composed(language: &str) -> (String, String) {
        let to = Address::parse(Version::V1, "Ada@example.org").unwrap().mailbox;
        let code = Code::generate(&mut random::system());
        let shown = code.to_text().to_string();
        let from = "Headcount <no-reply@example.org>".parse().unwrap();
        let mail = compose(from, &Message { to, code, language: language.to_owned() }).unwrap();
        (shown, String::from_utf8(mail.formatted()).unwrap())
    }

    #[test]
    fn addresses_cross_no_network_in_clear_and_stay_in_no_outbox() {
        let [here, there] = ["http://127.0.0.1:8080/attester", "https://host.example/attester"];
        let check = |smtp: Option<&str>, outbox: bool, url: &str| {
            let config = MailConfig {
                from: "Code <code@host.example>".to_owned(),
                smtp: smtp.map(str::to_owned),
                outbox: outbox.then(|| "outbox".into()),
                ..MailConfig::default()
            };
            config.check(&BaseUrl::parse(url).unwrap())
        };
        let mail = "smtp://mail.example";
        for good in
            ["smtps://mail.example", "smtp://mail.example?tls=required", "smtp://127.0.0.1:25"]
        {
            assert!(check(Some(good), false, there).is_ok(), "{good}");
        }
        let twice = format!("{mail}?tls=opportunistic&tls=required");
        for clear in [mail, "smtp://mail.example?tls=opportunistic", &twice] {
            assert!(
                matches!(check(Some(clear), false, there), Err(MailError::Cleartext)),
                "{clear}"
            );
        }
        assert!(matches!(check(Some("mail.example"), false, there), Err(MailError::Server(_))));
        assert!(matches!(check(None, false, there), Err(MailError::NotConfigured)));
        assert!(matches!(check(None, true, there), Err(MailError::Outbox)));
        assert!(check(None, true, here).is_ok());
    }

    /// [ATT-6]
    #[test]
    fn a_message_carries_the_code_in_the_supporters_language() {
        let (code, mail) = composed("en");
        assert!(mail.contains("To: Ada@example.org\r\n"), "{mail}");
        assert!(mail.contains("Subject: Your code\r\n") && mail.contains(&code), "{mail}");
        let (code, mail) = composed("ru");
        let (_, body) = mail.split_once("\r\n\r\n").unwrap();
        let body: String = body.split_whitespace().collect();
        let body = String::from_utf8(BASE64.decode(body.as_bytes()).unwrap()).unwrap();
        assert!(body.contains("Ваш код") && body.contains(&code), "{body}");
        // An unknown language is no reason to send nothing.
        assert!(composed("xx").1.contains("Your code"));
    }
}
