# refused: another process; says: PermissionError; process
import subprocess

print(subprocess.run(["ls", "-la"], capture_output=True, text=True).stdout)
