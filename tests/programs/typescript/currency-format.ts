// features: intl, formatting; oracle: node 22
const amount = 1234567.891;
const cases: [string, string][] = [['en-US', 'USD'], ['de-DE', 'EUR'], ['ja-JP', 'JPY'], ['en-IN', 'INR'], ['fr-FR', 'EUR'], ['pt-BR', 'BRL'], ['en-GB', 'GBP'], ['zh-CN', 'CNY'], ['ko-KR', 'KRW'], ['es-ES', 'EUR'], ['sv-SE', 'SEK'], ['pl-PL', 'PLN']];
for (const [locale, currency] of cases) {
  console.log(locale, new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount));
}
const usd = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', minimumFractionDigits: 0, maximumFractionDigits: 0 });
console.log(usd.format(1999.5), usd.format(-42), usd.format(0));
console.log(new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 1 }).format(0.1234));
console.log((0.5).toLocaleString('en-US', { style: 'percent' }));
console.log(new Intl.NumberFormat('en-US', { notation: 'compact' }).format(1234), new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 }).format(9876543210));
console.log(new Intl.NumberFormat('en-US', { style: 'unit', unit: 'kilometer-per-hour' }).format(88), new Intl.NumberFormat('en-US', { style: 'unit', unit: 'byte', unitDisplay: 'long' }).format(1024));
console.log((1234.5).toLocaleString(), (1e21).toLocaleString(), (-0.005).toLocaleString(), NaN.toLocaleString(), (12345678901234567890n).toLocaleString('en-US'));
console.log(new Intl.NumberFormat('en-US', { minimumIntegerDigits: 3, useGrouping: false }).format(7), new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 }).format(123456));
console.log(new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', currencySign: 'accounting' }).format(-5), new Intl.NumberFormat('en-US', { style: 'currency', currency: 'EUR', currencyDisplay: 'name' }).format(2), new Intl.NumberFormat('en-US', { signDisplay: 'exceptZero' }).format(5));
