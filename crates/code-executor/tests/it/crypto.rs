//! `crypto` of the web and `node:crypto`: a table of cases each, run here and by the real Node, with
//! the vectors of the RFCs and of NIST among them; and what only we promise.
//!
//! What differs on purpose and is not in the tables: RSA keys are imported, not made; keys are not
//! agreed upon (ECDH, X25519); ECDSA signs the digest as long as its curve; P-521, AES-KW and
//! RSA-OAEP are refused with what to use instead.

use crate::console::assert_as_node;
use crate::support::{error_of, output_of, server};

#[test]
fn crypto_of_the_web_does_what_nodes_does() {
    assert_as_node("web.mjs", include_str!("crypto/web.mjs"));
}

#[test]
fn node_crypto_does_what_nodes_does() {
    assert_as_node("node.mjs", include_str!("crypto/node.mjs"));
}

#[test]
fn rsa_keys_that_are_imported_sign() {
    assert_as_node("rsa.mjs", include_str!("crypto/rsa.mjs"));
}

#[test]
fn a_key_that_is_not_extractable_shows_nothing() {
    let (_workspace, mut server) = server();
    let outcome = server.run(
        r#"
        const bytes = new Uint8Array(16).fill(0xab);
        let seen = '';
        const watch = (value: any) => { if (value instanceof Uint8Array) seen += Array.from(value).join(); };
        Object.defineProperty(Object.prototype, 'bytes', { set(value) { watch(value); }, get() { return undefined; }, configurable: true });
        const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt']);
        const made = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
        await crypto.subtle.sign('HMAC', made, bytes);
        const parts: unknown[] = [];
        for (const each of [key, made]) {
          parts.push(Reflect.ownKeys(each), JSON.stringify(each), Object.entries(each));
          parts.push(Object.getOwnPropertyNames(Object.getPrototypeOf(each)).sort());
          try { parts.push(structuredClone(each)); } catch (error) { parts.push((error as Error).name); }
        }
        console.log(JSON.stringify(parts), key, seen);
        key.usages.push('decrypt');
        (key.algorithm as any).name = 'AES-CBC';
        const iv = new Uint8Array(12);
        console.log(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, bytes).catch((e) => e.name));
        console.log(await crypto.subtle.exportKey('raw', key).catch((e) => e.name));
        "#,
    );
    let output = output_of(&outcome);
    for secret in ["171,171", "q6ur", "abab", "\"bytes\""] {
        assert!(!output.contains(secret), "{secret}: {output}");
    }
    assert!(output.ends_with("InvalidAccessError\nInvalidAccessError\n"), "{output}");
}

#[test]
fn what_is_not_there_says_what_to_use() {
    let (_workspace, mut server) = server();
    for (code, words) in [
        (
            "await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveKey'])",
            "HKDF",
        ),
        (
            "await crypto.subtle.generateKey({ name: 'RSA-PSS', modulusLength: 2048, hash: 'SHA-256' }, true, ['sign'])",
            "import one",
        ),
        (
            "await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-521' }, true, ['sign'])",
            "P-384",
        ),
        (
            "await crypto.subtle.importKey('raw', new Uint8Array(16), 'AES-KW', true, ['wrapKey'])",
            "AES-GCM",
        ),
        ("(await import('node:crypto')).createECDH('secp256k1')", "derive"),
        ("(await import('node:crypto')).createHash('sha3-256')", "sha256"),
        (
            "(await import('node:crypto')).createCipheriv('chacha20-poly1305', Buffer.alloc(32), Buffer.alloc(12))",
            "aes-256-gcm",
        ),
        (
            "(await import('node:crypto')).generateKeyPairSync('rsa', { modulusLength: 2048 })",
            "ed25519",
        ),
    ] {
        let outcome = server.run(code);
        let message = &error_of(&outcome).message;
        assert!(message.contains("not supported") || message.contains("not made"), "{message}");
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn expensive_keys_meet_the_limits_of_the_program() {
    let (_workspace, mut server) = server();
    let outcome = server.run(
        "const { scryptSync } = await import('node:crypto');\n\
         scryptSync('p', 's', 8, { N: 2 ** 20, r: 8, maxmem: 2 ** 40 })",
    );
    let error = error_of(&outcome);
    assert_eq!(error.kind, "RangeError");
    assert!(error.message.contains("1024 MiB"), "{}", error.message);
}
