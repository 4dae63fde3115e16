"""Appeals as web pages: for those who write from a browser and have never seen a terminal.

``combine`` has ``letter.write`` write a letter for every combination of what its writer may leave
out, with marks for what is typed; ``joining`` puts such pieces together as the page's script does,
and ``proof`` holds the one against the other. ``cards`` says what a page offers, ``page`` and
``feeds`` write it down, ``publish`` makes the whole site of a folder.
"""
