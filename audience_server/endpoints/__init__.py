"""The doors: the only place that meets sockets.

Reading order: frames (bytes of one text frame), pages (HTTP answers), phone_facts (pictures -> messages), phone_session
(one phone's requests), phone_door (one connection), control_door, loop_meter, listen (both ports).
"""
