# refused: an error that nobody catches; says: KeyError; port
config = {"host": "x"}
print(f"connecting to {config['host']}:{config['port']}")
