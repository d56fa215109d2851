"""Weekly mails of reports: what is asked stays as it is in the address, what is counted is what each reader may see.

asking      an address kept, and asked again for somebody
people      to whom somebody may have a report sent
changing    made, changed, paused, ended
sending     what is due becomes deliveries of the mail's queue (reps/notify), once
letter      the mail itself, counted when it goes out
"""
