// refused: a text that is thrown; says: just a string
throw 'just a string';
