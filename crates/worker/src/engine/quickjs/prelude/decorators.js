// What lowered decorators call. In every engine that runs JavaScript.
(function (native, internal) {
  'use strict';
  const helpers = {
    decorate(decorators, target, key, description) {
      const count = arguments.length;
      let result = count < 3 ? target
        : description === null ? (description = Object.getOwnPropertyDescriptor(target, key)) : description;
      for (let at = decorators.length - 1; at >= 0; at--) {
        const decorator = decorators[at];
        if (decorator) {
          result = (count < 3 ? decorator(result)
            : count > 3 ? decorator(target, key, result) : decorator(target, key)) || result;
        }
      }
      if (count > 3 && result) Object.defineProperty(target, key, result);
      return result;
    },
    decorateParam(index, decorator) { return (target, key) => decorator(target, key, index); },
    decorateMetadata() { return undefined; },
  };
  Object.defineProperty(globalThis, 'babelHelpers', { value: Object.freeze(helpers), enumerable: false });
})
