"""How many instructions a program takes, which is the same on a loaded machine and on an idle one."""
