"""The doors: the only place that meets sockets.

Reading order: frames (bytes of one text frame, and where any frame ends), inbox (what waits to be read), pages (HTTP
answers), phone_facts (pictures -> messages), phone_session (one phone's requests), phone_asking (its questions),
phone_door (one connection), control_door, queue_pushes, loop_meter, file_limit, listen (both ports).
"""
