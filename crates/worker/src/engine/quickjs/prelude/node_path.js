// node:path: both ways of writing paths, with / as this system does and with \ as Windows does.
(function (native, internal) {
  'use strict';
  const { validateString, validateObject } = internal.part('node_codes');

  // What stands before the names: a device (only Windows has them), whether the path begins at the top,
  // and where the names begin.
  const posixStart = (path) => ({ device: '', top: path.startsWith('/'), end: path.startsWith('/') ? 1 : 0 });
  function windowsStart(path) {
    const share = /^[\\/]{2}([^\\/]+)[\\/]+([^\\/]+)[\\/]?/.exec(path);
    if (share !== null) return { device: `\\\\${share[1]}\\${share[2]}`, top: true, end: share[0].length, share: true };
    const [all, drive = '', slash] = /^([A-Za-z]:)?([\\/]?)/.exec(path);
    return { device: drive, top: slash !== '', end: all.length, share: false };
  }

  function style({ sep, delimiter, slash, startOf, windows }) {
    const isSlash = (character) => character === sep || (windows && character === '/');
    const same = (one, other) => windows ? one.toLowerCase() === other.toLowerCase() : one === other;
    // The names without `.`, and without those that `..` takes back; above the top there is nothing.
    function clean(text, top) {
      const names = [];
      for (const name of text.split(slash)) {
        if (name === '' || name === '.') continue;
        if (name !== '..') names.push(name);
        else if (names.length > 0 && names.at(-1) !== '..') names.pop();
        else if (!top) names.push('..');
      }
      return names.join(sep);
    }

    function normalize(path) {
      validateString(path, 'path');
      if (path === '') return '.';
      const { device, top, end } = startOf(path);
      const rest = path.slice(end);
      let names = clean(rest, top);
      if (names === '' && !top) names = '.';
      if (names !== '' && isSlash(rest.at(-1))) names += sep;
      // No name may be taken for a drive.
      if (windows && device === '' && !top && (/:([\\/]|$)/.test(path) || /^[A-Za-z]:/.test(names))) names = `.${sep}${names}`;
      return `${device}${top ? sep : ''}${names}`;
    }
    function join(...paths) {
      for (const path of paths) validateString(path, 'path');
      const given = paths.filter((path) => path !== '');
      if (given.length === 0) return '.';
      const joined = given.join(sep);
      // Two slashes name a share only where the first part says so.
      return normalize(windows && !/^[\\/]{2}[^\\/]/.test(given[0]) ? joined.replace(/^[\\/]{2,}/, sep) : joined);
    }
    function resolve(...paths) {
      let [device, rest, top] = ['', '', false];
      for (let at = paths.length - 1; at >= -1 && !(top && (device !== '' || !windows)); at--) {
        let path = at >= 0 ? paths[at] : internal.process.cwd();
        if (at >= 0) validateString(path, `paths[${at}]`);
        if (at < 0 && device !== '' && startOf(path).device !== '' && !same(startOf(path).device, device)) path = `${device}${sep}`;
        if (path === '') continue;
        const start = startOf(path);
        if (start.device !== '' && device !== '' && !same(start.device, device)) continue;
        if (device === '') ({ device } = start);
        if (top) continue;
        rest = `${path.slice(start.end)}${sep}${rest}`;
        ({ top } = start);
      }
      return `${device}${top ? sep : ''}${clean(rest, top)}` || '.';
    }
    function relative(from, to) {
      validateString(from, 'from');
      validateString(to, 'to');
      if (from === to) return '';
      const [here, there] = [resolve(from), resolve(to)];
      if (same(here, there)) return '';
      const [start, end] = [startOf(here), startOf(there)];
      if (!same(start.device, end.device)) return there;
      const [back, names] = [here.slice(start.end), there.slice(end.end)].map((rest) => rest.split(slash).filter((name) => name !== ''));
      let shared = 0;
      while (shared < back.length && shared < names.length && same(back[shared], names[shared])) shared++;
      if (windows && start.device === '' && shared === 0 && back.length > 0 && names.length > 0) return there;
      return [...back.slice(shared).fill('..'), ...names.slice(shared)].join(sep);
    }
    function isAbsolute(path) {
      validateString(path, 'path');
      return startOf(path).top;
    }

    // Where the last name begins and ends; slashes behind it do not count.
    function last(path, from) {
      let end = path.length;
      while (end > from && isSlash(path[end - 1])) end--;
      let begin = end;
      while (begin > from && !isSlash(path[begin - 1])) begin--;
      return [begin, end];
    }
    const afterDrive = (path) => windows && /^[A-Za-z]:/.test(path) ? 2 : 0;
    function dirname(path) {
      validateString(path, 'path');
      if (path === '') return '.';
      const { end: from, share } = startOf(path);
      const [begin, end] = last(path, from);
      if (begin === end) return from === 0 ? '.' : share ? path : path.slice(0, from);
      if (begin <= from) return from === 0 ? '.' : path.slice(0, from);
      // Of several slashes only the last goes; `//a` is in `//`.
      return path.slice(0, !windows && begin === 2 && from === 1 ? 2 : begin - 1);
    }
    function basename(path, suffix) {
      if (suffix !== undefined) validateString(suffix, 'suffix');
      validateString(path, 'path');
      const name = path.slice(...last(path, afterDrive(path)));
      if (suffix !== undefined && suffix === path) return '';
      return suffix && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
    }
    function extensionOf(name) {
      const dot = name.lastIndexOf('.');
      return dot > 0 && name !== '..' ? name.slice(dot) : '';
    }
    function extname(path) {
      validateString(path, 'path');
      return extensionOf(path.slice(...last(path, afterDrive(path))));
    }
    function parse(path) {
      validateString(path, 'path');
      const { end: from } = startOf(path);
      const [begin, end] = last(path, from);
      const [root, base] = [path.slice(0, from), path.slice(begin, end)];
      const ext = extensionOf(base);
      const dir = begin > from ? path.slice(0, begin - 1) : root;
      return { root, dir, base, ext, name: ext === '' ? base : base.slice(0, -ext.length) };
    }
    function format(parts) {
      validateObject(parts, 'pathObject');
      const dir = parts.dir || parts.root;
      const ext = parts.ext ? `${parts.ext[0] === '.' ? '' : '.'}${parts.ext}` : '';
      const base = parts.base || `${parts.name || ''}${ext}`;
      if (!dir) return base;
      return dir === parts.root ? `${dir}${base}` : `${dir}${sep}${base}`;
    }
    function toNamespacedPath(path) {
      if (!windows || typeof path !== 'string' || path === '') return path;
      const resolved = resolve(path);
      if (/^\\\\[^?.\\]/.test(resolved)) return `\\\\?\\UNC\\${resolved.slice(2)}`;
      return /^[A-Za-z]:\\/.test(resolved) ? `\\\\?\\${resolved}` : resolved;
    }
    function matchesGlob() {
      throw internal.nodeErrors.unsupported('path.matchesGlob', 'match with a regular expression');
    }
    return {
      resolve, normalize, isAbsolute, join, relative, toNamespacedPath, dirname, basename, extname, format, parse, matchesGlob,
      sep, delimiter, win32: null, posix: null, _makeLong: toNamespacedPath,
    };
  }

  const posix = style({ sep: '/', delimiter: ':', slash: '/', startOf: posixStart, windows: false });
  const win32 = style({ sep: '\\', delimiter: ';', slash: /[\\/]/, startOf: windowsStart, windows: true });
  return Object.assign(posix, { win32: Object.assign(win32, { win32, posix }), posix });
})
