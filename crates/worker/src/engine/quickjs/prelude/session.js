// What the programs of one session share: the names that each declares at its top, for those after
// it. `transpile/repl.rs` makes of a program what calls this. And what every program leaves behind
// that must not reach into the next one.
(function (native, internal) {
  'use strict';
  const { create, defineProperty, getOwnPropertyDescriptor, keys } = Object;
  const { set: assign } = Reflect;
  const global = globalThis;

  // The names, each a property; a program's own words for them are `scope.name`.
  const scope = create(null);
  const put = (name, value, writable) =>
    defineProperty(scope, name, { __proto__: null, value, writable, enumerable: true, configurable: true });
  const lead = (name, get, set) =>
    defineProperty(scope, name, { __proto__: null, get, set, enumerable: true, configurable: true });
  const undefinedName = (name) => new ReferenceError(`${name} is not defined`);

  // What a program declares and has not come to yet; and its variables, until it ends.
  let unusable = create(null);
  let variables = create(null);

  // A name that is not known when its program is read, but may be by the time a function runs.
  const any = new Proxy(create(null), {
    __proto__: null,
    get(_, name) {
      if (name in scope) return scope[name];
      if (name in global) return global[name];
      throw undefinedName(name);
    },
    set(_, name, value) {
      if (name in scope) return assign(scope, name, value);
      if (name in global) return assign(global, name, value);
      throw undefinedName(name);
    },
  });

  const helper = {
    __proto__: null,
    any,
    meta: { __proto__: null, dirname: '/', filename: '/program.ts', main: true, url: 'file:///program.ts' },
    begin(names) {
      for (let at = 0; at < names.length; at++) {
        const name = names[at];
        const fail = () => { throw new ReferenceError(`Cannot access '${name}' before initialization`); };
        unusable[name] = fail;
        lead(name, fail, fail);
      }
    },
    let(values) {
      const names = keys(values);
      for (let at = 0; at < names.length; at++) put(names[at], values[names[at]], true);
    },
    const(values) {
      const names = keys(values);
      for (let at = 0; at < names.length; at++) put(names[at], values[names[at]], false);
    },
    var(names) {
      for (let at = 0; at < names.length; at++) if (!(names[at] in scope)) put(names[at], undefined, true);
    },
    fresh(names) {
      for (let at = 0; at < names.length; at++) put(names[at], undefined, true);
    },
    bind(name, get, set) {
      variables[name] = get;
      lead(name, get, set);
    },
    adopt(name, get, set) {
      if (name in scope) set(scope[name]);
      helper.bind(name, get, set);
    },
    share(name, get, set) {
      if (name in scope) set(scope[name]);
      lead(name, get, set);
    },
    imported(module, source, names) {
      for (let at = 0; at < names.length; at++) {
        if (!(names[at] in module)) throw new SyntaxError(`Could not find export '${names[at]}' in module '${source}'`);
      }
    },
  };

  const isStill = (name, get) => getOwnPropertyDescriptor(scope, name)?.get === get;
  const atEnd = [];
  // Has a function called when a program has ended and another may follow.
  internal.atEnd = (forget) => { atEnd[atEnd.length] = forget; };
  internal.endProgram = function () {
    for (let at = 0; at < atEnd.length; at++) atEnd[at]();
    const names = keys(variables);
    for (let at = 0; at < names.length; at++) {
      const name = names[at], get = variables[name];
      if (!isStill(name, get)) continue;
      const writable = getOwnPropertyDescriptor(scope, name).set !== undefined;
      try { put(name, get(), writable); } catch { delete scope[name]; }
    }
    const left = keys(unusable);
    for (let at = 0; at < left.length; at++) if (isStill(left[at], unusable[left[at]])) delete scope[left[at]];
    variables = create(null);
    unusable = create(null);
  };
  internal.session = { scope, helper };
})
