//! What OpenTelemetry's variables say. As its specification wants it, what cannot be understood is
//! told and taken for unset; a value never appears in what is told.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::compose::VERSION;
use crate::config::Notice;
use crate::config::env::Environment;
use crate::telemetry::traces::sampler::Sampler;

const SERVICE: &str = "code-executor";
/// Where a collector is when nobody says.
const DEFAULT_ENDPOINT: &str = "http://localhost:4318";
/// The most headers or attributes that are taken.
const MOST_PAIRS: usize = 100;

/// How traces are sent.
#[derive(Clone, PartialEq)]
pub struct Wanted {
    /// Where to.
    pub endpoint: Url,
    /// Headers of each request. Values may be secrets.
    pub headers: BTreeMap<String, String>,
    /// How long a request may take.
    pub timeout: Duration,
    /// Whether bodies are compressed.
    pub gzip: bool,
    /// Whom to trust beside the usual authorities.
    pub certificate: Option<PathBuf>,
    /// Which traces are kept.
    pub sampler: Sampler,
    /// What this process is.
    pub resource: BTreeMap<String, String>,
    /// How long spans wait for others.
    pub delay: Duration,
    /// Spans that may wait.
    pub queue: usize,
    /// Spans of one request.
    pub batch: usize,
}

/// What is wanted, if traces are, and what about it cannot be understood.
pub fn wanted(environment: &Environment) -> (Option<Wanted>, Vec<Notice>) {
    let mut reading = Reading { environment, notices: Vec::new() };
    let wanted = reading.wanted();
    (wanted, reading.notices)
}

struct Reading<'a> {
    environment: &'a Environment,
    notices: Vec<Notice>,
}

impl Reading<'_> {
    fn wanted(&mut self) -> Option<Wanted> {
        let is = |name: &str, value: &str| {
            self.environment.get(name).is_some_and(|given| given.eq_ignore_ascii_case(value))
        };
        if is("OTEL_SDK_DISABLED", "true") || is("OTEL_TRACES_EXPORTER", "none") {
            return None;
        }
        let asked = is("OTEL_TRACES_EXPORTER", "otlp");
        if let Some(other) = self.environment.get("OTEL_TRACES_EXPORTER")
            && !asked
        {
            let _ = other;
            self.warn("OTEL_TRACES_EXPORTER", "only `otlp` and `none` are known; nothing is sent");
            return None;
        }
        let endpoint = self.endpoint(asked)?;
        if let Some(protocol) = self.either("PROTOCOL")
            && protocol != "http/protobuf"
        {
            let what = "only `http/protobuf` is spoken, and that is what is sent";
            self.warn("OTEL_EXPORTER_OTLP_PROTOCOL", what);
        }
        let gzip = match self.either("COMPRESSION").as_deref() {
            None | Some("none") => false,
            Some("gzip") => true,
            Some(_) => {
                self.warn("OTEL_EXPORTER_OTLP_COMPRESSION", "only `gzip` and `none` are known");
                false
            }
        };
        let headers = self.either("HEADERS").unwrap_or_default();
        let headers = self.pairs("OTEL_EXPORTER_OTLP_HEADERS", &headers);
        let timeout = self.either("TIMEOUT");
        let timeout = self.number("OTEL_EXPORTER_OTLP_TIMEOUT", timeout, 10_000, 600_000);
        let queue = self.plain("OTEL_BSP_MAX_QUEUE_SIZE", 2_048, 1_000_000);
        let batch = self.plain("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512, 1_000_000).min(queue);
        let delay = self.plain("OTEL_BSP_SCHEDULE_DELAY", 5_000, 600_000);
        Some(Wanted {
            endpoint,
            headers,
            timeout: Duration::from_millis(timeout),
            gzip,
            certificate: self.either("CERTIFICATE").map(PathBuf::from),
            sampler: self.sampler(),
            resource: self.resource(),
            delay: Duration::from_millis(delay.max(1)),
            queue: usize::try_from(queue).unwrap_or(usize::MAX).max(1),
            batch: usize::try_from(batch).unwrap_or(usize::MAX).max(1),
        })
    }

    /// None: tracing was not asked for, or where to cannot be understood.
    fn endpoint(&mut self, asked: bool) -> Option<Url> {
        const OF_TRACES: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
        const OF_ALL: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
        let (name, text) = match (self.get(OF_TRACES), self.get(OF_ALL)) {
            (Some(text), _) => (OF_TRACES, text),
            (None, Some(text)) => (OF_ALL, format!("{}/v1/traces", text.trim_end_matches('/'))),
            (None, None) if asked => (OF_ALL, format!("{DEFAULT_ENDPOINT}/v1/traces")),
            (None, None) => return None,
        };
        let url = Url::parse(&text).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if url.is_none() {
            self.warn(name, "it must be an http or https URL; no traces are sent");
        }
        url
    }

    fn sampler(&mut self) -> Sampler {
        const RATIO: &str = "OTEL_TRACES_SAMPLER_ARG";
        let argument = self.get(RATIO);
        let ratio = argument.as_deref().map_or(Some(1.0), |text| text.parse().ok());
        let ratio = ratio.filter(|ratio| (0.0..=1.0).contains(ratio));
        let name = self.get("OTEL_TRACES_SAMPLER");
        let sampler = Sampler::of_name(name.as_deref(), ratio.unwrap_or(1.0));
        if ratio.is_none() && name.is_some_and(|name| name.contains("ratio")) {
            self.warn(RATIO, "it must be a number from 0 to 1; all traces are kept");
        }
        sampler.unwrap_or_else(|| {
            let what = "no sampler is called so; the default is used, `parentbased_always_on`";
            self.warn("OTEL_TRACES_SAMPLER", what);
            Sampler::default()
        })
    }

    fn resource(&mut self) -> BTreeMap<String, String> {
        const ATTRIBUTES: &str = "OTEL_RESOURCE_ATTRIBUTES";
        let said = self.get(ATTRIBUTES).unwrap_or_default();
        let mut resource = self.pairs(ATTRIBUTES, &said);
        let mut unless_said = |name: &str, value: String| {
            resource.entry(name.to_owned()).or_insert(value);
        };
        unless_said("service.name", SERVICE.to_owned());
        unless_said("service.version", VERSION.to_owned());
        if let Some(name) = self.get("OTEL_SERVICE_NAME") {
            resource.insert("service.name".to_owned(), name);
        }
        resource
    }

    /// `name=value,name=value`, with values percent-encoded.
    fn pairs(&mut self, variable: &str, text: &str) -> BTreeMap<String, String> {
        let mut pairs = BTreeMap::new();
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let parsed = pair.split_once('=').and_then(|(name, value)| {
                let value = percent_decode_str(value.trim()).decode_utf8().ok()?;
                let name = name.trim();
                (!name.is_empty()).then(|| (name.to_owned(), value.into_owned()))
            });
            match parsed {
                Some((name, value)) if pairs.len() < MOST_PAIRS => {
                    pairs.insert(name, value);
                }
                _ => {
                    let what = "a pair in it is not `name=value`, or is one too many, and left out";
                    self.warn(variable, what);
                }
            }
        }
        pairs
    }

    fn plain(&mut self, name: &str, fallback: u64, most: u64) -> u64 {
        let text = self.get(name);
        self.number(name, text, fallback, most)
    }

    fn number(&mut self, name: &str, text: Option<String>, fallback: u64, most: u64) -> u64 {
        let Some(text) = text else { return fallback };
        match u64::from_str(text.trim()) {
            Ok(number) if number <= most => number,
            _ => {
                self.warn(name, &format!("it must be a number up to {most}; {fallback} is used"));
                fallback
            }
        }
    }

    /// The variable of traces, or that of everything.
    fn either(&self, what: &str) -> Option<String> {
        let of_traces = self.get(&format!("OTEL_EXPORTER_OTLP_TRACES_{what}"));
        of_traces.or_else(|| self.get(&format!("OTEL_EXPORTER_OTLP_{what}")))
    }

    fn get(&self, name: &str) -> Option<String> {
        self.environment.get(name).map(str::to_owned)
    }

    fn warn(&mut self, name: &str, what: &str) {
        self.notices.push(Notice::warning(format!("the environment variable {name}: {what}")));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Wanted, wanted};
    use crate::config::env::Environment;

    fn read(pairs: &[(&str, &str)]) -> (Option<Wanted>, Vec<String>) {
        let owned = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let (wanted, notices) = wanted(&owned.collect::<Environment>());
        (wanted, notices.into_iter().map(|notice| notice.message).collect())
    }

    #[test]
    fn nothing_is_sent_unless_somebody_says_where_to() {
        assert!(read(&[]).0.is_none());
        assert!(read(&[("OTEL_SERVICE_NAME", "x")]).0.is_none());
        let there = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/");
        assert!(read(&[there, ("OTEL_SDK_DISABLED", "true")]).0.is_none());
        assert!(read(&[there, ("OTEL_TRACES_EXPORTER", "none")]).0.is_none());
        let endpoint = |pairs: &[(&str, &str)]| read(pairs).0.unwrap().endpoint.to_string();
        assert_eq!(endpoint(&[there]), "http://collector:4318/v1/traces");
        assert_eq!(
            endpoint(&[("OTEL_TRACES_EXPORTER", "otlp")]),
            "http://localhost:4318/v1/traces"
        );
        let exact = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://other/path");
        assert_eq!(endpoint(&[there, exact]), "https://other/path");
    }

    #[test]
    fn the_variables_are_read_as_the_specification_has_them() {
        let (wanted, notices) = read(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20a%2Cb, x-tenant = 7"),
            ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "250"),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
            ("OTEL_SERVICE_NAME", "agents"),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.name=lost,deployment.environment=test"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "10"),
        ]);
        let wanted = wanted.unwrap();
        assert_eq!(notices, Vec::<String>::new());
        assert_eq!(wanted.headers["authorization"], "Bearer a,b");
        assert_eq!(wanted.headers["x-tenant"], "7");
        assert_eq!((wanted.timeout, wanted.gzip), (Duration::from_millis(250), true));
        assert_eq!(wanted.resource["service.name"], "agents");
        assert_eq!(wanted.resource["deployment.environment"], "test");
        assert_eq!((wanted.queue, wanted.batch), (10, 10));
    }

    #[test]
    fn what_cannot_be_understood_is_told_without_its_value() {
        let (wanted, notices) = read(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "secret"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"),
            ("OTEL_TRACES_SAMPLER", "dice"),
        ]);
        assert!(wanted.is_some());
        assert_eq!(notices.len(), 4, "{notices:?}");
        assert!(!notices.iter().any(|notice| notice.contains("secret") || notice.contains("soon")));
        let (wanted, notices) = read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318")]);
        assert!(wanted.is_none() && notices.len() == 1);
    }
}
