# refused: a program that is none; says: SyntaxError; line 2
def broken(:
    return 1
x = (1
