// node:perf_hooks: the clock, marks, and histograms that are counted by hand.
(function (native, internal) {
  'use strict';
  const { performance } = globalThis;
  const { unsupported } = internal;
  const global = (name) => globalThis[name] ?? class { constructor() { throw unsupported(name, 'measure with performance.now()'); } };
  return {
    performance, PerformanceEntry: global('PerformanceEntry'), PerformanceMark: global('PerformanceMark'), PerformanceMeasure: global('PerformanceMeasure'),
    PerformanceObserver: global('PerformanceObserver'),
    monitorEventLoopDelay() { throw unsupported('monitorEventLoopDelay', 'measure with performance.now()'); },
    createHistogram() { throw unsupported('createHistogram', 'keep the values in an array'); },
    constants: {},
  };
})
