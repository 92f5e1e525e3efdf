"""The commands of `charley`, a file each: read, ask one question, print, exit."""
