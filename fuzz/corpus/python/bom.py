print("é")
ｅval("1")
