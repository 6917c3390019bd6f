// util.parseArgs(): options and positional arguments of a command line.
(function (native, internal) {
  'use strict';
  const {
    codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_PARSE_ARGS_INVALID_OPTION_VALUE, ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL, ERR_PARSE_ARGS_UNKNOWN_OPTION },
    validateArray, validateBoolean, validateObject, validateString, validateStringArray, validateBooleanArray,
  } = internal.part('node_codes');

  function checked(options) {
    validateObject(options, 'options');
    for (const [name, option] of Object.entries(options)) {
      const at = `options.${name}`;
      validateObject(option, at);
      if (option.type !== 'string' && option.type !== 'boolean') throw new ERR_INVALID_ARG_TYPE(`${at}.type`, "('string|boolean')", option.type);
      if (Object.hasOwn(option, 'short')) {
        validateString(option.short, `${at}.short`);
        if (option.short.length !== 1) throw new ERR_INVALID_ARG_VALUE(`${at}.short`, option.short, 'must be a single character');
      }
      if (Object.hasOwn(option, 'multiple')) validateBoolean(option.multiple, `${at}.multiple`);
      if (option.default === undefined) continue;
      const [one, many] = option.type === 'string' ? [validateString, validateStringArray] : [validateBoolean, validateBooleanArray];
      (option.multiple ? many : one)(option.default, `${at}.default`);
    }
    return options;
  }

  // The arguments as tokens: options with their name and value, `--`, and positional arguments.
  function tokensOf(args, options, negatives) {
    const tokens = [];
    const known = (name) => Object.hasOwn(options, name) ? options[name] : undefined;
    const named = (letter) => Object.keys(options).find((name) => options[name].short === letter) ?? letter;
    const takesValue = (name) => known(name)?.type === 'string';
    const rest = args.map((text, index) => ({ text: `${text}`, index }));
    const option = (index, name, rawName, value, inlineValue) => tokens.push({ kind: 'option', name, rawName, index, value, inlineValue });
    function valued(index, name, rawName) {
      const next = takesValue(name) ? rest.shift() : undefined;
      option(index, name, rawName, next?.text, next === undefined ? undefined : false);
    }
    while (rest.length > 0) {
      const { text, index } = rest.shift();
      if (text === '--') {
        tokens.push({ kind: 'option-terminator', index });
        for (const each of rest.splice(0)) tokens.push({ kind: 'positional', index: each.index, value: each.text });
      } else if (text.startsWith('--')) {
        const equals = text.indexOf('=', 3);
        if (equals > 0) option(index, text.slice(2, equals), text.slice(0, equals), text.slice(equals + 1), true);
        else if (negatives && text.startsWith('--no-') && known(text.slice(2)) === undefined) {
          option(index, text.slice(2), text, undefined, undefined);
        } else valued(index, text.slice(2), text);
      } else if (text.length > 1 && text[0] === '-') {
        // Letters in one: `-ab` is `-a -b`, `-fvalue` is `-f value` where f takes one.
        for (let at = 1; at < text.length; at++) {
          const [name, rawName] = [named(text[at]), `-${text[at]}`];
          if (takesValue(name) && at < text.length - 1) {
            option(index, name, rawName, text.slice(at + 1), true);
            break;
          }
          valued(index, name, rawName);
        }
      } else {
        tokens.push({ kind: 'positional', index, value: text });
      }
    }
    return tokens;
  }

  function parseArgs(config = {}) {
    validateObject(config, 'config');
    const given = (name, or) => Object.hasOwn(config, name) && config[name] !== undefined ? config[name] : or;
    const args = given('args', internal.process.argv.slice(2));
    validateArray(args, 'args');
    const [strict, allowNegative] = [given('strict', true), given('allowNegative', false)];
    const [allowPositionals, wantTokens] = [given('allowPositionals', !strict), given('tokens', false)];
    for (const [name, value] of Object.entries({ strict, allowPositionals, tokens: wantTokens, allowNegative })) validateBoolean(value, name);
    const options = checked(given('options', {}));
    const values = Object.create(null);
    const positionals = [];

    const tokens = tokensOf(args, options, allowNegative);
    // What is wrong with an option in the strict mode.
    function check({ name, rawName, value, inlineValue }, option) {
      if (option === undefined) throw new ERR_PARSE_ARGS_UNKNOWN_OPTION(rawName, allowPositionals);
      const shown = `${option.short ? `-${option.short}, ` : ''}--${name}`;
      if (option.type === 'boolean' && value !== undefined) throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${shown}' does not take an argument`);
      if (option.type === 'string' && value === undefined) throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${shown} <value>' argument missing`);
      if (inlineValue === false && value.length > 1 && value[0] === '-') {
        const example = rawName.startsWith('--') ? `'${rawName}=-XYZ'` : `'--${name}=-XYZ' or '${rawName}-XYZ'`;
        throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${rawName}' argument is ambiguous.\nDid you forget to specify the option argument for '${rawName}'?\n`
          + `To specify an option argument starting with a dash use ${example}.`);
      }
    }
    for (const token of tokens) {
      if (token.kind === 'positional') {
        if (!allowPositionals) throw new ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL(token.value);
        positionals.push(token.value);
      }
      if (token.kind !== 'option') continue;
      const positive = token.name.slice(3);
      const negated = allowNegative && token.name.startsWith('no-') && !Object.hasOwn(options, token.name)
        && (strict ? Object.hasOwn(options, positive) && options[positive].type === 'boolean' : token.value === undefined);
      const name = negated ? positive : token.name;
      const option = Object.hasOwn(options, name) ? options[name] : undefined;
      if (strict) check({ ...token, name }, option);
      if (name === '__proto__') continue;
      if (negated) Object.assign(token, { name });
      const value = token.value ?? !negated;
      if (option?.multiple) (values[name] ??= []).push(value);
      else values[name] = value;
    }
    for (const [name, option] of Object.entries(options)) {
      if (option.default !== undefined && !(name in values)) values[name] = option.default;
    }
    return { values, positionals, ...(wantTokens ? { tokens } : {}) };
  }
  return { parseArgs };
})
