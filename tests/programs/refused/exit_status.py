# refused: a program that says that it failed; says: 3
import sys

print("something went wrong")
sys.exit(3)
