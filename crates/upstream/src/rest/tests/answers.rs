//! What a program gets for which response.

use serde_json::{Value, json};

use crate::rest::answer::{Answered, result};
use crate::rest::base64;

fn answer(status: u16, media: &str, body: &[u8]) -> Value {
    let phrase = if status == 404 { "Not Found" } else { "" };
    let answered = Answered { tool: "get thing", status, phrase, media, body, cut_off: false };
    let line = result(&answered);
    assert!(!line.contains('\n'), "{line}");
    serde_json::from_str(&line).unwrap()
}

fn text(text: &str) -> Value {
    json!({"content": [{"type": "text", "text": text}]})
}

#[test]
fn json_is_a_structured_answer_and_its_text() {
    let body = "{\n  \"a\": [1.50, \"x\\n\"]\r\n}";
    let got = answer(200, "application/problem+json; charset=utf-8", body.as_bytes());
    assert_eq!(got["structuredContent"], json!({"a": [1.5, "x\n"]}));
    assert_eq!(got["content"][0]["text"], body);
    assert_eq!(answer(200, "application/json", b"[1]")["structuredContent"], json!([1]));
    let long = format!("[{}1]", "1,".repeat(50_000));
    let got = answer(200, "application/json", long.as_bytes());
    assert_eq!(got["content"], json!([]), "a long one is not repeated");
    assert_eq!(got["structuredContent"].as_array().unwrap().len(), 50_001);
    assert_eq!(answer(200, "application/json", b"{oops"), text("{oops"));
}

#[test]
fn texts_are_text_and_the_rest_is_bytes() {
    assert_eq!(answer(200, "text/plain", "grüße".as_bytes()), text("grüße"));
    assert_eq!(answer(200, "text/csv; charset=ISO-8859-1", b"gr\xfc"), text("grü"));
    assert_eq!(answer(200, "text/plain", b"\xff"), text("\u{fffd}"));
    assert_eq!(answer(200, "application/atom+xml", b"<a/>"), text("<a/>"));
    assert_eq!(answer(200, "", b"plain"), text("plain"));
    assert_eq!(answer(204, "", b""), text(""));
    assert_eq!(answer(200, "application/json", b""), text(""));
    let image = json!({"type": "image", "data": "AAH/", "mimeType": "image/png"});
    assert_eq!(answer(200, "image/png", &[0, 1, 255])["content"], json!([image]));
    let audio = answer(200, "audio/ogg", b"x");
    assert_eq!(audio["content"][0]["type"], "audio");
    let blob = answer(200, "application/pdf", b"%PDF");
    let resource =
        json!({"uri": "openapi:get%20thing", "mimeType": "application/pdf", "blob": "JVBERg=="});
    assert_eq!(blob["content"], json!([{"type": "resource", "resource": resource}]));
}

#[test]
fn a_refusal_is_the_tools_error_in_the_apis_words() {
    let got = answer(404, "application/json", b"{\"error\": \"no such pet\"}");
    assert_eq!(got["isError"], true);
    let said = "the API answered 404 Not Found:\n{\"error\": \"no such pet\"}";
    assert_eq!(got["content"][0]["text"], said);
    let got = answer(401, "", b"");
    assert!(got["content"][0]["text"].as_str().unwrap().contains("`headers`"));
    let got = answer(500, "text/html", &vec![b'x'; 100_000]);
    assert!(got["content"][0]["text"].as_str().unwrap().len() < 20_000);
    assert_eq!(answer(503, "image/png", b"\x00")["content"][0]["text"], "the API answered 503");
    assert_eq!(answer(302, "", b"")["isError"], true);
}

#[test]
fn base64_is_the_usual_one() {
    for (bytes, text) in
        [(&b""[..], ""), (b"f", "Zg=="), (b"fo", "Zm8="), (b"foo", "Zm9v"), (b"\xff\xfe", "//4=")]
    {
        assert_eq!(base64::encode(bytes), text);
        assert_eq!(base64::decode(text).unwrap(), bytes);
    }
    assert_eq!(base64::decode("Zm9 v\n").unwrap(), b"foo");
    assert_eq!(base64::decode("_-4").unwrap(), base64::decode("/+4=").unwrap());
    for bad in ["Z", "Zm9v=Zg", "Zm%v", "Zm9vZ"] {
        assert_eq!(base64::decode(bad), None, "{bad}");
    }
}
