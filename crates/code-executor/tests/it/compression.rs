//! `node:zlib` and the compression streams of the web: what they read and write as in the real Node,
//! and that a few bytes that become millions end the program, not the host.

use types::LimitKind;

use crate::console::assert_as_node;
use crate::support::{assert_well, error_of, output_of, server};

/// Brotli of 1 GiB of zeros, in gzip, in base64: made with Node.
const BOMB: &str = "H4sIAAAAAAACAzv//389gwrDo40ORe////z/n7+BxUFGrOHdX/v///8zTmDoOMx0Ye//5///2zMIMRRGMOz6/v/P///sDkwKfNwO3//N////P4MHw5FExhf3/n/+/1+egbPBQofh7u/6f///MyswCrSzLqj+fx5qyQaGklFLRi0ZipbYAwDrJdAFKQMAAA==";

#[test]
fn node_zlib_does_what_nodes_does() {
    assert_as_node("zlib.mjs", include_str!("compression/zlib.mjs"));
}

#[test]
fn a_bomb_ends_the_program_and_nothing_else() {
    let (_workspace, mut server) = server();
    let members = "const zlib = await import('node:zlib');\n        const member = zlib.gzipSync(Buffer.alloc(8 << 20), { level: 9 });\n        const bomb = Buffer.concat(Array(400).fill(member));\n";
    let brotli = format!(
        "const zlib = await import('node:zlib');\n         const bomb = zlib.gunzipSync(Buffer.from('{BOMB}', 'base64'));\n"
    );
    let collect =
        "const parts = []; for await (const part of STREAM) parts.push(part); parts.length";
    for (bomb, open) in [
        (members, "zlib.gunzipSync(bomb).length"),
        (&brotli, "zlib.brotliDecompressSync(bomb).length"),
        (members, &collect.replace("STREAM", "zlib.createGunzip().end(bomb)")),
    ] {
        let outcome = server.run(&format!("{bomb}{open}"));
        assert_eq!(error_of(&outcome).kind, "MemoryLimitError", "{open}: {outcome:?}");
        assert_eq!(outcome.limit, Some(LimitKind::Memory), "{open}");
        assert_well(&mut server);
    }
    for (bomb, open) in [(members, "gunzip"), (&brotli, "brotliDecompress")] {
        let code = format!("{bomb}zlib.{open}Sync(bomb, {{ maxOutputLength: 1e6 }})");
        let outcome = server.run(&code);
        let error = error_of(&outcome);
        assert_eq!(error.kind, "RangeError", "{error:?}");
        assert_eq!(error.message, "Cannot create a Buffer larger than 1000000 bytes");
    }
}

#[test]
fn a_bomb_can_be_read_in_pieces() {
    let (_workspace, mut server) = server();
    let outcome = server.run(&format!(
        "import {{ gunzipSync, createBrotliDecompress }} from 'node:zlib';\n         const stream = createBrotliDecompress();\n         stream.end(gunzipSync(Buffer.from('{BOMB}', 'base64')));\n         let size = 0;\n         for await (const part of stream) {{ size += part.length; if (size > 20e6) break; }}\n         console.log(size > 20e6)"
    ));
    assert_eq!(output_of(&outcome), "true\n");
}

#[test]
fn streams_that_are_never_ended_are_counted_too() {
    let (_workspace, mut server) = server();
    let outcome = server.run(
        "import { createGzip } from 'node:zlib';\n         const all = [];\n         for (let i = 0; i < 1e6; i++) { const gzip = createGzip(); gzip.write('x'); all.push(gzip); }",
    );
    let error = error_of(&outcome);
    assert!(["MemoryLimitError", "RangeError"].contains(&error.kind.as_str()), "{error:?}");
    assert_well(&mut server);
}

#[test]
fn streams_of_the_web_open_what_node_packs() {
    let (_workspace, mut server) = server();
    let outcome = server.run(
        "import zlib from 'node:zlib';\n         const text = 'some text, again and again. '.repeat(5000);\n         for (const [format, pack, unpack] of [['gzip', 'gzipSync', 'gunzipSync'], ['deflate', 'deflateSync', 'inflateSync'], ['deflate-raw', 'deflateRawSync', 'inflateRawSync']]) {\n           const opened = new Blob([zlib[pack](text)]).stream().pipeThrough(new DecompressionStream(format));\n           const packed = new Blob([text]).stream().pipeThrough(new CompressionStream(format));\n           const bytes = new Uint8Array(await new Response(packed).arrayBuffer());\n           console.log(format, await new Response(opened).text() === text, zlib[unpack](bytes).toString() === text);\n         }\n         const broken = new Blob(['no gzip']).stream().pipeThrough(new DecompressionStream('gzip'));\n         console.log(await new Response(broken).text().catch((error) => error.name));",
    );
    assert_eq!(
        output_of(&outcome),
        "gzip true true\ndeflate true true\ndeflate-raw true true\nTypeError\n"
    );
}
