if 1:
	x
        y

z \
 = 1