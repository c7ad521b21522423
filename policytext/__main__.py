"""``python -m policytext``: the same as the command ``policytext``."""

from policytext.cli import start

if __name__ == "__main__":
    start()
