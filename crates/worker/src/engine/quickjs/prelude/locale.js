// Text for people, in the one locale there is: en-US, in UTC. The engine's own methods ignore what
// they do not know; these refuse it, so that nothing is silently wrong.
(function (native, internal) {
  'use strict';
  const replace = (target, name, value) =>
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  const refuse = (what, instead) => { throw new RangeError(`${what} is not supported here: ${instead}`); };

  function checkLocales(locales) {
    if (locales === undefined) return;
    if (locales === null) throw new TypeError('Incorrect locale information provided');
    for (const locale of Array.isArray(locales) ? locales : [locales]) {
      const tag = String(locale);
      if (!/^(?:en(?:-US)?(?:-POSIX)?|und)$/i.test(tag)) refuse(`the locale '${tag}'`, 'only en-US is');
      return;
    }
  }
  // Options that are set, each of which must be one of `known`.
  function checked(options, known, method) {
    const given = {};
    if (options === undefined) return given;
    for (const key of Object.keys(Object(options))) {
      if (options[key] === undefined) continue;
      if (!Object.hasOwn(known, key)) refuse(`the option '${key}' of ${method}`, `it takes ${Object.keys(known).join(', ')}`);
      const values = known[key];
      const value = options[key];
      if (values !== null && !values.includes(value)) {
        refuse(`${key} ${JSON.stringify(value) ?? String(value)} of ${method}`, `it takes ${values.map((each) => JSON.stringify(each)).join(', ')}`);
      }
      given[key] = value;
    }
    if (given.localeMatcher !== undefined) delete given.localeMatcher;
    return given;
  }
  const MATCHER = ['lookup', 'best fit'];

  // ---- numbers ----
  const numberOptions = {
    style: ['decimal', 'percent', 'currency'], currency: null, currencyDisplay: ['symbol', 'narrowSymbol', 'code'],
    minimumIntegerDigits: null, minimumFractionDigits: null, maximumFractionDigits: null,
    minimumSignificantDigits: null, maximumSignificantDigits: null,
    useGrouping: [true, false, 'auto', 'always', 'true', 'false'], notation: ['standard'], signDisplay: ['auto'],
    numberingSystem: ['latn'], roundingMode: ['halfExpand'], localeMatcher: MATCHER,
  };
  const symbols = {
    USD: '$', EUR: '€', GBP: '£', JPY: '¥', INR: '₹', CNY: 'CN¥', KRW: '₩', CAD: 'CA$', AUD: 'A$', NZD: 'NZ$', MXN: 'MX$',
    BRL: 'R$', ILS: '₪', VND: '₫', TWD: 'NT$', HKD: 'HK$', PHP: '₱', CHF: '', SEK: '', NOK: '', DKK: '', PLN: '', CZK: '',
    ZAR: '', TRY: '', SGD: '', THB: '', AED: '',
  };
  const narrow = { CNY: '¥', CAD: '$', AUD: '$', NZD: '$', MXN: '$', TWD: '$', HKD: '$', SGD: '$' };
  const whole = new Set(['JPY', 'KRW', 'VND']);

  function bounded(given, key, low, high) {
    const value = Number(given[key]);
    if (!(value >= low && value <= high)) throw new RangeError(`${key} value is out of range.`);
    return Math.floor(value);
  }
  function fractionBounds(given, low, high) {
    let [least, most] = [given.minimumFractionDigits, given.maximumFractionDigits];
    if (least !== undefined) least = bounded(given, 'minimumFractionDigits', 0, 100);
    if (most !== undefined) most = bounded(given, 'maximumFractionDigits', 0, 100);
    if (least === undefined) least = most === undefined ? low : Math.min(low, most);
    if (most === undefined) most = Math.max(high, least);
    if (least > most) throw new RangeError('maximumFractionDigits value is out of range.');
    return [least, most];
  }

  // A value of zero or more as decimal digits and the place of the point among them.
  function decimal(value) {
    const [mantissa, exponent = '0'] = String(value).split('e');
    const [integer, fraction = ''] = mantissa.split('.');
    const digits = (integer + fraction).replace(/^0+/, '');
    return { digits, point: integer.length + Number(exponent) - (integer.length + fraction.length - digits.length) };
  }
  // Keeps so many digits, half away from zero.
  function rounded({ digits, point }, keep) {
    if (keep >= digits.length) return { digits, point };
    if (keep < 0) return { digits: '', point: 0 };
    const up = digits[keep] >= '5';
    const kept = digits.slice(0, keep);
    if (!up) return { digits: kept, point };
    const raised = String(BigInt(kept === '' ? '0' : kept) + 1n);
    return { digits: raised.padStart(kept.length, '0'), point: raised.length > kept.length ? point + 1 : point };
  }
  // Integer and fraction, with at least so many digits of the fraction.
  function split({ digits, point }, least) {
    const integer = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '';
    const fraction = (point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits).replace(/0+$/, '');
    return [integer === '' ? '0' : integer, fraction.padEnd(least, '0')];
  }

  function formatNumber(value, locales, options, method) {
    checkLocales(locales);
    const given = checked(options, numberOptions, method);
    const style = given.style ?? 'decimal';
    const currency = given.currency === undefined ? undefined : String(given.currency).toUpperCase();
    if (style === 'currency' && currency === undefined) throw new TypeError('Currency code is required with currency style.');
    if (style === 'currency' && !Object.hasOwn(symbols, currency)) refuse(`the currency '${currency}'`, `known are ${Object.keys(symbols).join(', ')}`);
    const digits = style === 'currency' ? (whole.has(currency) ? [0, 0] : [2, 2]) : style === 'percent' ? [0, 0] : [0, 3];
    const text = digitsText(value, given, digits, style === 'percent' ? 2 : 0);
    const negative = value < 0 || Object.is(value, -0);
    return (negative ? '-' : '') + affixed(text, style, currency, given.currencyDisplay);
  }
  function affixed(text, style, currency, display) {
    if (style === 'percent') return `${text}%`;
    if (style === 'decimal') return text;
    const symbol = display === 'code' ? '' : (display === 'narrowSymbol' && narrow[currency]) || symbols[currency];
    return symbol === '' ? `${currency}\u00a0${text}` : symbol + text;
  }
  function digitsText(value, given, [low, high], shift) {
    if (Number.isNaN(value)) return 'NaN';
    if (value === Infinity || value === -Infinity) return '∞';
    let number = decimal(value < 0 ? -value : value);
    number.point += shift;
    let least;
    if (given.minimumSignificantDigits !== undefined || given.maximumSignificantDigits !== undefined) {
      const from = given.minimumSignificantDigits === undefined ? 1 : bounded(given, 'minimumSignificantDigits', 1, 21);
      const to = given.maximumSignificantDigits === undefined ? 21 : bounded(given, 'maximumSignificantDigits', from, 21);
      number = rounded(number, to);
      least = Math.max(0, from - (number.digits === '' ? 1 : number.point));
    } else {
      const [few, many] = fractionBounds(given, low, high);
      number = rounded(number, number.point + many);
      least = few;
    }
    let [integer, fraction] = split(number, least);
    if (given.minimumIntegerDigits !== undefined) integer = integer.padStart(bounded(given, 'minimumIntegerDigits', 1, 21), '0');
    const grouped = given.useGrouping !== false && given.useGrouping !== 'false';
    if (grouped) integer = integer.replace(/\B(?=(?:\d{3})+$)/g, ',');
    return fraction === '' ? integer : `${integer}.${fraction}`;
  }
  replace(Number.prototype, 'toLocaleString', function toLocaleString(locales, options) {
    return formatNumber(Number.prototype.valueOf.call(this), locales, options, 'Number.toLocaleString');
  });
  replace(BigInt.prototype, 'toLocaleString', function toLocaleString(locales, options) {
    return formatNumber(BigInt.prototype.valueOf.call(this), locales, options, 'BigInt.toLocaleString');
  });

  // ---- dates ----
  const DIGITS = ['numeric', '2-digit'], WORDS = ['long', 'short', 'narrow'], STYLES = ['full', 'long', 'medium', 'short'];
  const dateOptions = {
    weekday: WORDS, year: DIGITS, month: [...DIGITS, ...WORDS], day: DIGITS, hour: DIGITS, minute: DIGITS, second: DIGITS,
    fractionalSecondDigits: [1, 2, 3], hour12: [true, false], hourCycle: ['h12', 'h23'], dateStyle: STYLES, timeStyle: STYLES,
    timeZone: ['UTC', 'Etc/UTC', 'GMT', 'Etc/GMT', 'Z'], timeZoneName: ['short', 'long'], calendar: ['gregory'], numberingSystem: ['latn'],
    localeMatcher: MATCHER, formatMatcher: ['basic', 'best fit'],
  };
  const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
  const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
  const dateParts = ['weekday', 'year', 'month', 'day'], timeParts = ['hour', 'minute', 'second', 'fractionalSecondDigits'];
  const word = (name, style) => (style === 'long' ? name : name.slice(0, style === 'short' ? 3 : 1));
  const digits = (value, style) => (style === '2-digit' ? String(value % 100).padStart(2, '0') : String(value));

  function formatDate(date, locales, options, method, wanted) {
    checkLocales(locales);
    const given = checked(options, dateOptions, method);
    const time = Date.prototype.getTime.call(date);
    if (Number.isNaN(time)) return 'Invalid Date';
    const styled = given.dateStyle !== undefined || given.timeStyle !== undefined;
    if (styled) applyStyles(given, method, wanted);
    else {
      const has = (keys) => keys.some((key) => given[key] !== undefined);
      const asked = (wanted !== 'time' && has(dateParts)) || (wanted !== 'date' && has(timeParts));
      if (!asked && wanted !== 'time') Object.assign(given, { year: 'numeric', month: 'numeric', day: 'numeric', ...picked(given, dateParts) });
      if (!asked && wanted !== 'date') Object.assign(given, { hour: 'numeric', minute: '2-digit', second: '2-digit', ...picked(given, timeParts) });
    }
    const [day, joint] = dateText(date, given);
    const clock = timeText(date, given);
    return [day, clock].filter((text) => text !== '').join(day !== '' && clock !== '' ? (styled && joint === ' at ' && given.dateStyle === 'medium' ? ', ' : joint) : '');
  }
  const picked = (given, keys) => Object.fromEntries(keys.filter((key) => given[key] !== undefined).map((key) => [key, given[key]]));

  function applyStyles(given, method, wanted) {
    const clash = [...dateParts, ...timeParts, 'timeZoneName'].find((key) => given[key] !== undefined);
    if (clash !== undefined) throw new TypeError(`Can't set option ${clash} when ${given.dateStyle === undefined ? 'timeStyle' : 'dateStyle'} is used`);
    if (wanted === 'date' && given.timeStyle !== undefined) throw new TypeError('Invalid option : timeStyle');
    if (wanted === 'time' && given.dateStyle !== undefined) throw new TypeError('Invalid option : dateStyle');
    const { dateStyle, timeStyle } = given;
    if (dateStyle === 'short') Object.assign(given, { year: '2-digit', month: 'numeric', day: 'numeric' });
    else if (dateStyle !== undefined) Object.assign(given, { year: 'numeric', month: dateStyle === 'medium' ? 'short' : 'long', day: 'numeric' });
    if (dateStyle === 'full') given.weekday = 'long';
    if (timeStyle !== undefined) Object.assign(given, { hour: 'numeric', minute: '2-digit' });
    if (timeStyle !== undefined && timeStyle !== 'short') given.second = '2-digit';
    if (timeStyle === 'long' || timeStyle === 'full') given.timeZoneName = timeStyle === 'full' ? 'long' : 'short';
  }

  // The date, and what stands between it and the time.
  function dateText(date, { weekday, year, month, day }) {
    const name = weekday === undefined ? '' : word(days[date.getUTCDay()], weekday);
    const years = year === undefined ? '' : digits(date.getUTCFullYear(), year);
    const dayText = day === undefined ? '' : digits(date.getUTCDate(), day);
    if ((name !== '' && !(month !== undefined && day !== undefined) && (year !== undefined || day !== undefined || month !== undefined))
      || (years !== '' && dayText !== '' && month === undefined)) {
      refuse('this selection of weekday, year, month and day', 'take day and month along');
    }
    if (month === undefined) return [name || years || dayText, name === '' ? ', ' : ' '];
    if (month === 'numeric' || month === '2-digit') {
      const text = [digits(date.getUTCMonth() + 1, month), dayText, years].filter((part) => part !== '').join('/');
      return [name === '' ? text : `${name}, ${text}`, ', '];
    }
    const monthText = word(months[date.getUTCMonth()], month);
    const text = dayText === '' ? monthText : `${monthText} ${dayText}`;
    const dated = years === '' ? text : `${text}${dayText === '' ? ' ' : ', '}${years}`;
    return [name === '' ? dated : `${name}, ${dated}`, month === 'long' ? ' at ' : ', '];
  }

  function timeText(date, given) {
    const { hour, minute, second, fractionalSecondDigits: fraction, timeZoneName } = given;
    const parts = [];
    const twelve = given.hour12 ?? given.hourCycle !== 'h23';
    const hours = date.getUTCHours();
    if (hour !== undefined) {
      const shown = twelve ? hours % 12 || 12 : hours === 0 && given.hour12 === false ? 24 : hours;
      parts.push(twelve ? digits(shown, hour) : String(shown).padStart(2, '0'));
    }
    const alone = hour === undefined && (minute === undefined || second === undefined);
    if (minute !== undefined) parts.push(alone ? String(date.getUTCMinutes()) : String(date.getUTCMinutes()).padStart(2, '0'));
    if (second !== undefined) parts.push(alone ? String(date.getUTCSeconds()) : String(date.getUTCSeconds()).padStart(2, '0'));
    let text = parts.join(':');
    if (fraction !== undefined) {
      const millis = String(date.getUTCMilliseconds()).padStart(3, '0').slice(0, fraction);
      text = text === '' ? millis : `${text}.${millis}`;
    }
    if (hour !== undefined && twelve) text += hours < 12 ? ' AM' : ' PM';
    const zone = timeZoneName === undefined ? '' : timeZoneName === 'long' ? 'Coordinated Universal Time' : 'UTC';
    return text !== '' && zone !== '' ? `${text} ${zone}` : text + zone;
  }

  for (const [name, wanted] of [['toLocaleString', 'any'], ['toLocaleDateString', 'date'], ['toLocaleTimeString', 'time']]) {
    replace(Date.prototype, name, { [name](locales, options) { return formatDate(this, locales, options, `Date.${name}`, wanted); } }[name]);
  }
  for (const name of ['toString', 'toTimeString']) {
    const plain = Date.prototype[name];
    replace(Date.prototype, name, { [name]() { const text = plain.call(this); return text === 'Invalid Date' ? text : `${text} (Coordinated Universal Time)`; } }[name]);
  }

  // ---- text ----
  // ICU's order of what is printable in ASCII, letters apart; anything else of its kind follows.
  const order = ' _-,;:!?.\'"()[]{}@*/\\&#%`^+<=>|~$0123456789';
  const folds = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ł: 'l', ð: 'd', þ: 'th' };
  const weights = new Map([...order].map((char, at) => [char, at + 1]));
  for (let at = 0; at < 26; at++) weights.set(String.fromCharCode(97 + at), 2000 + at);
  function weight(char) {
    const known = weights.get(char);
    if (known !== undefined) return known;
    const code = char.codePointAt(0);
    return /\p{L}/u.test(char) ? 3000 + code : code < 32 ? 0 : 1000 + (code % 900);
  }
  // The letters alone, in lower case and without accents.
  function base(text) {
    const lower = text.toLowerCase();
    if (/^[\x20-\x7e]*$/.test(lower)) return [...lower];
    return [...lower.normalize('NFD').replace(/\p{Mn}/gu, '').replace(/[ßæœøđłðþ]/g, (char) => folds[char])];
  }
  const sign = (difference) => (difference < 0 ? -1 : difference > 0 ? 1 : 0);
  const isDigit = (char) => char >= '0' && char <= '9';
  function numberAt(chars, at) {
    let end = at;
    while (end < chars.length && isDigit(chars[end])) end++;
    return [BigInt(chars.slice(at, end).join('')), end];
  }
  function compareBase(left, right, numeric) {
    let at = 0, other = 0;
    while (at < left.length && other < right.length) {
      if (numeric && isDigit(left[at]) && isDigit(right[other])) {
        const [mine, next] = numberAt(left, at);
        const [theirs, otherNext] = numberAt(right, other);
        if (mine !== theirs) return mine < theirs ? -1 : 1;
        at = next; other = otherNext;
        continue;
      }
      const difference = left[at] === right[other] ? 0 : weight(left[at]) - weight(right[other]);
      if (difference !== 0) return sign(difference);
      at++; other++;
    }
    return sign((left.length - at) - (right.length - other));
  }
  const accents = (text) => text.toLowerCase().normalize('NFD').replace(/[^\p{Mn}ßæœøđłðþ]/gu, ' ');
  const cases = (text) => text.normalize('NFD').replace(/\p{Mn}/gu, '').replace(/[^]/gu, (char) => (char === char.toLowerCase() ? '0' : '1'));
  const byCode = (left, right) => (left < right ? -1 : left > right ? 1 : 0);
  const collation = {
    numeric: [true, false], sensitivity: ['base', 'accent', 'case', 'variant'], usage: ['sort', 'search'], caseFirst: ['false'],
    ignorePunctuation: [false], localeMatcher: MATCHER,
  };
  replace(String.prototype, 'localeCompare', function localeCompare(that, locales, options) {
    const left = String(this), right = String(that);
    checkLocales(locales);
    const { numeric = false, sensitivity = 'variant' } = checked(options, collation, 'localeCompare');
    if (left === right) return 0;
    const byLetters = compareBase(base(left), base(right), numeric);
    if (byLetters !== 0 || sensitivity === 'base') return byLetters;
    const byAccents = sensitivity === 'case' ? 0 : byCode(accents(left), accents(right));
    if (byAccents !== 0 || sensitivity === 'accent') return byAccents;
    return byCode(cases(left), cases(right));
  });
  for (const [name, plain] of [['toLocaleLowerCase', String.prototype.toLowerCase], ['toLocaleUpperCase', String.prototype.toUpperCase]]) {
    replace(String.prototype, name, { [name](locales) {
      for (const locale of locales === undefined ? [] : [locales].flat()) {
        if (/^(?:tr|az|lt)\b/i.test(String(locale))) refuse(`the locale '${locale}'`, 'its letters have a case of their own');
      }
      return plain.call(this);
    } }[name]);
  }
  replace(Array.prototype, 'toLocaleString', function toLocaleString(locales, options) {
    return Array.prototype.map.call(this, (item) => (item === null || item === undefined ? '' : item.toLocaleString(locales, options))).join(',');
  });
})
