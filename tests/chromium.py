"""Debian's Chromium, and how it is started: quiet on the network, and without a sandbox that containers lack."""

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page that a test makes up counts as one from the internet, and may frame nothing of this machine.
    "--disable-features=LocalNetworkAccessChecks",
]
