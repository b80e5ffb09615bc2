//! The counter over HTTP ([spec: http §5]).

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use axum::{Json, Router};
use data_encoding::BASE64URL;
use headcount_protocol::campaign::Campaign;
use headcount_protocol::pledge::{Pledge, PledgeError};
use headcount_protocol::receipt::Receipt;
use headcount_protocol::statement::{Amendment, Announcement};
use headcount_protocol::token::Token;
use headcount_protocol::withdrawal::Withdrawal;
use serde_json::{Value, json};

use super::index::ClassTally;
use super::{Counter, RedeemError};
use crate::limits::{AMENDMENT, ANNOUNCEMENT, OctetBody, blocking, media_type};
use crate::pages;
use crate::problem::Problem;

/// The counter's router.
pub fn router(counter: Arc<Counter>) -> Router {
    Router::new()
        .route("/", get(to_page))
        .route("/c/{id}", get(page))
        .route("/manifest.json", get(manifest))
        .route("/count.json", get(count))
        .route("/batches.json", get(batches))
        .route("/feed.atom", get(feed))
        .route("/pledge", post(redeem))
        .route("/withdrawal", post(withdraw))
        .route(ANNOUNCEMENT, post(announce))
        .route(AMENDMENT, post(amend))
        .with_state(counter)
}

async fn to_page(State(counter): State<Arc<Counter>>) -> Redirect {
    let url = &counter.campaign().manifest.counter.url;
    Redirect::to(&format!("{}/c/{}", url.path(), counter.campaign().id))
}

async fn page(
    State(counter): State<Arc<Counter>>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let asked = id.ok().and_then(|Path(id)| id.parse().ok());
    if asked != Some(counter.campaign().id) {
        return Err(Problem::unknown_campaign());
    }
    let index = counter.index();
    let language = accepted_language(&counter, &headers);
    let (tally, announcements) = (index.tally(), index.announcements());
    Ok(pages::html(pages::campaign(counter.campaign(), &tally, &announcements, &language)))
}

/// In one language, which caches are to know ([HTTP-24]: the index follows the published log).
async fn feed(State(counter): State<Arc<Counter>>, headers: HeaderMap) -> impl IntoResponse {
    let language = accepted_language(&counter, &headers);
    let announcements = counter.index().announcements();
    let headers = [
        (header::CONTENT_TYPE, pages::feed::MEDIA_TYPE),
        (header::CACHE_CONTROL, "max-age=300"),
        (header::VARY, "accept-language"),
    ];
    (headers, pages::feed::feed(counter.campaign(), &announcements, &language))
}

fn accepted_language(counter: &Counter, headers: &HeaderMap) -> String {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    pages::language(counter.campaign(), accepted.unwrap_or_default())
}

/// The file as it was hashed ([HTTP-23]).
async fn manifest(State(counter): State<Arc<Counter>>) -> impl IntoResponse {
    let headers =
        [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "max-age=300")];
    (headers, counter.campaign().bytes().to_vec())
}

/// Of sealed pledges: the index follows the published log ([HTTP-24]).
async fn count(State(counter): State<Arc<Counter>>) -> impl IntoResponse {
    let campaign = counter.campaign();
    let tally = counter.index().tally();
    let classes: Vec<Value> = campaign
        .manifest
        .classes
        .iter()
        .zip(&tally.classes)
        .map(|(class, tally)| {
            let ClassTally { pledges, withdrawn } = tally;
            json!({
                "class": class.name,
                "pledges": pledges,
                "withdrawn": withdrawn,
                "current": tally.current(),
            })
        })
        .collect();
    let threshold = &campaign.manifest.threshold;
    brief(json!({
        "campaign": campaign.id,
        "size": tally.size,
        "batches": tally.batches,
        "classes": classes,
        "regions": tally.regions,
        "threshold": threshold.count,
        "of": threshold.of,
        "current": threshold.of.of(&tally.current()),
        "announcements": tally.announcements,
        "amendments": tally.amendments,
        "revoked": tally.revoked,
        "closed": tally.closed,
        "witnessing": if campaign.has_witnesses() { "witnessed" } else { "unwitnessed" },
    }))
}

async fn batches(State(counter): State<Arc<Counter>>) -> impl IntoResponse {
    brief(json!(counter.index().batch_ends()))
}

fn brief(body: Value) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "max-age=5")], Json(body))
}

async fn redeem(
    State(counter): State<Arc<Counter>>,
    headers: HeaderMap,
    OctetBody(body): OctetBody,
) -> Result<Json<Receipt>, Problem> {
    media_type(&headers, "application/octet-stream")?;
    let challenge = challenges(counter.campaign());
    let authorization = headers
        .get(header::AUTHORIZATION)
        .ok_or_else(|| Problem::token_missing(challenge.clone()))?;
    let token = authorization.to_str().ok().and_then(parse_authorization);
    let token = token.ok_or_else(|| Problem::token_malformed(&challenge))?;
    let pledge = Pledge::from_redemption(token, &body)
        .map_err(|error: PledgeError| Problem::pledge(error, &challenge))?;
    let work = move || Ok::<_, Problem>(counter.redeem(pledge));
    let redeemed: Result<Receipt, RedeemError> = blocking(work).await?;
    redeemed.map(Json).map_err(|error| Problem::redemption(error, &challenge))
}

async fn withdraw(
    State(counter): State<Arc<Counter>>,
    headers: HeaderMap,
    OctetBody(body): OctetBody,
) -> Result<Json<Receipt>, Problem> {
    media_type(&headers, "application/octet-stream")?;
    let withdrawal = Withdrawal::decode(&body).map_err(|_| Problem::malformed_body())?;
    blocking(move || counter.withdraw(withdrawal)).await.map(Json)
}

async fn announce(
    State(counter): State<Arc<Counter>>,
    headers: HeaderMap,
    OctetBody(body): OctetBody,
) -> Result<Json<Receipt>, Problem> {
    media_type(&headers, "application/octet-stream")?;
    let announcement = Announcement::decode(&body).map_err(|_| Problem::malformed_body())?;
    blocking(move || counter.announce(announcement)).await.map(Json)
}

async fn amend(
    State(counter): State<Arc<Counter>>,
    headers: HeaderMap,
    OctetBody(body): OctetBody,
) -> Result<Json<Receipt>, Problem> {
    media_type(&headers, "application/octet-stream")?;
    // [STA-6] Another kind of change is no amendment.
    let amendment = Amendment::decode(&body).map_err(|_| Problem::malformed_body())?;
    blocking(move || counter.amend(amendment)).await.map(Json)
}

/// `PrivateToken token="…"`, with or without other parameters (RFC 9577 §2.2).
fn parse_authorization(value: &str) -> Option<Token> {
    let (scheme, parameters) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("PrivateToken") {
        return None;
    }
    let mut tokens = parameters.split(',').filter_map(|parameter| {
        let (name, value) = parameter.trim().split_once('=')?;
        name.eq_ignore_ascii_case("token").then(|| value.trim_matches('"'))
    });
    let (token, None) = (tokens.next()?, tokens.next()) else { return None };
    Token::from_text(token).ok()
}

/// One challenge for the first issuer of each class (RFC 9577 §2.1).
fn challenges(campaign: &Campaign) -> String {
    let first = campaign.manifest.classes.iter().filter_map(|class| class.issuers.first());
    let challenges = first.map(|&issuer| {
        let challenge = BASE64URL.encode(&campaign.challenge(issuer).encode());
        let key = BASE64URL.encode(campaign.issuer(issuer).token_key.spki());
        format!(r#"PrivateToken challenge="{challenge}", token-key="{key}""#)
    });
    challenges.collect::<Vec<_>>().join(", ")
}
