# refused: a file that was not granted; says: /etc/shadow
print(open("/etc/shadow").read())
