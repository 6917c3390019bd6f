# refused: a program that ends with its reason; says: no input given
import sys

sys.exit("no input given")
