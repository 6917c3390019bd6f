// refused: a locale that is none; says: RangeError; locale
console.log(new Intl.DateTimeFormat('english_language').format(new Date(0)));
