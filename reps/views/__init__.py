"""The pages of the desk: each finds, authorises, calls one service, and answers."""
