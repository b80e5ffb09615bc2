use headcount_protocol::secrets::Seed;

use super::qr::{Code, TooLarge};
use super::*;
use crate::world::World;

fn world_and_sealed() -> (World, Sealed) {
    let world = World::new("http://127.0.0.1:1", 0);
    let (_, pledge) = world.pledge(&Seed::from([9; 32]), 1);
    let sealed = Sealed::new(&world.campaign, pledge);
    (world, sealed)
}

/// [PLG-24]
#[test]
fn a_sealed_pledge_is_one_line_and_read_again() {
    let (world, sealed) = world_and_sealed();
    let text = sealed.to_string();
    let begins = format!("headcount-pledge:1:{}#", world.campaign.link());
    assert!(text.starts_with(&begins), "{text}");
    assert_eq!(text.len(), begins.len() + 522);
    assert_eq!(text.parse(), Ok(sealed.clone()));
    assert_eq!(format!("\u{feff}{text}").parse::<Sealed>(), Err(SealedError::Form));
    assert_eq!(format!("\r\n {text}\r\n").parse(), Ok(sealed.clone()));

    // The longest there is fits just so.
    let base = format!("https://{}/{}", "a".repeat(60), "b".repeat(443));
    assert_eq!(base.len(), 512);
    let link: Link = format!("{base}/c/{}", world.campaign.id).parse().unwrap();
    let tokens = vec![sealed.pledge.tokens[0].clone(); Pledge::MAX_TOKENS];
    let longest = Sealed { link, pledge: Pledge { tokens, ..sealed.pledge } };
    assert_eq!(longest.to_string().len(), Sealed::MAX_LEN);
    assert_eq!(longest.to_string().parse(), Ok(longest));
}

/// [PLG-24]
#[test]
fn other_text_is_no_sealed_pledge() {
    let (_, sealed) = world_and_sealed();
    let text = sealed.to_string();
    let (head, pledge) = text.split_once('#').unwrap();
    let refused = |text: &str| text.parse::<Sealed>().unwrap_err();
    let spaced = format!("{head}#{} {}", &pledge[..9], &pledge[9..]);
    for bad in ["", "hello", head, &text[1..], &text.replacen(":1:", ":2:", 1), &spaced] {
        assert_eq!(refused(bad), SealedError::Form, "{bad}");
    }
    assert_eq!(refused(&format!("{text}{}", "A".repeat(Sealed::MAX_LEN))), SealedError::TooLong);
    assert!(matches!(refused(&text.replacen("/c/", "/d/", 1)), SealedError::Link(_)));
    assert!(matches!(refused(&text.replacen("http://", "ftp://", 1)), SealedError::Link(_)));
    for bad in [format!("{text}="), format!("{text}*"), text.replace(pledge, "A")] {
        assert_eq!(refused(&bad), SealedError::Base64, "{bad}");
    }
    // The last letter carries two bits that belong to no byte.
    let last = text.chars().last().unwrap();
    let other = char::from(u8::try_from(last).unwrap() + 1);
    assert_eq!(refused(&format!("{}{other}", &text[..text.len() - 1])), SealedError::Base64);
    for bad in [format!("{head}#"), text[..text.len() - 4].to_owned(), format!("{text}AAAA")] {
        assert!(matches!(refused(&bad), SealedError::Pledge(_) | SealedError::Base64), "{bad}");
    }
    // No error shows what was read.
    assert!(!refused(&text[..text.len() - 4]).to_string().contains(&pledge[..9]));
}

#[test]
fn a_code_is_drawn_in_text_and_as_svg() {
    let (world, sealed) = world_and_sealed();
    let code = Code::new(&sealed.to_string()).unwrap();
    let text = code.text();
    let widths: Vec<_> = text.lines().map(|line| line.chars().count()).collect();
    // Square: two modules a character in height, and four light ones around.
    assert!(widths.iter().all(|width| *width == widths[0]));
    assert_eq!(widths.len(), widths[0].div_ceil(2));
    assert!(text.lines().next().unwrap().chars().all(|c| c == '\u{2588}'), "{text}");
    assert!(code.svg().contains("<svg") && !format!("{code:?}").contains('1'));

    let tokens = vec![sealed.pledge.tokens[0].clone(); 6];
    let large = Sealed::new(&world.campaign, Pledge { tokens, ..sealed.pledge });
    assert_eq!(Code::new(&large.to_string()).unwrap_err(), TooLarge);
}
