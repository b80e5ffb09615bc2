//! A sealed pledge as a QR code (ISO/IEC 18004), byte mode, lowest error correction: a class of
//! one issuer gives about 700 bytes, of which a camera still reads the code off a screen.

use qrcode::render::{svg, unicode};
use qrcode::{EcLevel, QrCode};

/// The text does not fit into one code, which holds 2,953 bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the pledge has too many tokens for one QR code; use the file")]
pub struct TooLarge;

/// The code of a text.
#[derive(Clone)]
pub struct Code(QrCode);

impl Code {
    /// Encodes a text.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn new(text: &str) -> Result<Self, TooLarge> {
        QrCode::with_error_correction_level(text, EcLevel::L).map(Self).map_err(|_| TooLarge)
    }

    /// As half blocks, two modules a character, for a terminal with light text on dark ground:
    /// light modules are the ones drawn.
    #[must_use]
    pub fn text(&self) -> String {
        self.0
            .render::<unicode::Dense1x2>()
            .dark_color(unicode::Dense1x2::Light)
            .light_color(unicode::Dense1x2::Dark)
            .build()
    }

    /// As an SVG.
    #[must_use]
    pub fn svg(&self) -> String {
        self.0.render::<svg::Color<'_>>().module_dimensions(4, 4).build()
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(redacted)")
    }
}
