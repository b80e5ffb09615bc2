//! A witness over HTTP, as C2SP tlog-witness has it ([spec: witness §3]).

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use headcount_protocol::log::witness::{AddCheckpoint, Refusal};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use super::{AddError, Witness};
use crate::chance::Clock;

/// Connections there can be at once.
const CONNECTIONS: usize = 256;

/// Time in which a request must have come, and in which requests under way must end.
const PATIENCE: Duration = Duration::from_secs(20);

/// Time after which a connection takes no further request.
const LIFETIME: Duration = Duration::from_secs(120);

/// Longest head of a request, in bytes.
const MAX_HEAD: usize = 16_384;

/// Media type of the size in a 409.
const SIZE: &str = "text/x.tlog.size";

const TEXT: &str = "text/plain; charset=utf-8";

/// What a witness answers; every other path is 404.
pub fn router(witness: Arc<Witness>) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/{hash}/checkpoint", get(latest))
        .with_state(witness)
}

/// Serves a witness until SIGINT or SIGTERM; requests under way are answered.
///
/// # Errors
/// The system's, if signals cannot be received.
pub async fn serve(witness: Arc<Witness>, listener: TcpListener) -> io::Result<()> {
    let service = TowerToHyperService::new(router(witness));
    let (places, stop) = (Arc::new(Semaphore::new(CONNECTIONS)), watch::Sender::new(false));
    let mut connections = JoinSet::new();
    let mut asked_to_end = std::pin::pin!(asked_to_end()?);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = asked_to_end.as_mut() => break,
        };
        match accepted {
            Ok((stream, place)) => {
                let (service, stopped) = (service.clone(), stop.subscribe());
                connections.spawn(async move {
                    converse(stream, service, stopped).await;
                    drop(place);
                });
            }
            // Too many open files: some will be closed soon.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
        while connections.try_join_next().is_some() {}
    }
    stop.send_replace(true);
    let ended = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(PATIENCE, ended).await;
    Ok(())
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, place))
}

/// One connection, over which requests come one after the other.
async fn converse(
    stream: TcpStream,
    service: TowerToHyperService<Router>,
    mut stopped: watch::Receiver<bool>,
) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.wait_for(|stop| *stop) => {}
        () = tokio::time::sleep(LIFETIME) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = tokio::time::timeout(PATIENCE, connection).await;
}

#[cfg(unix)]
fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

async fn add_checkpoint(State(witness): State<Arc<Witness>>, body: Body) -> Response {
    let body = to_bytes(body, AddCheckpoint::MAX_LEN);
    let Ok(Ok(body)) = tokio::time::timeout(PATIENCE, body).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    // On a thread of its own, and to its end also if nobody waits for the answer any more.
    let added = tokio::task::spawn_blocking(move || witness.add(&body, Clock.now())).await;
    match added {
        Ok(Ok(line)) => ([(header::CONTENT_TYPE, TEXT)], format!("{line}\n")).into_response(),
        Ok(Err(error)) => refusal(&error),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The statuses of [WIT-7, WIT-8].
fn refusal(error: &AddError) -> Response {
    let status = match error {
        AddError::Refused(Refusal::Conflict(size)) => {
            let kind = [(header::CONTENT_TYPE, SIZE)];
            return (StatusCode::CONFLICT, kind, format!("{size}\n")).into_response();
        }
        AddError::Request(_) | AddError::Refused(Refusal::Shrunk) => StatusCode::BAD_REQUEST,
        AddError::Refused(Refusal::UnknownLog) => StatusCode::NOT_FOUND,
        AddError::Refused(Refusal::Signature(_)) => StatusCode::FORBIDDEN,
        AddError::Refused(Refusal::EmptyRoot | Refusal::Inconsistent(_)) => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        AddError::State(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    // Nothing of the witness's files is told to others.
    let text = match error {
        AddError::State(_) => String::new(),
        error => format!("{error}\n"),
    };
    (status, [(header::CONTENT_TYPE, TEXT)], text).into_response()
}

async fn latest(State(witness): State<Arc<Witness>>, Path(hash): Path<String>) -> Response {
    let note = tokio::task::spawn_blocking(move || witness.latest(&hash)).await;
    match note {
        Ok(Some(note)) => ([(header::CONTENT_TYPE, TEXT)], note).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
