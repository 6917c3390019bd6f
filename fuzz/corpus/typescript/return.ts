if (1) { return 5 }
throw new Error(`a${1}`)