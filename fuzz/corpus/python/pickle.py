import pickle, marshal, ctypes
pickle.loads(b"")
subprocess = __import__("subprocess")
subprocess.run(["x"], shell=True)
inspect.currentframe().f_back
