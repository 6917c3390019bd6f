// Decimal arithmetic of Intl: exact values, rounding, and the options that say how many digits.
(function (native, internal) {
  'use strict';
  const I = internal.intl;
  const MODES = ['ceil', 'floor', 'expand', 'trunc', 'halfCeil', 'halfFloor', 'halfExpand', 'halfTrunc', 'halfEven'];
  const INCREMENTS = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000];

  // ---- options ----
  I.digitOptions = (options, low, high, notation, service) => {
    const settings = { minimumIntegerDigits: I.count(options.minimumIntegerDigits, 'minimumIntegerDigits', 1, 21, 1) };
    const { minimumFractionDigits: leastF, maximumFractionDigits: mostF, minimumSignificantDigits: leastS, maximumSignificantDigits: mostS } = options;
    const increment = I.count(options.roundingIncrement, 'roundingIncrement', 1, 5000, 1);
    if (!INCREMENTS.includes(increment)) throw new RangeError('roundingIncrement value is out of range.');
    const mode = I.text(options, 'roundingMode', MODES, 'halfExpand', service);
    const priority = I.text(options, 'roundingPriority', ['auto', 'morePrecision', 'lessPrecision'], 'auto', service);
    const zeros = I.text(options, 'trailingZeroDisplay', ['auto', 'stripIfInteger'], 'auto', service);
    if (increment !== 1) high = low;
    const significant = leastS !== undefined || mostS !== undefined, fraction = leastF !== undefined || mostF !== undefined;
    let needsS = true, needsF = true;
    if (priority === 'auto') {
      needsS = significant;
      if (needsS || (!fraction && notation === 'compact')) needsF = false;
    }
    let type = priority !== 'auto' ? priority : significant ? 'significantDigits' : 'fractionDigits';
    if (needsS) {
      settings.minimumSignificantDigits = I.count(leastS, 'minimumSignificantDigits', 1, 21, 1);
      settings.maximumSignificantDigits = I.count(mostS, 'maximumSignificantDigits', settings.minimumSignificantDigits, 21, 21);
    }
    if (needsF) [settings.minimumFractionDigits, settings.maximumFractionDigits] = fractionBounds(leastF, mostF, low, high);
    if (!needsS && !needsF) {
      Object.assign(settings, { minimumFractionDigits: 0, maximumFractionDigits: 0, minimumSignificantDigits: 1, maximumSignificantDigits: 2 });
      type = 'morePrecision';
    }
    if (increment !== 1) {
      if (type !== 'fractionDigits') throw new TypeError('roundingIncrement value is invalid.');
      if (settings.minimumFractionDigits !== settings.maximumFractionDigits) throw new RangeError('roundingIncrement value is out of range.');
    }
    return { ...settings, type, increment, mode, zeros, priority: type === 'morePrecision' || type === 'lessPrecision' ? type : 'auto' };
  };
  function fractionBounds(least, most, low, high) {
    least = I.count(least, 'minimumFractionDigits', 0, 100, undefined);
    most = I.count(most, 'maximumFractionDigits', 0, 100, undefined);
    if (least === undefined) least = most === undefined ? low : Math.min(low, most);
    else if (most !== undefined && least > most) throw new RangeError('maximumFractionDigits value is out of range.');
    return [least, most ?? Math.max(high, least)];
  }
  I.digitSettings = ({ minimumIntegerDigits, minimumFractionDigits, maximumFractionDigits, minimumSignificantDigits, maximumSignificantDigits }) => {
    const all = { minimumIntegerDigits };
    if (minimumFractionDigits !== undefined) Object.assign(all, { minimumFractionDigits, maximumFractionDigits });
    if (minimumSignificantDigits !== undefined) Object.assign(all, { minimumSignificantDigits, maximumSignificantDigits });
    return all;
  };
  I.roundingSettings = ({ increment, mode, priority, zeros }) => ({ roundingIncrement: increment, roundingMode: mode, roundingPriority: priority, trailingZeroDisplay: zeros });

  // ---- values ----
  // A value: whether it is negative, its digits without zeros in front, and how many of them are
  // before the point. `special` is nan or infinity.
  function ofText(text) {
    const negative = text.startsWith('-');
    const [mantissa, exponent = '0'] = text.replace(/^[+-]/, '').split(/e/i);
    const [integer, fraction = ''] = mantissa.split('.');
    const all = integer + fraction, digits = all.replace(/^0+/, '');
    const point = integer.length + Number(exponent) - (all.length - digits.length);
    return trimmed({ negative, digits, point });
  }
  function trimmed(value) {
    const digits = value.digits.replace(/0+$/, '');
    return digits === '' ? { negative: value.negative, digits: '', point: 0 } : { ...value, digits };
  }
  // What a program hands over, as Intl takes numbers: a BigInt and text keep all their digits.
  I.decimal = (given) => {
    let value = given;
    if (typeof value === 'object' && value !== null || typeof value === 'function') value = toPrimitive(value);
    if (typeof value === 'bigint') return ofText(String(value));
    if (typeof value === 'string') {
      const text = value.trim();
      if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,6})?$/i.test(text)) {
        const found = ofText(text);
        if (Math.abs(found.point) > 4000) return number(Number(text));
        return found;
      }
      return number(Number(text));
    }
    return number(Number(value));
  };
  function toPrimitive(value) {
    const exotic = value[Symbol.toPrimitive];
    if (exotic !== undefined && exotic !== null) return exotic.call(value, 'number');
    for (const name of ['valueOf', 'toString']) {
      const method = value[name];
      if (typeof method !== 'function') continue;
      const found = method.call(value);
      if (typeof found !== 'object' || found === null) return found;
    }
    throw new TypeError('Cannot convert object to primitive value');
  }
  function number(value) {
    if (Number.isNaN(value)) return { special: 'nan', negative: false, digits: '', point: 0 };
    if (value === Infinity || value === -Infinity) return { special: 'infinity', negative: value < 0, digits: '', point: 0 };
    if (value === 0) return { negative: Object.is(value, -0), digits: '', point: 0 };
    return ofText(String(value));
  }
  I.isZero = (value) => value.special === undefined && value.digits === '';
  // Where the first digit stands: 0 for units, 3 for thousands.
  I.magnitude = (value) => value.point - 1;
  I.shifted = (value, by) => (value.digits === '' ? value : { ...value, point: value.point + by });

  // ---- rounding ----
  function goesUp(kept, rest, negative, mode) {
    if (!/[1-9]/.test(rest)) return false;
    if (mode === 'expand') return true;
    if (mode === 'trunc') return false;
    if (mode === 'ceil') return !negative;
    if (mode === 'floor') return negative;
    const first = rest[0], half = first === '5' && !/[1-9]/.test(rest.slice(1));
    if (!half) return first >= '5';
    if (mode === 'halfExpand') return true;
    if (mode === 'halfTrunc') return false;
    if (mode === 'halfCeil') return !negative;
    if (mode === 'halfFloor') return negative;
    return Number(kept.at(-1) ?? '0') % 2 === 1;
  }
  // Keeps `places` digits after the point (fewer than 0: zeros before it).
  function toPlace(value, places, mode) {
    const keep = value.point + places;
    if (keep >= value.digits.length) return value;
    const kept = keep > 0 ? value.digits.slice(0, keep) : '';
    const rest = keep >= 0 ? value.digits.slice(keep) : '0'.repeat(Math.min(-keep, 1)) + value.digits;
    if (!goesUp(kept, rest, value.negative, mode)) return trimmed({ ...value, digits: kept });
    const raised = String(BigInt(kept === '' ? '0' : kept) + 1n).padStart(Math.max(keep, 0), '0');
    return trimmed({ ...value, digits: raised, point: raised.length - places });
  }
  function toIncrement(value, places, increment, mode) {
    const wide = toPlace(value, places + 3, 'trunc');
    const exact = BigInt(wide.digits.padEnd(Math.max(0, wide.point + places + 3), '0') || '0');
    const sticky = wide.digits !== value.digits;
    const step = BigInt(increment) * 1000n;
    let whole = exact / step;
    const rest = exact % step, twice = rest * 2n;
    const remainder = rest === 0n && !sticky ? '0' : twice < step ? '3' : twice > step || sticky ? '7' : '5';
    if (goesUp(String(whole), remainder, value.negative, mode)) whole += 1n;
    const digits = String(whole * BigInt(increment));
    return digits === '0' ? { ...value, digits: '', point: 0 } : trimmed({ ...value, digits, point: digits.length - places });
  }
  // The value as the settings want it, with `least`: how many digits after the point at least.
  I.round = (value, settings) => {
    if (value.special !== undefined) return { ...value, least: 0 };
    const { type, mode } = settings;
    const byFraction = () => {
      const most = settings.maximumFractionDigits;
      const done = settings.increment === 1 ? toPlace(value, most, mode) : toIncrement(value, most, settings.increment, mode);
      return { ...done, least: settings.minimumFractionDigits };
    };
    const bySignificance = () => {
      const done = value.digits === '' ? value : toPlace(value, settings.maximumSignificantDigits - value.point, mode);
      const before = done.digits === '' ? 1 : done.point;
      return { ...done, least: Math.max(0, settings.minimumSignificantDigits - before) };
    };
    let done;
    if (type === 'fractionDigits') done = byFraction();
    else if (type === 'significantDigits') done = bySignificance();
    else {
      // The place to which each would round decides, before either has.
      const significant = value.digits === '' ? 1 : settings.maximumSignificantDigits - value.point;
      const finer = settings.maximumFractionDigits > significant ? 'fraction' : 'significance';
      const chosen = (type === 'morePrecision') === (finer === 'fraction') ? byFraction : bySignificance;
      done = chosen();
    }
    if (settings.zeros === 'stripIfInteger' && done.point >= done.digits.length) done.least = 0;
    return done;
  };
  // Integer and fraction of a rounded value.
  I.split = ({ digits, point, least }, integerDigits) => {
    const integer = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '';
    const fraction = digits === '' ? '' : point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
    return [integer.padStart(Math.max(1, integerDigits), '0'), fraction.padEnd(least, '0')];
  };
})
