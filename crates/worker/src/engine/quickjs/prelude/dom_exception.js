// DOMException: the errors of the web that are told apart by their name.
(function (native, internal) {
  'use strict';
  const codes = {
    IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5, NoModificationAllowedError: 7, NotFoundError: 8, NotSupportedError: 9,
    InUseAttributeError: 10, InvalidStateError: 11, SyntaxError: 12, InvalidModificationError: 13, NamespaceError: 14, InvalidAccessError: 15, ValidationError: 16,
    TypeMismatchError: 17, SecurityError: 18, NetworkError: 19, AbortError: 20, URLMismatchError: 21, QuotaExceededError: 22, TimeoutError: 23,
    InvalidNodeTypeError: 24, DataCloneError: 25,
  };
  class DOMException extends Error {
    #name;
    constructor(message = '', options = 'Error') {
      const { name = 'Error', ...rest } = typeof options === 'object' && options !== null ? options : { name: options };
      super(message, rest);
      this.#name = String(name);
    }
    get name() { return this.#name; }
    get code() { return Object.hasOwn(codes, this.#name) ? codes[this.#name] : 0; }
  }
  for (const [name, code] of Object.entries(codes)) {
    const constant = `${name.replace(/Error$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()}_ERR`;
    for (const target of [DOMException, DOMException.prototype]) Object.defineProperty(target, constant, { value: code, enumerable: true });
  }
  internal.web.finish(DOMException);
  return { DOMException };
})
