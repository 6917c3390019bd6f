//! Brotli, both ways.

use brotli::enc::StandardAlloc;
use brotli::enc::encode::{
    BrotliEncoderOperation as Operation, BrotliEncoderParameter as Parameter,
    BrotliEncoderStateStruct,
};
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};

use super::{Broken, Flush, Step};

/// Compresses.
pub struct Writer {
    codec: BrotliEncoderStateStruct<StandardAlloc>,
    window: u32,
}

impl Writer {
    /// `quality` from 0 to 11; `window` as a power of two, from 10 to 24.
    pub fn new(quality: u32, window: u32) -> Self {
        let mut codec = BrotliEncoderStateStruct::new(StandardAlloc::default());
        let window = window.clamp(10, 24);
        codec.set_parameter(Parameter::BROTLI_PARAM_QUALITY, quality.min(11));
        codec.set_parameter(Parameter::BROTLI_PARAM_LGWIN, window);
        Self { codec, window }
    }

    /// Bytes it may hold, roughly.
    pub fn weight(&self) -> usize {
        1 << self.window
    }

    pub fn step(&mut self, input: &[u8], flush: Flush, output: &mut [u8]) -> Result<Step, Broken> {
        let operation = match flush {
            Flush::None => Operation::BROTLI_OPERATION_PROCESS,
            Flush::Sync | Flush::Full => Operation::BROTLI_OPERATION_FLUSH,
            Flush::Finish => Operation::BROTLI_OPERATION_FINISH,
        };
        let (mut available, mut consumed) = (input.len(), 0);
        let (mut room, mut written) = (output.len(), 0);
        let worked = self.codec.compress_stream(
            operation,
            &mut available,
            input,
            &mut consumed,
            &mut room,
            output,
            &mut written,
            &mut None,
            &mut |_, _, _, _| (),
        );
        if !worked {
            let code = "ERR_BROTLI_COMPRESSION_FAILED".to_owned();
            return Err(Broken { code, number: -1, message: "Compression failed" });
        }
        Ok(Step { consumed, written, ended: self.codec.is_finished() })
    }
}

/// Decompresses.
pub struct Reader {
    codec: BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>,
    ended: bool,
}

impl Default for Reader {
    fn default() -> Self {
        let alloc = StandardAlloc::default;
        // Windows of more than 16 MiB are no part of the format that the web and Node read.
        Self { codec: BrotliState::new_strict(alloc(), alloc(), alloc()), ended: false }
    }
}

impl Reader {
    pub fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, Broken> {
        let (mut available, mut consumed) = (input.len(), 0);
        let (mut room, mut written) = (output.len(), 0);
        if !self.ended {
            let mut total = 0;
            let result = BrotliDecompressStream(
                &mut available,
                &mut consumed,
                input,
                &mut room,
                &mut written,
                output,
                &mut total,
                &mut self.codec,
            );
            match result {
                BrotliResult::ResultSuccess => self.ended = true,
                BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => {}
                BrotliResult::ResultFailure => {
                    // As Node makes codes of them: `ERR__ERROR_FORMAT_PADDING_1`.
                    let error = self.codec.error_code;
                    let name = format!("{error:?}");
                    let code = format!("ERR_{}", name.trim_start_matches("BROTLI_DECODER"));
                    let number = error as i32;
                    return Err(Broken { code, number, message: "Decompression failed" });
                }
            }
        }
        Ok(Step { consumed, written, ended: self.ended })
    }
}
