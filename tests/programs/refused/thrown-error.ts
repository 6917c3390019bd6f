// refused: an error that nobody catches; says: ConfigError; missing key: port
class ConfigError extends Error { name = 'ConfigError'; }
function load(c: Record<string, unknown>) { if (!c.port) throw new ConfigError('missing key: port'); }
load({ host: 'x' });
